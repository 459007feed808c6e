"""`<table>`: read into rows of words, as tables that are drawn with characters are."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from pipeline.load.dialects.ruled_tables import Cell
from pipeline.load.html.tags import TAG, attributes_of
from pipeline.load.markdown.block_state import line_of
from pipeline.model.body import Align

_PARTS = frozenset({"table", "thead", "tbody", "tfoot", "tr", "td", "th", "caption", "colgroup", "col"})
_SPAN = re.compile(r"\d{1,3}")
_SIDE = re.compile(r"text-align\s*:\s*(right|center)")
_SIDES = {"right": Align.RIGHT, "center": Align.CENTRE}
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
MOST_CELLS = 200_000
"""Rows of tables with more cells are left as long as they are."""
MOST_COLUMNS = 100
"""A cell that stands over more columns than this is no cell of a text."""


@dataclass(slots=True)
class _Table:
    """One table, as far as it has been read."""

    rows: list[dict[int, Cell]] = field(default_factory=list)
    caption: Cell = field(default_factory=list)
    spans: list[tuple[str, int]] = field(default_factory=list)
    """Tags of cells that stand over several columns or rows, each with its line."""
    sides: dict[int, Align] = field(default_factory=dict)
    below: dict[int, int] = field(default_factory=dict)
    """Number of further rows that a cell spans, by column."""
    taken: int = 0
    """Number of places taken by cells that span several."""
    free: int = 0
    """The first column of the row that may be free."""

    def begin_row(self) -> None:
        """Begin a row; the columns that cells above it take are empty in it."""
        self.rows.append({column: [] for column, left in self.below.items() if left > 0})
        self.free = 0
        self.below = {column: left - 1 for column, left in self.below.items() if left > 1}

    def put(self, words: Cell, tag: str, line: int) -> None:
        """Put a cell into the next free column of the row; the others that it stands over stay empty."""
        if not self.rows:
            self.begin_row()
        row, about = self.rows[-1], attributes_of(tag)
        while self.free in row:
            self.free += 1
        column = self.free
        wide, high = _number(about, "colspan"), _number(about, "rowspan")
        if wide > 1 or high > 1:
            self.spans.append((tag, line))
            self.taken += wide * high
            wide, high = (wide, high) if self.taken < MOST_CELLS else (1, 1)
        for number in range(column, column + wide):
            row[number] = words if number == column else []
            if high > 1:
                self.below[number] = high - 1
        side = _SIDE.search(about.get("style", ""))
        if said := _SIDES.get(about.get("align", "").lower() or (side[1] if side else "")):
            self.sides.setdefault(column, said)

    def cells(self) -> list[list[Cell]]:
        """Its rows, the first with a cell for each column, and in tables of some size all."""
        rows = [row for row in self.rows if row]
        columns = max((max(row) + 1 for row in rows), default=0)
        small = columns * len(rows) <= MOST_CELLS
        wide = [columns if small or not number else max(row) + 1 for number, row in enumerate(rows)]
        return [[row.get(at, []) for at in range(count)] for row, count in zip(rows, wide, strict=True)]


def _number(about: Mapping[str, str], name: str) -> int:
    found = _SPAN.fullmatch(about.get(name, "").strip())
    return min(MOST_COLUMNS, max(1, int(found[0]))) if found else 1


def end_of_table(source: str, position: int, last: int) -> int:
    """Offset of the end of the table that begins at `position`: after its last tag, or the end of the HTML."""
    depth = 0
    for tag in TAG.finditer(source, position, last):
        if tag["name"].lower() == "table":
            depth += -1 if tag["end"] else 1
            if depth == 0:
                return tag.end()
    return last


def push_table(state: StateBlock, position: int, end: int) -> None:
    """The token of a table that stands between two places."""
    table, kind, tag = _Table(), "", ""
    start, depth = position, 0
    for found in TAG.finditer(state.src, position, end):
        name = found["name"].lower()
        if name == "table":
            depth += -1 if found["end"] else 1
        if name not in _PARTS or depth > 1:
            continue
        _take(table, kind, tag, state, start, found.start())
        kind, tag, start = "" if found["end"] else name, found[0], found.end()
        if kind == "tr":
            table.begin_row()
    _take(table, kind, tag, state, start, end)
    rows = table.cells()
    if not rows:
        return
    first, last = line_of(state, position), line_of(state, max(position, end - 1))
    token = state.push("drawn_table", "table", 0)
    token.map = [first, last + 1]
    aligns = [table.sides.get(number, Align.LEFT) for number in range(len(rows[0]))]
    token.meta = {"rows": rows, "aligns": aligns, "spans": table.spans, "caption": _caption(table.caption)}


def _take(table: _Table, kind: str, tag: str, state: StateBlock, start: int, end: int) -> None:
    """Put the words between two tags where they belong; those that stand in no cell make one."""
    lines = list(_lines(state, start, end))
    if kind == "caption" and not table.caption:
        table.caption = lines
    elif kind in ("td", "th"):
        table.put(lines, tag, line_of(state, start))
    elif lines and _COMMENT.sub("", state.src[start:end]).strip():
        table.put(lines, "<td>", line_of(state, start))


def _caption(lines: Cell) -> Token | None:
    if not lines:
        return None
    words, columns = "\n".join(line for line, _, _ in lines), [column for _, _, column in lines]
    return Token("inline", "", 0, content=words, map=[lines[0][1], lines[-1][1] + 1], meta={"columns": columns})


def _lines(state: StateBlock, start: int, end: int) -> Iterator[tuple[str, int, int]]:
    """The lines between two places that say something, each with its row and column."""
    for line in state.src[start:end].split("\n"):
        if line.strip():
            at = start + len(line) - len(line.lstrip())
            yield line.strip(), line_of(state, at), at - (state.src.rfind("\n", 0, at) + 1)
        start += len(line) + 1
