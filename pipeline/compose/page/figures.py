"""Figures and tables."""

import io
import re

from markupsafe import Markup, escape

from pipeline.compose.page.chapter import BlockWriter, ChapterContext, Described, anchor, xml_text
from pipeline.compose.page.inlines import inlines
from pipeline.core.text.wrapping import columns
from pipeline.model.body import Align, Body, Code, Figure, Inline, Table, plain_text
from pipeline.model.formats import Asset
from pipeline.model.words import PLACE

MEASURE, MOST = 357.0, 425.0
"""Width of the text and the most height of a picture, in points (`layouts/briefing/page.css`)."""

_ROOT = re.compile(r"<(?:\w+:)?svg\b[^>]*>", re.DOTALL)
_SIZE = re.compile(r"""\s(width|height|viewBox)\s*=\s*["']([^"']*)["']""")
_LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(px|pt|mm|cm|in|pc)?")
_POINTS = {"px": 0.75, "pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "pc": 12.0}


def picture_height(asset: Asset, share: int) -> float:
    """The height in points of a picture as wide as it is, or as a share of the measure in per cent; 0 if unknown."""
    width, height = drawing_size(asset.content) if asset.media_type == "image/svg+xml" else _dots(asset.content)
    if not width or not height:
        return 0.0
    set_as = MEASURE * share / 100 if share else min(width, MEASURE)
    return min(set_as * height / width, MOST)


def drawing_size(content: bytes) -> tuple[float, float]:
    """Width and height of a drawing in points, 0 if unknown; without a size those of its view, as wide as the text."""
    root = _ROOT.search(content.decode("utf-8", "replace"))
    said = dict(_SIZE.findall(root[0])) if root else {}
    width, height = _points(said.get("width", "")), _points(said.get("height", ""))
    if width and height:
        return width, height
    across, down = map(_points, ["0", "0", *said.get("viewBox", "").replace(",", " ").split()][-2:])
    return (MEASURE, MEASURE * down / across) if across else (0.0, 0.0)


def _points(length: str) -> float:
    found = _LENGTH.fullmatch(length.strip())
    return float(found[1]) * _POINTS[found[2] or "px"] if found else 0.0


def _dots(content: bytes) -> tuple[float, float]:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as picture:
        return picture.width * 0.75, picture.height * 0.75


# Tables

WIDE = 4
"""A table of more columns reflows on narrow screens."""

WIDEST = 6
"""A table of more columns than this needs the margin of a wide screen."""

WHOLE = 6
"""A table of so many rows is never broken."""

CAPTION_LINE, CAPTION_WORD = 14, 16
"""Letters of a line of a caption in the side column, at the least in any typeface, and of a word of it, at the most."""

CELLS_LINE, BESIDE_CELLS = 75, 0.4
"""Letters of the cells of a row of one line, at the most; the room above and below them, in lines of a caption."""

CODE_BESIDE, CODE_THIRD, WORDS_BESIDE = 21, 27, 50
"""Letters that a first column of the handbook holds: of code, beside its text and as a third of the page; of words."""


def table(node: Table, chapter: ChapterContext) -> Markup:
    """An author's table, unless it is empty. Where there is no other row, the head becomes a row of words."""
    if not (node.caption or any(map(any, (node.head, *node.rows)))):
        return Markup("")
    labels = tuple(plain_text(cell).strip() for cell in node.head)
    classes = tuple(_ALIGNED[align] for align in node.aligns)
    cells = [inlines(cell, chapter) for cell in node.head]
    has_head = any(cell.strip() for cell in cells) and bool(node.rows)
    # An empty head, such as the corner above heads of rows, heads nothing.
    head = Markup("").join(
        Markup('<th scope="col"{}>{}</th>').format(style, cell) if cell.strip() else Markup("<td{}></td>").format(style)
        for cell, style in zip(cells if has_head else (), classes, strict=False)
    )
    names = labels if has_head else ("",) * len(labels)
    row_head = _row_head(node, has_head)
    rows = Markup("\n").join(
        Markup("<tr>{}</tr>").format(_row(row, names, classes, row_head, chapter)) for row in node.rows or (node.head,)
    )
    identity = chapter.claim(anchor(node.id)) if node.id else ""
    caption = captioned("table", node.number, inlines(node.caption, chapter), chapter)
    hangs, whole = _hangs(node, caption.striptags()), len(node.rows) <= WHOLE
    heads = ", ".join(filter(None, labels))
    return region(
        Markup("{}<tbody>\n{}\n</tbody>").format(head and _THEAD.format(head), rows),
        caption,
        chapter,
        identity=identity,
        classes=" ".join(filter(None, ("whole" * whole, _reflow(node.aligns), "hangs" * hangs, _split(node, chapter)))),
        heard=chapter.words.say("a-table-of", columns=heads) if heads else "",
    )


_THEAD = Markup("<thead>\n<tr>{}</tr>\n</thead>\n")
_ALIGNED = {Align.RIGHT: Markup(' class="figure"'), Align.CENTRE: Markup(' class="middle"'), Align.LEFT: Markup("")}


def _reflow(aligns: tuple[Align, ...]) -> str:
    """Class for the width below which a table is set as blocks, by its columns and whether they hold words."""
    words = sum(align is Align.LEFT for align in aligns)
    if len(aligns) > WIDE:
        return "wide widest" if len(aligns) > WIDEST else "wide"
    return "wordy" if len(aligns) > 2 and words > 1 else "slim"


def _split(node: Table, chapter: ChapterContext) -> str:
    """The class of a table of the handbook that is not divided where the text begins.

    One of two columns is divided in the middle if the first holds much, or long code, and after a third of it if that
    is enough; of more columns the first is as wide as its words, if these are short.
    """
    if not chapter.manual or not node.rows:
        return ""
    firsts = [row[0] for row in node.rows]
    typed = [columns(plain_text(cell)) for cell in firsts if len(cell) == 1 and isinstance(cell[0], Code)]
    words = [columns(plain_text(cell)) for cell in firsts]
    if len(node.aligns) > 2:
        return "brief" if max(words) <= CODE_BESIDE else ""
    if max(typed, default=0) <= CODE_BESIDE and max(words) <= WORDS_BESIDE:
        return ""
    return "third" if max(words) <= CODE_THIRD else "halved"


def _hangs(node: Table, caption: str) -> bool:
    """Whether a caption hangs beside its table: one of few columns that is as high as the caption in any case."""
    if not caption or len(node.aligns) > WIDE or max(map(len, caption.split())) > CAPTION_WORD:
        return False
    rows = [row for row in (node.head, *node.rows) if any(plain_text(cell).strip() for cell in row)]
    lines = (-(-sum(columns(plain_text(cell)) for cell in row) // CELLS_LINE) for row in rows)
    return -(-columns(caption) // CAPTION_LINE) <= sum(line + BESIDE_CELLS for line in lines)


def region(
    content: Markup,
    caption: Markup,
    chapter: ChapterContext,
    *,
    identity: str = "",
    classes: str = "",
    heading: str = "",
    heard: str = "",
) -> Markup:
    """A table within its region. The caption names both, or the heading of that id just above them, or `heard`."""
    names, own = " ".join(filter(None, ("table", classes))), Markup("")
    if heading:
        label = Markup('aria-labelledby="{}"').format(heading)
        own = Markup(" ") + label
    elif not caption:
        label = Markup('aria-label="{}"').format(chapter.name(heard or chapter.words.say("a-table")))
    else:
        name = chapter.free(f"{identity or 'table'}-caption")
        caption = Markup('<caption id="{}">{}</caption>\n').format(name, caption)
        label = Markup('aria-labelledby="{}"').format(name)
    return Markup('<div class="{}"{} role="region" tabindex="0" {}>\n<table{}>\n{}{}\n</table>\n</div>').format(
        names, Markup(' id="{}"').format(identity) if identity else "", label, own, caption, content
    )


def captioned(kind: str, number: int | None, words: Markup, chapter: ChapterContext) -> Markup:
    """'Figure 1: Deaths by year'; without words 'Figure 1'. The kind is that of the table of words."""
    if number is None:
        return words
    label = Markup('<span class="label"{}>{}{}</span>').format(
        chapter.house, chapter.words.say(kind, number=number), ":" if words else ""
    )
    return Markup("{} {}").format(label, words) if words else label


def _row_head(node: Table, has_head: bool) -> int | None:
    """Return the column that heads the rows: of a table without heads of columns the first that holds something."""
    if has_head:
        return 0 if node.row_heads else None
    return min((place for row in node.rows for place, cell in enumerate(row) if cell), default=0)


def _row(
    row: tuple[tuple[Inline, ...], ...],
    labels: tuple[str, ...],
    classes: tuple[Markup, ...],
    head: int | None,
    chapter: ChapterContext,
) -> Markup:
    out = []
    for place, (cell, label, style) in enumerate(zip(row, labels, classes, strict=False)):
        said = inlines(cell, chapter)
        if place == head and said.strip():
            out.append(Markup('<th scope="row"{}>{}</th>').format(style, said))
        else:
            known = Markup(' data-label="{}"').format(label) if label else Markup("")
            out.append(Markup("<td{}{}>{}</td>").format(style, known, said))
    return Markup("").join(out)


# Figures

LINE, LEADING = 21, 14.5
"""Letters of a line of a caption in the side column, and its height in points."""


def figure(node: Figure, chapter: ChapterContext) -> Markup:
    """A figure. Its long description stands in the matter behind the text, because every format has room there."""
    identity = chapter.claim(anchor(node.id)) if node.id else ""
    described = _described(node, identity, chapter)
    details = Markup(' aria-details="{}"').format(described.anchor) if described else Markup("")
    picture = Markup('<img src="{}" alt="{}"{}/>').format(
        node.source, "" if node.decorative else xml_text(node.alt), details
    )
    lines = [captioned("figure", node.number, inlines(node.caption, chapter), chapter)]
    lines.append(_credits(node, chapter))
    if described:
        link = Markup('<a class="xref" href="#{}">{}</a>').format(
            described.anchor, chapter.words.say("see-description-of", figure=described.name)
        )
        way = chapter.put("see-description", description=link)
        lines.append(Markup('<span class="way"{}>{}</span>').format(chapter.house, way))
    lines = [line for line in lines if line]
    caption = Markup("<br/>\n").join(lines)
    hangs = "hangs" if _has_hanging_caption(node, [line.striptags() for line in lines], chapter) else ""
    names = " ".join(filter(None, (hangs, f"width-{node.width}" if node.width else "")))
    return Markup("<figure{}{}>\n{}{}\n</figure>").format(
        Markup(' class="{}"').format(names) if names else "",
        Markup(' id="{}"').format(escape(identity)) if identity else "",
        picture,
        Markup("\n<figcaption>{}</figcaption>").format(caption) if caption else "",
    )


def _has_hanging_caption(node: Figure, lines: list[str], chapter: ChapterContext) -> bool:
    """Whether a caption hangs beside its picture: one no higher than that, give or take a line. Others stand below."""
    if not lines or max(len(word) for line in lines for word in line.split()) > CAPTION_WORD:
        return False
    picture = chapter.pictures.get(node.source)
    height = picture_height(picture, node.width) if picture else 0.0
    return LEADING * (sum(-(-columns(line) // LINE) for line in lines) - 1) <= height


def _credits(node: Figure, chapter: ChapterContext) -> Markup:
    """'Source: Office for National Statistics. Licence: Open Government Licence 3.0.'."""
    said = []
    for key, words in (("credit", node.credit), ("licensed", node.licence)):
        if words:  # a label of the house and the author's words behind it, each in its language
            label, end = PLACE.split(chapter.words.phrases[key][0])[::2]
            words = words.strip().rstrip(".")
            said.append(Markup("{} {}{}").format(chapter.said(label.rstrip()), xml_text(words), end))
    return Markup('<span class="credit">{}</span>').format(Markup(" ").join(said)) if said else Markup("")


def _described(node: Figure, identity: str, chapter: ChapterContext) -> Described | None:
    """The long description that a figure leads to. A second figure of the same record leads to the same."""
    if not node.described or node.described not in chapter.descriptions or chapter.elsewhere:
        return None
    numbered, words = node.number is not None, chapter.words
    name = words.say("figure", number=node.number) if numbered else words.say("this-figure")
    known = chapter.described.setdefault(
        node.described, Described(f"description-{node.described}", identity, name if numbered else "")
    )
    return Described(known.anchor, identity, name)


def descriptions(chapter: ChapterContext, blocks: BlockWriter) -> Markup:
    """The long descriptions of the figures that the text has shown, each with the way back to its figure."""
    several = len(chapter.described) > 1
    head = Markup('<h2 id="descriptions-heading"{}>{}</h2>\n').format(chapter.house, chapter.words.say("descriptions"))
    label = Markup(' aria-labelledby="descriptions-heading"') if several else Markup("")
    told = Markup("\n").join(
        _description(chapter.descriptions[record], described, 3 if several else 2, chapter, blocks)
        for record, described in chapter.described.items()
    )
    if not told:
        return Markup("")
    return Markup('<section class="descriptions" id="descriptions"{}>\n{}{}\n</section>').format(
        label, head if several else "", told
    )


def _description(text: Body, described: Described, level: int, chapter: ChapterContext, blocks: BlockWriter) -> Markup:
    back: Markup | str = described.name or chapter.words.say("a-figure")
    if described.figure:
        back = Markup('<a class="xref" href="#{}">{}</a>').format(described.figure, back)
    chapter.level = level
    return Markup('<div class="description" id="{0}">\n<h{1}{2}>{3}</h{1}>\n{4}\n</div>').format(
        described.anchor, level, chapter.house, chapter.put("description-of", figure=back), blocks(text.blocks, chapter)
    )
