"""Read the paragraphs of a returned Word document, with who inserted and deleted each character."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipeline.core.diagnostics import visible
from pipeline.services.comments.units import SentBookmark, read_bookmark, sign_of
from pipeline.services.importing.docx_package import PARAGRAPH, SYMBOL, Element, R, W, symbol_name

_INSERTIONS, _DELETIONS = (f"{W}ins", f"{W}moveTo"), (f"{W}del", f"{W}moveFrom")
_MOVES = (f"{W}moveTo", f"{W}moveFrom")
_BOOKMARK_START, _BOOKMARK_END = f"{W}bookmarkStart", f"{W}bookmarkEnd"
_NOTES = (f"{W}footnoteReference", f"{W}endnoteReference")
_PICTURES = (f"{W}drawing", f"{W}pict", f"{W}object")
_LINK = f"{W}hyperlink"
_FORMULA = "{http://schemas.openxmlformats.org/officeDocument/2006/math}oMath"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_COMMENT = (f"{W}commentRangeStart", f"{W}commentReference")


class Revision(NamedTuple):
    """A tracked change: what it did, by whom and when, and whether it is one end of a move."""

    state: Literal["kept", "inserted", "deleted"] = "kept"
    author: str = ""
    day: str = ""
    moved: bool = False


KEPT = Revision()


class ReviewedCharacter(NamedTuple):
    """A character of a returned document, and the bookmark of the locked words that it is in."""

    letter: str
    revision: Revision
    lock: SentBookmark | None = None


class UnsupportedContent(NamedTuple):
    """Content that no words of a source can express: its kind, such as `a link`, its words and who inserted it."""

    kind: str
    words: str
    revision: Revision


@dataclass
class ReturnedParagraph:
    """A paragraph: the bookmarks of blocks that begin in it, its characters, and the revision of its end."""

    bookmarks: list[SentBookmark] = field(default_factory=list)
    characters: list[ReviewedCharacter] = field(default_factory=list)
    end: Revision = KEPT
    split_from: SentBookmark | None = None
    """The bookmark that began in an earlier paragraph and is still open: somebody split that paragraph."""
    row_revision: Revision = KEPT
    row_number: int = -1
    table: int = -1
    """Numbers of its row and table; -1 outside tables."""
    comments: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    pictures: int = 0
    picture_deletion: Revision = KEPT
    unsupported: list[UnsupportedContent] = field(default_factory=list)

    @property
    def after(self) -> str:
        """Its words with every change accepted."""
        return accepted(self.characters)

    @property
    def before(self) -> str:
        """Its words with every change rejected."""
        return rejected(self.characters)


def accepted(characters: Iterable[ReviewedCharacter]) -> str:
    """Return the words with every change accepted."""
    return "".join(character.letter for character in characters if character.revision.state != "deleted")


def rejected(characters: Iterable[ReviewedCharacter]) -> str:
    """Return the words with every change rejected."""
    return "".join(character.letter for character in characters if character.revision.state != "inserted")


def read_returned_paragraphs(root: Element, addresses: Mapping[str, str] | None = None) -> list[ReturnedParagraph]:
    """Return the paragraphs of a document in reading order; `addresses` has the targets of its links by their ids."""
    return _Reader(addresses or {}).read(root)


class _Reader:
    def __init__(self, addresses: Mapping[str, str]) -> None:
        self.addresses = addresses
        self.fields = _FieldReader()
        self.paragraphs: dict[Element, ReturnedParagraph] = {}
        self.open: dict[str, SentBookmark] = {}
        """Our bookmarks that have not ended, by the numbers that the document gives them."""
        self.between: list[SentBookmark] = []
        """Bookmarks that began between two paragraphs: they belong to the next."""
        self.numbers: dict[Element, int] = {}
        """Numbers of rows and tables."""

    def read(self, root: Element) -> list[ReturnedParagraph]:
        for node in root.iter():
            if not isinstance(node.tag, str) or any(True for _ in node.iterancestors(_FALLBACK)):
                continue
            if node.tag == PARAGRAPH:
                self.begin_paragraph(node)
                continue
            above = next(node.iterancestors(PARAGRAPH), None)
            paragraph = None if above is None else self.paragraphs[above]
            if node.tag == _BOOKMARK_START:
                self.begin_bookmark(node, paragraph)
            elif node.tag == _BOOKMARK_END:
                self.open.pop(str(node.get(f"{W}id")), None)
            elif paragraph is not None:
                self.read_content(node, paragraph)
        return list(self.paragraphs.values())

    def begin_paragraph(self, node: Element) -> None:
        split_from = next((bookmark for bookmark in self.open.values() if bookmark.kind != "a"), None)
        end = _revision_in(node.find(f"{W}pPr/{W}rPr"))
        paragraph = ReturnedParagraph(self.between, split_from=split_from, end=end)
        self.between = []
        row = next(node.iterancestors(f"{W}tr"), None)
        if row is not None:
            table = next(node.iterancestors(f"{W}tbl"))
            paragraph.row_number = self.numbers.setdefault(row, len(self.numbers))
            paragraph.table = self.numbers.setdefault(table, len(self.numbers))
            paragraph.row_revision = _revision_in(row.find(f"{W}trPr"))
        self.paragraphs[node] = paragraph

    def begin_bookmark(self, node: Element, paragraph: ReturnedParagraph | None) -> None:
        bookmark = read_bookmark(str(node.get(f"{W}name", "")))
        if bookmark is None:
            return
        self.open[str(node.get(f"{W}id"))] = bookmark
        if bookmark.kind != "a":
            (self.between if paragraph is None else paragraph.bookmarks).append(bookmark)

    def read_content(self, node: Element, paragraph: ReturnedParagraph) -> None:
        if node.tag in _COMMENT:
            paragraph.comments.append(str(node.get(f"{W}id")))
        elif node.tag in _NOTES:
            paragraph.notes.append(str(node.get(f"{W}id")))
        elif node.tag in _PICTURES:
            picture = _revision_of(node) or KEPT
            if picture.state == "deleted":
                paragraph.picture_deletion = picture
            else:
                paragraph.pictures += 1
        elif node.tag in (_FORMULA, _LINK):
            self.read_formula_or_link(paragraph, node)
        elif words := sign_of(node):
            revision = _revision_of(node)
            self.fields.add_words(words if revision is not None and revision.state != "deleted" else "")
            if revision is not None and not any(True for _ in node.iterancestors(f"{W}pPr", f"{W}rPr")):
                lock = next((bookmark for bookmark in self.open.values() if bookmark.kind == "a"), None)
                paragraph.characters += (ReviewedCharacter(letter, revision, lock) for letter in words)
        elif node.tag == SYMBOL:
            _add_unsupported(paragraph, "a sign", symbol_name(node), _revision_of(node))
        elif content := self.fields.read(node):
            _add_unsupported(paragraph, *content, _revision_of(node))

    def read_formula_or_link(self, paragraph: ReturnedParagraph, node: Element) -> None:
        """Add a formula or a link, which no document for comment is sent with."""
        revision = _revision_of(node)
        if revision == KEPT:
            inner = (_revision_of(run) for run in node.iter(f"{W}r"))
            revision = next((other for other in inner if other not in (None, KEPT)), KEPT)
        if node.tag == _LINK:
            _add_unsupported(paragraph, "a link", link_of(node, self.addresses), revision)
        else:
            _add_unsupported(paragraph, "a formula", "".join(str(part) for part in node.itertext()), revision)


def _add_unsupported(paragraph: ReturnedParagraph, kind: str, words: str, revision: Revision | None) -> None:
    """Add content that was not sent, unless somebody deleted it again."""
    if revision is not None and revision.state != "deleted":
        paragraph.unsupported.append(UnsupportedContent(kind, words, revision))


def _revision_of(node: Element) -> Revision | None:
    """Return the revision of some words; None where one person inserted them and another deleted them."""
    changes = list(node.iterancestors(*_INSERTIONS, *_DELETIONS))
    if len({change.tag in _INSERTIONS for change in changes}) == 2:
        return None
    return _read_revision(changes[0]) if changes else KEPT


def _read_revision(change: Element) -> Revision:
    author = visible(" ".join(str(change.get(f"{W}author", "")).split()))
    day = visible(str(change.get(f"{W}date", ""))[:10])
    return Revision("inserted" if change.tag in _INSERTIONS else "deleted", author, day, change.tag in _MOVES)


def _revision_in(properties: Element | None) -> Revision:
    changes = () if properties is None else properties
    return next((_read_revision(change) for change in changes if change.tag in (*_INSERTIONS, *_DELETIONS)), KEPT)


def words_of_notes(part: Element, addresses: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield the id and words of each note of a part; the addresses of its links follow its words."""
    for note in part:
        if isinstance(note.tag, str):
            links = [link_of(link, addresses) for link in note.iter(_LINK)]
            words = " ".join("".join(map(sign_of, note.iter())).split())
            yield str(note.get(f"{W}id")), "; ".join(filter(None, (words, *links)))


