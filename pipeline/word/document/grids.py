"""The grids of tables: a row that is longer than its table's grid would lose its last cells."""

from collections.abc import Iterator
from itertools import islice

from lxml import etree

from pipeline.word.document.names import PARAGRAPH, TABLE, Element, W, value


def widen_grids(root: Element) -> None:
    """Give every table as many columns as its longest row has, and every row as many cells."""
    for table in root.iter(TABLE):
        rows = table.findall(f"{W}tr")
        if max(map(_width, rows), default=0) > _MOST_COLUMNS:
            for row in rows:
                _narrow(row)
        widths = [_width(row) for row in rows]
        most = max(widths, default=0)
        for row, width in zip(rows, widths, strict=True):
            for _ in range(most - width):
                etree.SubElement(etree.SubElement(row, f"{W}tc"), PARAGRAPH)
        grid = table.find(f"{W}tblGrid")
        if grid is None:
            grid = etree.Element(f"{W}tblGrid")
            table.insert(1 if table.find(f"{W}tblPr") is not None else 0, grid)
        for _ in range(most - len(grid.findall(f"{W}gridCol"))):
            etree.SubElement(grid, f"{W}gridCol")
        for column in grid.iter(f"{W}gridCol"):  # pandoc passes over a column without a width
            said = str(column.get(f"{W}w", ""))
            column.set(f"{W}w", said if said.isascii() and said.isdigit() else _WIDTH)


_WIDTH = "1000"
"""Width of a column of which none is said, in twentieths of a point."""
_MOST_COLUMNS = 63
"""So many columns a table of Word's may have."""


def _narrow(row: Element) -> None:
    """Give each cell of a row one column; what stands beyond the last stands in that."""
    cells = row.findall(f"{W}tc")
    for spans in (f"{W}trPr/{W}gridBefore", f"{W}trPr/{W}gridAfter", f"{W}tc/{W}tcPr/{W}gridSpan"):
        for span in row.findall(spans):
            span.getparent().remove(span)
    for cell in cells[_MOST_COLUMNS:]:
        cells[_MOST_COLUMNS - 1].extend(child for child in list(cell) if child.tag != f"{W}tcPr")
        row.remove(cell)


def merged_in(root: Element) -> Iterator[int]:
    """The numbers of the first paragraphs that stand in cells over several rows or columns, one a table."""
    first: list[Element] = []
    done: list[Element] = []
    for spans in root.iter(f"{W}gridSpan", f"{W}vMerge"):
        cell = next(spans.iterancestors(f"{W}tc"), None)
        table = next(reversed(list(spans.iterancestors(TABLE))), None)
        if cell is None or table is None or any(table is one for one in done[-1:]):
            continue
        several = spans.tag != f"{W}gridSpan" or _number(str(spans.get(f"{W}val", "")), 1) > 1
        paragraph = next(cell.iter(PARAGRAPH), None)
        if several and paragraph is not None and len(list(islice(table.iter(f"{W}tc"), 2))) > 1:
            first.append(paragraph)
            done.append(table)
    numbers = {id(one) for one in first}
    yield from (n for n, paragraph in enumerate(root.iter(PARAGRAPH), 1) if first and id(paragraph) in numbers)


def _width(row: Element) -> int:
    """Columns that a row takes."""
    skipped = sum(_number(value(row, f"trPr/{name}"), 0) for name in ("gridBefore", "gridAfter"))
    return skipped + sum(_number(value(cell, "tcPr/gridSpan"), 1) for cell in row.findall(f"{W}tc"))


def _number(written: str, least: int) -> int:
    return min(max(int(written), least), _MOST_COLUMNS) if written.isascii() and written.isdigit() else least
