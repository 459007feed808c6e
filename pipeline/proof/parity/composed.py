"""The content of a text that its finished file must have too: read off the composed XHTML, as its style shows it."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from xml.etree.ElementTree import Element

from pipeline.markup.body import SVG, local, read_body
from pipeline.markup.roles import HEADINGS
from pipeline.model.manuscript import Chapter
from pipeline.proof.markup.hiding import Look, sheet_of
from pipeline.proof.pdf.list_numbers import Numbers, must_show_numbers, numbers_of

BLOCKS = frozenset({
    *("p", "h1", "h2", "h3", "h4", "h5", "h6", "hgroup", "li", "td", "th", "tr", "caption", "table", "pre", "hr"),
    *("blockquote", "dt", "dd", "figcaption", "figure", "div", "section", "aside", "article", "header", "footer"),
    *("nav", "ul", "ol", "dl", "address", "main", "thead", "tbody", "tfoot", "body"),
})  # fmt: skip
_MATHEMATICS = "{http://www.w3.org/1998/Math/MathML}math"
_PICTURES = frozenset({"img", f"{SVG}svg", _MATHEMATICS})
_NO_LETTERS = re.compile(r"[\W_]+")


@dataclass(slots=True)
class Composed:
    """One text as its reader must find it."""

    notes_at_end: bool = True
    said: list[str] = field(default_factory=list)
    """The running text in pieces, notes apart; blocks are parted by new lines."""
    opened: int = 0
    """Pieces until the end of the title block."""
    notes: list[str] = field(default_factory=list)
    headings: list[tuple[str, str]] = field(default_factory=list)
    """'H2' and its words."""
    tables: list[int] = field(default_factory=list)
    """Number of rows of each table."""
    header_cells: int = 0
    numbers: list[Numbers] = field(default_factory=list)
    """The numbers of the entries of each numbered list."""
    shown_numbers: list[tuple[Numbers, str]] = field(default_factory=list)
    """The same of lists that a page must show with numbers, with the words of each."""
    code: list[str] = field(default_factory=list)
    """The text of each block of code as it is written."""
    links: list[str] = field(default_factory=list)
    """Words of each link."""
    pictures: list[str] = field(default_factory=list)
    """Descriptions of pictures that are not decoration."""
    note_headings: list[str] = field(default_factory=list)
    """Ids of headings of nothing but notes: with the notes at their calls these headings have gone."""

    @property
    def words(self) -> str:
        """The running text."""
        return "".join(self.said)

    @property
    def opening(self) -> int:
        """Letters until the end of the title block."""
        return len(letters("".join(self.said[: self.opened])))


def letters(text: str) -> str:
    """The letters and digits of a text alone, small and in their plain form: what no line break can change."""
    if text.isascii():
        return (text if text.isalnum() else _NO_LETTERS.sub("", text)).lower()
    return _NO_LETTERS.sub("", unicodedata.normalize("NFKC", text)).casefold()


def description(picture: Element) -> str | None:
    """The words for a picture or a formula: None where it has none, empty for decoration."""
    attribute = {"img": "alt", "math": "alttext"}.get(local(picture))
    if attribute:
        return picture.get(attribute)
    return picture.get("aria-label") or next((kid.text for kid in picture if local(kid) == "title"), None)


def composed(chapters: tuple[Chapter, ...], style: str, produced: str, notes_at_end: bool = True) -> Composed:
    """The content of chapters. `produced` is the sentence that the bindery puts where the text keeps a place for it.

    With the notes at their calls there are no headings of nothing but notes.
    """
    found = Composed(notes_at_end)
    sheet = sheet_of(style)
    for number, chapter in enumerate(chapters):
        body = read_body(chapter.body, chapter.name)
        reader = _Reader(found, Look(body, sheet, html=True), produced)
        reader.read(body)
        if number == 0:
            found.opened = reader.opened or len(found.said)
    return found


class _Reader:
    """Reads one chapter in the order of its elements."""

    def __init__(self, found: Composed, look: Look, produced: str) -> None:
        self._found = found
        self._look = look
        self._produced = produced
        self._said = found.said
        self._gone: set[Element] = set()
        """Headings of nothing but notes, where these stand at their calls."""
        self._tables: list[int] = []
        """Indices of the tables that are being read, the innermost last."""
        self.opened = 0

    def read(self, element: Element) -> None:
        """Read an element and everything in it."""
        if element.get("aria-hidden") == "true" or element in self._look.hidden or element in self._gone:
            return
        if element.get("role") == "doc-footnote":
            self._note(element)
            return
        name = str(element.tag)
        if name in _PICTURES:
            if (said := description(element)) and element.get("role") not in ("presentation", "none"):
                self._found.pictures.append(said)
            return
        if element.get("data-slot"):
            self._say("\n" + (self._produced if element.get("data-slot") == "produced" else "") + "\n")
            return
        if len(element) and (headings := _note_headings(element)):
            self._found.note_headings += [heading.get("id", "") for heading in headings]
            if not self._found.notes_at_end:
                self._gone.update(headings)
        self._begin(name)
        start = len(self._said)
        self._inner(element, name)
        if name == "ol":
            self._numbered(element, "".join(self._said[start:]))
        if name == "table":
            self._tables.pop()
        elif name == "pre":
            self._found.code.append("".join(self._said[start:]).strip("\n"))
        elif name == "a" and element.get("href") is not None:
            self._found.links.append("".join(self._said[start:]))
        if name in HEADINGS:
            self._found.headings.append((name.upper(), "".join(self._said[start:])))
        if name == "header" and not self.opened and letters("".join(self._said)):
            self.opened = len(self._said)

    def _inner(self, element: Element, name: str) -> None:
        block = name in BLOCKS
        label = self._look.label(element) if element.get("data-label") else ""
        self._say("\n" * block + label + (element.text or ""))
        for child in element:
            self.read(child)
            self._say(child.tail or "")
        self._say("\n" if block else " " if name == "br" else "")

    def _numbered(self, element: Element, words: str) -> None:
        numbers = numbers_of(element, self._look.hidden)
        self._found.numbers.append(numbers)
        if must_show_numbers(element):
            self._found.shown_numbers.append((numbers, words))

    def _note(self, element: Element) -> None:
        around, self._said = self._said, []
        self._inner(element, str(element.tag))
        self._found.notes.append("".join(self._said))
        self._said = around

    def _begin(self, name: str) -> None:
        if name == "table":
            self._tables.append(len(self._found.tables))
            self._found.tables.append(0)
        elif name == "tr" and self._tables:
            self._found.tables[self._tables[-1]] += 1
        self._found.header_cells += name == "th"

    def _say(self, words: str) -> None:
        if words:
            self._said.append(words)


def _note_headings(element: Element) -> list[Element]:
    """The headings of a section that holds nothing beside them but notes."""
    headings = [kid for kid in element if kid.tag in HEADINGS]
    notes = [kid for kid in element if kid.get("role") == "doc-footnote"]
    return headings if notes and len(headings) + len(notes) == len(element) else []
