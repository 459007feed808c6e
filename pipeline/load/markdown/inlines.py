"""From tokens to the inlines of the tree, with a remark and a placeholder where something is not understood."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.core.diagnostics import Location
from pipeline.core.messages import message
from pipeline.core.sentences import cut_short
from pipeline.core.text.fonts import OVERRIDES
from pipeline.core.text.formulas import FormulaRefused, Row, broken, read_formula, width_of
from pipeline.core.text.tex import LONGEST, Macro, take_definitions, take_numbers
from pipeline.load.markdown.attributes import FIGURE_KEYS, alt_of, unread_pairs
from pipeline.load.markdown.citations import Cluster
from pipeline.load.markdown.html import left_out, means_nothing, no_tag
from pipeline.load.markdown.inline_rules import read_role
from pipeline.load.markdown.links import figure_path, label_of, read_link, read_reference
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.parser import DEEPEST, ParseContext
from pipeline.load.markdown.positions import OffsetMap
from pipeline.load.markdown.remarks import foreign_words, picture_words, printed_words, remarks_on_marks
from pipeline.load.text import direction_character
from pipeline.model import body as tree
from pipeline.model.body import plain_text

WIDEST = 25.0
"""The em of a formula for which a line of every edition has room."""

_IN_SENTENCE = 18.0
"""Of a formula between double dollar signs that may stand within a sentence, in em."""

_STOP = re.compile(r"\s*+[.,;:]?\s*+$")
_MOST_UNKNOWN = 20
"""Unknown commands of one formula that are reported."""

_TWO_SIGNS = ("$$", "\\[", "\\(")
"""Marks of a formula that are two characters long."""

_BREAKS = ("softbreak", "hardbreak", "attributes")


def formulas(context: ParseContext, tokens: Sequence[Token], number: int, offset_map: OffsetMap) -> list[tree.Inline]:
    """A formula of a line with its numbers, or what stands for it; nothing where it only defines commands."""
    token = tokens[number]
    within = token.content.startswith(("$", "\\("))
    apart = not within or (token.content.startswith("$$") and not _in_sentence(tokens, number))
    nodes, rows = _formula(context, token, offset_map, apart)
    return [*nodes, *_labels(context, rows, context.place_at(offset_map, token.meta["at"]))] if apart else nodes


def _in_sentence(tokens: Sequence[Token], number: int) -> bool:
    """Whether there are words on the line of a formula that is written on one line."""
    if "\n" in tokens[number].content:
        return False
    before = tokens[number - 1] if number else None
    rest = [token for token in tokens[number + 1 : number + 3] if token.type != "attributes"]
    behind = rest[0] if rest else None
    begun = before is not None and before.type not in _BREAKS and (number > 1 or not _blank(before))
    return begun or (behind is not None and behind.type not in _BREAKS and not _blank(behind))


def _blank(token: Token) -> bool:
    """Whether a token is no more than a stop."""
    return token.type == "text" and bool(_STOP.fullmatch(token.content))


def _formula(
    context: ParseContext, token: Token, offset_map: OffsetMap, display: bool
) -> tuple[list[tree.Inline], tuple[Row, ...]]:
    mark = 2 if token.content.startswith(_TWO_SIGNS) else 1 if token.content.startswith("$") else 0
    written, at = token.content[mark : len(token.content) - mark], token.meta["at"] + mark
    inner, start = written.strip(), at + written.find(written.strip())
    place = context.place_at(offset_map, token.meta["at"])
    try:
        context.maths.hold()
        read, words, width = read_formula(inner, display, context.maths.macros)
        if token.content.startswith("$$") and not display and width > _IN_SENTENCE:
            display = True
            read, words, width = read_formula(inner, display, context.maths.macros)
    except FormulaRefused as refused:
        where = context.place_at(offset_map, start + min(max(0, refused.offset), max(0, len(inner) - 1)))
        context.maths.grow(LONGEST if refused.endless else 0)
        if len(inner) <= LONGEST and not refused.endless:
            context.maths.define(take_definitions(inner)[1])
        _tell(context, inner, display, refused, where)
        return [tree.Placeholder(f"[formula: {_shown(inner, 60)}]")], take_numbers(inner)[1]
    context.maths.define(read.definitions)
    for definition in read.unreadable:
        line = context.place_at(offset_map, start + max(0, inner.find(definition)))
        context.diagnostics.report(message("formula-definition", line, definition=_shown(definition)))
    context.maths.grow(len(read.tex) - len(inner))
    if read.coloured:
        context.counter.count("formula-colour", "", place)
    if width > WIDEST and (least := width_of(broken(read.tex, display, WIDEST)[0], display)) > WIDEST:
        context.diagnostics.report(message("formula-wide", place, width=math.ceil(least), widest=round(WIDEST)))
    return ([tree.Formula(read.tex, words, display, place)] if words else []), read.rows


def _tell(context: ParseContext, tex: str, display: bool, refused: FormulaRefused, place: Location) -> None:
    """Tell why a formula cannot be set; of commands that are not known, all of them."""
    if not refused.command:
        context.diagnostics.report(message("formula-broken", place, reason=refused.reason))
        return
    known = dict(context.maths.macros)
    for _ in range(_MOST_UNKNOWN):
        context.counter.count("formula-command", refused.command, place, command=_shown(refused.command))
        known[refused.command[1:]] = Macro(0, "")
        try:
            read_formula(tex, display, known)
        except FormulaRefused as further:
            if not further.command or further.command[1:] in known:
                return
            refused = further
        else:
            return


def _shown(tex: str, most: int = 41) -> str:
    return cut_short(" ".join(tex.split()), most)


def _claimed(context: ParseContext, row: Row, place: Location) -> str:
    return context.claim_id(label_id(row.label), place) if row.label else ""


def _labels(context: ParseContext, rows: Sequence[Row], place: Location) -> list[tree.Inline]:
    """The names and signs of rows; a row without stands empty where others have one."""
    return [tree.EquationLabel(_claimed(context, row, place), None, row.tag, place) for row in rows]


def read_equation(
    context: ParseContext,
    tokens: Sequence[Token],
    offset_map: OffsetMap,
    attributes_of: Callable[[Token | None], tree.Attributes],
) -> list[tree.Block] | None:
    """The formula of a paragraph that holds one set apart and nothing else but a stop behind it, or None."""
    rest = [token for token in tokens if token.type != "softbreak"]
    if not rest or rest[0].type != "mathematics" or not rest[0].content.startswith(("$$", "\\[", "\\b")):
        return None
    behind = rest[1] if rest[1:] and rest[1].type == "attributes" else None
    tail = rest[2 if behind else 1 :]
    stop = "".join(token.content for token in tail)
    if any(token.type != "text" for token in tail) or not _STOP.fullmatch(stop):
        return None
    attributes = attributes_of(behind)
    place = context.place_at(offset_map, rest[0].meta["at"])
    children, rows = _formula(context, rest[0], offset_map, True)
    if not children:
        return []
    name = attributes.id
    if len(rows) == 1 and not rows[0].tag:
        name, rows = name or _claimed(context, rows[0], place), ()
    if behind is not None and behind.meta["attributes"] is None:
        children.append(tree.Placeholder(behind.content))
    if stop.strip():
        children.append(tree.Text(stop.strip(), context.place_at(offset_map, tail[0].meta["at"])))
    return [tree.Equation((*children, *_labels(context, rows, place)), name, None, place)]


NO_WORDS = "This figure has no alternative text."
"""Alternative text of a picture of which its author says nothing."""

_FILE_NAME = re.compile(r"\S+\.(?:svg|png|jpe?g|gif|webp|tiff?|bmp|pdf|eps)", re.IGNORECASE)
_KINDS = frozenset({"image", "picture", "figure", "photo", "graphic", "img", "chart", "diagram", "untitled"})


def says_nothing(alt: str) -> bool:
    """Whether words for a picture are a file's name, or name its kind alone."""
    said = alt.strip()
    return said.lower().rstrip(".") in _KINDS or bool(_FILE_NAME.fullmatch(said))


