"""From tokens to the blocks of the tree."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial

from markdown_it.token import Token

from pipeline.core.diagnostics import Location
from pipeline.core.messages import message
from pipeline.load.markdown.block_rules import TAB_FATE, TAB_HINT
from pipeline.load.markdown.boxes import read_division, read_fence
from pipeline.load.markdown.figures import figure_of_directive, read_drawn, read_figure, read_table, runs
from pipeline.load.markdown.headings import tell_level, titled
from pipeline.load.markdown.html import TAG, left_out
from pipeline.load.markdown.inlines import Inlines, read_equation, read_words
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.parser import ParseContext
from pipeline.load.markdown.positions import OffsetMap
from pipeline.load.markdown.remarks import (
    CAPTION,
    comment_lines,
    is_list_as_code,
    line_marks,
    open_comment,
    pasted_bullets,
    typed_tables,
)
from pipeline.load.markdown.table_rules import ABOVE
from pipeline.model import body as tree
from pipeline.model.body import plain_text


class Blocks:
    """Reads the blocks of one text."""

    def __init__(self, context: ParseContext) -> None:
        self.context = context
        self.quoted = False
        """Whether it is a quotation that is read."""

    def read(self, tokens: Sequence[Token]) -> tuple[tree.Block, ...]:
        """The blocks of a list of tokens."""
        blocks: list[tree.Block] = []
        for first, last in _spans(tokens):
            before = tokens[first - 1] if first else None
            if is_list_as_code(tokens[first], before.type if before else ""):
                self.context.counter.count("list-as-code", "", self.context.place_of(tokens[first]))
            beside = [t for t in (before, *tokens[last + 1 : last + 2]) if t and t.type == "caption"]
            caption = next((t for t in beside if (t.info == ABOVE) == (t is before)), None)
            read = self.block(tokens[first : last + 1], caption)
            blocks += _named(self.context, before.info, read) if before and before.type == "target" else read
        return tuple(blocks)

    def block(self, tokens: Sequence[Token], caption: Token | None) -> list[tree.Block]:
        """Blocks of the tokens of one block, which may be a table with a caption."""
        token, inside = tokens[0], tokens[1:-1]
        place = self.context.place_of(token)
        match token.type:
            case "paragraph_open":
                return self.paragraph(tokens[1])
            case "heading_open":
                return [self.heading(token, tokens[1])]
            case "bullet_list_open" | "ordered_list_open":
                return [self.entries(token, inside)]
            case "blockquote_open":
                return [self.quotation(inside)]
            case "dl_open":
                return [self.definitions(inside)]
            case "table_open":
                return [read_table(self.context, tokens, caption)]
            case "drawn_table":
                return read_drawn(self.context, token, caption)
            case "figure_open":
                return self.figure(token, inside)
            case "html_figure_open":
                return self.html_figure(token, inside)
            case "division_open":
                return read_division(self.context, token, self.read(inside))
            case "division_stray":
                self.context.diagnostics.report(message("division-stray", place))
                return [tree.PlaceholderBlock(":::")]
            case "evidence_mark":
                return [tree.EvidenceMark(token.info == "evidence-plot", place)]
            case "fence" | "code_block":
                return read_fence(self.context, token)
            case "formula":
                return self.formula(token)
            case "environment":
                self.context.diagnostics.report(message("latex-command", place, command=f"\\begin{{{token.info}}}"))
                return [tree.CodeBlock(token.content, "latex", place)]
            case "tab":
                return [self.tab(token)]
            case "hr":
                return [tree.ThematicBreak()]
            case "left_out":
                return [tree.PlaceholderBlock(token.content)]
            case "html_block":
                return self.html(token)
        return []

    def paragraph(self, token: Token) -> list[tree.Block]:
        """A paragraph, or a figure where a picture stands alone."""
        content, offset_map = token.content, self.context.offset_map(token)
        if not content:
            return []
        place_of = partial(self.context.place_at, offset_map)
        self.context.diagnostics.extend(line_marks(content, place_of))
        self.context.diagnostics.extend(pasted_bullets(content, self.quoted, place_of))
        self.context.diagnostics.extend(typed_tables(content, place_of))
        comment_lines(content, place_of, self.context.counter)
        if CAPTION.match(content):
            self.context.diagnostics.report(message("caption-stray", self.context.place_at(offset_map, 0)))
        tokens = self.context.parse_inline(content)
        if figure := read_figure(self.context, tokens, offset_map):
            return figure
        if equation := read_equation(self.context, tokens, offset_map, Inlines(self.context, offset_map).attributes):
            return equation
        found: list[tree.Block] = []
        for run in runs(tokens):
            found += read_figure(self.context, run, offset_map, within=True) or self.words(run, offset_map)
        return found

    def formula(self, token: Token) -> list[tree.Block]:
        """A formula over several lines, which no mark of Markdown may break."""
        offset_map, tokens = self.context.offset_map(token), self.context.parse_inline(token.content)
        equation = read_equation(self.context, tokens, offset_map, Inlines(self.context, offset_map).attributes)
        return equation or self.words(tokens, offset_map)

    def words(self, tokens: Sequence[Token], offset_map: OffsetMap) -> list[tree.Block]:
        """A paragraph of words, or nothing where only a comment stood."""
        children = Inlines(self.context, offset_map).read(tokens)
        at = tokens[0].meta.get("at", 0) if tokens else 0
        return [tree.Paragraph(children, self.context.place_at(offset_map, at))] if children else []

    def figure(self, token: Token, inside: Sequence[Token]) -> list[tree.Block]:
        """A figure of MyST: its first paragraph is the caption, and the rest stands below it."""
        has_caption = bool(inside) and inside[0].type == "paragraph_open"
        caption = read_words(self.context, inside[1]) if has_caption else ()
        return [figure_of_directive(self.context, token, caption), *self.read(inside[3 if has_caption else 0 :])]

    def html_figure(self, token: Token, inside: Sequence[Token]) -> list[tree.Block]:
        """A figure of HTML; wherever its caption stands, it is read last."""
        parts = _parts(inside)
        held = [inner for part in parts if part[0].type != "figcaption_open" for inner in part]
        caption = [inner for part in parts if part[0].type == "figcaption_open" for inner in part[1:-1]]
        name, place = token.meta.get("id", ""), self.context.place_of(token)
        return with_caption(self.context, name, self.read(held), self.read(caption), place)

    def tab(self, token: Token) -> tree.Paragraph:
        """The title of a tab, which is reported once a text."""
        place = self.context.place_of(token)
        self.context.counter.count_foreign("tab", place, TAB_HINT, token.info, "a tab of MkDocs", TAB_FATE)
        return tree.Paragraph((tree.Strong(titled(self.context, token)[0]),), place)

    def heading(self, token: Token, inline: Token) -> tree.Heading:
        """A heading with its level put right and an id."""
        children, attributes = titled(self.context, inline)
        place = self.context.place_of(token)
        tell_level(self.context, token)
        if not children:
            self.context.diagnostics.report(message("words-missing", place, what="heading"))
            children = (tree.Placeholder("[heading]"),)
        name = self.context.claim_id(attributes.id, place) or self.context.create_heading_id(
            plain_text(children), place
        )
        return tree.Heading(
            min(6, int(token.tag[1:]) + self.context.heading_shift), name, children, place, attributes.classes
        )

    def quotation(self, inside: Sequence[Token]) -> tree.Quote:
        """The words of another."""
        before, self.quoted = self.quoted, True
        children = self.read(inside)
        self.quoted = before
        return tree.Quote(children)

    def entries(self, token: Token, inside: Sequence[Token]) -> tree.ListBlock:
        """A list with its entries."""
        items = tuple(
            tree.ListItem(self.read(entry[1:-1]), self.context.place_of(entry[0]), entry[0].meta.get("checked"))
            for entry in _parts(inside)
        )
        depth = token.level + 2
        tight = all(t.hidden for t in inside if t.type == "paragraph_open" and t.level == depth)
        ordered = token.type == "ordered_list_open"
        start, form = int(token.attrs.get("start", 1)), token.meta.get("form", "1)" if token.markup == ")" else "")
        return tree.ListBlock(ordered, items, start, tight, self.context.place_of(token), form)

    def definitions(self, inside: Sequence[Token]) -> tree.DefinitionList:
        """Terms with their meanings."""
        entries: list[tuple[tuple[tree.Inline, ...], list[tuple[tree.Block, ...]]]] = []
        for part in _parts(inside):
            if part[0].type == "dt_open":
                entries.append((read_words(self.context, part[1]), []))
            else:
                entries[-1][1].append(self.read(part[1:-1]))
        return tree.DefinitionList(tuple(tree.Definition(term, tuple(meanings)) for term, meanings in entries))

    def html(self, token: Token) -> list[tree.Block]:
        """A comment, a script or a style: not printed."""
        place = self.context.place_of(token)
        self.context.hidden_places.append(place)
        if token.content.lstrip().startswith("<!--"):
            self.context.diagnostics.extend(open_comment(token, place))
            return []
        tag = TAG.match(token.content.strip())
        return [tree.PlaceholderBlock(left_out(self.context.counter, tag[0] if tag else token.content, place).text)]


def _spans(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """The numbers of the first and the last token of each block."""
    first = depth = 0
    for number, token in enumerate(tokens):
        depth += token.nesting
        if depth == 0 or number == len(tokens) - 1:
            yield first, number
            first, depth = number + 1, 0


def _parts(tokens: Sequence[Token]) -> list[Sequence[Token]]:
    """The tokens divided into blocks."""
    return [tokens[first : last + 1] for first, last in _spans(tokens)]


def _named(context: ParseContext, name: str, blocks: list[tree.Block]) -> list[tree.Block]:
    """Blocks of which the first is what a link to a name leads to; as they are where no link does."""
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


def with_caption(
    context: ParseContext, name: str, held: tuple[tree.Block, ...], said: tuple[tree.Block, ...], place: Location
) -> list[tree.Block]:
    """The blocks that a figure holds with the words `said` below it; `name` is its id as written.

    Words that belong to none, as there are two pictures or one with a caption, stay a paragraph.
    """
    anchor = context.claim_id(label_id(name), place) if name.strip() else ""
    mine = [block for block in held if isinstance(block, tree.Figure | tree.Table)]
    blocks = (*held, *said)
    if len(mine) == 1 and said and isinstance(first := said[0], tree.Paragraph) and not mine[0].caption:
        caption, rest = list(first.children), said[1:]
        paragraphs = [block for block in rest if isinstance(block, tree.Paragraph)]
        if len(paragraphs) == len(rest):
            for paragraph in paragraphs:
                caption += [tree.Text(" ", paragraph.place), *paragraph.children]
            rest = ()
        captioned = replace(mine[0], caption=tuple(caption))
        blocks = (*(captioned if block is mine[0] else block for block in held), *rest)
    if not anchor:
        return list(blocks)
    for number, block in enumerate(blocks):
        if isinstance(block, tree.Figure | tree.Table | tree.Equation) and not block.id and len(mine) < 2:
            return [*blocks[:number], replace(block, id=anchor), *blocks[number + 1 :]]
    return [tree.Division(blocks, tree.Attributes(anchor), place)]
