"""Holes: much white space at the foot of a page, because what follows is kept whole and does not fit there."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.press.notes import boxes_of

BREAKS = "data-breaks"
"""The attribute of what is parted."""

MOST = 1 / 5
"""The share of the height of a page's text that may stay empty at its foot."""

MOST_FOR_NOTES = 1 / 2
"""The same where what follows calls notes: parted, it may leave some of them on the page after their call."""

LEAST_LINES = 3
"""The lines of what is bound to a thing that stand with its end."""

_ON_PURPOSE = frozenset({"page", "always", "left", "right", "recto", "verso"})
_WHOLE = frozenset({"avoid", "avoid-page"})


def leaving_hole(pages: list[Any], most: float = MOST) -> Iterator[Element]:
    """The elements that are kept whole after holes which are there for such an element alone; they can be parted.

    What one of them changes is what comes after, so only of the first is it known that parting it fills a hole.
    """
    for page, following in pairwise(page._page_box for page in pages):
        empty, least = _empty(page), most * page.height
        kept = _kept_from(following, empty - _dropped(following), least) if empty > least else None
        if kept is None or (_calls_notes(kept) and empty < MOST_FOR_NOTES * page.height):
            continue
        if _can_be_parted(kept, empty / 2):
            yield kept.element


def figures_to_move(pages: list[Any], most: float = MOST) -> Iterator[Element]:
    """The figures that begin a page after a hole, and are followed by a paragraph that has room there."""
    for page, following in pairwise(page._page_box for page in pages):
        empty, least = _empty(page), most * page.height
        kept = _kept_from(following, empty, least) if empty > least else None
        if kept is None or kept.element.tag != "figure" or kept.position_y > following.content_box_y() + 1:
            continue
        after = _after(kept, following.children[0])
        if after is not None and after.element_tag == "p" and _fits(after, empty):
            yield kept.element


def _after(box: Any, root: Any) -> Any:
    """The box that follows another of the same parent on its page."""
    families = (list(getattr(parent, "children", ())) for parent in boxes_of(root, placed_later=False))
    siblings = next(children for children in families if box in children)
    return next(iter(siblings[siblings.index(box) + 1 :]), None)


def _fits(paragraph: Any, room: float) -> bool:
    """Whether a paragraph has room, and leads to nothing that it must stand above."""
    return paragraph.margin_height() < room and paragraph.style["break_after"] not in _WHOLE


def _kept_from(page: Any, empty: float, least: float) -> Any:
    """The first thing on a page that would have begun in the empty room before it, and does not fit there whole.

    It takes its notes along, and the first lines of what may not be parted from it; these may be what does not fit.
    Of a row that is lower than a hole it is the table, whose rows may then stand apart: it stays whole itself. Where
    they do it is the body of the table, if its last two rows are kept together.
    """
    notes = sum(area.margin_height() for area in _notes(page))
    table: Any = None
    for box, bound in _with_bound(page.children[0], 0):
        table = box if box.element_tag == "table" else table
        if box.style["break_before"] in _ON_PURPOSE:
            return None
        above = box.position_y - page.content_box_y()
        last = _last_row_after(box, table) if box.element_tag == "tr" else None
        height = box.height + bound + notes
        if _is_kept_whole(box) and above < empty < above + height + (last.height if last else 0):
            if box.element_tag != "tr" or (box.height > least and empty < above + height):
                return box
            if not table.element.get(BREAKS):
                return table
            if last is not None:
                inside = boxes_of(table, placed_later=False)
                return next(body for body in inside if last in getattr(body, "children", ()))
    return None


def _last_row_after(row: Any, table: Any) -> Any:
    """The last row of a table, if it is the next after this one and may not be parted from it."""
    *_, last = rows = [box for box in boxes_of(table, placed_later=False) if box.element_tag == "tr"]
    return last if rows[-2:] == [row, last] and last.style["break_before"] in _WHOLE else None


def _dropped(page: Any) -> float:
    """The margin above the first thing on a page: there it is none, on the page before it would be one."""
    tops = [page]
    while tops[-1].children and isinstance(tops[-1].children[0], boxes.BlockLevelBox):
        tops.append(tops[-1].children[0])
    margins = (box.style["margin_top"] for box in tops[1:])
    return max((margin.value for margin in margins if margin != "auto" and margin.unit == "px"), default=0.0)


def _with_bound(box: Any, bound: float) -> Iterator[tuple[Any, float]]:
    """A box and all within it, each with the height of what is bound to its end and is not kept whole itself."""
    yield box, bound
    within = [child for child in getattr(box, "children", ()) if not isinstance(child, AbsolutePlaceholder)]
    flow = [child for child in within if child.is_in_normal_flow()]
    ends = {id(child): _bound(child, after) for child, after in pairwise(flow)}
    for child in within:
        yield from _with_bound(child, ends.get(id(child), bound if child in flow[-1:] else 0))


def _bound(box: Any, after: Any) -> float:
    """Height of the beginning of what follows a box, where no page may end between the two."""
    apart = not _WHOLE.intersection((box.style["break_after"], after.style["break_before"]))
    if apart or _is_kept_whole(after):
        return 0
    lines = (line.height for line in boxes_of(after, placed_later=False) if isinstance(line, boxes.LineBox))
    below = min(after.height, LEAST_LINES * next(lines, 0))
    return float(after.content_box_y() + below - box.position_y - box.height)


def _empty(page: Any) -> float:
    """The height that stays empty below the text of a page and above its notes, in CSS pixels."""
    foot = min((area.position_y for area in _notes(page)), default=page.content_box_y() + page.height)
    ends = [
        box.position_y + box.height
        for box in boxes_of(page.children[0], placed_later=False)
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox)
    ]
    return float(foot - max(ends, default=foot))


def _notes(page: Any) -> Iterator[Any]:
    return (area for area in page.children[1:] if isinstance(area, boxes.FootnoteAreaBox) and area.children)


def _is_kept_whole(box: Any) -> bool:
    own = box.element is not None and "::" not in str(box.element_tag)
    return own and isinstance(box, boxes.BlockLevelBox | boxes.TableRowBox) and box.style["break_inside"] in _WHOLE


def _calls_notes(box: Any) -> bool:
    return any(getattr(inner, "footnote", None) is not None for inner in boxes_of(box, placed_later=False))


def _can_be_parted(box: Any, room: float) -> bool:
    """Whether a thing can stand on two pages: nothing side by side, no figure, nothing around a large picture."""
    if isinstance(box, boxes.FlexContainerBox | boxes.GridContainerBox) or box.element.tag == "figure":
        return False
    inside = boxes_of(box, placed_later=False)
    return not any(isinstance(inner, boxes.ReplacedBox) and inner.height > room for inner in inside)
