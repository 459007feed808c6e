"""Figures and tables."""

import io
import re
from collections.abc import Iterable

from markupsafe import Markup

from pipeline.compose.design.style import CAPTION_LEADING, PICTURE_HEIGHT, TEXT_WIDTH
from pipeline.compose.page.chapter import BlockWriter, ChapterContext, DescribedFigure, block_element, element, xml_text
from pipeline.compose.page.inlines import set_inlines
from pipeline.core.text.wrapping import count_columns
from pipeline.model.body import Align, Body, Code, Figure, Inline, Table, plain_text
from pipeline.model.formats import Asset
from pipeline.model.words import PLACEHOLDER

_ROOT = re.compile(r"<(?:\w+:)?svg\b[^>]*>", re.DOTALL)
_SIZE = re.compile(r"""\s(width|height|viewBox)\s*=\s*["']([^"']*)["']""")
_LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(px|pt|mm|cm|in|pc)?")
_POINTS = {"px": 0.75, "pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "pc": 12.0}


# Sizes of pictures, in points


def picture_height(asset: Asset, share: int) -> float:
    """Return the height of a picture as wide as it is, or as a share of the text in per cent; 0 if unknown."""
    width, height = drawing_size(asset.content) if asset.media_type == "image/svg+xml" else _pixel_size(asset.content)
    if not width or not height:
        return 0.0
    set_width = TEXT_WIDTH * share / 100 if share else min(width, TEXT_WIDTH)
    return min(set_width * height / width, PICTURE_HEIGHT)


def drawing_size(content: bytes) -> tuple[float, float]:
    """Return width and height of an SVG, 0 if unknown; if it has only a view box, those of the box in the text."""
    root = _ROOT.search(content.decode("utf-8", "replace"))
    attributes = dict(_SIZE.findall(root[0])) if root else {}
    width, height = _points(attributes.get("width", "")), _points(attributes.get("height", ""))
    if width and height:
        return width, height
    box = attributes.get("viewBox", "").replace(",", " ").split()
    box_width, box_height = map(_points, ["0", "0", *box][-2:])
    return (TEXT_WIDTH, TEXT_WIDTH * box_height / box_width) if box_width else (0.0, 0.0)


def _points(length: str) -> float:
    match = _LENGTH.fullmatch(length.strip())
    return float(match[1]) * _POINTS[match[2] or "px"] if match else 0.0


def _pixel_size(content: bytes) -> tuple[float, float]:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as picture:
        return picture.width * 0.75, picture.height * 0.75


# Tables

WIDE_COLUMNS, WIDEST_COLUMNS = 4, 6
"""A table of more columns reflows on narrow screens; one of more than the second needs the margin of a wide screen."""

WHOLE_ROWS = 6
"""The most rows of a table that is never broken."""

CAPTION_WORD = 16
"""The most letters in a word of a caption in the side column."""

TABLE_CAPTION_LINE, FIGURE_CAPTION_LINE = 14, 21
"""Letters in a line of a caption: beside a table the fewest in any typeface, beside a figure as usual."""

ROW_LINE, ROW_SPACE = 75, 0.4
"""The most letters in a row of one line; the space above and below its cells, in lines of a caption."""

CODE_COLUMN, THIRD_COLUMN, WORDS_COLUMN = 21, 27, 50
"""Letters in a first column of the handbook: of code beside text, in a third of the page, and of words."""

_ALIGNED = {Align.RIGHT: "figure", Align.CENTRE: "middle", Align.LEFT: ""}
"""Classes of cells."""


def table(node: Table, chapter: ChapterContext) -> Markup:
    """Set an author's table, unless it is empty. If there is no other row, the head becomes a row."""
    if not (node.caption or any(map(any, (node.head, *node.rows)))):
        return Markup("")
    labels = tuple(plain_text(cell).strip() for cell in node.head)
    classes = tuple(_ALIGNED[align] for align in node.aligns)
    cells = [set_inlines(cell, chapter) for cell in node.head]
    has_head = any(cell.strip() for cell in cells) and bool(node.rows)
    # An empty head, such as the corner above heads of rows, heads nothing.
    heads = [
        element("th", cell, scope="col", class_=style) if cell.strip() else element("td", class_=style)
        for cell, style in zip(cells, classes, strict=False)
    ]
    names = labels if has_head else ("",) * len(labels)
    table_columns = tuple(zip(names, classes, strict=False))
    row_head = _row_head(node, has_head)
    rows = [_row(row, table_columns, row_head, chapter) for row in node.rows or (node.head,)]
    identity = chapter.claim_author_anchor(node.id)
    caption = captioned("table", node.number, set_inlines(node.caption, chapter), chapter)
    table_classes = (
        "whole" if len(node.rows) <= WHOLE_ROWS else "",
        _reflow_class(node.aligns),
        "hangs" if _has_hanging_table_caption(node, caption.striptags()) else "",
        _handbook_class(node) if chapter.manual else "",
    )
    columns = ", ".join(filter(None, labels))
    return region(
        element("tr", *heads) if has_head else "",
        rows,
        chapter,
        caption=caption,
        identity=identity,
        classes=table_classes,
        label=chapter.words.say("a-table-of", columns=columns) if columns else "",
    )


def _row_head(node: Table, has_head: bool) -> int | None:
    """Return the column that heads the rows: in a table without column heads, the first that is not empty."""
    if has_head:
        return 0 if node.row_heads else None
    return min((column for row in node.rows for column, cell in enumerate(row) if cell), default=0)


def _row(
    row: tuple[tuple[Inline, ...], ...],
    columns: tuple[tuple[str, str], ...],
    row_head: int | None,
    chapter: ChapterContext,
) -> Markup:
    """Set a row, in columns with a label and a class."""
    cells = []
    for number, (cell, (label, style)) in enumerate(zip(row, columns, strict=False)):
        words = set_inlines(cell, chapter)
        if number == row_head and words.strip():
            cells.append(element("th", words, scope="row", class_=style))
        else:
            cells.append(element("td", words, class_=style, data_label=label))
    return element("tr", *cells)


def _reflow_class(aligns: tuple[Align, ...]) -> str:
    """Return the class for the width below which a table is set as blocks, by its columns and their contents."""
    words = sum(align is Align.LEFT for align in aligns)
    if len(aligns) > WIDE_COLUMNS:
        return "wide widest" if len(aligns) > WIDEST_COLUMNS else "wide"
    return "wordy" if len(aligns) > 2 and words > 1 else "slim"


def _handbook_class(node: Table) -> str:
    """Return the class of a table of the handbook whose second column does not begin where the text does.

    A table of two columns has halves if the first holds much, or long code, and a third for the first if that is
    enough. In a table of more columns the first is as wide as its words, if these are short.
    """
    if not node.rows:
        return ""
    firsts = [row[0] for row in node.rows]
    code = [count_columns(plain_text(cell)) for cell in firsts if len(cell) == 1 and isinstance(cell[0], Code)]
    words = [count_columns(plain_text(cell)) for cell in firsts]
    if len(node.aligns) > 2:
        return "brief" if max(words) <= CODE_COLUMN else ""
    if max(code, default=0) <= CODE_COLUMN and max(words) <= WORDS_COLUMN:
        return ""
    return "third" if max(words) <= THIRD_COLUMN else "halved"


def _has_hanging_table_caption(node: Table, caption: str) -> bool:
    """Whether a caption hangs beside its table: one of few columns that is always as high as the caption."""
    if not caption or len(node.aligns) > WIDE_COLUMNS or max(map(len, caption.split())) > CAPTION_WORD:
        return False
    rows = [row for row in (node.head, *node.rows) if any(plain_text(cell).strip() for cell in row)]
    lines = (-(-sum(count_columns(plain_text(cell)) for cell in row) // ROW_LINE) for row in rows)
    return -(-count_columns(caption) // TABLE_CAPTION_LINE) <= sum(line + ROW_SPACE for line in lines)


def region(
    head: Markup | str,
    rows: Iterable[Markup],
    chapter: ChapterContext,
    *,
    caption: Markup | str = "",
    identity: str = "",
    classes: tuple[str, ...] = (),
    heading: str = "",
    label: str = "",
) -> Markup:
    """Set a table within its region.

    The name of the region is that of the heading with the id `heading` just above, else the caption, else `label`.
    """
    named_by = heading or (chapter.unique_anchor(f"{identity or 'table'}-caption") if caption else "")
    table_element = block_element(
        "table",
        element("caption", caption, id=named_by) if caption else "",
        block_element("thead", head) if head else "",
        element("tbody", "\n", Markup("\n").join(rows), "\n"),
        aria_labelledby=heading,
    )
    return block_element(
        "div",
        table_element,
        class_=("table", *classes),
        id=identity,
        role="region",
        tabindex=0,
        aria_labelledby=named_by,
        aria_label="" if named_by else chapter.unique_label(label or chapter.words.say("a-table")),
    )


def captioned(kind: str, number: int | None, words: Markup, chapter: ChapterContext) -> Markup:
    """Return 'Figure 1: Deaths by year'; without words 'Figure 1'. The kind is a key of the phrases."""
    if number is None:
        return words
    phrase = chapter.words.say(kind, number=number)
    label = element("span", phrase, ":" if words else "", class_="label", lang=chapter.phrase_language)
    return label + " " + words if words else label


# Figures


def figure(node: Figure, chapter: ChapterContext) -> Markup:
    """Set a figure. Its long description follows the text, because every format has room there."""
    identity = chapter.claim_author_anchor(node.id)
    described = _described_figure(node, identity, chapter)
    details = Markup(' aria-details="{}"').format(described.anchor) if described else Markup("")
    picture = Markup('<img src="{}" alt="{}"{}/>').format(
        node.source, "" if node.decorative else xml_text(node.alt), details
    )
    lines = [captioned("figure", node.number, set_inlines(node.caption, chapter), chapter), _credits(node, chapter)]
    if described:
        name = chapter.words.say("see-description-of", figure=described.name)
        link = element("a", name, class_="xref", href=f"#{described.anchor}")
        see = chapter.phrase("see-description", description=link)
        lines.append(element("span", see, class_="way", lang=chapter.phrase_language))
    lines = [line for line in lines if line]
    hangs = "hangs" if _has_hanging_caption(node, [line.striptags() for line in lines], chapter) else ""
    return block_element(
        "figure",
        picture,
        element("figcaption", Markup("<br/>\n").join(lines)) if lines else "",
        class_=(hangs, f"width-{node.width}" if node.width else ""),
        id=identity,
    )


def _has_hanging_caption(node: Figure, lines: list[str], chapter: ChapterContext) -> bool:
    """Whether a caption hangs beside its picture: one no higher than the picture and a line."""
    if not lines or max(len(word) for line in lines for word in line.split()) > CAPTION_WORD:
        return False
    picture = chapter.pictures.get(node.source)
    height = picture_height(picture, node.width) if picture else 0.0
    return CAPTION_LEADING * (sum(-(-count_columns(line) // FIGURE_CAPTION_LINE) for line in lines) - 1) <= height


def _credits(node: Figure, chapter: ChapterContext) -> Markup:
    """Return 'Source: Office for National Statistics. Licence: Open Government Licence 3.0.'."""
    credits = []
    for key, words in (("credit", node.credit), ("licensed", node.licence)):
        if words:  # the label is a phrase and the words are the author's, each in its language
            label, end = PLACEHOLDER.split(chapter.words.phrases[key][0])[::2]
            words = words.strip().rstrip(".")
            credits.append(Markup("{} {}{}").format(chapter.in_phrase_lang(label.rstrip()), xml_text(words), end))
    return element("span", Markup(" ").join(credits), class_="credit") if credits else Markup("")


def _described_figure(node: Figure, identity: str, chapter: ChapterContext) -> DescribedFigure | None:
    """Return the long description that a figure links to: the same for all figures of a record."""
    if not node.described or node.described not in chapter.descriptions or chapter.anchors_in:
        return None
    is_numbered, words = node.number is not None, chapter.words
    name = words.say("figure", number=node.number) if is_numbered else words.say("this-figure")
    first = chapter.state.described.setdefault(
        node.described, DescribedFigure(f"description-{node.described}", identity, name if is_numbered else "")
    )
    return DescribedFigure(first.anchor, identity, name)


def descriptions(chapter: ChapterContext, blocks: BlockWriter) -> Markup:
    """Set the long descriptions of the figures in the text, each with a link back to its figure."""
    figures = chapter.state.described
    if not figures:
        return Markup("")
    head, heading, level = Markup(""), "", 2
    if len(figures) > 1:
        heading, level = "descriptions-heading", 3
        head = element("h2", chapter.words.say("descriptions"), id=heading, lang=chapter.phrase_language)
    sections = [
        _description(chapter.descriptions[record], figure, level, chapter, blocks) for record, figure in figures.items()
    ]
    return block_element("section", head, *sections, class_="descriptions", id="descriptions", aria_labelledby=heading)


def _description(
    text: Body, figure: DescribedFigure, level: int, chapter: ChapterContext, blocks: BlockWriter
) -> Markup:
    name: Markup | str = figure.name or chapter.words.say("a-figure")
    if figure.figure:
        name = element("a", name, class_="xref", href=f"#{figure.figure}")
    chapter.state.level = level
    heading = element(f"h{level}", chapter.phrase("description-of", figure=name), lang=chapter.phrase_language)
    return element(
        "div", "\n", heading, "\n", blocks(text.blocks, chapter), "\n", class_="description", id=figure.anchor
    )
