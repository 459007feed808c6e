"""Log messages of the engine in the author's words. A harmless message is listed with its reason."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.model.asset import ASSET, Asset
from pipeline.model.layouts import flawed_line
from pipeline.press.engine.engine import LogMessage

HARMLESS = (
    # Images without words are told by our own check, which knows decoration.
    r"Image \".*\" has no required alt description",
    # A refused address is told once, by the fetcher, and not again by its caller.
    r"Failed to load (image|attachment|stylesheet).*refused: ",
    r"Font-face .* cannot be loaded",
)

Pages = Callable[[str], int]
"""The first page on which some words stand, else 1."""

_GLYPH = re.compile(r"\.notdef glyph rendered .*\(U\+([0-9A-F]+)\)$")
_BY_DIGEST = re.compile(rf"{ASSET}[0-9a-f]{{64}}")
_PICTURE = re.compile(r"Failed to (load image|render SVG image|load inline SVG)")
_STYLE = re.compile(
    r"(Ignored|Invalid|Deprecated|Error:|Parse error|Unsupported|Unknown|Empty|Missing|Failed to apply CSS"
    r"|Failed to load stylesheet|Expected|Content discarded|Unable to compute)"
)


def remark(said: Iterable[LogMessage], path: str, page_of: Pages = lambda _: 1) -> Iterator[Diagnostic]:
    """The engine's lines as diagnostics at the pages of a thing."""
    for line in said:
        words = " ".join(line.words.split())  # the address of a picture may itself be long
        if any(re.match(pattern, words) for pattern in HARMLESS):
            continue
        flaw = _remark(words[:300], path, page_of)
        yield replace(flaw, hint=flawed_line(line.rule)) if line.rule and flaw.code == "made-style" else flaw


def _remark(words: str, path: str, page_of: Pages) -> Diagnostic:
    place = Place(path)
    if found := _GLYPH.match(words):
        character = chr(int(found[1], 16))
        return message("made-missing-glyph", Place(path, page_of(character)), character=character, code=f"U+{found[1]}")
    if _PICTURE.match(words):
        return message("made-picture", place, words=words)
    if _STYLE.match(words):
        return message("made-style", place, words=words)
    return message("made-engine-error", place, words=words)


def named(said: Iterable[LogMessage], images: Iterable[Asset]) -> Iterator[LogMessage]:
    """The engine's lines with pictures called by the names of their files."""
    names = {f"{ASSET}{image.sha256}": image.path for image in images}
    for line in said:
        words = _BY_DIGEST.sub(lambda found: names.get(found[0], found[0]), line.words)
        yield replace(line, words=words.rstrip(": "))


def refusals(addresses: Iterable[str], path: str) -> Iterator[Diagnostic]:
    """Diagnostics on refused addresses."""
    return (message("made-refused", Place(path), address=address[:200]) for address in sorted(set(addresses)))
