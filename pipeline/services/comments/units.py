"""The words of a block as units that know where they stand in the source, and their XML in a document."""

from __future__ import annotations

import hashlib
import html
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields, is_dataclass
from itertools import groupby
from typing import NamedTuple

from lxml import etree

from pipeline.core.diagnostics import Location
from pipeline.core.text.typography import PASTED
from pipeline.model.body import NOWHERE, Emphasis, FootnoteCall, Inline, Marked, Strong, Text, walk
from pipeline.services.importing.package import RUN, SYMBOL, TEXT, Element, W, symbol_sign

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text as `read_text` gives it, beside the file: without its first mark, with plain line ends and letters."""

    raw: str = field(repr=False)
    read: str = field(repr=False)
    homes: tuple[int, ...] = field(repr=False)
    """Of each character of `read`, and of its end, the offset in `raw`."""
    lines: tuple[int, ...] = field(repr=False)
    """Offsets of the lines of `read`."""

    def offset(self, place: Location) -> int:
        """The offset in the text as it is read of a place; -1 where there is no such line."""
        return self.lines[place.line - 1] + place.column - 1 if place.line <= len(self.lines) else -1

    def line(self, place: Location) -> str:
        """The line of a place; nothing where there is none."""
        start = self.offset(place) - place.column + 1
        return self.read[start:].partition("\n")[0] if start >= 0 else ""

    def place(self, path: str, offset: int) -> Location:
        """The place of an offset in the text as it is read."""
        row = bisect_right(self.lines, offset) - 1
        return Location(path, row + 1, offset - self.lines[row] + 1)


def source_text(content: bytes) -> SourceText:
    """The text of a file that was read before: its bytes are UTF-8."""
    raw = content.decode("utf-8")
    letters: list[str] = []
    homes: list[int] = []
    at = len(_MARK) if raw.startswith(_MARK) else 0
    while at < len(raw):
        taken = 2 if raw.startswith("\r\n", at) else 1
        made = "\n" if raw[at] == "\r" else str(PASTED.get(ord(raw[at]), raw[at]))
        letters.append(made)
        homes += [at] * len(made)
        at += taken
    read = "".join(letters)
    starts = (0, *(n + 1 for n, letter in enumerate(read) if letter == "\n"))
    return SourceText(raw, read, (*homes, len(raw)), starts)


LockLabel = Callable[[Inline], str]
"""Words that stand in the document for what is locked."""

_BREAK = re.compile(r"[ \t]*\n[ \t>]*")
_ENTITY = re.compile(r"&#?\w{1,32};")


@dataclass(frozen=True, slots=True)
class SourceUnit:
    """A character of the text, or something that is locked: a citation, a link, a formula and the like."""

    seen: str
    start: int
    """Offset in the text as it is read; -1 where it is not known."""
    end: int
    """Offset of its end; that of something locked is its start."""
    looks: str = ""
    """Letters `b` and `i` for strong and stressed words, in the order of their marks."""
    lock: str = ""
    """Digest of what is locked; empty for a character that can be changed."""
    is_break: bool = False
    """Whether it is the end of a line of the source, which reads as a space."""
    role: str = field(default="", compare=False)
    """The role of marked words, such as `sup`: their place or a line through them."""


def units_of(nodes: Sequence[Inline], source: SourceText, label: LockLabel) -> tuple[SourceUnit, ...]:
    """The units of the words of a block."""
    return tuple(_units(nodes, source, label, ""))


def _units(nodes: Sequence[Inline], source: SourceText, label: LockLabel, looks: str) -> Iterator[SourceUnit]:
    for node in nodes:
        match node:
            case Text():
                yield from _characters(node, source, looks) or (locked(node, source, node.text, looks),)
            case Emphasis():
                yield from _units(node.children, source, label, looks + "i")
            case Strong():
                yield from _units(node.children, source, label, looks + "b")
            case _:
                yield locked(node, source, label(node), looks)


def locked(node: object, source: SourceText, seen: str, looks: str = "") -> SourceUnit:
    """A unit that nobody may change."""
    place = next((one.place for one in walk(node) if getattr(one, "place", NOWHERE) != NOWHERE), None)
    start = source.offset(place) if place else -1
    role = str(node.role) if isinstance(node, Marked) else ""
    return SourceUnit(seen, start, start, looks, digest_of(node), role=role)


def _characters(node: Text, source: SourceText, looks: str) -> list[SourceUnit] | None:
    """The characters of words, each found in the source; None where one is not."""
    at, read = source.offset(node.place), source.read
    found: list[SourceUnit] = []
    if node.place == NOWHERE or at < 0:
        return None
    for letter in node.text:
        end = _end_of(letter, read, at)
        if end is None:
            return None
        is_break = letter == "\n"
        found.append(SourceUnit(" " if is_break else letter, at, end, looks, is_break=is_break))
        at = end
    return found


def _end_of(letter: str, read: str, at: int) -> int | None:
    """The end of what a character is written as at an offset; None where it is something else."""
    if letter == "\n":
        gap = _BREAK.match(read, at)
        return gap.end() if gap else None
    if read.startswith(letter, at):
        return at + 1
    if read.startswith(f"\\{letter}", at):
        return at + 2
    entity = _ENTITY.match(read, at)
    return entity.end() if entity and html.unescape(entity[0]) == letter else None


def digest_of(node: object) -> str:
    """A short digest of a node, wherever it stands."""
    return hashlib.sha256(repr(_placeless(node)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _placeless(node: object) -> object:
    if isinstance(node, tuple):
        return tuple(map(_placeless, node))
    if isinstance(node, FootnoteCall):
        return type(node).__name__, node.label  # its number changes with every note before it
    if is_dataclass(node) and not isinstance(node, type):
        kept = (getattr(node, f.name) for f in fields(node))
        return (type(node).__name__, *(_placeless(part) for part in kept if not isinstance(part, Location)))
    return node


FOLDER = "source/sent"
"""The folder of the sources of documents that are out for comment."""

_DIGITS = 16
"""So many digits of a digest name the copy."""

_IDENTIFIER = re.compile(r"briefing:([a-z0-9]+(?:-[a-z0-9]+)*):sha256:([0-9a-f]{64})")
_BOOKMARK = re.compile(r"_(?P<kind>[baf])(?P<number>\d{1,6})(?:_(?P<part>\d{1,6}))?_(?P<digest>[0-9a-f]{8})")


class Sent(NamedTuple):
    """Origin of a document: the briefing's id, and the digest of its source."""

    id: str
    digest: str

    @property
    def identifier(self) -> str:
        """The document's `dc:identifier`."""
        return f"briefing:{self.id}:sha256:{self.digest}"

    @property
    def copy(self) -> str:
        """The path of the copy of the source."""
        return f"{FOLDER}/{self.id}/{self.digest[:_DIGITS]}.md"


