"""What press gives: tagged pages with empty margins and a map of what stands where."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.diagnostics import Diagnostic


@dataclass(frozen=True, slots=True)
class PageStart:
    """A page starts in the block `element`, after `offset` of its characters (white space not counted)."""

    page: int
    element: str
    offset: int


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
class Sheets:
    """One pressed manuscript."""

    pdf: bytes = field(repr=False)
    pages: int
    starts: tuple[PageStart, ...]
    slots: tuple[Slot, ...] = ()
    remarks: tuple[Diagnostic, ...] = ()
    targets: tuple[tuple[str, int], ...] = ()
    """Every element id with the page it starts on, in order."""
