"""Markdown within YAML: where its characters stand in the file."""

from collections.abc import Sequence

from pipeline.core.diagnostics import Desk
from pipeline.load.markdown.maths import Declared
from pipeline.load.markdown.positions import Anchor
from pipeline.load.markdown.reader import parse_body
from pipeline.model.body import Body
from pipeline.model.source.record import KeyPath, Marks

_FARTHEST = 12
"""Greatest number of characters in an escape for one character."""


def read_field(
    value: str | None,
    way: KeyPath,
    marks: Marks,
    lines: Sequence[str],
    desk: Desk,
    macros: Declared = (),
) -> Body:
    """The tree of a Markdown value of a YAML file; empty where there is none."""
    if not value:
        return Body()
    place = marks.at(*way)
    anchors = find_anchors(value, lines, place.line - 1, place.column - 1)
    return parse_body(value, marks.path, desk, place.line, place.column, macros=macros, anchors=anchors)


def find_anchors(value: str, lines: Sequence[str], row: int, column: int) -> tuple[tuple[Anchor, ...], ...]:
    """Origin of the characters of a YAML scalar that begins at a row and column (from 0), line by line."""
    if row >= len(lines):
        return ()
    if lines[row][column : column + 1] in ("|", ">"):
        row, column = row + 1, 0
    found: list[tuple[Anchor, ...]] = []
    for line in value.split("\n"):
        anchors: list[Anchor] = []
        for position, character in enumerate(line):
            if character.isspace():
                continue
            place = _next(character, lines, row, column)
            if place is None:
                break
            row, column = place
            last = anchors[-1] if anchors else None
            if last is None or (last.line - 1, last.column - 1 + position - last.start) != (row, column):
                anchors.append(Anchor(0 if last is None else position, row + 1, column + 1 - (0 if last else position)))
            column += 1
        found.append(tuple(anchors))
    return tuple(found)


def _next(character: str, lines: Sequence[str], row: int, column: int) -> tuple[int, int] | None:
    """The next place of a character, over white space and the marks of quoting."""
    while row < len(lines):
        line = lines[row]
        while column < len(line) and line[column].isspace():
            column += 1
        if column < len(line):
            if line[column] == character:
                return row, column
            hit = line.find(character, column, column + _FARTHEST)
            return (row, hit) if hit >= 0 else (row, column)
        row, column = row + 1, 0
    return None
