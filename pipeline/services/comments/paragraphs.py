"""The paragraphs of a document that came back, with who put words in and took them out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from pipeline.core.diagnostics import visible
from pipeline.services.comments.units import SentMark, read_bookmark, sign_of
from pipeline.services.importing.package import PARAGRAPH, SYMBOL, Element, R, W, symbol_name

_IN, _OUT = (f"{W}ins", f"{W}moveTo"), (f"{W}del", f"{W}moveFrom")
_MOVES = (f"{W}moveTo", f"{W}moveFrom")
_STARTS, _ENDS = f"{W}bookmarkStart", f"{W}bookmarkEnd"
_NOTES = (f"{W}footnoteReference", f"{W}endnoteReference")
_PICTURES = (f"{W}drawing", f"{W}pict", f"{W}object")
_LINK = f"{W}hyperlink"
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_COMMENT = (f"{W}commentRangeStart", f"{W}commentReference")


class Tracked(NamedTuple):
    """Fate of words by a tracked change: `kept`, `in` or `out`, by whom and when, and whether they were moved."""

    state: str = "kept"
    author: str = ""
    day: str = ""
    moved: bool = False


KEPT = Tracked()


class ReviewedCharacter(NamedTuple):
    """A character of a returned document, and the locked part that it stands in."""

    letter: str
    tracked: Tracked
    part: SentMark | None = None


@dataclass
class ReturnedParagraph:
    """One paragraph: the bookmarks of blocks that begin in it, its characters, and its end."""

    marks: list[SentMark] = field(default_factory=list)
    bits: list[ReviewedCharacter] = field(default_factory=list)
    end: Tracked = KEPT
    within: SentMark | None = None
    """The bookmark that began in a paragraph before and is still open: somebody split that one."""
    row: Tracked = KEPT
    """Fate of the row of a table that it stands in."""
    row_number: int = -1
    table: int = -1
    """Numbers of its row, cell and table; -1 outside tables."""
    comments: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pictures: int = 0
    taken: Tracked = KEPT
    """Fate of a picture that somebody took away."""
    strange: list[tuple[str, str, Tracked]] = field(default_factory=list)
    """Content of which no words of a source can be made, with its words, and who put it in."""

    @property
    def after(self) -> str:
        """Its words with every change accepted."""
        return "".join(bit.letter for bit in self.bits if bit.tracked.state != "out")

    @property
    def before(self) -> str:
        """Its words with every change rejected."""
        return "".join(bit.letter for bit in self.bits if bit.tracked.state != "in")


def returned_paragraphs(root: Element, addresses: Mapping[str, str] | None = None) -> list[ReturnedParagraph]:
    """The paragraphs of a document in the order of reading; `addresses` are those of its links, by their ids."""
    return _Reader(addresses or {}).read(root)


class _Reader:
    def __init__(self, addresses: Mapping[str, str]) -> None:
        self.addresses = addresses
        self.fields = FieldReader()
        self.found: list[ReturnedParagraph] = []
        self.open: dict[str, SentMark] = {}
        """Bookmarks of ours that are open, by the numbers that the document gives them."""
        self.waiting: list[SentMark] = []
        """Bookmarks that began between two paragraphs: they are the next one's."""
        self.at: dict[Element, ReturnedParagraph] = {}
        self.numbers: dict[Element, int] = {}
        """Numbers of rows, cells and tables."""

    def read(self, root: Element) -> list[ReturnedParagraph]:
        for node in root.iter():
            if not isinstance(node.tag, str) or any(above.tag == _FALLBACK for above in node.iterancestors(_FALLBACK)):
                continue
            if node.tag == PARAGRAPH:
                self.begin(node)
            elif node.tag == _STARTS:
                self.mark(node)
            elif node.tag == _ENDS:
                self.open.pop(str(node.get(f"{W}id")), None)
            else:
                self.inside(node)
        return self.found

    def begin(self, node: Element) -> None:
        within = next((mark for mark in self.open.values() if mark.kind != "a"), None)
        made = ReturnedParagraph(self.waiting, within=within, end=_first(node.find(f"{W}pPr/{W}rPr")))
        self.waiting = []
        row = next(node.iterancestors(f"{W}tr"), None)
        if row is not None:
            above = (row, next(node.iterancestors(f"{W}tbl")))
            made.row_number, made.table = (self.numbers.setdefault(one, len(self.numbers)) for one in above)
            made.row = _first(row.find(f"{W}trPr"))
        self.at[node] = made
        self.found.append(made)

    def mark(self, node: Element) -> None:
        mark = read_bookmark(str(node.get(f"{W}name", "")))
        if mark is None:
            return
        self.open[str(node.get(f"{W}id"))] = mark
        if mark.kind != "a":
            paragraph = self.paragraph_of(node)
            (self.waiting if paragraph is None else paragraph.marks).append(mark)

    def paragraph_of(self, node: Element) -> ReturnedParagraph | None:
        above = next(node.iterancestors(PARAGRAPH), None)
        return None if above is None else self.at[above]

    def inside(self, node: Element) -> None:
        paragraph = self.paragraph_of(node)
        if paragraph is None:
            return
        if node.tag in _COMMENT:
            paragraph.comments.append(str(node.get(f"{W}id")))
        elif node.tag in _NOTES:
            paragraph.notes.append(str(node.get(f"{W}id")))
        elif node.tag in _PICTURES:
            fate = _tracked(node) or KEPT
            paragraph.pictures += fate.state != "out"
            paragraph.taken = fate if fate.state == "out" else paragraph.taken
        elif node.tag in (_FORMULA, _LINK):
            self.strange(paragraph, node)
        elif words := sign_of(node):
            tracked = _tracked(node)
            self.fields.said(words if tracked is not None and tracked.state != "out" else "")
            if tracked is not None and not any(True for _ in node.iterancestors(f"{W}pPr", f"{W}rPr")):
                part = next((mark for mark in self.open.values() if mark.kind == "a"), None)
                paragraph.bits += (ReviewedCharacter(letter, tracked, part) for letter in words)
        elif node.tag == SYMBOL:
            self.tell(paragraph, "a sign", symbol_name(node), _tracked(node))
        elif field_ := self.fields.read(node):
            self.tell(paragraph, *field_, _tracked(node))

    def strange(self, paragraph: ReturnedParagraph, node: Element) -> None:
        """Take in a formula or a link: a document for comment is sent with none of them."""
        inner = next((fate for one in node.iter(f"{W}r") if (fate := _tracked(one)) not in (None, KEPT)), KEPT)
        fate = _tracked(node)
        if node.tag == _LINK:
            self.tell(paragraph, "a link", link_of(node, self.addresses), inner if fate == KEPT else fate)
        else:
            words = "".join(str(part) for part in node.itertext())
            self.tell(paragraph, "a formula", words, inner if fate == KEPT else fate)

    def tell(self, paragraph: ReturnedParagraph, what: str, words: str, fate: Tracked | None) -> None:
        """Note content that was not sent, unless somebody took it out again."""
        if fate is not None and fate.state != "out":
            paragraph.strange.append((what, words, fate))


