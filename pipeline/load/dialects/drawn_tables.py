"""Tables that are drawn with characters: pandoc's grid tables, where their cells hold words alone."""

import re
from collections.abc import Sequence
from itertools import pairwise

from markdown_it.rules_block import StateBlock

from pipeline.load.markdown.block_state import line_at
from pipeline.model.body import Align

_BORDER = re.compile(r"\+(?:[-=:]+\+)+[ \t]*$")
_NOT_PLAIN = re.compile(r"(?:[-*+]|\d{1,9}[.)]|```|~~~|#{1,6}|>)(?:\s|$)")
Cell = list[tuple[str, int, int]]
"""The lines of a cell, each with its row and column."""


def grid_table(state: StateBlock, first: int, last: int, silent: bool) -> bool:
    """Rows between lines of '+---+---+', the head above one of '+===+===+'; without that the head is empty."""
    if state.is_code_block(first) or not _BORDER.match(line_at(state, first)):
        return False
    end = first + 1
    while end < last and line_at(state, end)[:1] in ("|", "+") and state.sCount[end] >= state.blkIndent:
        end += 1
    lines = [line_at(state, number).rstrip() for number in range(first, end)]
    if end - first < 3 or not _BORDER.match(lines[-1]):
        return False
    if silent:
        return True
    rows, aligns = _grid(lines, first, state.tShift[first])
    if rows and not any("=" in line and _BORDER.match(line) for line in lines):
        rows = [[[] for _ in aligns], *rows]
    push_table(state, first, end, rows, aligns)
    return True


def _space(words: str) -> int:
    return len(words) - len(words.lstrip())


def push_table(state: StateBlock, first: int, end: int, rows: list[list[Cell]], aligns: list[Align]) -> None:
    """The token of a table with the lines that it is drawn in."""
    token = state.push("drawn_table", "table", 0)
    token.map, token.meta = [first, end], {"rows": rows, "aligns": aligns}
    token.content = "\n".join(str(state.src[state.bMarks[n] : state.eMarks[n]]) for n in range(first, end)) + "\n"
    state.line = end


def _grid(lines: Sequence[str], first: int, margin: int) -> tuple[list[list[Cell]], list[Align]]:
    """The rows of a grid and how its columns stand; no rows where a cell is wider or holds more than words."""
    edges = [found.start() for found in re.finditer(r"\+", lines[0])]
    rows: list[list[Cell]] = []
    aligns = [Align.LEFT] * (len(edges) - 1)
    cells: list[Cell] = [[] for _ in aligns]
    for number, line in enumerate(lines):
        if line.startswith("+"):
            if [found.start() for found in re.finditer(r"\+", line)] != edges or not _BORDER.match(line):
                return [], aligns
            if ":" in line:
                aligns = [_aligned(line[a + 1 : b]) for a, b in pairwise(edges)]
            if number:
                rows.append(cells)
                cells = [[] for _ in aligns]
            continue
        for cell, (start, end) in zip(cells, pairwise(edges), strict=True):
            words = line[start + 1 : end]
            if line[start : start + 1] != "|" or line[end : end + 1] != "|" or _NOT_PLAIN.match(words.strip()):
                return [], aligns
            if words.strip():
                cell.append((words.strip(), first + number, margin + start + 1 + _space(words)))
    return rows, aligns


def _aligned(dashes: str) -> Align:
    if dashes.endswith(":"):
        return Align.CENTRE if dashes.startswith(":") else Align.RIGHT
    return Align.LEFT
