"""Tables and their captions."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

from pipeline.load.draft import Draft
from pipeline.load.inlines import Inlines
from pipeline.load.places import spots_of_cells
from pipeline.load.titles import titled
from pipeline.model.body import Align, Inline, Table

_ALIGNS = {"text-align:right": Align.RIGHT, "text-align:center": Align.CENTRE}
Cells = tuple[tuple[Inline, ...], ...]


def read_table(draft: Draft, tokens: Sequence[Token], caption: Token | None) -> Table:
    """A table from its tokens, with the caption under it."""
    rows = [_cells(draft, row) for row in _rows(tokens)]
    heads = [token for token in tokens if token.type == "th_open"]
    aligns = tuple(_ALIGNS.get(str(token.attrs.get("style", "")), Align.LEFT) for token in heads)
    place = draft.row(tokens[0])
    words, attributes = titled(draft, caption) if caption is not None else ((), None)
    name = draft.claim(attributes.id, draft.row(caption)) if attributes and caption else ""
    row_heads = attributes is None or "no-row-heads" not in attributes.classes
    return Table(rows[0], tuple(rows[1:]), aligns, name, words, None, row_heads, place)


def _rows(tokens: Sequence[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
    return rows


def _cells(draft: Draft, row: Sequence[Token]) -> Cells:
    number = row[0].map[0] if row[0].map else 0
    spots = spots_of_cells([cell.content for cell in row], number, draft.lines[number])
    return tuple(Inlines(draft, where).read(draft.tokens(cell.content)) for cell, where in zip(row, spots, strict=True))
