"""The table of running lines: every slot that a page has for one, and all that holds of it.

Press, bindery and proof, web pages on paper and the style sheets in `layouts/stamp` go by it.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StampSlot:
    """A place for a line that is laid over a finished page. Its name is the class of the line in `layouts/stamp`."""

    name: str
    head: bool = False
    """Whether it stands at the head of a page; the others stand at its foot."""
    in_text: bool = False
    """Whether it fills a place that the text keeps: set where the first line of a page begins, and moved."""
    on_cover: bool = False
    """Whether a cover carries it: what it is, not where in the pack it stands. Which copy it is its own text says."""
    dated: bool = False
    """Whether it bears the date produced."""
    of_copy: bool = False
    """Whether it says which numbered copy a file is."""
    never_cut: bool = False
    """Whether its words are never shortened: half a date is none."""
    margin_box: str = ""
    """The margin box that says it on a web page on paper; none says the folio, which is the browser's own."""


SLOTS: Mapping[str, StampSlot] = {
    slot.name: slot
    for slot in (
        StampSlot("marking-top", head=True, on_cover=True, margin_box="top-center"),
        StampSlot("head-date", head=True, dated=True, never_cut=True, margin_box="top-left"),
        StampSlot("head-title", head=True, margin_box="top-left"),
        StampSlot("copy", head=True, of_copy=True, margin_box="top-right"),
        StampSlot("status", head=True, on_cover=True, margin_box="top-right"),
        StampSlot("foot-id", on_cover=True, margin_box="bottom-left"),
        StampSlot("folio"),
        StampSlot("code", of_copy=True, on_cover=True, never_cut=True, margin_box="bottom-left"),
        StampSlot("marking-bottom", on_cover=True, margin_box="bottom-center"),
        StampSlot("marking-beside", on_cover=True, margin_box="bottom-center"),
        StampSlot("marking-beside-long", on_cover=True, margin_box="bottom-center"),
        StampSlot("produced", in_text=True, dated=True, never_cut=True),
        StampSlot("produced-copy", in_text=True, dated=True, of_copy=True),
    )
}
"""By name, in the order in which the lines of a page are laid over it."""

RUNNING: tuple[StampSlot, ...] = tuple(slot for slot in SLOTS.values() if not slot.in_text)
"""The slots of running lines, which every page may have."""
