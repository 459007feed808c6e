"""From an offset in a piece of Markdown back to the line and column of its file; remarks told once a text."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, cast

from markdown_it.rules_block import StateBlock
from markdown_it.rules_inline import StateInline

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import cut_short

Spot = tuple[int, int]
"""Line and column of a text, from 0."""


@dataclass(frozen=True, slots=True)
class Anchor:
    """From this column of a text's line on, its characters stand one by one in the file from `line`, `column`."""

    start: int
    line: int
    column: int


@dataclass(frozen=True, slots=True)
class TextOrigin:
    """Origin of a text in its file: unchanged from a line on, or, with anchors, in pieces."""

    path: str
    line: int = 1
    column: int = 1
    anchors: tuple[tuple[Anchor, ...], ...] = ()
    """Of every line of the text. None: the text is the file's from `line`, and its first line from `column`."""

    def at(self, spot: Spot) -> Location:
        """The place in the file of a spot in the text."""
        row, column = spot
        if row < len(self.anchors) and self.anchors[row]:
            line = self.anchors[row]
            found = line[max(0, bisect_right(line, column, key=lambda anchor: anchor.start) - 1)]
            return Location(self.path, found.line, found.column + max(0, column - found.start))
        return Location(self.path, self.line + row, column + (self.column if row == 0 else 1))


@dataclass(frozen=True, slots=True)
class OffsetMap:
    """Origin of the characters of a block's words in its text: pieces by offset."""

    offsets: tuple[int, ...]
    spots: tuple[Spot, ...]

    def at(self, offset: int) -> Spot:
        """The spot of the character at an offset."""
        number = max(0, bisect_right(self.offsets, offset) - 1)
        row, column = self.spots[number]
        return row, max(0, column + offset - self.offsets[number])


def spots_of_lines(content: str, first_row: int, lines: Sequence[str], columns: Sequence[int] = ()) -> OffsetMap:
    """The spots of words that the block parser took from whole lines: each is the end of its line.

    `columns`: where the words begin in each line, if not so.
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


def spots_of_cells(contents: Sequence[str], row: int, line: str) -> list[OffsetMap]:
    """The spots of a table row's cells, in order."""
    pieces = _between_pipes(line)
    plain = [line[start:end].replace("\\|", "|").strip() for start, end in pieces]
    words = [(number, content) for number, content in enumerate(contents) if content]
    fits = (n for n in (1, 0) if all(n + i < len(plain) and plain[n + i].endswith(c) for i, c in words))
    shift, last = next(fits, 0), len(pieces) - 1
    return [_cell(content, row, line, *pieces[min(n + shift, last)]) for n, content in enumerate(contents)]


def _between_pipes(line: str) -> list[tuple[int, int]]:
    pieces, start, escaped = [], 0, False
    for column, character in enumerate(line):
        if character == "|" and not escaped:
            pieces.append((start, column))
            start = column + 1
        escaped = character == "\\"
    return [*pieces, (start, len(line))]


def _cell(content: str, row: int, line: str, start: int, end: int) -> OffsetMap:
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
class _Kind:
    place: Location
    fields: dict[str, object]
    hint: str | None
    count: int = 0


class RemarkCounter:
    """Counts what is found of each kind while a text is read."""

    def __init__(self) -> None:
        self._kinds: dict[tuple[str, str], _Kind] = {}

    def count(self, code: str, kind: str, place: Location, hint: str | None = None, **fields: object) -> None:
        """Count one more of a kind; the first in the file is the one that is reported."""
        known = self._kinds.setdefault((code, kind), _Kind(place, fields, hint))
        known.count += 1
        if place < known.place:
            known.place, known.fields, known.hint = place, fields, hint

    def foreign(self, kind: str, place: Location, hint: str, text: str, what: str, fate: str = TYPED) -> None:
        """Count one more mark of another program: its text, what it is, and what becomes of it."""
        text = cut_short(" ".join(text.split()))
        self.count("foreign-markup", kind, place, hint, text=text, what=what, fate=fate)

    def remarks(self) -> Iterator[Diagnostic]:
        """One remark for each kind. The sentences of their codes have room for `more`."""
        for (code, _), kind in self._kinds.items():
            more = f" (and {kind.count - 1:,} more)" if kind.count > 1 else ""
            yield message(code, kind.place, kind.hint, more=more, **kind.fields)


class TextState(dict[str, Any]):
    """What the parser's rules know of a text as they read it; the mapping is markdown-it's own: addresses and notes."""

    def __init__(self, has_formulas: bool = False) -> None:
        super().__init__()
        self.has_formulas = has_formulas
        """Whether the text holds a formula between brackets of TeX that is certainly one."""
        self.base = 0
        """Offset of the words that are read in those of their block."""
        self.mark_awaits_end = self.html_unclosed = False
        self.never_closed: dict[str, tuple[int, int]] = {}
        """Lines between which an end was looked for and not found."""
        self.examples = {"": 0}
        """Numbers of examples by name, and how many there are."""
        self.list_ended = ("", 0)
        self.list_begins: dict[int, str] = {}
        """Forms of labels that begin a list, by line."""
        self.list_goes_on: set[int] = set()
        """Lines of other labels."""


def known(state: StateBlock | StateInline) -> TextState:
    """The state of the text that a rule reads."""
    return cast(TextState, state.env)
