"""Figures and tables, with their captions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate
from typing import NamedTuple

from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import count
from pipeline.load.markdown.attributes import FIGURE_KEYS, alt_of, unread_pairs
from pipeline.load.markdown.headings import titled
from pipeline.load.markdown.html import means_nothing
from pipeline.load.markdown.inlines import NO_WORDS, Inlines, told_alternative
from pipeline.load.markdown.links import figure_path
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.parser import ParseContext
from pipeline.load.markdown.positions import OffsetMap, map_cells
from pipeline.load.markdown.remarks import picture_words
from pipeline.load.markdown.table_rules import Cell
from pipeline.model import body as tree
from pipeline.model.body import plain_text

_BREAKS = ("softbreak", "hardbreak")
_OPTIONS = (*FIGURE_KEYS, "align", "class", "figclass", "figwidth", "scale", "loading")
"""Options of a figure of MyST; of those that are not ours a layout decides."""


def runs(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The tokens of a paragraph divided into lines that hold a picture alone, and what stands between them."""
    lines: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.nesting
        if not depth and token.type in ("softbreak", "hardbreak"):
            lines.append([token])
        else:
            lines[-1].append(token)
    found: list[list[Token]] = []
    was_figure = True
    for line in lines:
        is_figure = _is_figure(line)
        if is_figure or was_figure:
            found.append(line if is_figure or not found else line[1:])
        else:
            found[-1] += line
        was_figure = is_figure
    return [run for run in found if run]


def _is_figure(tokens: Sequence[Token]) -> bool:
    kinds = [t.type for t in tokens if not (t.type in _BREAKS or (t.type == "text" and not t.content.strip()))]
    return bool(kinds) and kinds[0] == "image" and all(kind in ("image", "attributes") for kind in kinds)


def read_figure(
    context: ParseContext, tokens: Sequence[Token], offset_map: OffsetMap, within: bool = False
) -> list[tree.Block] | None:
    """The figures of a paragraph that holds pictures and nothing else, or None.

    `within`: of a line of a paragraph; where such a picture has no alternative text its words are that.
    """
    if not _is_figure(tokens):
        return None
    found: list[tree.Block] = []
    for number, token in enumerate(tokens):
        if token.type == "image":
            behind = tokens[number + 1] if number + 1 < len(tokens) else None
            behind = behind if behind and behind.type == "attributes" else None
            found.append(_figure(context, token, behind, offset_map, within))
    return found


def _figure(
    context: ParseContext, token: Token, behind: Token | None, offset_map: OffsetMap, within: bool
) -> tree.Block:
    place = context.place_at(offset_map, token.meta["at"])
    words = Inlines(context, offset_map)
    attributes = words.attributes(behind, *FIGURE_KEYS)
    context.diagnostics.extend(picture_words(token, "", place))
    words.label = ""
    caption: tuple[tree.Inline, ...] = words.read(token.children or ())
    if words.label and not attributes.id:
        attributes = replace(attributes, id=context.claim_id(words.label, place))
    written = str(token.attrs.get("src", ""))
    source = figure_path(context, written, place)
    alt = alt_of(attributes) or _alt(context, attributes, source or written)
    if within and not alt:
        alt, caption = " ".join(plain_text(caption).split()), ()
    if behind is not None and behind.meta["attributes"] is None:
        caption = (*caption, tree.Placeholder(behind.content))
    return _finished(context, _Picture(source, written, attributes, alt), caption, place)


class _Picture(NamedTuple):
    source: str | None
    written: str
    attributes: tree.Attributes
    alt: str


