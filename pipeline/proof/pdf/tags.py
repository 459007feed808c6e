"""The structure tree of a PDF as plain values, and the words it holds in the order of the tags."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import NamedTuple, Union

from pipeline.proof.pdf.content import TextRun
from pipeline.text.scripts import runs_backwards

ObjectKey = tuple[int, int]
"""An object of the file: its number and generation."""


class Content(NamedTuple):
    """Marked content of an element: the page (from 1; 0 where none is named) and the number of the mark."""

    page: int
    mark: int


@dataclass(frozen=True, slots=True)
class ObjectReference:
    """An object that an element holds, such as a link's field on the page."""

    key: ObjectKey


Kid = Union["TaggedElement", Content, ObjectReference]
"""A child of an element: another one, marked content or an object."""

TagPath = tuple["TaggedElement", ...]
"""An element after all those that hold it, the outermost first."""

Leaf = tuple[TagPath, Content]
Skip = Callable[[TagPath], bool]
"""Whether an element, given after those that hold it, is left out."""

INLINE = frozenset({"Span", "Link", "Code", "Reference", "Quote", "Em", "Strong", "BibEntry", "Annot", "Sub"})
"""Elements within a line (14.8.4.4): what stands in the next one stands as close as it is written."""

HEADINGS = frozenset({"H", "H1", "H2", "H3", "H4", "H5", "H6"})
NOTES = frozenset({"Note", "FENote"})


@dataclass(eq=False)
class TaggedElement:
    """A structure element. `kind` is its standard type, whatever name the file gives it."""

    kind: str
    key: ObjectKey
    kids: list[Kid] = field(default_factory=list)
    alt: str = ""
    id: str = ""
    numbering: str = ""
    """Numbering of a list, where it says so."""
    spans: tuple[str, str] = ("1", "1")
    """Number of columns and of rows that a cell spans."""

    @cached_property
    def all(self) -> tuple[TaggedElement, ...]:
        """The element and everything below it, in reading order."""
        return tuple(self.walk())

    def walk(self) -> Iterator[TaggedElement]:
        """The element and everything below it, in reading order, one by one."""
        rest = [self]
        while rest:
            tag = rest.pop()
            yield tag
            rest.extend(kid for kid in reversed(tag.kids) if type(kid) is TaggedElement)

    def leaves(self, skip: Skip | None = None) -> Iterator[Leaf]:
        """All marked content in reading order with the elements that hold it, the outermost first."""
        open_tags: list[tuple[TagPath, Iterator[Kid]]] = [((self,), iter(self.kids))]
        while open_tags:
            way, kids = open_tags[-1]
            for kid in kids:
                if type(kid) is Content:
                    yield way, kid
                elif type(kid) is TaggedElement and (skip is None or not skip((*way, kid))):
                    open_tags.append(((*way, kid), iter(kid.kids)))
                    break
            else:
                open_tags.pop()

    def of_kind(self, *kinds: str) -> list[TaggedElement]:
        """The elements of some kinds, in reading order."""
        return [tag for tag in self.all if tag.kind in kinds]


class TaggedWords:
    """The letters of a file by the marks they belong to."""

    def __init__(self, pages: Sequence[Sequence[TextRun]]) -> None:
        self._runs: dict[Content, list[TextRun]] = {}
        for page in pages:
            for run in page:
                if run.mark is not None and run.text:
                    self._runs.setdefault(Content(run.page, run.mark), []).append(run)
        self._pieces: dict[tuple[TaggedElement, Skip | None], tuple[tuple[int, str], ...]] = {}

    def pieces(self, tag: TaggedElement, skip: Skip | None = None) -> tuple[tuple[int, str], ...]:
        """The words of an element as a listener hears them, piece by piece with their pages.

        A new line is a space, unless a word is broken at its end; so is a new block. Within a line and a block words
        stand as close as they are written.
        """
        if (tag, skip) not in self._pieces:
            self._pieces[tag, skip] = tuple(self._read(tag, skip))
        return self._pieces[tag, skip]

    def _read(self, tag: TaggedElement, skip: Skip | None) -> Iterator[tuple[int, str]]:
        held = ""
        before: tuple[ObjectKey, TextRun] | None = None
        around: TagPath = ()
        block = tag.key
        for way, content in tag.leaves(skip):
            if way is not around:
                around = way
                block = next((t.key for t in reversed(way) if t.kind not in INLINE), way[0].key)
            for run in self._runs.get(content, ()):
                if before:
                    gap = _gap(before[0] == block, run, before[1])
                    broken = gap == " " and held.endswith(HYPHEN)
                    yield before[1].page, held.removesuffix(HYPHEN) if broken else held + gap
                held, before = run.text, (block, run)
        if before:
            yield before[1].page, held

    def joined(self, tag: TaggedElement) -> dict[int, int]:
        """Of each run that goes on where another ends, on its line and in its block, by identity: that other.

        Those of a picture stand where its drawer has put them, and what follows it begins anew.
        """
        found = {}
        before: tuple[ObjectKey, TextRun] | None = None
        for way, content in tag.leaves():
            if any(t.kind in ("Figure", "Formula") for t in way):
                before = None
                continue
            block = next((t.key for t in reversed(way) if t.kind not in INLINE), way[0].key)
            for run in self._runs.get(content, ()):
                if before and not _gap(before[0] == block, run, before[1]):
                    found[id(run)] = id(before[1])
                before = (block, run)
        return found

    def lines(self, tag: TaggedElement) -> list[tuple[int, str]]:
        """The lines of an element as they stand on its pages."""
        found: list[tuple[int, str]] = []
        before: TextRun | None = None
        for _, content in tag.leaves():
            for run in self._runs.get(content, ()):
                goes_on = before is not None and not _gap(True, run, before)
                text = found.pop()[1] if goes_on else ""
                found.append((run.page, text + run.text))
                before = run
        return found

    def of(self, tag: TaggedElement, skip: Skip | None = None) -> str:
        """The words of an element as a listener hears them."""
        return "".join([text for _, text in self.pieces(tag, skip)])

    def text(self, content: Content) -> str:
        """The letters of one marked content."""
        return "".join(run.text for run in self._runs.get(content, ()))

    def shown(self, content: Content) -> bool:
        """Whether marked content holds any letters."""
        return bool(self.text(content).strip())


HYPHEN = "\u2010"
"""The engine's sign where it breaks a word; an author's own hyphen is another character."""


def _gap(same_block: bool, run: TextRun, before: TextRun) -> str:
    """White space between two runs."""
    if not same_block:
        return "\n"
    if run.page != before.page or abs(run.y - before.y) > 1:
        return " "
    return " " if run.x < before.x and not runs_backwards(before.text + run.text) else ""
