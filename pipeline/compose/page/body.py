"""Blocks of a text as XHTML."""

from collections.abc import Sequence
from itertools import zip_longest
from typing import assert_never

from markupsafe import Markup

from pipeline.compose.evidence import evidence
from pipeline.compose.page.boxes import box
from pipeline.compose.page.chapter import BlockWriter, ChapterContext, anchor, xml_text
from pipeline.compose.page.drawings import back_arrow, tick
from pipeline.compose.page.figures import captioned, figure, table
from pipeline.compose.page.inlines import equation_label, inlines, numbered_id, placeholder, written
from pipeline.compose.page.lines import hang
from pipeline.core.text.formulas import row_heights
from pipeline.model import body as tree
from pipeline.model.body import plain_text

CODE_LINE = 50
"""Characters of a line of code for which the column of text has room; a longer one reaches over the side column."""

TAB = 4
"""Columns from one tab stop to the next in code. Browsers, readers and paper each have their own: so spaces are set."""


LONGEST_HEAD, LONGEST_WORD = 60, {2: 13, 3: 16}
"""Letters of a heading, and of a word of it by its level, for which the side column has room. Code parts anywhere."""

MOST_LINES, MANUAL_LINES = 8, 12
"""Lines of a list that hangs whole beside its heading: it never breaks, and should leave no hole in a page. In the
handbook lines are closer."""

LINE, SIDE_LINE = 75, {2: 14, 3: 18}
"""Letters of a line of text, at the most, and of one of a heading in the side column, at the least."""


def body(text: tree.Body, chapter: ChapterContext) -> Markup:
    """A text's blocks; its notes are set by `notes`. A heading that hangs is one with the words that it opens."""
    nodes = tuple(node for node in text.blocks if not _is_empty(node))
    out, at = [], 0
    while at < len(nodes):
        size = _opened(nodes[at:], chapter)
        said = _row(nodes[at : at + size], nodes[at + size : at + size + 1], chapter)
        if size > 1:
            opened, name = nodes[at + 1 : at + size], "pair"
            if isinstance(nodes[at], tree.Heading):
                # Where its words are one line, a narrow page keeps what follows with them.
                short = isinstance(opened[0], tree.Paragraph) and sum(map(_lines, opened)) == 1
                name = f"opening h{chapter.level}{' short' if short else ''}"
            said = Markup('<div class="{}">\n{}\n</div>').format(name, said)
        out.append(said)
        at += size
    return Markup("\n").join(out)


