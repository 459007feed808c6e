"""Figures and tables, with their captions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, zip_longest
from typing import NamedTuple

from markdown_it.rules_block.table import escapedSplit
from markdown_it.token import Token

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun
from pipeline.load.markdown.attributes import FIGURE_KEYS, alt_of, unread_pairs
from pipeline.load.markdown.html import count_ignored_tag
from pipeline.load.markdown.inlines import NO_WORDS, Inlines, check_alternative, titled
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
"""Options of a figure of MyST; a layout decides on those that are not read."""


def divide_lines(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Divide the tokens of a paragraph into lines that hold only a picture, and the lines between them."""
    lines: list[list[Token]] = [[]]
    depth = 0
    for token in tokens:
        depth += token.nesting
        if not depth and token.type in _BREAKS:
            lines.append([token])
        else:
            lines[-1].append(token)
    parts: list[list[Token]] = []
    was_figure = True
    for line in lines:
        is_figure = _is_figure(line)
        if is_figure or was_figure:
            parts.append(line if is_figure or not parts else line[1:])
        else:
            parts[-1] += line
        was_figure = is_figure
    return [part for part in parts if part]


def _is_figure(tokens: Sequence[Token]) -> bool:
    kinds = [t.type for t in tokens if not (t.type in _BREAKS or (t.type == "text" and not t.content.strip()))]
    return bool(kinds) and kinds[0] == "image" and all(kind in ("image", "attributes") for kind in kinds)


def read_figures(
    context: ParseContext, tokens: Sequence[Token], offset_map: OffsetMap, within: bool = False
) -> list[tree.Block]:
    """Return the figures of tokens that hold only pictures; nothing for others.

    `within`: the tokens are a line of a paragraph; there a picture's words are its alternative text if it has none.
    """
    if not _is_figure(tokens):
        return []
    figures: list[tree.Block] = []
    for token, following in zip_longest(tokens, tokens[1:]):
        if token.type == "image":
            behind = following if following and following.type == "attributes" else None
            figures.append(_read_figure(context, token, behind, offset_map, within))
    return figures


def _read_figure(
    context: ParseContext, token: Token, behind: Token | None, offset_map: OffsetMap, within: bool
) -> tree.Figure:
    """Return the figure of a picture's token; `behind` are the attributes that follow it."""
    place = context.place_at(offset_map, token.meta["at"])
    reader = Inlines(context, offset_map)
    attributes = reader.attributes(behind, *FIGURE_KEYS)
    context.diagnostics.extend(picture_words(token, "", place))
    reader.label = ""
    caption: tuple[tree.Inline, ...] = reader.read(token.children or ())
    if reader.label and not attributes.id:
        attributes = replace(attributes, id=context.claim_id(reader.label, place))
    picture = _find_picture(context, str(token.attrs.get("src", "")), attributes, place)
    if within and not picture.alt:
        picture, caption = picture._replace(alt=" ".join(plain_text(caption).split())), ()
    if behind is not None and behind.meta["attributes"] is None:
        caption = (*caption, tree.Placeholder(behind.content))
    return _make_figure(context, picture, caption, place)


def read_directive_figure(context: ParseContext, token: Token, caption: tuple[tree.Inline, ...]) -> tree.Figure:
    """Return the figure of a directive of MyST. Its name is the id; options about its look are ignored."""
    place, options = context.place_of(token), token.meta["options"]
    pairs = tuple((key, value) for key, value in options.items() if value and key not in ("name", "label"))
    name = options.get("name") or options.get("label") or ""
    name = context.claim_id(label_id(name), place) if name else ""
    attributes = tree.Attributes(name, tuple(options.get("class", "").split()), pairs)
    context.diagnostics.extend(unread_pairs(attributes, place, *_OPTIONS))
    return _make_figure(context, _find_picture(context, token.meta["path"], attributes, place), caption, place)


class _Picture(NamedTuple):
    source: str
    """The path of its file, or the path as written if it is outside of `source/`."""
    is_outside: bool
    attributes: tree.Attributes
    alt: str


