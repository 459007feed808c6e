"""Fenced divs of Quarto that are no boxes: a figure or table with its caption, and what says how a screen looks."""

from dataclasses import replace

from pipeline.codes import body as codes
from pipeline.core.diagnostics import Place
from pipeline.load.dialects.told_once import Tally
from pipeline.model.body import Block, Figure, Paragraph, Table

_LOOKS = frozenset(
    {"columns", "column", "panel-tabset", "panel-sidebar", "panel-fill", "panel-center", "content-visible", "aside"}
)
_COLUMN = "column-"
"""First characters of the classes for places on a page: 'column-margin', 'column-page'."""


def is_frame(name: str) -> bool:
    """Whether a fenced div says only where on a screen its words stand."""
    return name in _LOOKS or name.startswith(_COLUMN)


def told_frame(tally: Tally, name: str, place: Place) -> None:
    """Take note of such a frame."""
    said = {"text": f"::: {name}", "what": "a frame of Quarto", "fate": "left out, and what it holds is printed"}
    tally.count(codes.FOREIGN_MARKUP, "frame", place, "Leave it, or delete its first and last line.", **said)


def captioned(children: tuple[Block, ...], anchor: str) -> Block | None:
    """The figure or table that a div of this id holds, alone or with its caption below it."""
    first, *rest = children or (None,)
    if not isinstance(first, Figure | Table) or first.id or len(rest) > 1:
        return None
    if not rest:
        return replace(first, id=anchor)
    below = rest[0]
    return (
        replace(first, id=anchor, caption=below.children)
        if isinstance(below, Paragraph) and not first.caption
        else None
    )
