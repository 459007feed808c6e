"""Tables drawn with dashes, as pandoc has them, and tables of HTML: read into rows of words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from typing import NamedTuple

from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token

from pipeline.load.markdown.block_rules import line_at, line_of
from pipeline.load.markdown.html import TAG, attributes_of
from pipeline.model.body import Align

_COLUMNS = re.compile(r"-{2,}(?: +-{2,})+[ \t]*$")
_RULE = re.compile(r"-{3,}[ \t]*$")
_MOST_HEADS = 20
"""Lines of a head."""
_TWO_COLUMNS = "A word of line {line} reaches from one column into the next: make the dashes above it longer."


class _Lines(NamedTuple):
    """The lines of a table by what they are, as numbers."""

    heads: range
    dashes: int
    """The line that says where the columns stand."""
    rows: range
    end: int
    """The line behind the table."""
    is_loose: bool
    """Whether an empty line ends a row, and not each line."""


Cell = list[tuple[str, int, int]]
"""The lines of a cell, each with its row and column."""


def ruled_table(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Heads over a line of dashes for each column, or such a line alone, and rows below it."""
    if state.is_code_block(first) or "|" in line_at(state, first):
        return False
    found = _multiline(state, first, last) or _headless(state, first, last) or _simple(state, first, last)
    if found is None:
        return False
    if silent:
        return True
    whole = {n: state.src[state.bMarks[n] : state.eMarks[n]].rstrip() for n in range(first, found.end)}
    columns = [dashes.span() for dashes in re.finditer("-+", whole[found.dashes])]
    starts = [0, *(start for start, _ in columns[1:])]
    heads = [_cells(whole, found.heads, starts)] if found.heads else [[[] for _ in columns]]
    rows = [*heads, *(_cells(whole, group, starts) for group in _groups(state, found))]
    aligns = [_side([whole[line] for line in found.heads or found.rows[:1]], *span) for span in columns]
    push_drawn_table(state, first, found.end, rows, aligns)
    for number, at in product((*found.heads, *found.rows), starts[1:]):
        line = whole[number]
        if len(line) > at and not (line[at - 1].isspace() or line[at].isspace()):  # where a column begins
            state.tokens[-1].meta |= {"rows": [], "hint": _TWO_COLUMNS.format(line=number - first + 1)}
            break
    return True


def _next(state: StateBlock, first: int, last: int, *ends: re.Pattern[str], empty: bool = True) -> int | None:
    """The first line that is one of dashes; None where there is none, or an empty line before it."""
    for line in range(first, last):
        if any(end.match(line_at(state, line)) for end in ends):
            return line
        if (state.sCount[line] < state.blkIndent and not state.isEmpty(line)) or (state.isEmpty(line) and not empty):
            return None
    return None


def _multiline(state: StateBlock, first: int, last: int) -> _Lines | None:
    """Heads between a rule and a line of columns, rows with empty lines between them, and a rule below."""
    if not _RULE.match(line_at(state, first)):
        return None
    dashes = _next(state, first + 1, min(last, first + _MOST_HEADS), _COLUMNS, _RULE, empty=False)
    if dashes is None or dashes == first + 1 or not _COLUMNS.match(line_at(state, dashes)):
        return None
    end = _next(state, dashes + 1, last, _RULE, _COLUMNS)
    if end is None or end == dashes + 1 or not _RULE.match(line_at(state, end)):
        return None
    return _Lines(range(first + 1, dashes), dashes, range(dashes + 1, end), end + 1, True)


def _headless(state: StateBlock, first: int, last: int) -> _Lines | None:
    """Rows between two lines of columns; each line is one where no empty line stands between them."""
    if not _COLUMNS.match(line_at(state, first)):
        return None
    end = _next(state, first + 1, last, _COLUMNS, _RULE)
    if end is None or end == first + 1 or not (end + 1 >= last or state.isEmpty(end + 1)):
        return None
    is_loose = any(state.isEmpty(line) for line in range(first + 1, end))
    return _Lines(range(first, first), first, range(first + 1, end), end + 1, is_loose)