def _find_picture(context: ParseContext, written: str, attributes: tree.Attributes, place: Location) -> _Picture:
    path = figure_path(context, written, place)
    source = path or written
    alt = alt_of(attributes) or context.alts.get(attributes.id or source, "") or context.alts.get(source, "")
    return _Picture(source, path is None, attributes, alt)


def _make_figure(
    context: ParseContext, picture: _Picture, caption: tuple[tree.Inline, ...], place: Location
) -> tree.Figure:
    """Return the figure of a picture, with a placeholder if it has no alt text."""
    attributes, alt = picture.attributes, picture.alt
    decorative = "decorative" in attributes.classes
    if not decorative and not (alt := check_alternative(context, alt, picture.source, place)):
        alt, caption = NO_WORDS, (*caption, tree.Text(" ", place), tree.Placeholder("[no alternative text]"))
    alt = "" if decorative else alt
    width = read_width(written := attributes.get("width"))
    if width is None:
        hint = "Write it in per cent of the column of text, such as width=50%."
        reason = "it is not a width"
        context.diagnostics.report(message("words-left-out", place, hint, words=f"width={written[:40]}", reason=reason))
    source = "" if picture.is_outside else picture.source
    return tree.Figure(source, alt, caption, attributes.id, None, decorative, place, width=width or 0)


_WIDTH = re.compile(r"(?P<number>\d{1,5}(?:\.\d{1,4})?)(?P<unit>%|px|pt|mm|cm|in|em)?")
_MILLIMETRES = {"px": 25.4 / 96, "pt": 25.4 / 72, "mm": 1.0, "cm": 10.0, "in": 25.4, "em": 4.0}
MEASURE = 120.0
"""Width of the column of text in millimetres: 100 per cent."""
NARROWEST, WIDEST = 10, 100
"""Bounds of the width of a figure, in per cent of the measure."""
STEP = 5
"""Widths are multiples of this: each has a rule in the style sheets."""


def read_width(written: str) -> int | None:
    """Return a width in per cent, within bounds; 0 for '', None if it cannot be read."""
    if not written:
        return 0
    match = _WIDTH.fullmatch(written.strip())
    if match is None:
        return None
    number, unit = float(match["number"]), match["unit"] or "px"
    share = number if unit == "%" else 100 * number * _MILLIMETRES[unit] / MEASURE
    return STEP * round(min(WIDEST, max(NARROWEST, share)) / STEP)


_ALIGNS = {"text-align:right": tree.Align.RIGHT, "text-align:center": tree.Align.CENTRE}
_MARKERS = re.compile(r"[> \t]*(?:[-*+][ \t]+|\d{1,9}[.)][ \t]+|:[ \t]+)?")
"""Markers before a row that is part of a quotation, a list or a definition."""
_MOST_COLUMNS = 200
"""Greatest number of columns: a page is not wider, and the press takes minutes for thousands."""
Cells = tuple[tuple[tree.Inline, ...], ...]


class _Caption(NamedTuple):
    """The fields of a table that its caption decides."""

    id: str
    words: tuple[tree.Inline, ...]
    number: None
    """Not known until texts are resolved."""
    has_row_heads: bool


def read_table(context: ParseContext, tokens: Sequence[Token], caption: Token | None) -> tree.Table:
    """Return a table from its tokens. Its caption is read first: it is printed above the rows, with its notes."""
    read = _read_caption(context, caption)
    rows: list[Cells] = []
    for row in _rows(tokens):
        number = row[0].map[0] if row[0].map else 0
        maps = map_cells([cell.content for cell in row], number, context.lines[number])
        cells = zip(row, maps, strict=True)
        rows.append(tuple(Inlines(context, map_).read(context.parse_inline(cell.content)) for cell, map_ in cells))
    context.diagnostics.extend(remark for row in _rows(tokens)[1:] for remark in _check_row(context, row))
    heads = [token for token in tokens if token.type == "th_open"]
    aligns = tuple(_ALIGNS.get(str(token.attrs.get("style", "")), tree.Align.LEFT) for token in heads)
    return _make_table(context, rows, aligns, read, context.place_of(tokens[0]))


