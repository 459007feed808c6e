"""What a reader finds in a finished PDF, EPUB or web page: text, links and where they lead, outline, page labels."""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
from lxml import etree, html

from pipeline.core.documents.pdf import read_name_tree

XHTML = "{http://www.w3.org/1999/xhtml}"
EPUB = "{http://www.idpf.org/2007/ops}"
LINE = 17
"""About the height of a line, in points."""


def plain(text: str) -> str:
    """Text as it is read: white space once, a word divided at a line's end whole again."""
    joined = re.sub(r"[\ufffe\u00ad\u2010]?\ufffe?\r?\n", lambda m: "" if m[0][0] == "\ufffe" else " ", text)
    return re.sub(r"\s+", " ", joined.replace("\ufffe", "-")).strip()


def page_texts(path: Path) -> list[str]:
    """The text of every page of a PDF."""
    with pypdfium2.PdfDocument(path) as pdf:
        return [plain(page.get_textpage().get_text_range()) for page in pdf]


def page_labels(path: Path) -> list[str]:
    """The label of every page: its folio."""
    with pypdfium2.PdfDocument(path) as pdf:
        return [pdf.get_page_label(number) for number in range(len(pdf))]


def outline(path: Path) -> list[tuple[int, str, int]]:
    """The outline: depth, title, page from 0."""
    with pypdfium2.PdfDocument(path) as pdf:
        return [(mark.level, mark.get_title(), mark.get_dest().get_index()) for mark in pdf.get_toc(max_depth=9)]


@dataclass(frozen=True)
class Spot:
    """A place in a PDF: page from 0, and the words that stand there."""

    page: int
    words: str


@dataclass(frozen=True)
class Link:
    """A link of a PDF: what its words are, and where it leads: a name and place in the file, or an address."""

    page: int
    words: str
    name: str = ""
    spot: Spot | None = None
    address: str = ""


def links(path: Path) -> list[Link]:
    """Every link of a PDF, annotation by annotation."""
    with pikepdf.open(path) as pdf, pypdfium2.PdfDocument(path) as text:
        named = (
            dict(read_name_tree(pdf.Root.Names.Dests)) if "/Names" in pdf.Root and "/Dests" in pdf.Root.Names else {}
        )
        numbers = {page.objgen: number for number, page in enumerate(pdf.pages)}
        found = []
        for number, page in enumerate(pdf.pages):
            for note in page.get("/Annots", ()):
                if note.Subtype == "/Link":
                    words = _words(text, number, [float(x) for x in note.Rect])
                    found.append(_link(note, number, words, named, numbers, text))
        return found


def _link(note: Any, number: int, words: str, named: Any, numbers: Any, text: Any) -> Link:
    action = note.get("/A", {})
    if "/URI" in action:
        return Link(number, words, address=str(action.URI))
    where = note.get("/Dest", action.get("/D") if action else None)
    name = "" if isinstance(where, pikepdf.Array) else str(where)
    place = where if isinstance(where, pikepdf.Array) else named[name]
    place = place if isinstance(place, pikepdf.Array) else place.D
    page = numbers[place[0].objgen]
    x, y = float(place[2] or 0), float(place[3])
    return Link(number, words, name, Spot(page, _words(text, page, [x - 1, y - LINE, 2000, y + 2])))


def _words(text: Any, number: int, box: list[float]) -> str:
    left, bottom, right, top = box[0], min(box[1], box[3]), box[2], max(box[1], box[3])
    return plain(text[number].get_textpage().get_text_bounded(left=left, bottom=bottom, right=right, top=top))


def documents(path: Path) -> dict[str, Any]:
    """The content documents of an EPUB, by their path in the book, in reading order of their names."""
    with zipfile.ZipFile(path) as book:
        return {name: etree.fromstring(book.read(name)) for name in book.namelist() if name.endswith(".xhtml")}


def web_page(path: Path) -> Any:
    """The root element of a web page."""
    return html.fromstring(path.read_bytes())


def said(element: Any) -> str:
    """The text of an element."""
    return plain("".join(element.itertext()))


def by_id(root: Any) -> dict[str, Any]:
    """The elements of a document that have an id."""
    return {element.get("id"): element for element in root.iter() if element.get("id")}


def anchors(root: Any) -> Iterator[Any]:
    """The links of a document."""
    return (e for e in root.iter() if isinstance(e.tag, str) and e.tag in {"a", f"{XHTML}a"} and e.get("href"))