def _finished(
    context: ParseContext, picture: _Picture, caption: tuple[tree.Inline, ...], place: Location
) -> tree.Figure:
    """The figure of a picture, with what stands for an alternative text that is missing."""
    attributes, alt = picture.attributes, picture.alt
    decorative = "decorative" in attributes.classes
    if not decorative and not (alt := told_alternative(context, alt, picture.source or picture.written, place)):
        alt, caption = NO_WORDS, (*caption, tree.Text(" ", place), tree.Placeholder("[no alternative text]"))
    alt = "" if decorative else alt
    width = width_of(written := attributes.get("width"))
    if width is None:
        hint = "Write it in per cent of the column of text, such as width=50%."
        reason = "it is no width that can be read"
        context.diagnostics.report(message("words-left-out", place, hint, words=f"width={written[:40]}", reason=reason))
    source = picture.source or ""
    return tree.Figure(source, alt, caption, attributes.id, None, decorative, place, width=width or 0)


def figure_of_directive(context: ParseContext, token: Token, caption: tuple[tree.Inline, ...]) -> tree.Figure:
    """The figure of a directive of MyST. Its name is the id; what layouts decide is passed over."""
    place, said, written = context.place_of(token), token.meta["options"], token.meta["path"]
    pairs = tuple((key, value) for key, value in said.items() if value and key not in ("name", "label"))
    name = said.get("name") or said.get("label") or ""
    anchor = context.claim_id(label_id(name), place) if name else ""
    attributes = tree.Attributes(anchor, tuple(said.get("class", "").split()), pairs)
    context.diagnostics.extend(unread_pairs(attributes, place, *_OPTIONS))
    source = figure_path(context, written, place)
    alt = alt_of(attributes) or _alt(context, attributes, source or written)
    return _finished(context, _Picture(source, written, attributes, alt), caption, place)


def _alt(context: ParseContext, attributes: tree.Attributes, source: str) -> str:
    return context.alts.get(attributes.id or source, "") or context.alts.get(source, "")


_WIDTH = re.compile(r"(?P<number>\d{1,5}(?:\.\d{1,4})?)(?P<unit>%|px|pt|mm|cm|in|em)?")
_MILLIMETRES = {"px": 25.4 / 96, "pt": 25.4 / 72, "mm": 1.0, "cm": 10.0, "in": 25.4, "em": 4.0}
MEASURE = 120.0
"""Millimetres of the column of text: 100 per cent."""
NARROWEST, WIDEST = 10, 100
"""Widths of a figure, in per cent of the measure."""
STEP = 5
"""Widths are multiples of this: each is a rule of the style sheets."""


def width_of(written: str) -> int | None:
    """A width in per cent, within bounds; 0 where none is written, None where it cannot be read."""
    if not written:
        return 0
    found = _WIDTH.fullmatch(written.strip())
    if found is None:
        return None
    number, unit = float(found["number"]), found["unit"] or "px"
    share = number if unit == "%" else 100 * number * _MILLIMETRES[unit] / MEASURE
    return STEP * round(min(WIDEST, max(NARROWEST, share)) / STEP)


_ALIGNS = {"text-align:right": tree.Align.RIGHT, "text-align:center": tree.Align.CENTRE}
_AROUND = re.compile(r"[> \t]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+|:[ \t]+)?")
"""Markers before a row that is part of a quotation, a list or a definition."""
_MOST_COLUMNS = 200
"""Columns of a table; a page is no wider, and the press takes minutes for thousands."""
Cells = tuple[tuple[tree.Inline, ...], ...]
Captioned = tuple[str, tuple[tree.Inline, ...], None, bool]


def read_table(context: ParseContext, tokens: Sequence[Token], caption: Token | None) -> tree.Table:
    """A table from its tokens, with the caption under it: it is printed above the rows, so its notes are the first."""
    captioned = _captioned(context, caption)
    rows: list[Cells] = []
    for row in _rows(tokens):
        number = row[0].map[0] if row[0].map else 0
        offset_map = map_cells([cell.content for cell in row], number, context.lines[number])
        cells = zip(row, offset_map, strict=True)
        rows.append(tuple(Inlines(context, where).read(context.parse_inline(cell.content)) for cell, where in cells))
    context.diagnostics.extend(remark for row in _rows(tokens)[1:] for remark in _uneven(context, row))
    heads = [token for token in tokens if token.type == "th_open"]
    aligns = tuple(_ALIGNS.get(str(token.attrs.get("style", "")), tree.Align.LEFT) for token in heads)
    return _table(context, rows, aligns, captioned, context.place_of(tokens[0]))


