"""Tokens to the blocks of the tree."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from markdown_it.token import Token

from pipeline.core.diagnostics import Location
from pipeline.core.messages import message
from pipeline.load.markdown.block_rules import TAB_FATE, TAB_HINT
from pipeline.load.markdown.boxes import read_division, read_fence
from pipeline.load.markdown.figures import (
    divide_lines,
    read_directive_figure,
    read_drawn_table,
    read_figures,
    read_table,
)
from pipeline.load.markdown.html import TAG, leave_out
from pipeline.load.markdown.inlines import Inlines, read_equation, read_words, titled
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.parser import ParseContext
from pipeline.load.markdown.positions import OffsetMap
from pipeline.load.markdown.remarks import (
    CAPTION,
    count_comment_lines,
    is_list_as_code,
    line_marks,
    open_comment,
    pasted_bullets,
    typed_tables,
)
from pipeline.load.markdown.table_rules import ABOVE
from pipeline.model import body as tree
from pipeline.model.body import plain_text

_STRAY = "This line closes a box, but none is open."
_STRAY_HINT = "Delete the line, or write '::: note' where the box begins."


class Blocks:
    """Reads the blocks of one text."""

    def __init__(self, context: ParseContext) -> None:
        self.context = context
        self.quoted = False
        """True while a quotation is read."""

    def read(self, tokens: Sequence[Token]) -> tuple[tree.Block, ...]:
        """Return the blocks of a list of tokens."""
        blocks: list[tree.Block] = []
        for first, last in _spans(tokens):
            before = tokens[first - 1] if first else None
            if is_list_as_code(tokens[first], before.type if before else ""):
                self.context.counter.count("list-as-code", "", self.context.place_of(tokens[first]))
            captions = [t for t in (before, *tokens[last + 1 : last + 2]) if t and t.type == "caption"]
            caption = next((t for t in captions if (t.info == ABOVE) == (t is before)), None)
            read = self.read_block(tokens[first : last + 1], caption)
            blocks += _give_id(self.context, before.info, read) if before and before.type == "target" else read
        return tuple(blocks)

    def read_block(self, tokens: Sequence[Token], caption: Token | None) -> list[tree.Block]:
        """Return the blocks of the tokens of one block, which may be a table with a caption."""
        token, inside = tokens[0], tokens[1:-1]
        place = self.context.place_of(token)
        match token.type:
            case "paragraph_open":
                return self.read_paragraph(tokens[1])
            case "heading_open":
                return [self.read_heading(token, tokens[1])]
            case "bullet_list_open" | "ordered_list_open":
                return [self.read_list(token, inside)]
            case "blockquote_open":
                return [self.read_quotation(inside)]
            case "dl_open":
                return [self.read_definitions(inside)]
            case "table_open":
                return [read_table(self.context, tokens, caption)]
            case "drawn_table":
                return read_drawn_table(self.context, token, caption)
            case "figure_open":
                return self.read_directive_figure(token, inside)
            case "html_figure_open":
                return self.read_html_figure(token, inside)
            case "division_open":
                return read_division(self.context, token, self.read(inside))
            case "division_stray":
                self.context.diagnostics.report(message("division-open", place, _STRAY_HINT, sentence=_STRAY))
                return [tree.PlaceholderBlock(":::")]
            case "evidence_mark":
                return [tree.EvidenceMark(token.info == "evidence-plot", place)]
            case "fence" | "code_block":
                return read_fence(self.context, token)
            case "formula":
                return self.read_formula(token)
            case "environment":
                self.context.diagnostics.report(message("latex-command", place, command=f"\\begin{{{token.info}}}"))
                return [tree.CodeBlock(token.content, "latex", place)]
            case "tab":
                return [self.read_tab(token)]
            case "hr":
                return [tree.ThematicBreak()]
            case "left_out":
                return [tree.PlaceholderBlock(token.content)]
            case "html_block":
                return self.read_unprinted(token)
        return []

    def read_paragraph(self, token: Token) -> list[tree.Block]:
        """Return a paragraph, and figures for pictures that have lines of their own."""
        content, offset_map = token.content, self.context.offset_map(token)
        if not content:
            return []
        place_of = partial(self.context.place_at, offset_map)
        self.context.diagnostics.extend(line_marks(content, place_of))
        self.context.diagnostics.extend(pasted_bullets(content, self.quoted, place_of))
        self.context.diagnostics.extend(typed_tables(content, place_of))
        count_comment_lines(content, place_of, self.context.counter)
        if CAPTION.match(content):
            self.context.diagnostics.report(message("caption-stray", self.context.place_at(offset_map, 0)))
        tokens = self.context.parse_inline(content)
        if figures := read_figures(self.context, tokens, offset_map):
            return figures
        if equation := read_equation(self.context, tokens, offset_map, Inlines(self.context, offset_map).attributes):
            return equation
        blocks: list[tree.Block] = []
        for lines in divide_lines(tokens):
            blocks += read_figures(self.context, lines, offset_map, within=True) or self.words(lines, offset_map)
        return blocks

    def read_formula(self, token: Token) -> list[tree.Block]:
        """Return the equation of a formula over several lines."""
        offset_map, tokens = self.context.offset_map(token), self.context.parse_inline(token.content)
        equation = read_equation(self.context, tokens, offset_map, Inlines(self.context, offset_map).attributes)
        return equation or self.words(tokens, offset_map)

    def words(self, tokens: Sequence[Token], offset_map: OffsetMap) -> list[tree.Block]:
        """Return a paragraph of words, or nothing if the tokens are only a comment."""
        children = Inlines(self.context, offset_map).read(tokens)
        at = tokens[0].meta.get("at", 0) if tokens else 0
        return [tree.Paragraph(children, self.context.place_at(offset_map, at))] if children else []

    def read_directive_figure(self, token: Token, inside: Sequence[Token]) -> list[tree.Block]:
        """Return a figure of MyST: its first paragraph is the caption, and other blocks follow it."""
        has_caption = bool(inside) and inside[0].type == "paragraph_open"
        caption = read_words(self.context, inside[1]) if has_caption else ()
        return [read_directive_figure(self.context, token, caption), *self.read(inside[3 if has_caption else 0 :])]

    def read_html_figure(self, token: Token, inside: Sequence[Token]) -> list[tree.Block]:
        """Return a figure of HTML; its caption, which may be first, is read last."""
        parts = _divide(inside)
        content = [inner for part in parts if part[0].type != "figcaption_open" for inner in part]
        caption = [inner for part in parts if part[0].type == "figcaption_open" for inner in part[1:-1]]
        name, place = token.meta.get("id", ""), self.context.place_of(token)
        return add_caption(self.context, name, self.read(content), self.read(caption), place)

    def read_tab(self, token: Token) -> tree.Paragraph:
        """Return the title of a tab, which is reported once a text."""
        place = self.context.place_of(token)
        self.context.counter.count_foreign("tab", place, TAB_HINT, token.info, "a tab of MkDocs", TAB_FATE)
        return tree.Paragraph((tree.Strong(titled(self.context, token)[0]),), place)

    def read_heading(self, token: Token, inline: Token) -> tree.Heading:
        """Return a heading with its level corrected and an id."""
        children, attributes = titled(self.context, inline)
        place = self.context.place_of(token)
        _check_level(self.context, token)
        if not children:
            self.context.diagnostics.report(message("words-missing", place, what="heading"))
            children = (tree.Placeholder("[heading]"),)
        name = self.context.claim_id(attributes.id, place) or self.context.create_heading_id(
            plain_text(children), place
        )
        return tree.Heading(
            min(6, int(token.tag[1:]) + self.context.heading_shift), name, children, place, attributes.classes
        )

    def read_quotation(self, inside: Sequence[Token]) -> tree.Quote:
        """Return a quotation."""
        was_quoted, self.quoted = self.quoted, True
        children = self.read(inside)
        self.quoted = was_quoted
        return tree.Quote(children)

    def read_list(self, token: Token, inside: Sequence[Token]) -> tree.ListBlock:
        """Return a list with its entries."""
        items = tuple(
            tree.ListItem(self.read(entry[1:-1]), self.context.place_of(entry[0]), entry[0].meta.get("checked"))
            for entry in _divide(inside)
        )
        depth = token.level + 2
        tight = all(t.hidden for t in inside if t.type == "paragraph_open" and t.level == depth)
        ordered = token.type == "ordered_list_open"
        start, form = int(token.attrs.get("start", 1)), token.meta.get("form", "1)" if token.markup == ")" else "")
        return tree.ListBlock(ordered, items, start, tight, self.context.place_of(token), form)

    def read_definitions(self, inside: Sequence[Token]) -> tree.DefinitionList:
        """Return terms with their meanings."""
        entries: list[tuple[tuple[tree.Inline, ...], list[tuple[tree.Block, ...]]]] = []
        for part in _divide(inside):
            if part[0].type == "dt_open":
                entries.append((read_words(self.context, part[1]), []))
            else:
                entries[-1][1].append(self.read(part[1:-1]))
        return tree.DefinitionList(tuple(tree.Definition(term, tuple(meanings)) for term, meanings in entries))

    def read_unprinted(self, token: Token) -> list[tree.Block]:
        """Return nothing for a comment, and a placeholder for a script, a style or similar."""
        place = self.context.place_of(token)
        self.context.hidden_places.append(place)
        if token.content.lstrip().startswith("<!--"):
            self.context.diagnostics.extend(open_comment(token, place))
            return []
        tag = TAG.match(token.content.strip())
        return [tree.PlaceholderBlock(leave_out(self.context.counter, tag[0] if tag else token.content, place).text)]


def _check_level(context: ParseContext, token: Token) -> None:
    """Report a heading that has the level of the title, or skips a level."""
    written, place = int(token.tag[1:]), context.place_of(token)
    level = max(written, context.highest_level)
    if written == 1:
        hint = "Leave it, or begin this heading with ## and each other with one # more."
        context.counter.count("heading-shifted", "", place, hint if context.highest_level == 1 else None)
    elif level > context.last_level + 1:
        above, marks = max(context.last_level, 1), "#" * (context.last_level + 1)
        context.counter.count("heading-skips-level", "", place, before=above, level=level, marks=marks)
    context.last_level = level


def _spans(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of the first and the last token of each block."""
    first = depth = 0
    for number, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0 or number == len(tokens) - 1:
            yield first, number
            first, depth = number + 1, 0


