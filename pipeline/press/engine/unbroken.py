"""Runs of letters that no line may break within, across the elements that hold parts of them.

With `overflow-wrap` the engine breaks a word where its line begins with it. It took each text of the first element of a
line for such a word ('**the *package***'), and none behind an element ('**un**happily'): one was broken without need,
the other ran over the edge. Needless once Kozea/WeasyPrint#1614 is fixed.
"""

from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import inline as engine_inline
from weasyprint.text import line_break as engine_line_break

from pipeline.press.broken import line_end

_split_inline_box = engine_inline.split_inline_box
split_inline_level_of_engine = engine_inline.split_inline_level

_LINE_CHILDREN = 7
"""Place of the argument by which the engine knows whether a text begins its line."""
_ATOMIC = "\u2e80"
"""Stands for a picture, as it does for the engine: a line may break on either side."""


def split_inline_box(context: Any, box: Any, position_x: float, max_x: float, *rest: Any) -> Any:
    """The engine's part of a line, of which is known what it is within."""
    around = context.__dict__.setdefault("around", [])
    around.append((box, rest[1]))
    try:
        return _split_inline_box(context, box, position_x, max_x, *rest)
    finally:
        around.pop()


def split_inline_level(context: Any, box: Any, position_x: float, max_x: float, *rest: Any) -> Any:
    """The engine's part of a line; a text breaks between letters only where the line has no better place before it."""
    done = split_inline_level_of_engine(context, box, position_x, max_x, *rest)
    new_box, at_start = done[0], not rest[_LINE_CHILDREN]
    if not isinstance(new_box, boxes.TextBox):
        return done
    if not line_end(new_box) if at_start else new_box.width <= max_x - position_x:
        return done
    before = _text_before(context.around, box)
    breaks = bool(engine_line_break.can_break_text(before + box.text[:1], box.style["lang"])) if before else False
    if not before or breaks != at_start:
        return done
    line_children = [box] if at_start else []
    return split_inline_level_of_engine(
        context, box, position_x, max_x, *rest[:_LINE_CHILDREN], line_children, *rest[_LINE_CHILDREN + 1 :]
    )


def _text_before(around: list[tuple[Any, Any]], box: Any) -> str:
    """The text of a line before a box. `around` ends with the boxes that it is in, and where the line enters each."""
    first = max(place for place, (parent, _) in enumerate(around) if isinstance(parent, boxes.LineBox))
    within = [*(parent for parent, _ in around[first + 1 :]), box]
    parts: list[str] = []
    for (parent, skip), child in zip(around[first:], within, strict=True):
        start, inner = next(iter(skip.items())) if skip else (0, None)
        for index, sibling in enumerate(parent.children[start:], start):
            if sibling is child:
                break
            parts.append(_text(sibling, inner if index == start else None))
    return "".join(parts).lstrip(" ")


def _text(box: Any, skip: Any) -> str:
    """The text of a box behind the place where its line begins."""
    start, inner = next(iter(skip.items())) if skip else (0, None)
    if not box.is_in_normal_flow():
        return ""
    if isinstance(box, boxes.TextBox):
        text = str(box.text.encode()[start or 0 :].decode())
        return text.replace(" ", "\N{NO-BREAK SPACE}") if box.style["white_space"] in ("nowrap", "pre") else text
    if isinstance(box, boxes.InlineBox):
        children = enumerate(box.children[start:], start)
        return "".join(_text(child, inner if index == start else None) for index, child in children)
    return _ATOMIC
