"""Blocks of a text as XHTML."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import assert_never

from markupsafe import Markup

from pipeline.compose.evidence import evidence_at_a_glance
from pipeline.compose.page.boxes import box
from pipeline.compose.page.chapter import ChapterContext, block_element, element, join_lines, xml_text
from pipeline.compose.page.drawings import back_arrow, tick
from pipeline.compose.page.figures import captioned, figure, table
from pipeline.compose.page.inlines import equation_label, passed_attributes, placeholder, set_inlines
from pipeline.core.documents.roles import list_label
from pipeline.core.text.formulas import formula_row_heights
from pipeline.model import body as tree
from pipeline.model.body import plain_text

# Headings hang in the side column beside the blocks that they open. Whether there is room is estimated in letters, as
# the press has not set the text yet.

TEXT_LINE = 75
"""The most letters in a line of text."""

SIDE_LINE, SIDE_WORD = {2: 14, 3: 18}, {2: 13, 3: 16}
"""By the level of a heading: the letters that a line in the side column always has room for, and the longest word."""

SIDE_HEADING = 60
"""The most letters in a heading that hangs."""

HANGING_LINES, MANUAL_HANGING_LINES = 8, 12
"""The most lines of a list or of code beside a heading: it never breaks, and must not leave a hole in a page.

