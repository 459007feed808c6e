"""Tables, from pandoc's tree to the dialect: one head row, and cells of one line."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.word.writing.inlines import PandocNode, Written

_ALIGNS = {"AlignRight": "---:", "AlignCenter": ":---:"}


@dataclass(frozen=True, slots=True)
class DrawnTable:
    """A table as lines; whether cells over several rows or columns were put in one."""

    lines: str
    merged: bool


def draw_table(table: PandocNode, written: Written) -> DrawnTable | None:
    """The lines of a table; nothing where it has no words."""
    _, _, columns, head, bodies, foot = table["c"]
    rows = [row for part in (head[1], *(body[2] + body[3] for body in bodies), foot[1]) for row in part]
    written.in_cell = True
    grid, merged = _grid(rows, written)
    written.in_cell = False
    width = max((column + 1 for _, column in grid), default=0)
    drawn = [[grid.get((row, column), "") for column in range(width)] for row in range(len(rows))]
    drawn = [row for row in drawn if any(row)]
    if not drawn:
        return None
    aligns = [_ALIGNS.get(column[0]["t"], "---") for column in columns[:width]]
    aligns += ["---"] * (width - len(aligns))
    lines = [_row(drawn[0]), f"|{'|'.join(aligns)}|", *map(_row, drawn[1:])]
    return DrawnTable("\n".join(lines), merged)


def single_cell(table: PandocNode) -> Sequence[PandocNode] | None:
    """The blocks of a table of one cell, which is a frame around text."""
    _, _, _, head, bodies, foot = table["c"]
    rows = [row for part in (head[1], *(body[2] + body[3] for body in bodies), foot[1]) for row in part]
    if len(rows) != 1 or len(rows[0][1]) != 1:
        return None
    blocks: Sequence[PandocNode] = rows[0][1][0][4]
    return blocks


def _grid(rows: Sequence[PandocNode], written: Written) -> tuple[dict[tuple[int, int], str], bool]:
    """The words of each cell by row and column; what spans is said once, and leaves the others empty."""
    grid: dict[tuple[int, int], str] = {}
    merged = False
    for number, (_, cells) in enumerate(rows):
        column = 0
        for _, _, down, across, blocks in cells:
            while (number, column) in grid:
                column += 1
            words = " ".join(filter(None, _lines(blocks, written)))
            merged = merged or down > 1 or across > 1
            for below in range(min(down, len(rows) - number)):
                for beside in range(across):
                    grid[number + below, column + beside] = "" if below or beside else words
    return grid, merged


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _lines(blocks: Sequence[PandocNode], written: Written) -> Iterator[str]:
    """Each paragraph of a cell as a line."""
    for block in blocks:
        content = block.get("c")
        match block.get("t"):
            case "Para" | "Plain":
                yield written.line(content)
            case "Header":
                yield written.line(content[2])
            case "Div" | "Figure":
                if block["t"] == "Figure" and content[1][1]:
                    yield from _lines(content[2], written)
                    yield from _lines(content[1][1], written)
                else:
                    yield from _lines(content[-1], written)
            case "BlockQuote":
                yield from _lines(content, written)
            case "BulletList" | "OrderedList":
                for item in content if block["t"] == "BulletList" else content[1]:
                    yield from _lines(item, written)
            case "LineBlock":
                yield from (written.line(line) for line in content)
            case "CodeBlock":
                yield written.line([{"t": "Code", "c": [content[0], " ".join(content[1].split())]}])
            case "Table":
                _, caption, _, head, bodies, foot = content
                yield from _lines(caption[1], written)
                for part in (head[1], *(body[2] + body[3] for body in bodies), foot[1]):
                    for _, cells in part:
                        for cell in cells:
                            yield from _lines(cell[4], written)
            case "DefinitionList":
                for term, meanings in content:
                    yield written.line(term)
                    for meaning in meanings:
                        yield from _lines(meaning, written)