def link_of(node: Element, addresses: Mapping[str, str]) -> str:
    """Return the words of a `w:hyperlink` with its address: 'the walks (https://example.org/)'."""
    anchor = str(node.get(f"{W}anchor", ""))
    address = addresses.get(str(node.get(f"{R}id", "")), "") + (f"#{anchor}" if anchor else "")
    words = " ".join(_text_in(node).split())
    return words if address in ("", words) else f"{words} ({address})".strip()


def _text_in(node: Element) -> str:
    return "".join(text.text or "" for text in node.iter(f"{W}t"))


_SIMPLE, _CHARACTER = f"{W}fldSimple", f"{W}fldChar"
_INSTRUCTIONS = (f"{W}instrText", f"{W}delInstrText")
_FIELD_LINK = re.compile(r'\s*HYPERLINK\s+(?:\\l\s+)?"?([^"\s]+)')
_CITATION = re.compile(r"\s*(?:ADDIN\s+(?:ZOTERO_ITEM|CSL_CITATION|EN\.CITE|Mendeley)|CITATION\b)")


class _FieldReader:
    """Reads fields, whose instructions and words are spread over many runs."""

    def __init__(self) -> None:
        self.open: list[list[str]] = []
        """Instructions and words of the fields that have not ended yet."""

    def read(self, node: Element) -> tuple[str, str] | None:
        """Read an element; return the kind and words of the field that it ends, if that is a link or a citation."""
        if node.tag == _SIMPLE:
            return _link_or_citation(str(node.get(f"{W}instr", "")), _text_in(node))
        if node.tag in _INSTRUCTIONS and self.open:
            self.open[-1][0] += node.text or ""
        elif node.tag == _CHARACTER and node.get(f"{W}fldCharType") == "begin":
            self.open.append(["", ""])
        elif node.tag == _CHARACTER and node.get(f"{W}fldCharType") == "end" and self.open:
            return _link_or_citation(*self.open.pop())
        return None

    def add_words(self, words: str) -> None:
        for field_ in self.open:
            field_[1] += words


def _link_or_citation(instructions: str, words: str) -> tuple[str, str] | None:
    link, words = _FIELD_LINK.match(instructions), words.strip()
    if link:
        return "a link", words if words == link[1] else f"{words} ({link[1]})".strip()
    return ("a citation", words) if _CITATION.match(instructions) else None
