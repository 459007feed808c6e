"""Extent of the words of a stamp, measured as set, in full even where a layout crops the drawing."""

from dataclasses import dataclass
from typing import Any

from weasyprint.formatting_structure import boxes

from pipeline.pdf.rectangles import Rectangle

_POINTS = 0.75  # a CSS pixel
_CLOSE = 0.5
"""CSS pixels that words may reach beyond their place: no eye sees it."""


@dataclass(frozen=True, slots=True)
class Reach:
    """The box of a stamp's words, and which part of them their place holds."""

    box: Rectangle
    fits: float = 1

    @property
    def cut(self) -> bool:
        """Whether the layout would cut some of them off."""
        return self.fits < 1


def reach_of(page: Any) -> Reach:
    """Read off the boxes of one of the engine's pages."""
    fits, words = 1.0, []
    for block in page._page_box.descendants():
        if isinstance(block, boxes.BlockBox) and block.children and isinstance(block.children[0], boxes.LineBox):
            fits = min(fits, _share(block))
            words += _words(block)
    left, top = min((box.position_x for box in words), default=0), min((box.position_y for box in words), default=0)
    right = max((box.position_x + box.width for box in words), default=0)
    bottom = max((box.position_y + box.height for box in words), default=0)
    edges = (left, page.height - bottom, right, page.height - top)
    return Reach((_points(edges[0]), _points(edges[1]), _points(edges[2]), _points(edges[3])), fits)


def _share(block: Any) -> float:
    """Share of its words that fit in a block, from 0 to 1."""
    last = block.children[-1]
    used = max(sum(box.width for box in _words(line)) for line in block.children)
    deep = last.position_y + last.height - block.content_box_y()
    rooms = ((used, block.width), (deep, block.height))
    return min((1.0, *(float(room / needed) for needed, room in rooms if needed > room + _CLOSE)))


def _words(box: Any) -> list[Any]:
    return [inner for inner in box.descendants() if isinstance(inner, boxes.TextBox)]


def _points(pixels: float) -> float:
    return round(pixels * _POINTS, 2)