class SentMark(NamedTuple):
    """A bookmark of ours: of a block (`b`), of something locked in one (`a`), or of words of no block (`f`)."""

    kind: str
    number: int
    part: int
    """Number of the unit that is locked; of words of no block how many such paragraphs there are; 0 for others."""
    digest: str
    """Digest of the words that stood there."""

    @property
    def name(self) -> str:
        """Its name in the document; Word hides what begins with a low line."""
        part = f"_{self.part}" if self.kind == "a" or self.part else ""
        return f"_{self.kind}{self.number}{part}_{self.digest}"


def sent_of(id_: str, content: bytes) -> Sent:
    """Origin of a document that is made from a source."""
    return Sent(id_, hashlib.sha256(content).hexdigest())


def read_identifier(written: str) -> Sent | None:
    """Origin that an identifier names; nothing where it is none of ours."""
    found = _IDENTIFIER.fullmatch(written.strip())
    return Sent(found[1], found[2]) if found else None


def read_bookmark(name: str) -> SentMark | None:
    """Bookmark of a name; nothing where it is none of ours."""
    found = _BOOKMARK.fullmatch(name)
    if found is None:
        return None
    return SentMark(found["kind"], int(found["number"]), int(found["part"] or 0), found["digest"])


def digest_of_words(words: str) -> str:
    """Digest of words by which a bookmark tells whether they are still the same."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:8]


_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SIGNS = {"\n": "br", "\t": "tab"}
_WORDS = (TEXT, f"{W}delText")
_LETTERS = {f"{W}br": "\n", f"{W}cr": "\n", f"{W}tab": "\t", f"{W}noBreakHyphen": "\u2011", f"{W}softHyphen": ""}


_ROLES = {"sup": ("vertAlign", "superscript"), "sub": ("vertAlign", "subscript"), "del": ("strike", "true")}


class ControlNumbers:
    """Hands out the numbers of bookmarks and controls of one document."""

    def __init__(self) -> None:
        self.last = 0

    def next(self) -> str:
        """A number that nothing else has."""
        self.last += 1
        return str(self.last)


def element(tag: str, /, *children: Element, **attributes: str) -> Element:
    """An element of Word's."""
    made = etree.Element(f"{W}{tag}", {f"{W}{name}": value for name, value in attributes.items()})
    made.extend(children)
    return made


