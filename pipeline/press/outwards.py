"""Boxes that reach over the margin beside their column: over the outer one, which on a verso is on the left.

A style sheet knows on which side a page has its wide margin, but not on which page a part of a box will stand.
"""

from typing import Any

from pipeline.press.concessions import SPREADS

_LEFT, _RIGHT = "margin_left", "margin_right"


def reach_outwards(box: Any, area: Any) -> None:
    """Have a table that its style lets reach over the margin reach over the wider one of its page, that of `area`."""
    if box.element is None or not box.element.get(SPREADS) or "::" in str(box.element_tag):
        return
    style, page = box.style, area.page
    margins = style[_LEFT], style[_RIGHT]
    if any(getattr(margin, "unit", "") != "px" for margin in margins):  # a layout of one's own: as it says
        return
    inner, outer = sorted(margins, key=lambda margin: -float(margin.value))
    is_verso = page.margin_left > page.margin_right
    style[_LEFT], style[_RIGHT] = (outer, inner) if is_verso else (inner, outer)