def _divide(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """Divide tokens by block."""
    return [tokens[first : last + 1] for first, last in _spans(tokens)]


def _give_id(context: ParseContext, name: str, blocks: list[tree.Block]) -> list[tree.Block]:
    """Give the first block an id, if a link leads to it."""
    if not blocks or name not in context.referenced_names:
        return blocks
    first, place = blocks[0], getattr(blocks[0], "place", context.origin.at((0, 0)))
    if isinstance(first, tree.Heading) and first.id == name:  # its words make the same id
        return blocks
    anchor = context.claim_id(name, place)
    if not anchor:
        return blocks
    if isinstance(first, tree.Heading) or (
        isinstance(first, tree.Figure | tree.Table | tree.Equation) and not first.id
    ):
        return [replace(first, id=anchor), *blocks[1:]]
    return [tree.Division((first,), tree.Attributes(anchor), place), *blocks[1:]]


def add_caption(
    context: ParseContext,
    name: str,
    content: tuple[tree.Block, ...],
    caption: tuple[tree.Block, ...],
    place: Location,
) -> list[tree.Block]:
    """Return the blocks of a figure with its caption; `name` is its id as written.

    If the caption cannot belong to one picture or table, because there are two or it has one, it stays a paragraph.
    """
    name = context.claim_id(label_id(name), place) if name.strip() else ""
    figures = [block for block in content if isinstance(block, tree.Figure | tree.Table)]
    blocks = (*content, *caption)
    if len(figures) == 1 and caption and isinstance(first := caption[0], tree.Paragraph) and not figures[0].caption:
        words, rest = list(first.children), caption[1:]
        paragraphs = [block for block in rest if isinstance(block, tree.Paragraph)]
        if len(paragraphs) == len(rest):
            for paragraph in paragraphs:
                words += [tree.Text(" ", paragraph.place), *paragraph.children]
            rest = ()
        captioned = replace(figures[0], caption=tuple(words))
        blocks = (*(captioned if block is figures[0] else block for block in content), *rest)
    if not name:
        return list(blocks)
    for number, block in enumerate(blocks):
        if isinstance(block, tree.Figure | tree.Table | tree.Equation) and not block.id and len(figures) < 2:
            return [*blocks[:number], replace(block, id=name), *blocks[number + 1 :]]
    return [tree.Division(blocks, tree.Attributes(name), place)]