def run(words: str, looks: str = "", role: str = "") -> Element:
    """A run of words, strong or stressed, raised, lowered or struck out."""
    made = etree.Element(RUN)
    marks = [element(letter) for letter in "bi" if letter in looks]
    if role in _ROLES:
        name, says = _ROLES[role]
        marks.append(element(name, val=says))
    if marks:
        made.append(element("rPr", *marks))
    for is_sign, letters in groupby(words, lambda letter: letter in _SIGNS):
        if is_sign:
            made.extend(element(_SIGNS[letter]) for letter in letters)
        else:
            text = etree.SubElement(made, TEXT)
            text.text = "".join(letters)
            text.set(_SPACE, "preserve")
    return made


def shown_words(content: Iterable[Element]) -> str:
    """The words of some XML as a reader sees them."""
    return "".join(sign_of(node) for part in content for node in part.iter() if isinstance(node.tag, str))


def sign_of(node: Element) -> str:
    """The words of an element that holds words, of those that were struck out too; empty for others."""
    if node.tag in _WORDS:
        return node.text or ""
    return symbol_sign(node) if node.tag == SYMBOL else _LETTERS.get(node.tag, "")


def control(numbers: ControlNumbers, name: str, *content: Element) -> Element:
    """A content control that can be neither edited nor taken away."""
    properties = element("sdtPr", element("tag", val=name), element("id", val=numbers.next()))
    properties.append(element("lock", val="sdtContentLocked"))
    return element("sdt", properties, element("sdtContent", *content))


def bookmarked(numbers: ControlNumbers, mark: SentMark, content: Sequence[Element]) -> list[Element]:
    """Content between the two ends of a hidden bookmark."""
    number = numbers.next()
    return [element("bookmarkStart", id=number, name=mark.name), *content, element("bookmarkEnd", id=number)]


def words_of(numbers: ControlNumbers, block: int, units: Sequence[SourceUnit]) -> Iterator[Element]:
    """The runs and controls of a block's units."""
    for number, part in _runs(units):
        first = part[0]
        if not first.lock:
            yield run("".join(unit.seen for unit in part), first.looks)
        elif first.seen:
            mark = SentMark("a", block, number, digest_of_words(first.seen))
            yield from bookmarked(
                numbers, mark, [control(numbers, mark.name, run(first.seen, first.looks, first.role))]
            )


def _runs(units: Sequence[SourceUnit]) -> Iterator[tuple[int, list[SourceUnit]]]:
    """The units in pieces, each with the number of its first: words that look alike, or something locked."""
    at = 0
    numbered = enumerate(units)
    for _, group in groupby(numbered, lambda pair: (pair[0] if pair[1].lock else -1, pair[1].looks)):
        part = [unit for _, unit in group]
        yield at, part
        at += len(part)
