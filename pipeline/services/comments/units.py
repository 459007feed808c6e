"""The words of a block as units that know their place in the source, and the Word XML of these units."""

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
from pipeline.core.text.typography import PASTED_CHARACTERS
from pipeline.model.body import NOWHERE, Emphasis, FootnoteCall, Inline, Marked, Strong, Text, walk_nodes
from pipeline.services.importing.docx_package import RUN, SYMBOL, TEXT, Element, W, symbol_sign

_BYTE_ORDER_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class SourceText:
    """The text of a file, and the same as `read_text` normalizes it: no byte order mark, plain line ends and spaces."""

    raw: str = field(repr=False)
    read: str = field(repr=False)
    """The normalized text."""
    homes: tuple[int, ...] = field(repr=False)
    """The offset in `raw` of each character of `read`, and of its end."""
    lines: tuple[int, ...] = field(repr=False)
    """Offsets of the lines of `read`."""

    def offset(self, place: Location) -> int:
        """Return the offset in `read` of a place; -1 if there is no such line."""
        return self.lines[place.line - 1] + place.column - 1 if place.line <= len(self.lines) else -1

    def line(self, place: Location) -> str:
        """Return the line of a place; empty if there is none."""
        start = self.offset(place) - place.column + 1
        return self.read[start:].partition("\n")[0] if start >= 0 else ""

    def place(self, path: str, offset: int) -> Location:
        """Return the place of an offset in `read`."""
        row = bisect_right(self.lines, offset) - 1
        return Location(path, row + 1, offset - self.lines[row] + 1)


def source_text(content: bytes) -> SourceText:
    """Decode and normalize a file that is known to be UTF-8."""
    raw = content.decode("utf-8")
    letters: list[str] = []
    homes: list[int] = []
    at = len(_BYTE_ORDER_MARK) if raw.startswith(_BYTE_ORDER_MARK) else 0
    while at < len(raw):
        normalized = "\n" if raw[at] == "\r" else str(PASTED_CHARACTERS.get(ord(raw[at]), raw[at]))
        letters.append(normalized)
        homes += [at] * len(normalized)
        at += 2 if raw.startswith("\r\n", at) else 1
    read = "".join(letters)
    lines = (0, *(n + 1 for n, letter in enumerate(read) if letter == "\n"))
    return SourceText(raw, read, (*homes, len(raw)), lines)


LockLabel = Callable[[Inline], str]
"""Gives the words that the document shows for a locked part."""

_BREAK = re.compile(r"[ \t]*\n[ \t>]*")
_ENTITY = re.compile(r"&#?\w{1,32};")


@dataclass(frozen=True, slots=True)
class SourceUnit:
    """A character of the text, or something that is locked: a citation, a link, a formula and the like."""

    seen: str
    start: int
    """Offset in the normalized text; -1 if it is not known."""
    end: int
    """Offset of its end; of something locked its start."""
    looks: str = ""
    """Letters `b` and `i` for strong and emphasized words, in the order of their marks."""
    lock: str = ""
    """Digest of what is locked; empty for a character that can be changed."""
    is_break: bool = False
    """True if it is the end of a line of the source, which reads as a space."""
    role: str = field(default="", compare=False)
    """The role of marked words, such as `sup` or `del`."""


def units_of(nodes: Sequence[Inline], source: SourceText, label: LockLabel) -> tuple[SourceUnit, ...]:
    """Split the words of a block into units."""
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
    """Make the unit of a node that reviewers cannot change."""
    places = (inner.place for inner in walk_nodes(node) if getattr(inner, "place", NOWHERE) != NOWHERE)
    place = next(places, None)
    start = source.offset(place) if place else -1
    role = str(node.role) if isinstance(node, Marked) else ""
    return SourceUnit(seen, start, start, looks, digest_of(node), role=role)


def _characters(node: Text, source: SourceText, looks: str) -> list[SourceUnit] | None:
    """Find each character of some words in the source; None if one of them is not there."""
    at, read = source.offset(node.place), source.read
    units: list[SourceUnit] = []
    if node.place == NOWHERE or at < 0:
        return None
    for letter in node.text:
        end = _end_of(letter, read, at)
        if end is None:
            return None
        is_break = letter == "\n"
        units.append(SourceUnit(" " if is_break else letter, at, end, looks, is_break=is_break))
        at = end
    return units


