"""Tables and their captions."""

import re
from collections.abc import Iterator, Sequence

from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.load.dialects.ruled_tables import Cell
from pipeline.load.html.remarks import means_nothing
from pipeline.load.markdown.draft import Draft
from pipeline.load.markdown.inlines import Inlines
from pipeline.load.markdown.places import Spot, Spots, spots_of_cells
from pipeline.load.markdown.titles import titled
from pipeline.model.body import Align, Attributes, Block, CodeBlock, Division, Inline, Paragraph, Table

_ALIGNS = {"text-align:right": Align.RIGHT, "text-align:center": Align.CENTRE}
_AROUND = re.compile(r"[> \t]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+|:[ \t]+)?")
"""Markers before a row that is part of a quotation, a list or a definition."""
_MOST_COLUMNS = 200
"""Columns of a table; a page is no wider, and the press takes minutes for thousands."""
Cells = tuple[tuple[Inline, ...], ...]
Captioned = tuple[str, tuple[Inline, ...], None, bool]


def read_table(draft: Draft, tokens: Sequence[Token], caption: Token | None) -> Table:
    """A table from its tokens, with the caption under it: it is printed above the rows, so its notes are the first."""
    captioned = _captioned(draft, caption)
    rows = [_cells(draft, row) for row in _rows(tokens)]
    draft.desk.extend(remark for row in _rows(tokens)[1:] for remark in _uneven(draft, row))
    heads = [token for token in tokens if token.type == "th_open"]
    aligns = tuple(_ALIGNS.get(str(token.attrs.get("style", "")), Align.LEFT) for token in heads)
    return _table(draft, rows, aligns, captioned, draft.row(tokens[0]))


def _table(draft: Draft, rows: Sequence[Cells], aligns: tuple[Align, ...], captioned: Captioned, place: Place) -> Table:
    """A table of its parts; one that no page has room for is an error."""
    if len(aligns) > _MOST_COLUMNS:
        sentence = f"This table has {len(aligns):,} columns; the most is {_MOST_COLUMNS}."
        draft.desk.report(message("job-too-large", place, "Divide it into several tables.", sentence=sentence))
    return Table(rows[0], tuple(rows[1:]), aligns, *captioned, place)


def _captioned(draft: Draft, caption: Token | None) -> Captioned:
    """The id of a table, its caption, its number, which is not known yet, and whether its rows have heads."""
    words, attributes = titled(draft, caption) if caption is not None else ((), None)
    name = draft.claim(attributes.id, draft.row(caption)) if attributes and caption else ""
    return name, words, None, attributes is None or "no-row-heads" not in attributes.classes


def _rows(tokens: Sequence[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
    return rows


def _uneven(draft: Draft, row: Sequence[Token]) -> Iterator[Diagnostic]:
    """A remark on a row with more or fewer cells than the table has columns."""
    number = row[0].map[0] if row[0].map else 0
    around = _AROUND.match(draft.lines[number])
    line = draft.lines[number][around.end() if around else 0 :]
    cells = escapedSplit(line.strip())
    cells = cells[1 if cells[:1] == [""] else 0 : -1 if len(cells) > 1 and cells[-1] == "" else None]
    if len(cells) == len(row) and "|" in line:
        return
    columns, place = len(row), draft.origin.at((number, len(draft.lines[number]) - len(line)))
    if "|" not in line:
        hint = "If it is not a row, put an empty line above it."
        yield message("table-row", place, hint, found="no '|'", columns=_columns(columns), so="")
        return
    left = " | ".join(cell.strip() for cell in cells[columns:])
    so = f": '{left[:60]}' is not printed" if left.strip(" |") else ""
    yield message("table-row", place, found=_cells_in_words(len(cells)), columns=_columns(columns), so=so)


def _cells_in_words(number: int) -> str:
    return "1 cell" if number == 1 else f"{number or 'no'} cells"


def _columns(number: int) -> str:
    return "1 column" if number == 1 else f"{number} columns"


def _cells(draft: Draft, row: Sequence[Token]) -> Cells:
    number = row[0].map[0] if row[0].map else 0
    spots = spots_of_cells([cell.content for cell in row], number, draft.lines[number])
    return tuple(Inlines(draft, where).read(draft.tokens(cell.content)) for cell, where in zip(row, spots, strict=True))


def read_drawn(draft: Draft, token: Token, caption: Token | None) -> list[Block]:
    """A table with the caption under it; what holds more than words is printed as it was drawn, and reported."""
    place, rows = draft.row(token), token.meta["rows"]
    if not rows:
        draft.desk.report(message("table-typed", place, token.meta.get("hint", _PLAIN)))
        return _as_drawn(draft, CodeBlock(token.content, "", place), caption)
    for tag, row in token.meta.get("spans", ()):
        means_nothing(draft.tally, tag, draft.origin.at((row, 0)))
    captioned = _captioned(draft, token.meta.get("caption") or caption)
    read = [tuple(_cell(draft, cell) for cell in row) for row in rows]
    return [_table(draft, read, tuple(token.meta["aligns"]), captioned, place)]


def _as_drawn(draft: Draft, lines: CodeBlock, caption: Token | None) -> list[Block]:
    """The lines of a table that none can be made of, with its caption as a paragraph; its id leads to both."""
    if caption is None:
        return [lines]
    name, words, *_ = _captioned(draft, caption)
    both = (lines, Paragraph(words, draft.row(caption)))
    return [Division(both, Attributes(name), lines.place)] if name else [*both]


_PLAIN = "Only cells of words can be read: write lists within cells as words, and give every row as many cells."


def _cell(draft: Draft, cell: Cell) -> tuple[Inline, ...]:
    offsets: list[int] = []
    spots: list[Spot] = []
    at = 0
    for words, row, column in cell:
        offsets.append(at)
        spots.append((row, column))
        at += len(words) + 1
    where = Spots(tuple(offsets) or (0,), tuple(spots) or ((0, 0),))
    return Inlines(draft, where).read(draft.tokens("\n".join(words for words, _, _ in cell)))
