"""Places within a run of words."""

from __future__ import annotations

from pipeline.diagnostics import Place
from pipeline.model.body import Code, Text


def place_in(text: Text | Code, offset: int) -> Place:
    """The place of a character of a text, given the text's own place; a new line starts at column 1."""
    before = text.text[:offset]
    lines = before.count("\n")
    column = offset - before.rfind("\n") if lines else text.place.column + offset
    return Place(text.place.path, text.place.line + lines, column)
