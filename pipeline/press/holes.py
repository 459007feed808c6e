"""Holes: much white space at the foot of a page, because what follows is kept whole and does not fit there."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any
from xml.etree.ElementTree import Element

from weasyprint.formatting_structure import boxes

from pipeline.press.notes import boxes_of

MOST = 1 / 5
"""The share of the height of a page's text that may stay empty at its foot."""

MOST_FOR_NOTES = 1 / 2
"""The same where what follows calls notes: parted, it may leave some of them on the page after their call."""

_ON_PURPOSE = frozenset({"page", "always", "left", "right", "recto", "verso"})
_WHOLE = frozenset({"avoid", "avoid-page"})


def leaving_hole(pages: list[Any], most: float = MOST) -> Iterator[Element]:
    """The element that is kept whole after the first hole which is there for such an element alone; it can be parted.

    One at a time: what it changes is what comes after, so an element is parted only where that fills a hole.
    """
    for page, following in pairwise(page._page_box for page in pages):
        empty = _empty(page)
        kept = _kept_from(following, empty) if empty > most * page.height else None
        if kept is None or (_calls_notes(kept) and empty < MOST_FOR_NOTES * page.height):
            continue
        if _can_be_parted(kept, empty / 2):
            yield kept.element
            return


def _kept_from(page: Any, empty: float) -> Any:
    """The first thing on a page that would have begun in the empty room before it, and does not fit there whole.

    It takes its notes along, and these may be what does not fit.
    """
    notes = sum(area.margin_height() for area in _notes(page))
    for box in boxes_of(page.children[0], placed_later=False):
        if box.style["break_before"] in _ON_PURPOSE:
            return None
        above = box.position_y - page.content_box_y()
        if _is_kept_whole(box) and above < empty < above + box.height + notes:
            return box
    return None


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
