"""The grids of tables: a row that is longer than its table's grid would lose its last cells."""

from lxml import etree

from pipeline.word.document.names import PARAGRAPH, TABLE, Element, W, value


def widen_grids(root: Element) -> None:
    """Give every table as many columns as its longest row has, and every row as many cells."""
    for table in root.iter(TABLE):
        rows = table.findall(f"{W}tr")
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
            width = str(column.get(f"{W}w", ""))
            column.set(f"{W}w", width if width.isascii() and width.isdigit() else _WIDTH)


_WIDTH = "1000"
"""Width of a column of which none is said, in twentieths of a point."""
_MOST_COLUMNS = 200
"""So many columns one cell may stand over."""


def _width(row: Element) -> int:
    """Columns that a row takes."""
    skipped = sum(_number(value(row, f"trPr/{name}"), 0) for name in ("gridBefore", "gridAfter"))
    return skipped + sum(_number(value(cell, "tcPr/gridSpan"), 1) for cell in row.findall(f"{W}tc"))


def _number(written: str, least: int) -> int:
    return min(max(int(written), least), _MOST_COLUMNS) if written.isascii() and written.isdigit() else least
