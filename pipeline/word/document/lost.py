"""Parts of a document that no briefing can hold: charts, drawings, embedded files, words of headers and footers."""

import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.word.document.names import PARAGRAPH, TABLE, TEXT, BrokenXml, Element, R, W, parse
from pipeline.word.document.package import Package
from pipeline.word.document.signs import SYMBOL, symbol_name

_URI = "{http://schemas.openxmlformats.org/drawingml/2006/main}graphicData"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_OLD_PICTURE = "{urn:schemas-microsoft-com:vml}imagedata"
_WORD_ART = "{urn:schemas-microsoft-com:vml}textpath"
_OTHERS = {
    f"{W}object": "an embedded file",
    f"{W}altChunk": "a whole text of another kind",
    f"{W}subDoc": "a document that lies beside this one",
    f"{W}pgNum": "a page number",
    **{
        f"{W}{part}{form}": "a date that Word fills in"
        for part in ("day", "month", "year")
        for form in ("Short", "Long")
    },
}
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
    before, number = "", 0
    for node in root.iter():
        if node.tag == PARAGRAPH:
            number += 1
            before = _words_of(node) or before
        elif node.tag == TABLE and _is_flattened(node):
            yield Loss(number + 1, f"the rows of a table within a cell{_after(before)}")
        elif what := _lost(node):
            yield Loss(max(number, 1), f"{what}{_after(before)}")
        elif node.tag == _WORD_ART and (words := _art(node)):
            yield Loss(max(number, 1), f"words drawn as a picture: '{shortened(words)}'")
    yield from _running(package)


def _is_flattened(table: Element) -> bool:
    """Whether a table stands in a cell of one that stays a table: of its rows only the words are left there."""
    around = next(table.iterancestors(TABLE), None)
    return around is not None and len(around.findall(f"{W}tr/{W}tc")) > 1


def _lost(node: Element) -> str:
    """The name of what an element holds, where nothing here can hold it."""
    if node.tag == _URI:
        return next((what for end, what in _DRAWN.items() if str(node.get("uri", "")).endswith(end)), "")
    if node.tag == SYMBOL:
        return f"a sign, {symbol_name(node)},"
    return _OTHERS.get(node.tag, "")


def _art(node: Element) -> str:
    """Words that are drawn along a line."""
    return " ".join(str(node.get("string", "")).split())


def pictures_in(root: Element, package: Package, name: str) -> Iterator[tuple[str, Loss]]:
    """The file of every picture in a part, with what is said of it where it is lost; no file where there is none."""
    targets = {str(link.get("Id")): str(link.get("Target")) for link in package.links_of(name)}
    before = ""
    for number, paragraph in enumerate(root.iter(PARAGRAPH), 1):
        before = _words_of(paragraph) or before
        for node in paragraph.iter(_BLIP, _OLD_PICTURE):
            if next(node.iterancestors(PARAGRAPH)) is not paragraph:
                continue
            link = node.get(f"{R}embed") or node.get(f"{R}id") or node.get(f"{R}link") or node.get(f"{R}href")
            target = targets.get(str(link), "")
            if package.target(target) in package.parts:
                yield target, Loss(number, f"a picture{_after(before)}")
            else:
                yield "", Loss(number, f"a picture that is not kept in the document{_after(before)}")


def _words_of(element: Element) -> str:
    return " ".join("".join(text.text or "" for text in element.iter(TEXT)).split())


def shortened(words: str, most: int = _LONGEST) -> str:
    """The first words, with an ellipsis where there are more."""
    words = " ".join(words.split())
    return words if len(words) <= most else f"{words[:most].rsplit(' ', 1)[0]}…"


def _after(words: str) -> str:
    return f" after '{shortened(words, 30)}'" if words else ""


def _running(package: Package) -> Iterator[Loss]:
    """Words of headers and footers, each once, in one."""
    found: dict[str, str] = {}
    for name, content in sorted(package.parts.items()):
        if not _RUNNING.fullmatch(posixpath.basename(name)):
            continue
        try:
            root = parse(content)
        except BrokenXml:
            continue
        words = " ".join(filter(None, (_words_of(root), *map(_art, root.iter(_WORD_ART)))))
        if sum(map(str.isalpha, words)) > 3:
            found[words] = f"'{shortened(words)}'"
    if found:
        yield Loss(1, f"words of the head or foot of the pages: {', '.join(found.values())}")
