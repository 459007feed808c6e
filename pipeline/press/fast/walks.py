"""Per-box queries of a page, faster with the same result: most need no walk or copy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from weasyprint.css.targets import TargetCollector
from weasyprint.draw import border
from weasyprint.formatting_structure import boxes
from weasyprint.layout import float as engine_float
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.press.fast.patching import Patches

_descendants = boxes.Box.descendants
_page_values = boxes.ParentBox.page_values
_avoid_collisions = engine_float.avoid_collisions
_draw_outline = border.draw_outline
_note_counters = TargetCollector.cache_target_page_counters


def descendants(box: Any, placeholders: bool = False) -> Iterator[Any]:
    """A box and all that is in it, each before what is in it."""
    waiting = [box]
    while waiting:
        box = waiting.pop()
        if isinstance(box, boxes.Box):
            yield box
        elif placeholders and type(box) is AbsolutePlaceholder:
            box = box._box
            yield box
        else:
            yield box
            continue
        waiting += box.children[::-1]


def page_values(box: Any) -> tuple[Any, Any]:
    """The named pages that the first and the last box in a box ask for (CSS Fragmentation 4, section 4)."""
    return _page_at(box, 0), _page_at(box, 1)


def _page_at(box: Any, end: int) -> Any:
    """The named page at the start (0) or the end (1) of a box: that of the innermost box there that asks for one."""
    page = box.style["page"]
    while box := _in_flow(reversed(box.children) if end else box.children):
        if type(box).page_values is not page_values:
            return box.page_values()[end] or page
        page = box.style["page"] or page
    return page


def _in_flow(children: Any) -> Any:
    """The first of some boxes between which a page may end; nothing if there is none."""
    for child in children:
        if child.is_in_normal_flow() or child.is_floated():
            return child
    return None


def avoid_collisions(context: Any, box: Any, containing_block: Any, outer: bool = True) -> Any:
    """Position and width of a box beside floats. A line keeps its position if there are none."""
    if context.excluded_shapes or not isinstance(box, boxes.LineBox) or containing_block.style["direction"] != "ltr":
        return _avoid_collisions(context, box, containing_block, outer)
    left = containing_block.content_box_x()
    right = left + containing_block.width
    if outer:
        return left, box.position_y, right - left
    left += box.margin_left
    right -= box.margin_right
    return left - box.margin_left, box.border_box_y() - box.margin_top, right - left


def draw_outline(stream: Any, box: Any) -> None:
    """Draw the outlines of a box and of all in it; hardly any has one."""
    if box.style["outline_width"]:
        _draw_outline(stream, box)
        return
    for child in box.children:
        if isinstance(child, boxes.Box):
            draw_outline(stream, child)


def note_counters(collector: Any, anchor: str, counters: dict[str, list[int]], number: int, pages: Any) -> None:
    """Note the counters at a place that is referred to. Where no text shows a counter that is all."""
    item = collector.target_lookup_items.get(anchor)
    if collector.counter_lookup_items or collector.collecting or not item or item.state != "up-to-date":
        _note_counters(collector, anchor, counters, number, pages)
        return
    item.page_maker_index = number
    if item.cached_page_counter_values != counters:
        item.cached_page_counter_values = {name: values[:] for name, values in counters.items()}


QUICKER: Patches = {
    _descendants: descendants,
    _page_values: page_values,
    _avoid_collisions: avoid_collisions,
    _draw_outline: draw_outline,
    _note_counters: note_counters,
}