def _simple(state: StateBlock, first: int, last: int) -> _Lines | None:
    """A line of heads, a line of columns, and a row in each line up to an empty one."""
    if first + 2 >= last or not _COLUMNS.match(line_at(state, first + 1)):
        return None
    if state.isEmpty(first) or state.isEmpty(first + 2):
        return None
    end = first + 2
    while end < last and not state.isEmpty(end) and state.sCount[end] >= state.blkIndent:
        end += 1
    below = end - 1 if _COLUMNS.match(line_at(state, end - 1)) or _RULE.match(line_at(state, end - 1)) else end
    return _Lines(range(first, first + 1), first + 1, range(first + 2, below), end, False)


def _groups(state: StateBlock, found: _Lines) -> Iterator[Sequence[int]]:
    """The lines of each row."""
    run: list[int] = []
    for line in found.rows:
        if not state.isEmpty(line):
            run.append(line)
        if run and (not found.is_loose or state.isEmpty(line)):
            yield run
            run = []
    if run:
        yield run


def _cells(whole: dict[int, str], lines: Sequence[int], starts: Sequence[int]) -> list[Cell]:
    cells: list[Cell] = [[] for _ in starts]
    for line in lines:
        for cell, start, end in zip(cells, starts, [*starts[1:], len(whole[line])], strict=True):
            words = whole[line][start:end]
            if words.strip():
                cell.append((words.strip(), line, start + len(words) - len(words.lstrip())))
    return cells


def _side(heads: Sequence[str], start: int, end: int) -> Align:
    """Alignment of a column: its dashes extend past the longest line of its head on the left, on both sides, or not."""
    head = max((line[start:end].rstrip() for line in heads), key=len, default="")
    if not head.strip() or not head[:1].isspace():
        return Align.LEFT
    return Align.RIGHT if len(head) == end - start else Align.CENTRE


def push_drawn_table(state: StateBlock, first: int, end: int, rows: list[list[Cell]], aligns: list[Align]) -> None:
    """The token of a table with the lines that it is drawn in."""
    token = state.push("drawn_table", "table", 0)
    token.map, token.meta = [first, end], {"rows": rows, "aligns": aligns}
    token.content = "\n".join(str(state.src[state.bMarks[n] : state.eMarks[n]]) for n in range(first, end)) + "\n"
    state.line = end


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


_CAPTION = re.compile(r"(?:Table)?:[ \t]+(?=\S)")
ABOVE = "above"
"""Says of a caption that its table is below it."""


def caption(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """`: Caption {#tbl-x}` under a table, or `Table: Caption` above one."""
    found = _CAPTION.match(line_at(state, first))
    if not found or state.is_code_block(first):
        return False
    if silent:
        return bool(state.parentType == "table")
    end = first + 1
    while end < last and not _ends_caption(state, end, last):
        end += 1
    below = _is_below(state)
    if not below and not (found[0].startswith("Table") and _is_above(state, end, last)):
        return False
    token = state.push("caption", "", 0)
    token.map, token.info = [first, end], "" if below else ABOVE
    lines = [line_at(state, first)[found.end() :], *(line_at(state, number) for number in range(first + 1, end))]
    token.content = "\n".join(line.strip() for line in lines)
    state.line = end
    return True


def _is_below(state: StateBlock) -> bool:
    """Whether a table that has no caption yet is the last thing before."""
    before = state.tokens[-1:]
    if not before or before[0].type not in ("table_close", "drawn_table"):
        return False
    first = len(state.tokens) - 1
    while state.tokens[first].type not in ("table_open", "drawn_table") or state.tokens[first].level != before[0].level:
        first -= 1
    return first == 0 or state.tokens[first - 1].info != ABOVE


def _is_above(state: StateBlock, line: int, last: int) -> bool:
    """Whether a table is the next thing from a line on."""
    while line < last and state.isEmpty(line):
        line += 1
    return line < last and any(rule(state, line, last, True) for rule in (table, ruled_table))


def _ends_caption(state: StateBlock, line: int, last: int) -> bool:
    """Whether a line is none of the caption above it: it is empty, or begins a block or another caption."""
    if state.isEmpty(line) or state.sCount[line] < state.blkIndent or _CAPTION.match(line_at(state, line)):
        return True
    return any(rule(state, line, last, True) for rule in state.md.block.ruler.getRules("paragraph"))
