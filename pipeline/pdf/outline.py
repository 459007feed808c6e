"""The bookmarks of a file (ISO 32000-1, 12.3.3), as the press writes them: each leads to a point of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pikepdf import Array, Dictionary, Name, Object, Pdf, String


@dataclass(frozen=True, slots=True)
class OutlineItem:
    """An entry of a PDF's outline: title, target (page from 0, point from the lower left), and the entries below."""

    title: str
    page: int
    left: float
    top: float
    kids: tuple[OutlineItem, ...] = ()
    closed: bool = False
    """Whether those below are hidden at first."""


def read_bookmarks(pdf: Pdf, first_page: int) -> tuple[OutlineItem, ...]:
    """The bookmarks of a pressed file whose first page gets this number."""
    outline = pdf.Root.get("/Outlines")
    if outline is None:
        return ()
    pages = {page.obj.objgen: number for number, page in enumerate(pdf.pages, first_page)}
    return tuple(_below(outline, pages))


def _below(node: Any, pages: Mapping[tuple[int, int], int]) -> Iterator[OutlineItem]:
    entry = node.get("/First")
    while entry is not None:
        page, _, left, top, *_ = entry.Dest
        kids = tuple(_below(entry, pages))
        yield OutlineItem(str(entry.Title), pages[page.objgen], float(left), float(top), kids)
        entry = entry.get("/Next")


def write_bookmarks(pdf: Pdf, marks: Sequence[OutlineItem]) -> None:
    """Give a file these bookmarks."""
    outline = pdf.make_indirect(Dictionary(Type=Name.Outlines))
    _link(pdf, outline, marks, [page.obj for page in pdf.pages])
    pdf.Root.Outlines = outline


def _link(pdf: Pdf, parent: Any, marks: Sequence[OutlineItem], pages: Sequence[Object]) -> int:
    """Hang bookmarks under another; gives how many of them can be seen."""
    seen = len(marks)
    entries: list[Any] = []
    for mark in marks:
        place = Array([pages[mark.page], Name.XYZ, mark.left, mark.top, 0])
        entry: Any = pdf.make_indirect(Dictionary(Title=String(mark.title), Dest=place, Parent=parent))
        if entries:
            entries[-1].Next, entry.Prev = entry, entries[-1]
        entries.append(entry)
        below = _link(pdf, entry, mark.kids, pages)
        if below:
            entry.Count = -below if mark.closed else below
        seen += 0 if mark.closed else below
    if entries:
        parent.First, parent.Last, parent.Count = entries[0], entries[-1], seen
    return seen
