"""Sheets as the press makes them, and the identity of a text that its pages carry."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

from pipeline.core.diagnostics import Diagnostic
from pipeline.model.words import Phrases

Addresses = tuple[tuple[str, str], ...]
"""Canonical addresses of the briefings that a text links to, by id."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity of a text on its pages: everything but the date produced, the folio and the holder."""

    id: str
    title: str
    short_title: str
    version: str
    words: Phrases
    """The fixed words around the text."""
    edition: str = ""
    publisher: str = ""
    language: str = "en-GB"
    statuses: tuple[str, ...] = ()
    """Words across the page head, in order: SAMPLE, DRAFT, DUE FOR REVIEW, SUPERSEDED BY …, WITHDRAWN."""
    marking: str = ""
    """The marking as printed top and bottom, or nothing where it is not shown."""
    address: str = ""
    """The canonical address, or nothing."""
    copy: str = ""
    """Of a pack whose copies are numbered: which copy this is, and who holds it; else nothing."""

    code: str = ""
    """The code printed on its pages, if any; of a numbered copy, the copy's code."""
    status_page: str = ""
    """The address of the page on what that code is of, or nothing."""

    @property
    def coded(self) -> tuple[str, str]:
        """Its code and the address of its status page."""
        return self.code, self.status_page

    def has(self, status: str) -> bool:
        """Whether the pages carry a status, named as in the table of words: `draft`, `due-for-review`."""
        return self.words.say(status) in self.statuses


@dataclass(frozen=True, slots=True)
class PageStart:
    """A page starts in the block `element`, after `offset` of its characters (white space not counted)."""

    page: int
    element: str
    offset: int
    pictures: int = 0
    """Number of pictures and formulas between the last of these characters and the start of the page."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place kept free for the bindery: page from 1, box in PDF points from the page's lower left corner."""

    name: str
    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class MarginText:
    """Text above or below the text area of a page, where running lines are; the box as of a slot."""

    words: str
    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class ChangeBar:
    """A bar in the margin of a page, next to changed lines; the box as of a slot."""

    page: int
    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class SourceMark:
    """A part of a page that shows words of one line of a source; the box as of a slot."""

    page: int
    x: float
    y: float
    width: float
    height: float
    path: str
    line: int

    def continues(self, other: SourceMark) -> bool:
        """Whether another spot, of the same line of the source, begins where this one ends."""
        same = (self.page, self.path, self.line) == (other.page, other.path, other.line)
        return same and abs(self.y - other.y) < self.height / 2 and abs(self.x + self.width - other.x) < self.height

    def joined(self, other: SourceMark) -> SourceMark:
        """The spot that is both."""
        low, high = min(self.y, other.y), max(self.y + self.height, other.y + other.height)
        return replace(self, y=low, width=round(other.x + other.width - self.x, 2), height=round(high - low, 2))


@dataclass(frozen=True, slots=True, weakref_slot=True)
class TypesetPages:
    """One pressed manuscript."""

    large = True
    """Its digest is computed once and kept."""

    pdf: bytes = field(repr=False)
    pages: int
    starts: tuple[PageStart, ...]
    slots: tuple[Slot, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()
    targets: tuple[tuple[str, int], ...] = ()
    """Every element id with the page it starts on, in order."""
    outliers: tuple[MarginText, ...] = ()
    bars: tuple[ChangeBar, ...] = ()
    """The bars next to marked changes, from the top of each page down."""
    spots: tuple[SourceMark, ...] = ()
    """Of a text in the live view, the lines of its sources."""


SectionKind = Literal["front", "briefing", "insert", "back"]


@dataclass(frozen=True, slots=True)
class Section:
    """Sheets bound into a pack. A briefing's `name` is its id; `identity` is the briefing's, else the pack's own.

    An insert is a finished PDF from outside: nothing is known of its text.
    """

    name: str
    title: str
    sheets: TypesetPages
    first: int
    """The folio of its first page, blank pages counted; 1 where it has no place in its pack yet."""
    kind: SectionKind = "briefing"
    identity: Identity | None = None
    cover: bool = False
    """Whether its first page is the pack's cover."""
