"""Tables as plain text: in columns where every row fits on a line, else a block of lines for each row."""

from collections.abc import Iterator, Sequence

from lxml import etree

from pipeline.bind.plain.inlines import BREAK, said
from pipeline.markup.xhtml import local
from pipeline.text.filling import columns, filled, padded

_APART = "  "
"""Between two columns."""

_BELOW = "    "
_LABEL = 22
"""Columns that the head of a column may take beside a cell; a longer one has the cell below it."""


def table(element: etree._Element, room: int) -> list[list[str]]:
    """The blocks of a table: its caption, then its rows."""
    caption = [said(part) for part in element if local(part) == "caption"]
    rows = [[cell for cell in row if local(cell) in ("td", "th")] for row in element.iter("{*}tr")]
    head = rows[0] if rows and _is_head(rows[0]) else []
    heads = [" ".join(said(cell).split(BREAK)) for cell in head]
    body = [[_one_line(said(cell)) for cell in row] for row in rows[bool(head) :]]
    lines = _in_columns(heads, body, _numeric(rows), room)
    named = [filled(words, room) for words in caption if words]
    return [*named, *([lines] if lines else _in_blocks(heads, rows[bool(head) :], body, room))]


def facts(pairs: Sequence[tuple[str, list[str]]], room: int) -> list[str]:
    """Names with what they stand for beside them, in a column of its own."""
    width = max((columns(name) + 1 for name, _ in pairs if columns(name) < _LABEL), default=0) + len(_APART)
    lines: list[str] = []
    for name, meanings in pairs:
        for number, words in enumerate(meanings):
            label = padded("" if number else f"{name}:", width)
            for line in words.split(BREAK):
                beside = filled(line, room, label, " " * width)
                if columns(label) > width or (label.strip() and max(map(columns, beside)) > room):
                    beside = [*filled(label, room), *filled(line, room, _BELOW, _BELOW)]
                lines += beside
                label = " " * width
    return lines


def _is_head(row: Sequence[etree._Element]) -> bool:
    """Whether a row stands in the head of its table."""
    return any(local(above) == "thead" for cell in row[:1] for above in cell.iterancestors())


def _one_line(words: str) -> str:
    """A cell in one line: the lines that it has follow each other with a semicolon between."""
    return "; ".join(line.rstrip(";,") for line in words.split(BREAK))


def _numeric(rows: Sequence[Sequence[etree._Element]]) -> set[int]:
    """The columns of figures, which stand to the right."""
    cells = ((place, cell) for row in rows for place, cell in enumerate(row) if local(cell) == "td")
    return {place for place, cell in cells if "figure" in cell.get("class", "").split()}


def _in_columns(heads: Sequence[str], rows: Sequence[Sequence[str]], right: set[int], room: int) -> list[str]:
    """The table in columns; nothing where a row is too wide for the room."""
    every = [*([heads] if heads else []), *rows]
    count = max((len(row) for row in every), default=0)
    widths = [max((columns(row[place]) for row in every if place < len(row)), default=0) for place in range(count)]
    if not count or sum(widths) + len(_APART) * (count - 1) > room:
        return []

    def line(row: Sequence[str]) -> str:
        cells = (
            " " * (width - columns(cell)) + cell if place in right else padded(cell, width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=False))
        )
        return _APART.join(cells).rstrip()

    rule = [_APART.join("-" * width for width in widths)] if heads else []
    return [*([line(heads)] if heads else []), *rule, *map(line, rows)]


def _in_blocks(
    heads: Sequence[str], cells: Sequence[Sequence[etree._Element]], rows: Sequence[Sequence[str]], room: int
) -> Iterator[list[str]]:
    """The heads of the columns in one line; then each row: its own head, and below it each cell behind its column's."""
    if heads:
        yield filled(" | ".join(head for head in heads if head), room)
    for row, words in zip(cells, rows, strict=True):
        is_named = bool(row) and local(row[0]) == "th"
        named = filled(words[0], room) if is_named else []
        rest = [(heads[place] if place < len(heads) else "", cell) for place, cell in enumerate(words)][is_named:]
        indent = "  " if is_named else ""
        labelled = facts([(head, [cell]) for head, cell in rest if head and cell], room - len(indent))
        bare = [line for head, cell in rest if cell and not head for line in filled(cell, room - len(indent))]
        yield [*named, *(f"{indent}{line}" for line in (*labelled, *bare))]