def _end_of(letter: str, read: str, at: int) -> int | None:
    """Return the end of a character that is written at an offset; None if another is."""
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
    """Return a short digest of a node that does not depend on its place.

    Documents that are out for comment hold such digests: the names of node types and the order of their fields count.
    """
    return hashlib.sha256(repr(_without_places(node)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _without_places(node: object) -> object:
    if isinstance(node, tuple):
        return tuple(map(_without_places, node))
    if isinstance(node, FootnoteCall):
        return type(node).__name__, node.label  # its number changes with every note before it
    if is_dataclass(node) and not isinstance(node, type):
        values = (getattr(node, f.name) for f in fields(node))
        return (type(node).__name__, *(_without_places(value) for value in values if not isinstance(value, Location)))
    return node


FOLDER = "source/sent"
"""The folder with the sources of documents that are out for comment."""

_DIGITS = 16
"""Digits of the digest in the name of a copy."""

_IDENTIFIER = re.compile(r"briefing:([a-z0-9]+(?:-[a-z0-9]+)*):sha256:([0-9a-f]{64})")
_BOOKMARK = re.compile(r"_(?P<kind>[baf])(?P<number>\d{1,6})(?:_(?P<part>\d{1,6}))?_(?P<digest>[0-9a-f]{8})")


class SentSource(NamedTuple):
    """The source that a document was made from: the briefing's id, and the SHA-256 of its file."""

    id: str
    digest: str

    @property
    def identifier(self) -> str:
        """The `dc:identifier` of the document."""
        return f"briefing:{self.id}:sha256:{self.digest}"

    @property
    def copy(self) -> str:
        """The path of the copy of the source."""
        return f"{FOLDER}/{self.id}/{self.digest[:_DIGITS]}.md"


class SentBookmark(NamedTuple):
    """One of our bookmarks: of a block (`b`), of locked words in a block (`a`), or of words outside blocks (`f`)."""

    kind: str
    number: int
    part: int
    """Of `a` the number of the locked unit; of `f` how many paragraphs outside blocks there are; else 0."""
    digest: str
    """Digest of the words that were sent."""

    @property
    def name(self) -> str:
        """Its name in the document; Word hides names that begin with a low line."""
        part = f"_{self.part}" if self.kind == "a" or self.part else ""
        return f"_{self.kind}{self.number}{part}_{self.digest}"


def identify_source(id_: str, content: bytes) -> SentSource:
    """Identify the source of a document that is about to be made."""
    return SentSource(id_, hashlib.sha256(content).hexdigest())


def read_source_identifier(text: str) -> SentSource | None:
    """Read a `dc:identifier`; None if it is not one of ours."""
    match = _IDENTIFIER.fullmatch(text.strip())
    return SentSource(match[1], match[2]) if match else None


def read_bookmark(name: str) -> SentBookmark | None:
    """Read the name of a bookmark; None if it is not one of ours."""
    match = _BOOKMARK.fullmatch(name)
    if match is None:
        return None
    return SentBookmark(match["kind"], int(match["number"]), int(match["part"] or 0), match["digest"])


def digest_of_words(words: str) -> str:
    """Return the digest by which a bookmark shows whether its words have changed."""
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
        """Return a number that nothing else has."""
        self.last += 1
        return str(self.last)


def element(tag: str, /, *children: Element, **attributes: str) -> Element:
    """Make an element in Word's namespace."""
    node = etree.Element(f"{W}{tag}", {f"{W}{name}": value for name, value in attributes.items()})
    node.extend(children)
    return node


def run(words: str, looks: str = "", role: str = "") -> Element:
    """Make a run of words: strong, emphasized, raised, lowered or struck out."""
    node = etree.Element(RUN)
    properties = [element(letter) for letter in "bi" if letter in looks]
    if role in _ROLES:
        name, value = _ROLES[role]
        properties.append(element(name, val=value))
    if properties:
        node.append(element("rPr", *properties))
    for is_sign, letters in groupby(words, lambda letter: letter in _SIGNS):
        if is_sign:
            node.extend(element(_SIGNS[letter]) for letter in letters)
        else:
            text = etree.SubElement(node, TEXT)
            text.text = "".join(letters)
            text.set(_SPACE, "preserve")
    return node


def shown_words(content: Iterable[Element]) -> str:
    """Return the words of some XML as a reader sees them."""
    return "".join(sign_of(node) for part in content for node in part.iter() if isinstance(node.tag, str))


def sign_of(node: Element) -> str:
    """Return the words of an element that holds words, also deleted ones; empty for other elements."""
    if node.tag in _WORDS:
        return node.text or ""
    return symbol_sign(node) if node.tag == SYMBOL else _LETTERS.get(node.tag, "")


def control(numbers: ControlNumbers, name: str, *content: Element) -> Element:
    """Wrap content in a control that can be neither edited nor deleted."""
    properties = element("sdtPr", element("tag", val=name), element("id", val=numbers.next()))
    properties.append(element("lock", val="sdtContentLocked"))
    return element("sdt", properties, element("sdtContent", *content))


def bookmarked(numbers: ControlNumbers, bookmark: SentBookmark, content: Sequence[Element]) -> list[Element]:
    """Put content between the two ends of a hidden bookmark."""
    number = numbers.next()
    return [element("bookmarkStart", id=number, name=bookmark.name), *content, element("bookmarkEnd", id=number)]


def words_of(numbers: ControlNumbers, block: int, units: Sequence[SourceUnit]) -> Iterator[Element]:
    """Yield the runs and controls of a block's units."""
    for number, part in _runs(units):
        first = part[0]
        if not first.lock:
            yield run("".join(unit.seen for unit in part), first.looks)
        elif first.seen:
            bookmark = SentBookmark("a", block, number, digest_of_words(first.seen))
            content = control(numbers, bookmark.name, run(first.seen, first.looks, first.role))
            yield from bookmarked(numbers, bookmark, [content])


def _runs(units: Sequence[SourceUnit]) -> Iterator[tuple[int, list[SourceUnit]]]:
    """Group units that look alike, each locked one alone; yield the number of the first with each group."""
    at = 0
    numbered = enumerate(units)
    for _, group in groupby(numbered, lambda pair: (pair[0] if pair[1].lock else -1, pair[1].looks)):
        part = [unit for _, unit in group]
        yield at, part
        at += len(part)
