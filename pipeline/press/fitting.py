"""The fitting ladder: a text whose last page would hold little is set closer, and so saves that page.

Gaps between sections are given up first, then leading; never the size of the type. What each rung does stands in the
style sheets, as `html[data-fit="1"]` and so on.
"""

from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.press.notes import boxes_of

FIT = "data-fit"
RUNGS = ("1", "2", "3")

LITTLE = 1 / 3
"""The share of a page that its last one holds at the least."""

HALF, MANY = 1 / 2, 10
"""The same of a text of so many pages, which are enough to save so much."""

GAIN = 0.1
"""The share of each page before it that the whole ladder saves at the most."""


def worth_fitting(pages: list[Any]) -> bool:
    """Whether a last page holds so little that the ladder might save it."""
    if len(pages) < 2:
        return False
    held = _share(pages[-1])
    return held < (HALF if len(pages) >= MANY else LITTLE) and held < GAIN * (len(pages) - 1)


def _share(page: Any) -> float:
    """The share of a page's height that its text takes."""
    box = page._page_box
    ends = [
        inner.position_y + inner.height
        for inner in boxes_of(box, placed_later=False)
        if isinstance(inner, boxes.TextBox | boxes.ReplacedBox)
    ]
    return float((max(ends, default=box.content_box_y()) - box.content_box_y()) / box.height)