def _make_table(
    context: ParseContext, rows: Sequence[Cells], aligns: tuple[tree.Align, ...], caption: _Caption, place: Location
) -> tree.Table:
    """Return a table; report one that is too wide for any page."""
    if len(aligns) > _MOST_COLUMNS:
        sentence = f"This table has {len(aligns):,} columns; the limit is {_MOST_COLUMNS}."
        context.diagnostics.report(message("job-too-large", place, "Divide it into several tables.", sentence=sentence))
    return tree.Table(rows[0], tuple(rows[1:]), aligns, *caption, place)


def _read_caption(context: ParseContext, caption: Token | None) -> _Caption:
    words, attributes = titled(context, caption) if caption is not None else ((), None)
    name = context.claim_id(attributes.id, context.place_of(caption)) if attributes and caption else ""
    return _Caption(name, words, None, attributes is None or "no-row-heads" not in attributes.classes)


def _rows(tokens: Sequence[Token]) -> list[list[Token]]:
    rows: list[list[Token]] = []
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(token)
    return rows


def _check_row(context: ParseContext, row: Sequence[Token]) -> Iterator[Diagnostic]:
    """Yield a remark on a row with more or fewer cells than the table has columns."""
    number = row[0].map[0] if row[0].map else 0
    markers = _MARKERS.match(context.lines[number])
    line = context.lines[number][markers.end() if markers else 0 :]
    cells = escapedSplit(line.strip())
    cells = cells[1 if cells[:1] == [""] else 0 : -1 if len(cells) > 1 and cells[-1] == "" else None]
    if len(cells) == len(row) and "|" in line:
        return
    columns, place = len(row), context.origin.at((number, len(context.lines[number]) - len(line)))
    cells_found, so, hint = count_noun(len(cells), "cell") if cells else "no cells", "", None
    if "|" not in line:
        cells_found, hint = "no '|'", "If it is not a row, put an empty line above it."
    elif (rest := " | ".join(cell.strip() for cell in cells[columns:])).strip(" |"):
        so = f": '{rest[:60]}' is not printed"
    yield message("table-row", place, hint, found=cells_found, columns=count_noun(columns, "column"), so=so)


def read_drawn_table(context: ParseContext, token: Token, caption: Token | None) -> list[tree.Block]:
    """Return a table that is drawn or in HTML. One that cannot be read is printed as it was drawn, and reported."""
    place, rows = context.place_of(token), token.meta["rows"]
    if not rows:
        hint = "Make the dashes above the word longer."
        context.diagnostics.report(message("table-typed", place, hint, reason=token.meta["fault"]))
        lines = tree.CodeBlock(token.content, "", place)
        if caption is None:
            return [lines]
        read = _read_caption(context, caption)
        both = (lines, tree.Paragraph(read.words, context.place_of(caption)))
        return [tree.Division(both, tree.Attributes(read.id), place)] if read.id else [*both]
    for tag, row in token.meta.get("spans", ()):
        count_ignored_tag(context.counter, tag, context.origin.at((row, 0)))
    read = _read_caption(context, token.meta.get("caption") or caption)
    cells = [tuple(_read_cell(context, cell) for cell in row) for row in rows]
    return [_make_table(context, cells, tuple(token.meta["aligns"]), read, place)]


def _read_cell(context: ParseContext, cell: Cell) -> tuple[tree.Inline, ...]:
    offsets = accumulate((len(words) + 1 for words, _, _ in cell[:-1]), initial=0)
    offset_map = OffsetMap(tuple(offsets), tuple((row, column) for _, row, column in cell) or ((0, 0),))
    return Inlines(context, offset_map).read(context.parse_inline("\n".join(words for words, _, _ in cell)))
