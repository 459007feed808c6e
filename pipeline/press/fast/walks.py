"""Replaces what is asked of every box: 6 % of the press; needless with `upstream/box-walks.md`.

Most boxes stand in the flow of the text, and the first or last child tells all that is asked of the others.
"""

from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.press.fast.patching import Patches

_page_values = boxes.ParentBox.page_values
_is_in_normal_flow = boxes.Box.is_in_normal_flow


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


def is_in_normal_flow(box: Any) -> bool:
    """True if a box stands where the text has it."""
    style = box.style
    if style["float"] == "none" and style["position"] in ("static", "relative"):
        return True
    return bool(_is_in_normal_flow(box))


FASTER: Patches = {_page_values: page_values, _is_in_normal_flow: is_in_normal_flow}