def told_alternative(context: ParseContext, alt: str, source: str, place: Location) -> str:
    """The words for a picture, or none after a remark, which says so where there are some that say nothing."""
    if alt and not says_nothing(alt):
        return alt
    empty = f"is described as '{alt[:80]}', which says nothing of what it shows"
    fault = empty if alt else "has no alternative text"
    context.diagnostics.report(message("figure-no-alt", place, source=source[:80], fault=fault))
    return ""


_LOST_KEY = re.compile(r"(?<![\w\\])@\S+")
"""A key that could not be read, among the words beside one that could."""


class _Open(NamedTuple):
    token: Token
    children: list[tree.Inline]


class Inlines:
    """Reads one block's words."""

    def __init__(self, context: ParseContext, offset_map: OffsetMap) -> None:
        self.context, self.offset_map = context, offset_map
        self.stack: list[_Open] = []
        self.out: list[tree.Inline] = []
        self.text_end = -1
        self.label: str | None = None
        """The name that a label gives to what these words belong to; None where it is an anchor among them."""

    def read(self, tokens: Sequence[Token]) -> tuple[tree.Inline, ...]:
        """The inlines of a list of tokens."""
        for number, token in enumerate(tokens):
            following = tokens[number + 1] if number + 1 < len(tokens) else None
            behind = following if following is not None and following.type == "attributes" else None
            if token.type == "mathematics":
                self.formula(formulas(self.context, tokens, number, self.offset_map), behind, token)
            else:
                self.token(token, behind)
        self.context.diagnostics.extend(remarks_on_marks(self.out))
        foreign_words(self.out, self.context.counter)
        return _without_breaks(self.out)

    def token(self, token: Token, behind: Token | None) -> None:
        """Take in one token; `behind` are attributes that follow it."""
        at = token.meta.get("at", 0)
        match token.type:
            case "text" | "text_special":
                self.text(token.content, at, special=token.type != "text")
            case "softbreak":
                self.soft_break(at)
            case "hardbreak":
                self.out.append(tree.LineBreak())
            case "code_inline":
                self.attributed(tree.Code(token.content, self.place(at)), behind, at)
            case "citation":
                self.citation(token)
            case "note_call":
                self.note_call(token.meta["label"], at)
            case "image":
                self.out += self.image(token, behind)
            case "comment" | "html_break" | "html_lost" | "html_mark" | "no_tag":
                self.html(token, at)
            case "environment":
                self.context.diagnostics.report(
                    message("latex-command", self.place(at), command=f"\\begin{{{token.info}}}")
                )
                self.out.append(tree.Code(token.content, self.place(at)))
            case "latex":
                self.latex(token, at)
            case "role":
                self.role(token, at)
            case "foreign":
                self.text(printed_words(self.context.counter, token, self.place(at)), at)
            case "attributes":
                pass
            case _ if token.nesting > 0:
                self.open(token)
            case _:
                self.close(behind)

    def formula(self, found: Sequence[tree.Inline], behind: Token | None, token: Token) -> None:
        """Take in a formula with the attributes behind it, and its numbers."""
        if found:
            self.attributed(found[0], behind, token.meta.get("at", 0))
            self.out += found[1:]

    def latex(self, token: Token, at: int) -> None:
        """Take in a command of LaTeX: a reference, a label, or what is printed as it stands."""
        place = self.place(at)
        made = None if self.linked() else read_reference(self.context, token.info, token.content, self.out, place)
        if token.info == "label":
            self.named(label_of(token.content), place)
        elif made is not None:
            self.out += made
        else:
            self.context.diagnostics.report(message("latex-command", place, command=token.content))
            self.out.append(tree.Code(token.content, place))

    def role(self, token: Token, at: int) -> None:
        """Take in a role of MyST: what it says, or what is printed as it stands."""
        made = None if self.linked() else read_role(token, lambda offset: self.place(at + offset), self.context.has_id)
        if made is not None:
            self.out += made
            return
        mark, _, code = token.content.partition("`")
        token.content, token.info = mark, "role"
        self.text(printed_words(self.context.counter, token, self.place(at)), at)
        self.out.append(tree.Code(code.strip("`"), self.place(at + len(mark))))

    def linked(self) -> bool:
        """Whether it is a link whose words are read."""
        return any(outer.token.type == "link_open" for outer in self.stack)

    def named(self, name: str, place: Location) -> None:
        """Take in a label: the name of a figure, table or heading, or an anchor."""
        if self.label is None:
            self.out.append(tree.Span((), tree.Attributes(self.context.claim_id(name, place))))
            return
        self.label = self.label or name
        if self.out and isinstance(last := self.out[-1], tree.Text):
            self.out[-1] = tree.Text(last.text.rstrip(), last.place)

    def place(self, at: int) -> Location:
        """The place of a character of the block's words."""
        return self.context.place_at(self.offset_map, at)

    def text(self, words: str, at: int, special: bool = False) -> None:
        """Take in words; they join what stands directly before them, so that every character keeps its place."""
        if not words:
            return
        if special and words in OVERRIDES:
            self.context.diagnostics.report(direction_character(words, self.place(at)))
            words = " "
        last = self.out[-1] if self.out else None
        if not special and isinstance(last, tree.Text) and at == self.text_end:
            self.out[-1] = tree.Text(last.text + words, last.place)
        else:
            self.out.append(tree.Text(words, self.place(at)))
        self.text_end = -1 if special else at + len(words)

    def soft_break(self, at: int) -> None:
        """A new line: a newline in the words, and the next words with a place of their own."""
        last = self.out[-1] if self.out else None
        if isinstance(last, tree.Text):
            self.out[-1] = tree.Text(last.text + "\n", last.place)
        else:
            self.out.append(tree.Text("\n", self.place(at)))
        self.text_end = -1

    def open(self, token: Token) -> None:
        """Begin a node with children."""
        if token.type == "note_open":
            place = self.place(token.meta["at"])
            label = f"^{place.line}:{place.column}"
            token.meta |= {"number": self.context.number_note(label, place), "label": label}
        if len(self.stack) == DEEPEST // 2:
            self.context.diagnostics.report(message("nesting-deep", self.place(token.meta.get("at", 0))))
        self.stack.append(_Open(token, self.out))
        self.out = []
        self.text_end = -1

    def close(self, behind: Token | None) -> None:
        """End the innermost node with children."""
        token, outer = self.stack.pop()
        children, self.out = tuple(self.out), outer
        self.text_end = -1
        at = token.meta.get("at", 0)
        if len(self.stack) >= DEEPEST // 2 and token.type != "note_open":
            self.out += children
            return
        match token.type:
            case "em_open":
                self.out.append(tree.Emphasis(children))
            case "strong_open":
                self.out.append(tree.Strong(children))
            case "marked_open":
                title, language = (str(token.attrs.get(key, "")) for key in ("title", "lang"))
                self.out.append(tree.Marked(tree.TextRole(token.info), children, title, language))
            case "note_open":
                label = token.meta["label"]
                self.context.inline_notes[label] = (tree.Paragraph(children, self.place(at)),)
                self.out.append(tree.FootnoteCall(label, token.meta["number"], self.place(at)))
            case "link_open":
                place = self.place(at if token.info == "auto" else max(0, at - 1))
                href, title = (str(token.attrs.get(key, "")) for key in ("href", "title"))
                nodes = read_link(self.context, href, children, title, place)
                self.attributed(nodes[0], behind, at)
                self.out += nodes[1:]
            case _:
                self.attributed(tree.Span(children), behind, at)

    def attributed(self, node: tree.Inline, behind: Token | None, at: int) -> None:
        """Take in a node with the attributes behind it."""
        attributes = self.attributes(behind, "lang")
        if isinstance(node, tree.Span):
            self.out.append(tree.Span(node.children, attributes))
        elif attributes != tree.Attributes():
            self.out.append(tree.Span((node,), attributes))
        else:
            self.out.append(node)
        self.unread(behind)

    def attributes(self, behind: Token | None, *known: str) -> tree.Attributes:
        """The attributes behind a node, their id claimed; what nothing reads is reported."""
        if behind is None:
            return tree.Attributes()
        place = self.place(behind.meta["at"])
        found: tree.Attributes | None = behind.meta["attributes"]
        if found is None:
            self.context.diagnostics.report(message("attribute-syntax", place, text=behind.content))
            return tree.Attributes()
        self.context.diagnostics.extend(unread_pairs(found, place, *known))
        return tree.Attributes(self.context.claim_id(found.id, place), found.classes, found.pairs)

    def unread(self, behind: Token | None) -> None:
        """Show attributes that could not be read."""
        if behind is not None and behind.meta["attributes"] is None:
            self.out.append(tree.Placeholder(behind.content))

    def citation(self, token: Token) -> None:
        """Take in works cited together."""
        cluster: Cluster = token.meta["cluster"]
        base = token.meta["base"]
        self.bracket_closes(cluster, token.meta["at"], token.meta["behind"])
        works = []
        for work in cluster.works:
            place = self.place(base + work.at)
            if work.fault:
                self.context.diagnostics.report(message("citation-syntax", place, sentence=work.fault))
            if lost := _LOST_KEY.search(f"{work.prefix} {work.suffix}"):
                self.context.diagnostics.report(message("cite-unmarked", place, written=lost[0]))
            about = (work.prefix, work.locator, work.label, work.suffix, work.suppress_author)
            works.append(tree.Citation(work.key, *about, place))
        self.out.append(tree.CitationGroup(tuple(works), cluster.narrative, self.place(token.meta["at"])))

    def bracket_closes(self, cluster: Cluster, at: int, behind: str) -> None:
        """Say so where a bracket stands before a key and never closes, or makes a link that leads nowhere."""
        last = self.out[-1] if self.out else None
        if cluster.narrative and isinstance(last, tree.Text) and last.text.endswith("[") and self.text_end == at:
            key, hint = cluster.works[0].key, None
            sentence = f"The bracket before '@{key}' is never closed."
            if behind == "](":
                sentence = f"'[@{key}]' stands directly before words in round brackets, which makes it no citation."
                hint = "Put a space between ] and (."
            self.context.diagnostics.report(message("citation-syntax", self.place(at - 1), hint, sentence=sentence))

    def note_call(self, label: str, at: int) -> None:
        """Take in the call of a footnote."""
        place = self.place(at)
        if label not in self.context.notes or label == self.context.current_note:
            code = "footnote-calls-itself" if label in self.context.notes else "footnote-unknown"
            self.context.diagnostics.report(message(code, place, label=label))
            self.out.append(tree.Placeholder(f"[^{label}]"))
        else:
            self.out.append(tree.FootnoteCall(label, self.context.number_note(label, place), place))

    def image(self, token: Token, behind: Token | None) -> list[tree.Inline]:
        """A picture within a line."""
        place = self.place(token.meta["at"])
        attributes = self.attributes(behind, *FIGURE_KEYS)
        caption = Inlines(self.context, self.offset_map).read(token.children or ())
        source = figure_path(self.context, str(token.attrs.get("src", "")), place)
        if source is None:
            return [tree.Placeholder(f"[{plain_text(caption) or token.attrs.get('src', '')}]")]
        decorative = "decorative" in attributes.classes
        words = " ".join(plain_text(caption).split())
        alt = alt_of(attributes) or self.context.alts.get(source, "") or words
        self.context.diagnostics.extend(picture_words(token, "" if words == alt and not decorative else words, place))
        if not decorative and not told_alternative(self.context, alt, source, place):
            return [tree.Image(source, NO_WORDS, False, place), tree.Placeholder("[no alternative text]")]
        return [tree.Image(source, "" if decorative else alt, decorative, place)]

    def html(self, token: Token, at: int) -> None:
        """Take in what is left of HTML: a comment, the end of a line, a tag that means nothing, or what is left out."""
        place = self.place(at)
        match token.type:
            case "comment":
                self.context.hidden_places.append(place)
            case "html_break":
                if self.out and not isinstance(self.out[-1], tree.LineBreak):
                    self.out.append(tree.LineBreak())
            case "html_lost":
                self.context.hidden_places.append(place)
                self.out.append(left_out(self.context.counter, token.content, place))
            case "no_tag":
                no_tag(self.context.counter, token.content, place)
                self.text(token.content, at)
            case _:
                means_nothing(self.context.counter, token.content, place)


def _without_breaks(nodes: list[tree.Inline]) -> tuple[tree.Inline, ...]:
    """The nodes without forced breaks, and the space beside them, at their end."""
    end = len(nodes)
    while end and (isinstance(nodes[end - 1], tree.LineBreak) or _is_space(nodes[end - 1])):
        end -= 1
    return tuple(nodes[:end]) if any(isinstance(node, tree.LineBreak) for node in nodes[end:]) else tuple(nodes)


def _is_space(node: tree.Inline) -> bool:
    return isinstance(node, tree.Text) and not node.text.strip()


def read_words(context: ParseContext, token: Token) -> tuple[tree.Inline, ...]:
    """The inlines of a token's words."""
    return Inlines(context, context.offset_map(token)).read(context.parse_inline(token.content))
