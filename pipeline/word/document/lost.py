"""Parts of a document that no briefing can hold: charts, drawings, embedded files, words of headers and footers."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.word.document.names import PARAGRAPH, RELATIONS, TEXT, BrokenXml, Element, R, W, parse
from pipeline.word.document.package import Package

_URI = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_DRAWN = {"/chart": "a chart", "/chartex": "a chart", "/diagram": "a drawing made of boxes and arrows"}
_RUNNING = re.compile(r"(?:header|footer)\d*\.xml")
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that is not taken over: the number of its paragraph, and its name with the words before it."""

    number: int
    what: str


def losses(root: Element, package: Package) -> Iterator[Loss]:
    """The parts of the text that are not taken over, whatever reads it."""
    before = ""
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        words = " ".join("".join(text.text or "" for text in paragraph.iter(TEXT)).split())
        for data in paragraph.iter(_URI):
            kind = next((what for end, what in _DRAWN.items() if str(data.get("uri", "")).endswith(end)), "")
            if kind:
                yield Loss(number, f"{kind}{_after(words or before)}")
        if any(True for _ in paragraph.iter(f"{W}object")):
            yield Loss(number, f"an embedded file{_after(words or before)}")
        before = words or before
    yield from _running(package)


def pictures_in(root: Element, package: Package) -> Iterator[tuple[str, Loss]]:
    """The file of every picture in the text, with what is said of it where it is lost."""
    targets = _targets(package)
    before = ""
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        words = " ".join("".join(text.text or "" for text in paragraph.iter(TEXT)).split())
        for node in paragraph.iter(_BLIP, _OLD_PICTURE):
            link = node.get(f"{R}embed") or node.get(f"{R}id") or node.get(f"{R}link")
            if link in targets:
                yield targets[link], Loss(number, f"a picture{_after(words or before)}")
        before = words or before


def shortened(words: str, most: int = _LONGEST) -> str:
    """The first words, with an ellipsis where there are more."""
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]}…"


def _after(words: str) -> str:
    return f" after '{shortened(words, 30)}'" if words else ""


def _targets(package: Package) -> dict[str, str]:
    """The files that the text links to, by the ids of the links, as pandoc names them."""
    name = f"{package.folder}/_rels/{posixpath.basename(package.main)}.rels"
    try:
        root = parse(package.parts.get(name, b"<none/>"))
    except BrokenXml:
        return {}
    return {str(link.get("Id")): str(link.get("Target")) for link in root.iter(f"{RELATIONS}Relationship")}


def _running(package: Package) -> Iterator[Loss]:
    """Words of headers and footers, each once."""
    told = set()
    for name, content in sorted(package.parts.items()):
        if not _RUNNING.fullmatch(posixpath.basename(name)):
            continue
        try:
            root = parse(content)
        except BrokenXml:
            continue
        words = " ".join("".join(text.text or "" for text in root.iter(TEXT)).split())
        if sum(map(str.isalpha, words)) > 3 and words not in told:
            told.add(words)
            yield Loss(1, f"words of the head or foot of the pages: '{shortened(words)}'")
