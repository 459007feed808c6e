"""What a text must give up where it does not fit its pages: a note's place at the foot, a row's being kept whole.

The engine sets a text that cannot be set as its style asks, and leaves something out or sets one thing over another.
It is asked again, with as little given up as will do.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.press.notes import AT_END, boxes_of, is_crowded

BREAKS = "data-breaks"
REFLOWS = "data-reflow"
_HEADS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "caption"})

StyleOf = Callable[[Element], Any]


@dataclass(frozen=True, slots=True)
class Concessions:
    """Notes by id that stand at the end of the text; by their place, rows that may break and tables that reflow."""

    notes: frozenset[str] = frozenset()
    rows: frozenset[int] = frozenset()
    tables: frozenset[int] = frozenset()

    def mark(self, root: Element) -> None:
        """Mark in a text what is given up."""
        for note in root.iter("aside"):
            if note.get("id") in self.notes:
                note.set(AT_END, "true")
        for place, row in enumerate(root.iter("tr")):
            if place in self.rows:
                row.set(BREAKS, "true")
        for place, region in enumerate(_regions(root)):
            if place in self.tables:
                region.set(REFLOWS, "true")

    def more(self, root: Element, pages: list[Any]) -> Concessions:
        """These, and what else must be given up to set the text well, as its pages show; the same where they are good.

        A table that is wider than its column is set as blocks, one a row. It keeps its head on every page before a note
        keeps its place: the head is left out where the first row of a page does not fit below it and may not break,
        however few notes there are.
        """
        tables = self.tables | frozenset(_too_wide(root, pages))
        if tables != self.tables:
            return replace(self, tables=tables)
        rows = self.rows | frozenset(_unbroken(root, pages))
        if rows != self.rows:
            return replace(self, rows=rows)
        return replace(self, notes=self.notes | _crowding(pages))


def let_rows_break(root: Element, style_of: StyleOf) -> None:
    """Take from marked rows, and from tables that hold them, what kept them whole."""
    for region in _regions(root):
        if any(row.get(BREAKS) for row in region.iter("tr")):
            style_of(region)["break_inside"] = "auto"
    for row in root.iter("tr"):
        if row.get(BREAKS):
            for side in ("break_before", "break_after"):
                style_of(row)[side] = "auto"
            for element in row.iter():
                style_of(element)["break_inside"] = "auto"


def _regions(root: Element) -> Iterator[Element]:
    """The blocks that hold a table and nothing else."""
    return (block for block in root.iter("div") if "table" in block.get("class", "").split())


def _too_wide(root: Element, pages: list[Any]) -> Iterator[int]:
    """The places of the tables that do not fit into their column."""
    places = {region: place for place, region in enumerate(_regions(root))}
    for page in pages if places else ():
        for box in boxes_of(page._page_box, placed_later=False):
            if box.element in places and isinstance(box, boxes.BlockBox) and "::" not in str(box.element_tag):
                widest = max((child.margin_width() for child in box.children if child.is_table_wrapper), default=0)
                if widest > box.width + 1:
                    yield places[box.element]


def _unbroken(root: Element, pages: list[Any]) -> Iterator[int]:
    """The places of rows for which a page leaves out the head of their table, or holds headings and captions alone."""
    places = {row: place for place, row in enumerate(root.iter("tr"))}
    stranded = False
    for page in pages if places else ():
        for box in boxes_of(page._page_box, placed_later=False):
            row = headless_row(box)
            if row is None and stranded and isinstance(box, boxes.TableBox):
                row, stranded = _first_row(box), False
            if row in places:
                yield places[row]
        stranded = _is_stranded(page)


def headless_row(box: Any) -> Element | None:
    """The first row of a table that has a head and does not show it."""
    if not isinstance(box, boxes.TableBox) or box.element is None or box.element.find("thead") is None:
        return None
    return None if any(group.is_header for group in box.children) else _first_row(box)


def _first_row(table: Any) -> Element | None:
    """The first row of a table's body on a page."""
    rows = (row for group in table.children if not (group.is_header or group.is_footer) for row in group.children)
    return next((row.element for row in rows if row.element is not None), None)


def _is_stranded(page: Any) -> bool:
    """Whether a page holds headings or captions and nothing that they stand over."""
    tops = [_top(box) for box in page._page_box.children[:1]]
    return bool(tops) and tops[0] is True


def _top(box: Any) -> bool | None:
    """True where a box has the text of headings alone, false where it has other text, nothing where it has none."""
    if box.element_tag in _HEADS:
        return True
    if isinstance(box, boxes.TextBox | boxes.ReplacedBox):
        return False
    found = {_top(child) for child in getattr(box, "children", ()) if not isinstance(child, AbsolutePlaceholder)}
    return False if False in found else True if True in found else None


def _crowding(pages: list[Any]) -> frozenset[str]:
    """The longest note of every page whose notes leave no room for its text, or hold others up for a page and more."""
    held = [tuple(_notes(page)) for page in pages]
    if not any(held):
        return frozenset()
    found = {_longest(held[number]) for number, page in enumerate(pages) if held[number] and _is_crowded(page)}
    return frozenset(found | {_longest(waited) for waited in _late(pages, held)})


def _is_crowded(page: Any) -> bool:
    root, *others = page._page_box.children
    areas = [area for area in others if isinstance(area, boxes.FootnoteAreaBox) and area.children]
    headless = any(headless_row(box) is not None for box in boxes_of(root, placed_later=False))
    return headless or any(is_crowded(page._page_box, root, area) for area in areas)


def _notes(page: Any) -> Iterator[Any]:
    for area in page._page_box.children[1:]:
        if isinstance(area, boxes.FootnoteAreaBox):
            yield from area.children


def _late(pages: list[Any], held: list[tuple[Any, ...]]) -> Iterator[list[Any]]:
    """For every note that stands later than on the page after its call: it, and all that stood before it meanwhile."""
    called: dict[str, int] = {}
    for number, page in enumerate(pages):
        for box in boxes_of(page._page_box):
            if getattr(box, "footnote", None) is not None:
                called.setdefault(_name(box.footnote), number)
        for note in held[number]:
            first = called.get(_name(note), number)
            if number - first > 1:
                yield [other for notes in held[first : number + 1] for other in notes]


def _longest(notes: Iterable[Any]) -> str:
    return _name(max(notes, key=lambda note: note.margin_height()))


def _name(note: Any) -> str:
    return str(note.element.get("id"))