In the handbook lines are closer.
"""

CODE_LINE = 50
"""The most characters in a line of code that the column of text has room for; a longer one reaches across the page."""

TAB_STOP = 4
"""Columns between tab stops in code. Tabs become spaces, as browsers, reading apps and the press differ."""


def set_body(text: tree.Body, chapter: ChapterContext) -> Markup:
    """Set the blocks of a text, without its notes; a heading that hangs is in one element with the blocks beside it."""
    nodes = tuple(node for node in text.blocks if not _is_empty(node))
    groups, start = [], 0
    while start < len(nodes):
        end = start + _group_size(nodes[start:], chapter)
        group = nodes[start:end]
        markup = _with_lead_ins(group, nodes[end : end + 1], chapter)
        if len(group) > 1:
            markup = block_element("div", markup, class_=_group_class(group, chapter))
        groups.append(markup)
        start = end
    return Markup("\n").join(groups)


def _group_class(group: Sequence[tree.Block], chapter: ChapterContext) -> str:
    head, first, *_ = group
    if not isinstance(head, tree.Heading):
        return "pair"
    # On a narrow page a paragraph of one line stays with what follows.
    is_short = isinstance(first, tree.Paragraph) and sum(map(_line_count, group[1:])) == 1
    return f"opening h{chapter.state.level}{' short' if is_short else ''}"


def _group_size(nodes: Sequence[tree.Block], chapter: ChapterContext) -> int:
    """Return how many blocks are set in one element: a heading that hangs, and as many blocks as it is high.

    A heading hangs beside a paragraph, a short list or short code if the side column has room for it and for its
    longest word. A box of outcomes and one of questions are also in one element.
    """
    head, *others = nodes
    kinds = [node.kind for node in nodes[:2] if isinstance(node, tree.Box)]
    if kinds == [tree.BoxKind.OUTCOMES, tree.BoxKind.QUESTIONS]:
        return 2
    if not isinstance(head, tree.Heading) or not others or not _has_room_beside(others[0], chapter):
        return 1
    level, text = min(head.level, chapter.state.level + 1), plain_text(head.children)
    words = "".join(plain_text((part,)) for part in head.children if not isinstance(part, tree.Code)).split()
    if level not in SIDE_LINE or len(text) > SIDE_HEADING or max(map(len, words), default=0) > SIDE_WORD[level]:
        return 1
    lines = -(-len(text) // SIDE_LINE[level]) - _line_count(others[0])
    for size, node in enumerate(others[1:], start=2):
        if lines <= 0 or not isinstance(node, tree.Paragraph | tree.ListBlock):
            return size
        lines -= _line_count(node)
    return len(nodes)


def _has_room_beside(node: tree.Block, chapter: ChapterContext) -> bool:
    """Whether a heading may hang beside a block: a paragraph, or a list or code of few lines."""
    most = MANUAL_HANGING_LINES if chapter.manual else HANGING_LINES
    match node:
        case tree.Paragraph():
            return True
        case tree.CodeBlock(text=text):
            return _line_count(node) <= most and not _reaches_across(text.expandtabs(TAB_STOP))
        case tree.ListBlock() | tree.DefinitionList():
            return _line_count(node) <= most
        case _:
            return False


def _line_count(node: tree.Block) -> int:
    """Estimate the lines of a paragraph, list or code; any other block has too many to hang."""
    match node:
        case tree.Paragraph(children=children):
            return -(-len(plain_text(children)) // TEXT_LINE)
        case tree.ListBlock(items=items):
            return sum(max(1, sum(map(_line_count, item.children))) for item in items)
        case tree.CodeBlock(text=text):
            return len(text.splitlines())
        case tree.DefinitionList(entries=entries):
            return sum(_line_count(child) for entry in entries for meaning in entry.meanings for child in meaning)
        case _:
            return HANGING_LINES + 1


def set_blocks(nodes: tuple[tree.Block, ...], chapter: ChapterContext) -> Markup:
    """Set blocks, each on its own line."""
    return _with_lead_ins(tuple(node for node in nodes if not _is_empty(node)), (), chapter)


def _with_lead_ins(nodes: tuple[tree.Block, ...], following: tuple[tree.Block, ...], chapter: ChapterContext) -> Markup:
    """Set blocks; a paragraph that leads in to a list, table or code has a class that keeps the two on one page."""
    parts = []
    for node, after in zip_longest(nodes, (*nodes[1:], *following)):
        leads_in = isinstance(after, tree.ListBlock | tree.DefinitionList | tree.CodeBlock | tree.Table)
        if leads_in and isinstance(node, tree.Paragraph) and plain_text(node.children).rstrip().endswith(":"):
            parts.append(element("p", set_inlines(node.children, chapter), class_="lead-in"))
        else:
            parts.append(block(node, chapter))
    return Markup("\n").join(parts)


def _is_empty(node: tree.Block) -> bool:
    """Whether a block is code without any: a heading above it would be alone at the foot of its page."""
    return isinstance(node, tree.CodeBlock) and not node.text.strip()


def block(node: tree.Block, chapter: ChapterContext) -> Markup:
    """Set one block."""
    match node:
        case tree.Paragraph(children=children):
            return element("p", set_inlines(children, chapter))
        case tree.Heading(children=children, level=level):
            chapter.state.level = min(level, chapter.state.level + 1)  # PDF/UA: no level is left out
            identity = chapter.claim_author_anchor(node.id)
            return element(f"h{chapter.state.level}", set_inlines(children, chapter), id=identity)
        case tree.ListBlock():
            return _list(node, chapter)
        case tree.DefinitionList():
            return _definitions(node, chapter)
        case tree.Quote(children=children):
            return block_element("blockquote", set_blocks(children, chapter))
        case tree.CodeBlock(text=text, language=language):
            words = xml_text(text).expandtabs(TAB_STOP)
            code = element("code", words, class_=f"language-{xml_text(language)}" if language else "")
            return element("pre", code, class_="across" if _reaches_across(words) else "")
        case tree.ThematicBreak():
            return Markup("<hr/>")
        case tree.Table():
            return table(node, chapter)
        case tree.Figure():
            return figure(node, chapter)
        case tree.Equation():
            return _equation(node, chapter)
        case tree.Box():
            return box(node, chapter, set_blocks)
        case tree.Division(children=children, attributes=attributes):
            identity = chapter.claim_author_anchor(attributes.id)
            return block_element("div", set_blocks(children, chapter), id=identity, **passed_attributes(attributes))
        case tree.EvidenceMark(plot=is_plot):
            return Markup("") if is_plot else evidence_at_a_glance(chapter, heading=False)
        case tree.PlaceholderBlock(text=text):
            return element("p", placeholder(text), class_="missing")
        case _:
            assert_never(node)


def _reaches_across(code: str) -> bool:
    return max(map(len, code.splitlines()), default=0) > CODE_LINE


def _first_paragraph(children: tuple[tree.Block, ...]) -> tuple[tuple[tree.Inline, ...], tuple[tree.Block, ...]]:
    """Return the words of a first paragraph, if there is one, and the other blocks."""
    if children and isinstance(children[0], tree.Paragraph):
        return children[0].children, children[1:]
    return (), children


def _run_in(children: tuple[tree.Block, ...], chapter: ChapterContext) -> Markup:
    """Set blocks, the first paragraph without an element of its own."""
    first, rest = _first_paragraph(children)
    if not rest:
        return set_inlines(first, chapter)
    return Markup("{}\n{}").format(set_inlines(first, chapter), set_blocks(rest, chapter))


# Notes


def set_notes(footnotes: tuple[tree.Footnote, ...], chapter: ChapterContext) -> Markup:
    """Set the footnotes at the end of the text, each with links back to its calls."""
    composed = []
    for note in footnotes:
        first, rest = _first_paragraph(note.children)
        composed.append((note.number, set_inlines(first, chapter), set_blocks(rest, chapter)))
    asides = []
    for number, words, others in composed:  # only now are all calls known, as a note may call any note
        first_call, *calls = chapter.state.calls.get(number) or [f"fnref-{number}"]
        label = chapter.words.say("back-to-note", number=number)
        link = element("a", number, role="doc-backlink", class_="notenumber", href=f"#{first_call}", aria_label=label)
        lead = element("p", link, " ", words, _further_back_links(number, calls, chapter))
        asides.append(
            element("aside", "\n", lead, "\n", others, role="doc-footnote", class_="footnote", id=f"fn-{number}")
        )
    return join_lines(asides)


def _further_back_links(number: int, anchors: Sequence[str], chapter: ChapterContext) -> Markup:
    """Link back to the second and further calls of a note."""
    if not anchors:
        return Markup("")
    links = Markup(" ").join(
        element(
            "a",
            back_arrow(chapter.accent) if call == 2 else "",
            element("span", call, class_="call"),
            role="doc-backlink",
            href=f"#{anchor}",
            aria_label=chapter.words.say("back-to-note-call", number=number, call=call),
        )
        for call, anchor in enumerate(anchors, start=2)
    )
    return Markup(" ") + element("span", links, class_="backlinks", lang=chapter.phrase_language)


# Formulas

_LOWEST, _HIGHEST = 3, 9
"""Heights of a row in half ems that style sheets know."""


def _equation(node: tree.Equation, chapter: ChapterContext) -> Markup:
    """Set a formula in a paragraph of its own, with its number after it."""
    identity = chapter.claim_author_anchor(node.id)
    label = Markup(" ") + captioned("equation", node.number, Markup(""), chapter) if node.number else Markup("")
    rows = tuple(child for child in node.children if isinstance(child, tree.EquationLabel))
    if rows:
        label += Markup(" ") + _row_labels(node, rows, chapter)
    formula = set_inlines(node.children[: len(node.children) - len(rows)], chapter)
    return element("p", formula, label, class_="equation", id=identity)


def _row_labels(node: tree.Equation, rows: tuple[tree.EquationLabel, ...], chapter: ChapterContext) -> Markup:
    """Set the labels of the rows of a formula, each as high as its row."""
    first = node.children[0]
    heights = formula_row_heights(first.tex) if len(rows) > 1 and isinstance(first, tree.Formula) else ()
    steps = [min(max(round(2 * height), _LOWEST), _HIGHEST) for height in heights]
    classes = [f"label high-{step}" for step in steps] if len(steps) == len(rows) else ["label"] * len(rows)
    labels = (equation_label(row, chapter, names) for row, names in zip(rows, classes, strict=True))
    return element("span", Markup(" ").join(labels), class_="rows")


# Lists

_NUMBERING = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
"""Style of a list's numbers by its first number."""