def _tracked(node: Element) -> Tracked | None:
    """Fate of words; none where one put them in and another took them out again, so that nothing is left to say."""
    changes = list(node.iterancestors(*_IN, *_OUT))
    states = {"in" if one.tag in _IN else "out" for one in changes}
    if len(states) == 2:
        return None
    return _of(changes[0]) if changes else KEPT


def _of(change: Element) -> Tracked:
    author = visible(" ".join(str(change.get(f"{W}author", "")).split()))
    state = "in" if change.tag in _IN else "out"
    return Tracked(state, author, visible(str(change.get(f"{W}date", ""))[:10]), change.tag in _MOVES)


def _first(properties: Element | None) -> Tracked:
    changes = () if properties is None else properties
    return next((_of(change) for change in changes if change.tag in (*_IN, *_OUT)), KEPT)


def words_of_notes(part: Element, addresses: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """The words of the notes of a part, by their ids, with the addresses of their links behind them."""
    for note in part:
        if isinstance(note.tag, str):
            links = [link_of(link, addresses) for link in note.iter(_LINK)]
            words = " ".join("".join(map(sign_of, note.iter())).split())
            yield str(note.get(f"{W}id")), "; ".join(filter(None, (words, *links)))


_SIMPLE, _CHARACTER = f"{W}fldSimple", f"{W}fldChar"
_INSTRUCTIONS = (f"{W}instrText", f"{W}delInstrText")
_FIELD_LINK = re.compile(r'\s*HYPERLINK\s+(?:\\l\s+)?"?([^"\s]+)')
_CITATION = re.compile(r"\s*(?:ADDIN\s+(?:ZOTERO_ITEM|CSL_CITATION|EN\.CITE|Mendeley)|CITATION\b)")

StrangeContent = tuple[str, str]
"""Kind of some content, and its words."""


def link_of(node: Element, addresses: Mapping[str, str]) -> str:
    """The words of a `w:hyperlink` with its address: 'the walks (https://example.org/)'."""
    place = str(node.get(f"{W}anchor", ""))
    address = addresses.get(str(node.get(f"{R}id", "")), "") + (f"#{place}" if place else "")
    words = " ".join("".join(text.text or "" for text in node.iter(f"{W}t")).split())
    return words if address in ("", words) else f"{words} ({address})".strip()


class FieldReader:
    """Reads fields, whose instructions and words stand in many runs."""

    def __init__(self) -> None:
        self.open: list[list[str]] = []
        """Instructions and words of the fields that have not ended yet."""

    def read(self, node: Element) -> StrangeContent | None:
        """Take in an element; gives the field that it ends, if that is a link or a citation."""
        if node.tag == _SIMPLE:
            return _strange_content(
                str(node.get(f"{W}instr", "")), "".join(text.text or "" for text in node.iter(f"{W}t"))
            )
        if node.tag in _INSTRUCTIONS and self.open:
            self.open[-1][0] += node.text or ""
        elif node.tag == _CHARACTER and node.get(f"{W}fldCharType") == "begin":
            self.open.append(["", ""])
        elif node.tag == _CHARACTER and node.get(f"{W}fldCharType") == "end" and self.open:
            return _strange_content(*self.open.pop())
        return None

    def said(self, words: str) -> None:
        """Note words that stand in the fields that are open."""
        for one in self.open:
            one[1] += words


def _strange_content(instructions: str, words: str) -> StrangeContent | None:
    link, words = _FIELD_LINK.match(instructions), words.strip()
    if link:
        return "a link", words if words == link[1] else f"{words} ({link[1]})".strip()
    return ("a citation", words) if _CITATION.match(instructions) else None