def _table(
    context: ParseContext, rows: Sequence[Cells], aligns: tuple[tree.Align, ...], captioned: Captioned, place: Location
) -> tree.Table:
    """A table of its parts; one that no page has room for is an error."""
    if len(aligns) > _MOST_COLUMNS:
        sentence = f"This table has {len(aligns):,} columns; the most is {_MOST_COLUMNS}."
        context.diagnostics.report(message("job-too-large", place, "Divide it into several tables.", sentence=sentence))
    return tree.Table(rows[0], tuple(rows[1:]), aligns, *captioned, place)


def _captioned(context: ParseContext, caption: Token | None) -> Captioned:
    """The id of a table, its caption, its number, which is not known yet, and whether its rows have heads."""
    words, attributes = titled(context, caption) if caption is not None else ((), None)
    name = context.claim_id(attributes.id, context.place_of(caption)) if attributes and caption else ""
    return name, words, None, attributes is None or "no-row-heads" not in attributes.classes


def _rows(tokens: Sequence[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
    return rows


def _uneven(context: ParseContext, row: Sequence[Token]) -> Iterator[Diagnostic]:
    """A remark on a row with more or fewer cells than the table has columns."""
    number = row[0].map[0] if row[0].map else 0
    around = _AROUND.match(context.lines[number])
    line = context.lines[number][around.end() if around else 0 :]
    cells = escapedSplit(line.strip())
    cells = cells[1 if cells[:1] == [""] else 0 : -1 if len(cells) > 1 and cells[-1] == "" else None]
    if len(cells) == len(row) and "|" in line:
        return
    columns, place = len(row), context.origin.at((number, len(context.lines[number]) - len(line)))
    found, so, hint = count(len(cells), "cell") if cells else "no cells", "", None
    if "|" not in line:
        found, hint = "no '|'", "If it is not a row, put an empty line above it."
    elif (left := " | ".join(cell.strip() for cell in cells[columns:])).strip(" |"):
        so = f": '{left[:60]}' is not printed"
    yield message("table-row", place, hint, found=found, columns=count(columns, "column"), so=so)


_PLAIN = "Only cells of words can be read: write lists within cells as words, and give every row as many cells."


def read_drawn(context: ParseContext, token: Token, caption: Token | None) -> list[tree.Block]:
    """A table with the caption under it; what holds more than words is printed as it was drawn, and reported."""
    place, rows = context.place_of(token), token.meta["rows"]
    if not rows:
        context.diagnostics.report(message("table-typed", place, token.meta.get("hint", _PLAIN)))
        lines = tree.CodeBlock(token.content, "", place)
        if caption is None:
            return [lines]
        name, words, *_ = _captioned(context, caption)
        both = (lines, tree.Paragraph(words, context.place_of(caption)))
        return [tree.Division(both, tree.Attributes(name), place)] if name else [*both]
    for tag, row in token.meta.get("spans", ()):
        means_nothing(context.counter, tag, context.origin.at((row, 0)))
    captioned = _captioned(context, token.meta.get("caption") or caption)
    read = [tuple(_cell(context, cell) for cell in row) for row in rows]
    return [_table(context, read, tuple(token.meta["aligns"]), captioned, place)]


def _cell(context: ParseContext, cell: Cell) -> tuple[tree.Inline, ...]:
    offsets = accumulate((len(words) + 1 for words, _, _ in cell[:-1]), initial=0)
    where = OffsetMap(tuple(offsets), tuple((row, column) for _, row, column in cell) or ((0, 0),))
    return Inlines(context, where).read(context.parse_inline("\n".join(words for words, _, _ in cell)))