_WIDTHS = {**dict.fromkeys("iljI ", 3), **dict.fromkeys("tf().", 4), **dict.fromkeys("mwMW", 10)}
_WIDTH = 7
"""Widths of letters in broad typefaces, in tenths of the type size: of some letters, and of all others."""
USUAL_INDENT, INDENT_STEP, MOST_INDENT = 14, 5, 60
"""Hanging indents of lists, in tenths of the type size: the usual one, the steps beyond it, and the largest."""
_LAST_SHORT = 99
"""The last number that fits the usual indent without measuring."""


def _definitions(node: tree.DefinitionList, chapter: ChapterContext) -> Markup:
    """Set terms with their meanings, each pair in one element: no page ends between the two."""
    groups: list[list[Markup]] = [[]]
    for entry in node.entries:
        groups[-1].append(element("dt", set_inlines(entry.term, chapter)))
        groups[-1] += [element("dd", _run_in(meaning, chapter)) for meaning in entry.meanings]
        groups += [[]] if entry.meanings and entry is not node.entries[-1] else []
    return block_element("dl", *(block_element("div", *group) for group in groups))


def _list(node: tree.ListBlock, chapter: ChapterContext) -> Markup:
    first, indent = node.form.strip("()."), hanging_indent(node)
    return block_element(
        "ol" if node.ordered else "ul",
        *(_list_item(item, node.tight, chapter) for item in node.items),
        class_=("" if node.tight else "loose", _bracket_class(node.form, first), f"hang-{indent}" if indent else ""),
        type=first if first != "1" else "",
        start=node.start if node.ordered and node.start != 1 else "",
    )


def _bracket_class(form: str, first: str) -> str:
    """Return the class of a list whose labels have brackets, which a style sheet draws."""
    if not form.endswith(")"):
        return ""
    return f"{'both' if form.startswith('(') else 'right'}-{_NUMBERING[first]}"


def _list_item(item: tree.ListItem, is_tight: bool, chapter: ChapterContext) -> Markup:
    """Set an item of a list; in a tight one the first paragraph has no space of its own."""
    write = _run_in if is_tight else set_blocks
    if item.done is None:
        return element("li", write(item.children, chapter))
    mark = tick(item.done, chapter.words.say("task-done" if item.done else "task-open"))
    if is_tight:
        return element("li", mark, " ", _run_in(item.children, chapter), class_="task")
    first, rest = _first_paragraph(item.children)
    words = element("p", mark, " " if first else "", set_inlines(first, chapter))
    return element("li", words, "\n", set_blocks(rest, chapter), class_="task")


def hanging_indent(node: tree.ListBlock) -> int:
    """Return the hanging indent of a list in tenths of the type size, by its longest label; 0 for the usual one."""
    last = node.start + len(node.items) - 1
    if not node.ordered or (not node.form and last <= _LAST_SHORT):
        return 0
    labels = (list_label(number, node.form) for number in range(node.start, last + 1))
    widest = max(sum(_WIDTHS.get(letter, _WIDTH) for letter in f"{text} ") for text in labels)
    return 0 if widest <= USUAL_INDENT else min(MOST_INDENT, -(-widest // INDENT_STEP) * INDENT_STEP)
