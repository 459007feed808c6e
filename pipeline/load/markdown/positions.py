"""Offsets in Markdown to lines and columns of files; remarks that are made once a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import truncate

Spot = tuple[int, int]
"""Line and column of a text, from 0."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """Place in the file of the characters of a text's line from the column `start` (from 0) on."""

    start: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class TextOrigin:
    """Place of a text in its file: unchanged from a line on, or, with anchors, in pieces."""

    path: str
    line: int = 1
    column: int = 1
    anchors: tuple[tuple[Anchor, ...], ...] = ()
    """For every line of the text. Empty: the text is the file's from `line`, and its first line from `column`."""

    def at(self, spot: Spot) -> Location:
        """Return the place in the file of a spot in the text."""
        row, column = spot
        if row < len(self.anchors) and self.anchors[row]:
            anchors = self.anchors[row]
            anchor = anchors[max(0, bisect_right(anchors, column, key=lambda anchor: anchor.start) - 1)]
            return Location(self.path, anchor.line, anchor.column + max(0, column - anchor.start))
        return Location(self.path, self.line + row, column + (self.column if row == 0 else 1))


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Spots in the text of the characters of a block's words: one for each piece, with the offset of the piece."""

    offsets: tuple[int, ...]
    spots: tuple[Spot, ...]

    def at(self, offset: int) -> Spot:
        """Return the spot of the character at an offset."""
        number = max(0, bisect_right(self.offsets, offset) - 1)
        row, column = self.spots[number]
        return row, max(0, column + offset - self.offsets[number])


def map_lines(content: str, first_row: int, lines: Sequence[str], columns: Sequence[int] = ()) -> OffsetMap:
    """Map words that the block parser took from whole lines; in each line they are at the end.

    `columns`: where the words begin in each line, if they are not at its end.
    """
    offsets, spots = [], []
    offset = 0
    for number, part in enumerate(content.split("\n")):
        row = min(first_row + number, len(lines) - 1)
        words, line = part.strip(), lines[row]
        column = line.rfind(words) if words else len(line)
        if number < len(columns):
            column = columns[number]
        offsets.append(offset)
        spots.append((row, column - (len(part) - len(part.lstrip()))))
        offset += len(part) + 1
    return OffsetMap(tuple(offsets), tuple(spots))


def map_cells(contents: Sequence[str], row: int, line: str) -> list[OffsetMap]:
    """Map the words of each cell of a table row, in order."""
    pieces = _between_pipes(line)
    texts = [line[start:end].replace("\\|", "|").strip() for start, end in pieces]
    words = [(number, content) for number, content in enumerate(contents) if content]
    fits = (n for n in (1, 0) if all(n + i < len(texts) and texts[n + i].endswith(c) for i, c in words))
    shift, last = next(fits, 0), len(pieces) - 1
    return [_map_cell(content, row, line, *pieces[min(n + shift, last)]) for n, content in enumerate(contents)]


def _between_pipes(line: str) -> list[tuple[int, int]]:
    """Return the spans between the pipes of a line; a backslash escapes one."""
    pieces, start, escaped = [], 0, False
    for column, character in enumerate(line):
        if character == "|" and not escaped:
            pieces.append((start, column))
            start = column + 1
        escaped = character == "\\"
    return [*pieces, (start, len(line))]


def _map_cell(content: str, row: int, line: str, start: int, end: int) -> OffsetMap:
    raw = line[start:end].rstrip()
    length = len(content) + content.count("|")
    column = start + max(0, len(raw) - length)
    offsets, spots = [0], [(row, column)]
    for offset, character in enumerate(content):
        if character == "|":
            column += 1
            offsets.append(offset)
            spots.append((row, column + offset))
    return OffsetMap(tuple(offsets), tuple(spots))


TYPED = "printed as you typed it"


@dataclass(slots=True)
class _CountedRemark:
    place: Location
    fields: dict[str, object]
    hint: str | None
    count: int = 0


class RemarkCounter:
    """Counts remarks of a kind in one text, to report each kind once."""

    def __init__(self) -> None:
        self._remarks: dict[tuple[str, str], _CountedRemark] = {}

    def count(self, code: str, kind: str, place: Location, hint: str | None = None, **fields: object) -> None:
        """Count one more of a kind; the first in the file is the one that is reported."""
        remark = self._remarks.setdefault((code, kind), _CountedRemark(place, fields, hint))
        remark.count += 1
        if place < remark.place:
            remark.place, remark.fields, remark.hint = place, fields, hint

    def count_foreign(self, kind: str, place: Location, hint: str, text: str, what: str, fate: str = TYPED) -> None:
        """Count one more mark of another program: its text, what it is, and what becomes of it."""
        text = truncate(" ".join(text.split()))
        self.count("foreign-markup", kind, place, hint, text=text, what=what, fate=fate)

    def remarks(self) -> Iterator[Diagnostic]:
        """Yield one remark for each kind. The sentences of their codes have a place for `more`."""
        for (code, _), remark in self._remarks.items():
            more = f" (and {remark.count - 1:,} more)" if remark.count > 1 else ""
            yield message(code, remark.place, remark.hint, more=more, **remark.fields)
