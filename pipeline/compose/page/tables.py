"""Tables: a region that can be scrolled, a caption, heads with their scope."""

from markupsafe import Markup

from pipeline.compose.page.galley import Galley, anchor
from pipeline.compose.page.inlines import inlines
from pipeline.model.body import Align, Code, Inline, Table, plain_text
from pipeline.text.filling import columns

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


def table(node: Table, galley: Galley) -> Markup:
    """An author's table, unless it is empty. Where there is no other row, the head becomes a row of words."""
    if not (node.caption or any(map(any, (node.head, *node.rows)))):
        return Markup("")
    labels = tuple(plain_text(cell).strip() for cell in node.head)
    classes = tuple(_align(align) for align in node.aligns)
    cells = [inlines(cell, galley) for cell in node.head]
    has_head = any(cell.strip() for cell in cells) and bool(node.rows)
    head = Markup("").join(map(_head, cells, classes)) if has_head else Markup("")
    names = labels if has_head else ("",) * len(labels)
    row_head = _row_head(node, has_head)
    rows = Markup("\n").join(
        Markup("<tr>{}</tr>").format(_row(row, names, classes, row_head, galley)) for row in node.rows or (node.head,)
    )
    identity = galley.claim(anchor(node.id)) if node.id else ""
    caption = captioned("table", node.number, inlines(node.caption, galley), galley)
    hangs, whole = _hangs(node, caption.striptags()), len(node.rows) <= WHOLE
    return region(
        Markup("{}<tbody>\n{}\n</tbody>").format(head and _THEAD.format(head), rows),
        caption,
        galley,
        identity=identity,
        classes=" ".join(filter(None, ("whole" * whole, _reflow(node.aligns), "hangs" * hangs, _split(node, galley)))),
        heard=_heard(labels, galley),
    )


_THEAD = Markup("<thead>\n<tr>{}</tr>\n</thead>\n")


def _head(cell: Markup, style: Markup) -> Markup:
    """The head of a column; an empty one, such as the corner above heads of rows, heads nothing."""
    if not cell.strip():
        return Markup("<td{}></td>").format(style)
    return Markup('<th scope="col"{}>{}</th>').format(style, cell)


def _heard(labels: tuple[str, ...], galley: Galley) -> str:
    """'Table: Year, Deaths': what a table is called that has no caption."""
    heads = ", ".join(filter(None, labels))
    return galley.words.say("a-table-of", columns=heads) if heads else ""


def _reflow(aligns: tuple[Align, ...]) -> str:
    """Class for the width below which a table is set as blocks, by its columns and whether they hold words."""
    words = sum(align is Align.LEFT for align in aligns)
    if len(aligns) > WIDE:
        return "wide widest" if len(aligns) > WIDEST else "wide"
    return "wordy" if len(aligns) > 2 and words > 1 else "slim"


def _split(node: Table, galley: Galley) -> str:
    """The class of a table of the handbook that is not divided where the text begins.

    One of two columns is divided in the middle if the first holds much, or long code, and after a third of it if that
    is enough; of more columns the first is as wide as its words, if these are short.
    """
    if not galley.manual or not node.rows:
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
    galley: Galley,
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
        label = Markup('aria-label="{}"').format(galley.name(heard or galley.words.say("a-table")))
    else:
        name = galley.free(f"{identity or 'table'}-caption")
        caption = Markup('<caption id="{}">{}</caption>\n').format(name, caption)
        label = Markup('aria-labelledby="{}"').format(name)
    return Markup('<div class="{}"{} role="region" tabindex="0" {}>\n<table{}>\n{}{}\n</table>\n</div>').format(
        names, Markup(' id="{}"').format(identity) if identity else "", label, own, caption, content
    )


def captioned(kind: str, number: int | None, words: Markup, galley: Galley) -> Markup:
    """'Figure 1: Deaths by year'; without words 'Figure 1'. The kind is that of the table of words."""
    if number is None:
        return words
    label = Markup('<span class="label"{}>{}{}</span>').format(
        galley.house, galley.words.say(kind, number=number), ":" if words else ""
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
    galley: Galley,
) -> Markup:
    out = []
    for place, (cell, label, style) in enumerate(zip(row, labels, classes, strict=False)):
        said = inlines(cell, galley)
        if place == head and said.strip():
            out.append(Markup('<th scope="row"{}>{}</th>').format(style, said))
        else:
            known = Markup(' data-label="{}"').format(label) if label else Markup("")
            out.append(Markup("<td{}{}>{}</td>").format(style, known, said))
    return Markup("").join(out)


def _align(align: Align) -> Markup:
    match align:
        case Align.RIGHT:
            return Markup(' class="figure"')
        case Align.CENTRE:
            return Markup(' class="middle"')
        case Align.LEFT:
            return Markup("")
