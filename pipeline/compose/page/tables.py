"""Tables: a region that can be scrolled, a caption, heads with their scope."""

from markupsafe import Markup

from pipeline.compose.page.galley import Galley, anchor
from pipeline.compose.page.inlines import inlines
from pipeline.model.body import Align, Inline, Table, plain_text

WIDE = 4
"""A table of more columns reflows on narrow screens."""

WIDEST = 6
"""A table of more columns than this needs the margin of a wide screen."""

WHOLE = 6
"""A table of so many rows is never broken."""


def table(node: Table, galley: Galley) -> Markup:
    """An author's table. Where there is no other row, that of the head is a row of words."""
    labels = tuple(plain_text(cell).strip() for cell in node.head)
    classes = tuple(_align(align) for align in node.aligns)
    cells = [inlines(cell, galley) for cell in node.head]
    has_head = any(cell.strip() for cell in cells) and bool(node.rows)
    head = Markup("").join(map(_head, cells, classes)) if has_head else Markup("")
    row_heads, names = node.row_heads or not has_head, labels if has_head else ("",) * len(labels)
    rows = Markup("\n").join(
        Markup("<tr>{}</tr>").format(_row(row, names, classes, row_heads, galley)) for row in node.rows or (node.head,)
    )
    identity = galley.claim(anchor(node.id)) if node.id else ""
    return region(
        Markup("{}<tbody>\n{}\n</tbody>").format(head and _THEAD.format(head), rows),
        captioned("table", node.number, inlines(node.caption, galley), galley),
        galley,
        identity=identity,
        classes=" ".join(filter(None, ("whole" if len(node.rows) <= WHOLE else "", _reflow(node.aligns)))),
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
    columns = ", ".join(filter(None, labels))
    return galley.words.say("a-table-of", columns=columns) if columns else ""


def _reflow(aligns: tuple[Align, ...]) -> str:
    """Class for the width below which a table is set as blocks, by its columns and whether they hold words."""
    words = sum(align is Align.LEFT for align in aligns)
    if len(aligns) > WIDE:
        return "wide widest" if len(aligns) > WIDEST else "wide"
    return "wordy" if len(aligns) > 2 and words > 1 else "slim"


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


def _row(
    row: tuple[tuple[Inline, ...], ...],
    labels: tuple[str, ...],
    classes: tuple[Markup, ...],
    row_heads: bool,
    galley: Galley,
) -> Markup:
    out = []
    for place, (cell, label, style) in enumerate(zip(row, labels, classes, strict=False)):
        said = inlines(cell, galley)
        if place == 0 and row_heads and said.strip():
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
