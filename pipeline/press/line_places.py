"""The lines of a page as a reader counts them, read off the engine's boxes: where the errata of a printed copy stand.

Lines are those of running text, from the top of the page in their column. Headings, tables, captions and notes are no
lines of it: what stands in them goes by their own words.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.markup.changes.errata import ERRATUM
from pipeline.markup.xhtml import HEADINGS
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import LinePlace, PageColumn, PlaceKind
from pipeline.press.engine.engine import listening, style_of
from pipeline.press.engine.fetcher import ClosedFetcher
from pipeline.press.engine.workarounds import require_known_engine
from pipeline.press.fast import released
from pipeline.press.press import set_pages

HALF, SIDE = 0.52, 0.31
"""Shares of a page's measure: what ends before the first is in the left column, before the second in the side one."""

SHOWN = 60
"""Letters of a row's first cell by which the row is named."""

_LEFT_OUT = frozenset({"stamp", "dateline", "eyebrow", "about", "logo"})
"""Classes of what says nothing that an erratum could stand in."""

_NUMBER = re.compile(r"\d+")


def place_lines(manuscript: Manuscript) -> tuple[LinePlace, ...]:
    """The place of each erratum that is marked in a text, in their order."""
    require_known_engine()
    stylesheet = style_of(manuscript)
    with released() as let_go, listening():
        _, document, _ = set_pages(manuscript, stylesheet, ClosedFetcher(manuscript), let_go)
        lines = [line for number, page in enumerate(document.pages, 1) for line in _of_page(page, number)]
    found: dict[int, LinePlace] = {}
    for line in lines:
        for number in line.errata:
            found.setdefault(number, line.place)
    return tuple(found[number] for number in sorted(found))


@dataclass(frozen=True, slots=True)
class _Around:
    """Elements around a line: what kind of place they make of it, and whose words name it."""

    kind: PlaceKind = "line"
    within: str = ""
    part: Any = None
    """The section in which lines are counted, if it is not the page."""
    heads: tuple[str, ...] = ()
    """The heads of a table's columns."""
    row: Any = None
    head: str = ""
    silent: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    place: LinePlace
    top: float
    part: Any = None
    errata: tuple[int, ...] = field(default=())


def _of_page(page: Any, number: int) -> Iterator[_Line]:
    """The lines of a page, numbered."""
    box = page._page_box
    found = list(_lines(box, box, box, number, _Around()))
    for line in found:
        own = _counted(line)
        tops: list[float] = []
        for top in sorted(other.top for other in found if _counted(other) == own):
            if not tops or top - tops[-1] > 1:
                tops.append(top)
        yield replace(line, place=replace(line.place, line=sum(top <= line.top for top in tops)))


def _counted(line: _Line) -> tuple[object, ...]:
    """The terms by which lines are counted together."""
    place = line.place
    return (place.kind, place.column, id(line.part)) if place.kind in ("line", "summary", "finding") else (id(line),)


def _lines(box: Any, page: Any, column: Any, number: int, around: _Around) -> Iterator[_Line]:
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.MarginBox):
        return
    around = _within(box, around)
    if around.silent:
        return
    if isinstance(box, boxes.LineBox):
        words = "".join(one.text for one in box.descendants() if isinstance(one, boxes.TextBox))
        errata = tuple(int(one.element.get(ERRATUM)) for one in box.descendants() if _is_erratum(one))
        if words.strip() or errata:
            row, own = _cells(around.row), " ".join(words.split())
            place = LinePlace(number, around.kind, 0, _column(column, page), around.within, own, row, around.head)
            yield _Line(place, box.position_y, around.part, errata)
        return
    column = box if isinstance(box, boxes.BlockContainerBox) else column
    for child in getattr(box, "children", ()):
        yield from _lines(child, page, column, number, around)


def _is_erratum(box: Any) -> bool:
    return box.element is not None and box.element.get(ERRATUM) is not None


def _within(box: Any, around: _Around) -> _Around:
    """The place that an element makes of the lines in it."""
    element = box.element
    if isinstance(box, boxes.FootnoteAreaBox):
        return _Around("note")
    if element is None or "::" in str(box.element_tag):
        return around
    classes, tag = set(str(element.get("class") or "").split()), str(element.tag)
    if classes & _LEFT_OUT:
        return _Around(silent=True)
    if tag in HEADINGS or "box-label" in classes:
        return _Around("heading", _said(element))
    if tag in ("caption", "figcaption"):
        label = next((one for one in element.iter() if "label" in str(one.get("class") or "").split()), None)
        return _Around("caption", _said(label).rstrip(":. ") if label is not None else "")
    if tag == "table":
        return replace(around, heads=tuple(_said(one) for one in element.findall("thead/tr[last()]/*")))
    if tag == "tr":
        return _Around("row", _said(element[0]) if len(element) else "", heads=around.heads, row=element)
    if tag in ("td", "th") and around.row is not None and element in (cells := list(around.row)):
        at = cells.index(element)
        return replace(around, head=around.heads[at] if at < len(around.heads) else "")
    if "summary" in classes:
        return _Around("summary", part=element)
    if "key" in classes:
        return _Around("finding", next((_said(one) for one in element if one.tag in HEADINGS), ""), element)
    if around.kind == "note" and not around.within and (found := _NUMBER.search(str(element.get("id") or ""))):
        return replace(around, within=found[0])
    return around


def _cells(row: Any) -> str:
    """The words of a row, cell by cell."""
    return " ".join(" ".join("".join(cell.itertext()).split()) for cell in row) if row is not None else ""


def _said(element: Any) -> str:
    said = " ".join("".join(element.itertext()).split())
    return said if len(said) <= SHOWN else f"{said[:SHOWN].rsplit(' ', 1)[0]} …"


def _column(block: Any, page: Any) -> PageColumn:
    """The column of a page that a block stands in."""
    left, wide = page.content_box_x(), page.width
    start, end = (block.content_box_x() - left) / wide, (block.content_box_x() + block.width - left) / wide
    if end <= SIDE:
        return "side"
    if end <= HALF:
        return "left"
    return "right" if start >= 1 - HALF else ""
