"""Laid-out boxes of WeasyPrint: walks through them, and their places on the page."""

from collections.abc import Callable, Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

POINTS_PER_PIXEL = 0.75
"""Points of a CSS pixel."""


def placed_box(box: Any) -> Any:
    """Return the box itself, or the absolutely positioned box that a placeholder has."""
    return box._box if isinstance(box, AbsolutePlaceholder) else box


def walk_boxes(box: Any, with_absolute: bool = False) -> Iterator[Any]:
    """Yield a box and all boxes in it; with `with_absolute`, also absolutely positioned ones."""
    yield box
    pending = [*reversed(getattr(box, "children", ()))]
    while pending:
        box = pending.pop()
        if with_absolute or not isinstance(box, AbsolutePlaceholder):
            box = placed_box(box)
            yield box
            pending += reversed(getattr(box, "children", ()))


def is_element_box(box: Any) -> bool:
    """True if a box belongs to an element itself, not to generated content or an anonymous box."""
    return box.element is not None and "::" not in str(box.element_tag)


def text_bottom(root: Any, default: float, is_counted: Callable[[Any], bool] = lambda box: True) -> float:
    """Return the lowest point of the words and pictures in a box, in CSS pixels."""
    bottoms = (
        box.position_y + box.height
        for box in walk_boxes(root)
        if isinstance(box, boxes.TextBox | boxes.ReplacedBox) and is_counted(box)
    )
    return float(max(bottoms, default=default))


def to_points(x: float, y: float, width: float, height: float, page_height: float, digits: int = 3) -> Iterator[float]:
    """Yield left, bottom, width and height in points from the lower left corner, of a place in CSS pixels."""
    return (round(length * POINTS_PER_PIXEL, digits) for length in (x, page_height - y - height, width, height))