def _opened(nodes: Sequence[tree.Block], chapter: ChapterContext) -> int:
    """The number of blocks that are one with the first: where that hangs as many as are as high as it is.

    A heading hangs beside a paragraph, a short list or short code, if the side column has room for it and for its
    longest word. Outcomes and questions stand side by side.
    """
    head, *others = nodes
    kinds = [node.kind for node in nodes[:2] if isinstance(node, tree.Box)]
    if kinds == [tree.BoxKind.OUTCOMES, tree.BoxKind.QUESTIONS]:
        return 2
    if not isinstance(head, tree.Heading) or not others or not _hangs_beside(others[0], chapter):
        return 1
    level, said = min(head.level, chapter.level + 1), plain_text(head.children)
    words = "".join(plain_text((part,)) for part in head.children if not isinstance(part, tree.Code)).split()
    if level not in SIDE_LINE or len(said) > LONGEST_HEAD or max(map(len, words), default=0) > LONGEST_WORD[level]:
        return 1
    lines = -(-len(said) // SIDE_LINE[level]) - _lines(others[0])
    for size, node in enumerate(others[1:], start=2):
        if lines <= 0 or not isinstance(node, tree.Paragraph | tree.ListBlock):
            return size
        lines -= _lines(node)
    return len(nodes)


def _hangs_beside(node: tree.Block, chapter: ChapterContext) -> bool:
    """Whether a heading may hang beside a block: a paragraph, or a list or code of few lines and nothing else."""
    most = MANUAL_LINES if chapter.manual else MOST_LINES
    if isinstance(node, tree.CodeBlock):
        return len(node.text.splitlines()) <= most and not _reaches_across(node.text.expandtabs(TAB))
    return isinstance(node, tree.Paragraph) or (
        isinstance(node, tree.ListBlock | tree.DefinitionList) and _lines(node) <= most
    )


def _lines(node: tree.Block) -> int:
    """About how many lines a block has; of what is no paragraph and no list more than one that hangs."""
    match node:
        case tree.Paragraph(children=children):
            return -(-len(plain_text(children)) // LINE)
        case tree.ListBlock(items=items):
            return sum(max(1, sum(map(_lines, item.children))) for item in items)
        case tree.CodeBlock(text=text):
            return len(text.splitlines())
        case tree.DefinitionList(entries=entries):
            return sum(_lines(child) for entry in entries for meaning in entry.meanings for child in meaning)
        case _:
            return MOST_LINES + 1


def blocks(nodes: tuple[tree.Block, ...], chapter: ChapterContext) -> Markup:
    """Blocks, each on its own line; a lead-in is told, so that it keeps its list, table or code."""
    return _row(tuple(node for node in nodes if not _is_empty(node)), (), chapter)


def _row(nodes: tuple[tree.Block, ...], following: tuple[tree.Block, ...], chapter: ChapterContext) -> Markup:
    out = []
    for node, after in zip_longest(nodes, (*nodes[1:], *following)):
        leads = isinstance(after, tree.ListBlock | tree.DefinitionList | tree.CodeBlock | tree.Table)
        if leads and isinstance(node, tree.Paragraph) and plain_text(node.children).rstrip().endswith(":"):
            out.append(Markup('<p class="lead-in">{}</p>').format(inlines(node.children, chapter)))
        else:
            out.append(block(node, chapter))
    return Markup("\n").join(out)


def _is_empty(node: tree.Block) -> bool:
    """Whether a block of code holds none: a heading above it would stand over nothing at the foot of its page."""
    return isinstance(node, tree.CodeBlock) and not node.text.strip()


def block(node: tree.Block, chapter: ChapterContext) -> Markup:
    """One block as XHTML."""
    match node:
        case tree.Paragraph(children=children):
            return Markup("<p>{}</p>").format(inlines(children, chapter))
        case tree.Heading(children=children, level=level):
            chapter.level = min(level, chapter.level + 1)  # a level left out is told; it is not left out to the ear
            identity = numbered_id(anchor(node.id), chapter)
            return Markup("<h{0}{1}>{2}</h{0}>").format(chapter.level, identity, inlines(children, chapter))
        case tree.ListBlock():
            return listed(node, chapter, blocks, run_in)
        case tree.DefinitionList():
            return _definitions(node, chapter)
        case tree.Quote(children=children):
            return Markup("<blockquote>\n{}\n</blockquote>").format(blocks(children, chapter))
        case tree.CodeBlock(text=text, language=language):
            code = xml_text(text).expandtabs(TAB)
            across = Markup(' class="across"') if _reaches_across(code) else ""
            written_in = Markup(' class="language-{}"').format(xml_text(language)) if language else ""
            return Markup("<pre{}><code{}>{}</code></pre>").format(across, written_in, code)
        case tree.ThematicBreak():
            return Markup("<hr/>")
        case tree.Table():
            return table(node, chapter)
        case tree.Figure():
            return figure(node, chapter)
        case tree.Equation():
            return equation(node, chapter)
        case tree.Box():
            return box(node, chapter, blocks)
        case tree.Division(children=children, attributes=attributes):
            return Markup("<div{}{}>\n{}\n</div>").format(
                numbered_id(anchor(attributes.id), chapter) if attributes.id else "",
                written(attributes),
                blocks(children, chapter),
            )
        case tree.EvidenceMark(plot=merged):
            return Markup("") if merged else evidence(chapter, heading=False)
        case tree.PlaceholderBlock(text=text):
            return Markup('<p class="missing">{}</p>').format(placeholder(text))
        case _:
            assert_never(node)


_CALL = '<span class="call">{}</span>'
"""The number of a call in a way back to it."""


def notes(footnotes: tuple[tree.Footnote, ...], chapter: ChapterContext) -> Markup:
    """Footnotes at the end of the text, each with the way back to its calls."""
    set_notes = []
    for note in footnotes:
        first, rest = _first_paragraph(note.children)
        set_notes.append((note.number, inlines(first, chapter), blocks(rest, chapter)))
    out = []
    for number, words, others in set_notes:  # only now are all calls known, as a note may call any note
        back = Markup('<a role="doc-backlink" class="notenumber" href="#{}" aria-label="{}">{}</a> ')
        first_call, *calls = chapter.called.get(number) or [f"fnref-{number}"]
        lead = Markup("<p>{}{}{}</p>").format(
            back.format(first_call, chapter.words.say("back-to-note", number=number), number),
            words,
            _more_ways(number, calls, chapter),
        )
        out.append(
            Markup('<aside role="doc-footnote" class="footnote" id="fn-{}">\n{}\n{}</aside>').format(
                number, lead, others
            )
        )
    return Markup("\n").join(out)


def _more_ways(number: int, anchors: Sequence[str], chapter: ChapterContext) -> Markup:
    """The ways back to the further calls of a note."""
    if not anchors:
        return Markup("")
    form = Markup('<a role="doc-backlink" href="#{}" aria-label="{}">{}{}</a>')
    links = Markup(" ").join(
        form.format(
            to,
            chapter.words.say("back-to-note-call", number=number, call=call),
            back_arrow(chapter.accent) if call == 2 else "",
            Markup(_CALL).format(call),
        )
        for call, to in enumerate(anchors, start=2)
    )
    return Markup(' <span class="backlinks"{}>{}</span>').format(chapter.house, links)


def _first_paragraph(children: tuple[tree.Block, ...]) -> tuple[tuple, tuple[tree.Block, ...]]:  # type: ignore[type-arg]
    if children and isinstance(children[0], tree.Paragraph):
        return children[0].children, children[1:]
    return (), children


def run_in(children: tuple[tree.Block, ...], chapter: ChapterContext) -> Markup:
    """Blocks of which a first paragraph stands without its own element."""
    first, rest = _first_paragraph(children)
    if not rest:
        return inlines(first, chapter)
    return Markup("{}\n{}").format(inlines(first, chapter), blocks(rest, chapter))


def _reaches_across(code: str) -> bool:
    return max(map(len, code.splitlines()), default=0) > CODE_LINE


def _definitions(node: tree.DefinitionList, chapter: ChapterContext) -> Markup:
    """Terms with their meanings: each is one block with what it means, for a page may not end between the two."""
    groups: list[list[Markup]] = [[]]
    for entry in node.entries:
        groups[-1].append(Markup("<dt>{}</dt>").format(inlines(entry.term, chapter)))
        groups[-1] += [Markup("<dd>{}</dd>").format(run_in(meaning, chapter)) for meaning in entry.meanings]
        groups += [[]] if entry.meanings and entry is not node.entries[-1] else []
    held = (Markup("<div>\n{}\n</div>").format(Markup("\n").join(group)) for group in groups)
    return Markup("<dl>\n{}\n</dl>").format(Markup("\n").join(held))


_LOWEST, _HIGHEST = 3, 9
"""Half ems of a row."""


def equation(node: tree.Equation, chapter: ChapterContext) -> Markup:
    """A formula in a paragraph of its own, its number behind it."""
    identity = chapter.claim(anchor(node.id)) if node.id else ""
    label = Markup(" ") + captioned("equation", node.number, Markup(""), chapter) if node.number else Markup("")
    rows = tuple(child for child in node.children if isinstance(child, tree.EquationLabel))
    if rows:
        label += Markup(" ") + _beside(node, rows, chapter)
    return Markup('<p class="equation"{}>{}{}</p>').format(
        Markup(' id="{}"').format(identity) if identity else "",
        inlines(node.children[: len(node.children) - len(rows)], chapter),
        label,
    )


def _beside(node: tree.Equation, rows: tuple[tree.EquationLabel, ...], chapter: ChapterContext) -> Markup:
    """The names of the rows of a formula, each as high as its row: style sheets know heights in half ems."""
    first = node.children[0]
    heights = row_heights(first.tex) if len(rows) > 1 and isinstance(first, tree.Formula) else ()
    steps = [min(max(round(2 * height), _LOWEST), _HIGHEST) for height in heights]
    classes = [f"label high-{step}" for step in steps] if len(steps) == len(rows) else ["label"] * len(rows)
    labels = (equation_label(row, chapter, names) for row, names in zip(rows, classes, strict=True))
    return Markup('<span class="rows">{}</span>').format(Markup(" ").join(labels))


_KINDS = {"1": "decimal", "a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman"}
"""Numbering of a list by the form of its first number."""


def listed(node: tree.ListBlock, chapter: ChapterContext, blocks: BlockWriter, run_in: BlockWriter) -> Markup:
    """A list; `run_in` sets the blocks of an entry whose first paragraph has no space of its own."""
    tag = "ol" if node.ordered else "ul"
    start = Markup(' start="{}"').format(node.start) if node.ordered and node.start != 1 else Markup("")
    first = node.form.strip("().")
    kind = Markup(' type="{}"').format(first) if first not in ("", "1") else Markup("")
    hangs = f"hang-{wide}" if (wide := hang(node)) else ""
    names = " ".join(filter(None, ("" if node.tight else "loose", _brackets(node.form, first), hangs)))
    classes = Markup(' class="{}"').format(names) if names else Markup("")
    entries = Markup("\n").join(_entry(entry, chapter, blocks, run_in if node.tight else None) for entry in node.items)
    return Markup("<{0}{1}{2}{3}>\n{4}\n</{0}>").format(Markup(tag), classes, kind, start, entries)


def _brackets(form: str, first: str) -> str:
    """The class of a list whose labels stand in brackets, which a style sheet draws."""
    if not form.endswith(")"):
        return ""
    return f"both-{_KINDS[first]}" if form.startswith("(") else f"right-{_KINDS[first]}"


def _entry(entry: tree.ListItem, chapter: ChapterContext, blocks: BlockWriter, run_in: BlockWriter | None) -> Markup:
    if entry.done is None:
        return Markup("<li>{}</li>").format((run_in or blocks)(entry.children, chapter))
    mark = tick(entry.done, chapter.words.say("task-done" if entry.done else "task-open"))
    if run_in:
        return Markup('<li class="task">{} {}</li>').format(mark, run_in(entry.children, chapter))
    first, rest = entry.children[:1], entry.children[1:]
    if first and isinstance(first[0], tree.Paragraph):
        words = Markup("<p>{} {}</p>").format(mark, inlines(first[0].children, chapter))
        return Markup('<li class="task">{}\n{}</li>').format(words, blocks(rest, chapter))
    return Markup('<li class="task"><p>{}</p>\n{}</li>').format(mark, blocks(entry.children, chapter))
