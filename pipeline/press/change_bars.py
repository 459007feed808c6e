"""Change bars: where the lines stand that hold a mark, read off the engine's boxes. No text is set anew for them."""

from collections.abc import Iterator
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.model.sheets import ChangeBar

WIDTH, AWAY, JOIN = 1.5, 8.0, 6.0
"""Points: the width of a bar, its distance from the text, and the gap between two lines that one bar spans."""

_POINTS = 0.75  # a CSS pixel
_MARKS = ("data-mark", "data-block", "data-moved")
_WORDS_OF_MARKS = frozenset({"said", "stub"})

_Line = tuple[bool, float, float]
"""A changed line: whether its bar stands on the left, its top and its bottom, in points from the top of the page."""


def change_bars(pages: list[Any]) -> tuple[ChangeBar, ...]:
    """The bars of all pages, in order: in the outer margin that is nearer to the lines they stand beside."""
    return tuple(bar for number, page in enumerate(pages, 1) for bar in _of_page(page, number))


def _of_page(page: Any, number: int) -> Iterator[ChangeBar]:
    box = page._page_box
    left, right = box.content_box_x() * _POINTS, (box.content_box_x() + box.width) * _POINTS
    middle, height = (left + right) / 2, page.height * _POINTS
    for on_left, top, bottom in _joined(sorted(_changed(box, middle, box, False))):
        x = left - AWAY - WIDTH if on_left else right + AWAY
        yield ChangeBar(number, *(round(one, 3) for one in (x, height - bottom, WIDTH, bottom - top)))


def _joined(lines: list[_Line]) -> list[_Line]:
    """Lines that touch, or nearly do, as one."""
    found: list[_Line] = []
    for on_left, top, bottom in lines:
        if found and found[-1][0] == on_left and top - found[-1][2] < JOIN:
            found[-1] = on_left, found[-1][1], max(bottom, found[-1][2])
        else:
            found.append((on_left, top, bottom))
    return found


def _changed(box: Any, middle: float, column: Any, inside: bool) -> Iterator[_Line]:
    """The lines of a box that hold words of a mark, or stand in a block that is new, gone or moved.

    `column` is the block that the lines of the box fill: their bar stands on the side on which it ends.
    """
    if isinstance(box, AbsolutePlaceholder):
        box = box._box
    if isinstance(box, boxes.MarginBox) or str(box.element_tag).endswith("::marker"):
        return
    inside = inside or _is_marked(box)
    if isinstance(box, boxes.LineBox):
        words = [one for one in box.descendants() if isinstance(one, boxes.TextBox | boxes.ReplacedBox)]
        if words and (inside or any(_is_marked(one) for one in box.descendants())):
            ends_left = (column.content_box_x() + column.width) * _POINTS < middle
            yield ends_left, box.position_y * _POINTS, (box.position_y + box.height) * _POINTS
        return
    column = box if isinstance(box, boxes.BlockContainerBox) else column
    for child in getattr(box, "children", ()):
        yield from _changed(child, middle, column, inside)


def _is_marked(box: Any) -> bool:
    element = box.element
    if element is None:
        return False
    said = set(str(element.get("class") or "").split())
    return any(element.get(name) is not None for name in _MARKS) or bool(said & _WORDS_OF_MARKS)
