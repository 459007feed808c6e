"""Tables that are new, and rows, columns and cells that came into others without tracking of rows: each told once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from pipeline.word.back.paragraphs import KEPT, ReturnedParagraph, Tracked

_Cell = list[ReturnedParagraph]


class NewCells(NamedTuple):
    """Cells that came into a table together."""

    what: str
    """Their kind: `a table`, `a row`, `a column` or `a cell`."""
    paragraphs: tuple[ReturnedParagraph, ...]

    @property
    def words(self) -> str:
        """All that they say, cell by cell."""
        cells = groupby(self.paragraphs, lambda one: one.cell)
        return " | ".join(" ".join(filter(None, (one.after.strip() for one in cell))) for _, cell in cells)

    @property
    def fate(self) -> Tracked:
        """Fate of the first tracked row or words in them, which says who put them in."""
        fates = (fate for one in self.paragraphs for fate in _fates(one))
        return next((one for one in fates if one.author), KEPT)


def new_cells(paragraphs: Sequence[ReturnedParagraph]) -> Iterator[NewCells]:
    """The cells that were not sent, by the tables that they stand in; without words only those that are tracked."""
    tables: dict[int, dict[int, dict[int, _Cell]]] = {}
    for one in paragraphs:
        if one.table >= 0:
            row = tables.setdefault(one.table, {}).setdefault(one.row_number, {})
            row.setdefault(one.cell, []).append(one)
    for rows in tables.values():
        yield from filter(_says_something, _in_table([list(cells.values()) for cells in rows.values()]))


def _in_table(every: Sequence[Sequence[_Cell]]) -> Iterator[NewCells]:
    if all(_is_new(cell) for row in every for cell in row):
        yield _made("a table", [cell for row in every for cell in row])
        return
    rows = [row for row in every if row[0][0].row == KEPT]
    old = [row for row in rows if not all(map(_is_new, row))]
    yield from (_made("a row", row) for row in rows if all(map(_is_new, row)))
    width = max(map(len, old)) if len(old) > 1 else 0
    columns = [n for n in range(width) if all(n < len(row) and _is_new(row[n]) for row in old)]
    yield from (_made("a column", [row[number] for row in old]) for number in columns)
    for row in old:
        yield from (_made("a cell", [cell]) for n, cell in enumerate(row) if _is_new(cell) and n not in columns)


def _made(what: str, cells: Sequence[_Cell]) -> NewCells:
    return NewCells(what, tuple(one for cell in cells for one in cell))


def _says_something(cells: NewCells) -> bool:
    return any(one.after.strip() or one.row != KEPT for one in cells.paragraphs)


def _is_new(cell: _Cell) -> bool:
    """Whether a cell has nothing of what was sent, nor anything that was moved or taken away."""
    return not any(one.marks or one.within for one in cell) and not any(
        fate.moved or fate.state == "out" for one in cell for fate in _fates(one)
    )


def _fates(paragraph: ReturnedParagraph) -> Iterator[Tracked]:
    """Fates of its row and of its words."""
    yield paragraph.row
    yield from (bit.tracked for bit in paragraph.bits)
