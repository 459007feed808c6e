"""Tables whose columns are lines of dashes: pandoc's simple tables and multi-line tables."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from markdown_it.rules_block import StateBlock

from pipeline.load.markdown.block_state import line_at
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
    whole = {n: _whole(state, n) for n in range(first, found.end)}
    columns = [dashes.span() for dashes in re.finditer("-+", whole[found.dashes])]
    starts = [0, *(start for start, _ in columns[1:])]
    heads = [_cells(whole, found.heads, starts)] if found.heads else [[[] for _ in columns]]
    rows = [*heads, *(_cells(whole, group, starts) for group in _groups(state, found))]
    aligns = [_side([whole[line] for line in found.heads or found.rows[:1]], *span) for span in columns]
    push_table(state, first, found.end, rows, aligns)
    cut = next((n for n in (*found.heads, *found.rows) for at in starts[1:] if _is_cut(whole[n], at)), None)
    if cut is not None:
        token = state.tokens[-1]
        token.meta |= {"rows": [], "hint": _TWO_COLUMNS.format(line=cut - first + 1)}
    return True


def _whole(state: StateBlock, line: int) -> str:
    return str(state.src[state.bMarks[line] : state.eMarks[line]]).rstrip()


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
    if end is None or end == first + 1 or not _ends(state, end, last):
        return None
    is_loose = any(state.isEmpty(line) for line in range(first + 1, end))
    return _Lines(range(first, first), first, range(first + 1, end), end + 1, is_loose)


def _ends(state: StateBlock, line: int, last: int) -> bool:
    return bool(line + 1 >= last or state.isEmpty(line + 1))


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


def _is_cut(line: str, at: int) -> bool:
    """Whether a word stands over the place where a column begins."""
    return not (line[at - 1 : at].isspace() or line[at : at + 1].isspace()) and len(line) > at


def _side(heads: Sequence[str], start: int, end: int) -> Align:
    """Alignment of a column: its dashes extend past the longest line of its head on the left, on both sides, or not."""
    head = max((line[start:end].rstrip() for line in heads), key=len, default="")
    if not head.strip() or not head[:1].isspace():
        return Align.LEFT
    return Align.RIGHT if len(head) == end - start else Align.CENTRE


def push_table(state: StateBlock, first: int, end: int, rows: list[list[Cell]], aligns: list[Align]) -> None:
    """The token of a table with the lines that it is drawn in."""
    token = state.push("drawn_table", "table", 0)
    token.map, token.meta = [first, end], {"rows": rows, "aligns": aligns}
    token.content = "\n".join(str(state.src[state.bMarks[n] : state.eMarks[n]]) for n in range(first, end)) + "\n"
    state.line = end
