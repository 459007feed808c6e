"""Tokens to the inlines of the tree, with a remark and a placeholder for what cannot be read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.core.diagnostics import Location
from pipeline.core.messages import message
from pipeline.core.sentences import truncate
from pipeline.core.text.fonts import OVERRIDES
from pipeline.core.text.formulas import fit_formula, formula_width, read_formula
from pipeline.core.text.tex import MAX_TEX_LENGTH, FormulaRefused, Macro, RowLabels, extract_definitions, extract_labels
from pipeline.load.markdown.attributes import FIGURE_KEYS, alt_of, attributes_at, cut_attributes, unread_pairs
from pipeline.load.markdown.citations import Cluster
from pipeline.load.markdown.html import count_ignored_tag, count_printed_tag, leave_out
from pipeline.load.markdown.inline_rules import read_role
from pipeline.load.markdown.links import figure_path, label_of, read_link, read_reference
from pipeline.load.markdown.maths import label_id
from pipeline.load.markdown.parser import DEEPEST, ParseContext
from pipeline.load.markdown.positions import OffsetMap
from pipeline.load.markdown.remarks import count_text_marks, picture_words, printed_words, remarks_on_marks
from pipeline.load.text import direction_remark
from pipeline.model import body as tree
from pipeline.model.body import plain_text

WIDEST = 25.0
"""Greatest width of a formula in em: a line of every edition has room for it."""

_IN_SENTENCE = 18.0
"""Greatest width in em of a formula between double dollar signs within a sentence."""

_STOP = re.compile(r"\s*+[.,;:]?\s*+$")
_MOST_UNKNOWN = 20
"""Greatest number of unknown commands of one formula that are reported."""

_TWO_SIGNS = ("$$", "\\[", "\\(")
"""Marks of formulas with two characters."""

_BREAKS = ("softbreak", "hardbreak", "attributes")


def read_formulas(
    context: ParseContext, tokens: Sequence[Token], number: int, offset_map: OffsetMap
) -> list[tree.Inline]:
    """Return a formula of a line with its numbers, or a placeholder; nothing if it only defines commands."""
    token = tokens[number]
    is_inline = token.content.startswith(("$", "\\("))
    display = not is_inline or (token.content.startswith("$$") and not _in_sentence(tokens, number))
    nodes, rows = _read_formula(context, token, offset_map, display)
    return [*nodes, *_labels(context, rows, context.place_at(offset_map, token.meta["at"]))] if display else nodes


def _in_sentence(tokens: Sequence[Token], number: int) -> bool:
    """Return True if a formula on one line has words next to it."""
    if "\n" in tokens[number].content:
        return False
    before = tokens[number - 1] if number else None
    rest = [token for token in tokens[number + 1 : number + 3] if token.type != "attributes"]
    behind = rest[0] if rest else None
    has_begun = before is not None and before.type not in _BREAKS and (number > 1 or not _is_stop(before))
    return has_begun or (behind is not None and behind.type not in _BREAKS and not _is_stop(behind))


def _is_stop(token: Token) -> bool:
    """Return True if a token is blank or a single stop."""
    return token.type == "text" and bool(_STOP.fullmatch(token.content))


def _read_formula(
    context: ParseContext, token: Token, offset_map: OffsetMap, display: bool
) -> tuple[list[tree.Inline], tuple[RowLabels, ...]]:
    mark = 2 if token.content.startswith(_TWO_SIGNS) else 1 if token.content.startswith("$") else 0
    written, at = token.content[mark : len(token.content) - mark], token.meta["at"] + mark
    inner, start = written.strip(), at + written.find(written.strip())
    place = context.place_at(offset_map, token.meta["at"])
    try:
        context.maths.check_growth()
        read, words, width = read_formula(inner, display, context.maths.macros)
        if token.content.startswith("$$") and not display and width > _IN_SENTENCE:
            display = True
            read, words, width = read_formula(inner, display, context.maths.macros)
    except FormulaRefused as refused:
        fault_place = context.place_at(offset_map, start + min(max(0, refused.offset), max(0, len(inner) - 1)))
        context.maths.add_growth(MAX_TEX_LENGTH if refused.endless else 0)
        if len(inner) <= MAX_TEX_LENGTH and not refused.endless:
            context.maths.define(extract_definitions(inner)[1])
        _report_refusal(context, inner, display, refused, fault_place)
        return [tree.Placeholder(f"[formula: {_shorten(inner, 60)}]")], extract_labels(inner)[1]
    context.maths.define(read.definitions)
    for definition in read.unreadable:
        line = context.place_at(offset_map, start + max(0, inner.find(definition)))
        context.diagnostics.report(message("formula-definition", line, definition=_shorten(definition)))
    context.maths.add_growth(len(read.tex) - len(inner))
    if read.coloured:
        context.counter.count("formula-colour", "", place)
    if width > WIDEST and (least := formula_width(fit_formula(read.tex, display, WIDEST)[0], display)) > WIDEST:
        context.diagnostics.report(message("formula-wide", place, width=math.ceil(least), widest=round(WIDEST)))
    return ([tree.Formula(read.tex, words, display, place)] if words else []), read.rows


def _report_refusal(context: ParseContext, tex: str, display: bool, refused: FormulaRefused, place: Location) -> None:
    """Report why a formula cannot be set; of unknown commands, all."""
    if not refused.command:
        context.diagnostics.report(message("formula-broken", place, reason=refused.reason))
        return
    known = dict(context.maths.macros)
    for _ in range(_MOST_UNKNOWN):
        context.counter.count("formula-command", refused.command, place, command=_shorten(refused.command))
        known[refused.command[1:]] = Macro(0, "")
        try:
            read_formula(tex, display, known)
        except FormulaRefused as further:
            if not further.command or further.command[1:] in known:
                return
            refused = further
        else:
            return


def _shorten(tex: str, most: int = 41) -> str:
    return truncate(" ".join(tex.split()), most)


def _claim_label(context: ParseContext, row: RowLabels, place: Location) -> str:
    return context.claim_id(label_id(row.label), place) if row.label else ""


def _labels(context: ParseContext, rows: Sequence[RowLabels], place: Location) -> list[tree.Inline]:
    """Return the labels of rows, with the ids and tags that they have."""
    return [tree.EquationLabel(_claim_label(context, row, place), None, row.tag, place) for row in rows]


def read_equation(
    context: ParseContext,
    tokens: Sequence[Token],
    offset_map: OffsetMap,
    attributes_of: Callable[[Token | None], tree.Attributes],
) -> list[tree.Block] | None:
    """Return the equation of a paragraph that holds one display formula, and perhaps a stop; None for others."""
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
    children, rows = _read_formula(context, rest[0], offset_map, True)
    if not children:
        return []
    name = attributes.id
    if len(rows) == 1 and not rows[0].tag:
        name, rows = name or _claim_label(context, rows[0], place), ()
    if behind is not None and behind.meta["attributes"] is None:
        children.append(tree.Placeholder(behind.content))
    if stop.strip():
        children.append(tree.Text(stop.strip(), context.place_at(offset_map, tail[0].meta["at"])))
    return [tree.Equation((*children, *_labels(context, rows, place)), name, None, place)]


NO_WORDS = "This figure has no alternative text."
"""Alternative text of a picture whose author gives none."""

_FILE_NAME = re.compile(r"\S+\.(?:svg|png|jpe?g|gif|webp|tiff?|bmp|pdf|eps)", re.IGNORECASE)
_KINDS = frozenset({"image", "picture", "figure", "photo", "graphic", "img", "chart", "diagram", "untitled"})


def check_alternative(context: ParseContext, alt: str, source: str, place: Location) -> str:
    """Return the alternative text of a picture; '' after a remark if it is missing, a file's name, or only a kind."""
    words = alt.strip()
    if words and words.lower().rstrip(".") not in _KINDS and not _FILE_NAME.fullmatch(words):
        return alt
    useless = f"is described as '{alt[:80]}', which does not describe it"
    fault = useless if alt else "has no alt text"
    context.diagnostics.report(message("figure-no-alt", place, source=source[:80], fault=fault))
    return ""


_LOST_KEY = re.compile(r"(?<![\w\\])@\S+")
"""A key that could not be read, in the words next to one that could."""


class _OpenNode(NamedTuple):
    token: Token
    children: list[tree.Inline]


class Inlines:
    """Reads the words of one block."""

    def __init__(self, context: ParseContext, offset_map: OffsetMap) -> None:
        self.context, self.offset_map = context, offset_map
        self.stack: list[_OpenNode] = []
        self.out: list[tree.Inline] = []
        self.text_end = -1
        self.label: str | None = None
        """The id from a label among the words of a heading or caption; None if labels are anchors."""

    def read(self, tokens: Sequence[Token]) -> tuple[tree.Inline, ...]:
        """Return the inlines of a list of tokens."""
        for number, token in enumerate(tokens):
            following = tokens[number + 1] if number + 1 < len(tokens) else None
            behind = following if following is not None and following.type == "attributes" else None
            if token.type == "mathematics":
                nodes = read_formulas(self.context, tokens, number, self.offset_map)
                if nodes:
                    self.add_node(nodes[0], behind, token.meta.get("at", 0))
                    self.out += nodes[1:]
            else:
                self.read_token(token, behind)
        self.context.diagnostics.extend(remarks_on_marks(self.out))
        count_text_marks(self.out, self.context.counter)
        return _without_breaks(self.out)

    def read_token(self, token: Token, behind: Token | None) -> None:
        """Read one token; `behind` are the attributes that follow it."""
        at = token.meta.get("at", 0)
        match token.type:
            case "text" | "text_special":
                self.add_text(token.content, at, special=token.type != "text")
            case "softbreak":
                self.add_soft_break(at)
            case "hardbreak":
                self.out.append(tree.LineBreak())
            case "code_inline":
                self.add_node(tree.Code(token.content, self.place(at)), behind, at)
            case "citation":
                self.read_citation(token)
            case "note_call":
                self.read_note_call(token.meta["label"], at)
            case "image":
                self.out += self.read_image(token, behind)
            case "comment" | "html_break" | "html_lost" | "html_mark" | "no_tag":
                self.read_html(token, at)
            case "environment":
                self.context.diagnostics.report(
                    message("latex-command", self.place(at), command=f"\\begin{{{token.info}}}")
                )
                self.out.append(tree.Code(token.content, self.place(at)))
            case "latex":
                self.read_latex(token, at)
            case "role":
                self.read_role(token, at)
            case "foreign":
                self.add_text(printed_words(self.context.counter, token, self.place(at)), at)
            case "attributes":
                pass
            case _ if token.nesting > 0:
                self.open(token)
            case _:
                self.close(behind)

    def read_latex(self, token: Token, at: int) -> None:
        """Read a command of LaTeX: a reference, a label, or code."""
        place = self.place(at)
        nodes = None if self.is_in_link() else read_reference(self.context, token.info, token.content, self.out, place)
        if token.info == "label":
            self.read_label(label_of(token.content), place)
        elif nodes is not None:
            self.out += nodes
        else:
            self.context.diagnostics.report(message("latex-command", place, command=token.content))
            self.out.append(tree.Code(token.content, place))

    def read_role(self, token: Token, at: int) -> None:
        """Read a role of MyST: a reference, citations, or code."""
        if not self.is_in_link():
            nodes = read_role(token, lambda offset: self.place(at + offset), self.context.has_id)
            if nodes is not None:
                self.out += nodes
                return
        mark, _, code = token.content.partition("`")
        token.content, token.info = mark, "role"
        self.add_text(printed_words(self.context.counter, token, self.place(at)), at)
        self.out.append(tree.Code(code.strip("`"), self.place(at + len(mark))))

    def is_in_link(self) -> bool:
        """Return True while the words of a link are read."""
        return any(outer.token.type == "link_open" for outer in self.stack)

    def read_label(self, name: str, place: Location) -> None:
        """Read a label: the id of a figure, table or heading, or an anchor."""
        if self.label is None:
            self.out.append(tree.Span((), tree.Attributes(self.context.claim_id(name, place))))
            return
        self.label = self.label or name
        if self.out and isinstance(last := self.out[-1], tree.Text):
            self.out[-1] = tree.Text(last.text.rstrip(), last.place)

    def place(self, at: int) -> Location:
        """Return the place of a character of the block's words."""
        return self.context.place_at(self.offset_map, at)

    def add_text(self, words: str, at: int, special: bool = False) -> None:
        """Add words, to the text directly before them if there is one, so that every character keeps its place."""
        if not words:
            return
        if special and words in OVERRIDES:
            self.context.diagnostics.report(direction_remark(words, self.place(at)))
            words = " "
        last = self.out[-1] if self.out else None
        if not special and isinstance(last, tree.Text) and at == self.text_end:
            self.out[-1] = tree.Text(last.text + words, last.place)
        else:
            self.out.append(tree.Text(words, self.place(at)))
        self.text_end = -1 if special else at + len(words)

    def add_soft_break(self, at: int) -> None:
        """Add a newline; the next words have a place of their own."""
        last = self.out[-1] if self.out else None
        if isinstance(last, tree.Text):
            self.out[-1] = tree.Text(last.text + "\n", last.place)
        else:
            self.out.append(tree.Text("\n", self.place(at)))
        self.text_end = -1

    def open(self, token: Token) -> None:
        """Begin a node that has children."""
        if token.type == "note_open":
            place = self.place(token.meta["at"])
            label = f"^{place.line}:{place.column}"
            token.meta |= {"number": self.context.number_note(label, place), "label": label}
        if len(self.stack) == DEEPEST // 2:
            self.context.diagnostics.report(message("nesting-deep", self.place(token.meta.get("at", 0))))
        self.stack.append(_OpenNode(token, self.out))
        self.out = []
        self.text_end = -1

    def close(self, behind: Token | None) -> None:
        """End the innermost node that has children."""
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
                self.add_node(nodes[0], behind, at)
                self.out += nodes[1:]
            case _:
                self.add_node(tree.Span(children), behind, at)

    def add_node(self, node: tree.Inline, behind: Token | None, at: int) -> None:
        """Add a node with the attributes behind it, which are printed if they cannot be read."""
        attributes = self.attributes(behind, "lang")
        if isinstance(node, tree.Span):
            self.out.append(tree.Span(node.children, attributes))
        elif attributes != tree.Attributes():
            self.out.append(tree.Span((node,), attributes))
        else:
            self.out.append(node)
        if behind is not None and behind.meta["attributes"] is None:
            self.out.append(tree.Placeholder(behind.content))

    def attributes(self, behind: Token | None, *known: str) -> tree.Attributes:
        """Return the attributes behind a node, with a claimed id; report those that are not read."""
        if behind is None:
            return tree.Attributes()
        place = self.place(behind.meta["at"])
        attributes: tree.Attributes | None = behind.meta["attributes"]
        if attributes is None:
            self.context.diagnostics.report(message("attribute-syntax", place, text=behind.content))
            return tree.Attributes()
        self.context.diagnostics.extend(unread_pairs(attributes, place, *known))
        return replace(attributes, id=self.context.claim_id(attributes.id, place))

    def read_citation(self, token: Token) -> None:
        """Read works that are cited together."""
        cluster: Cluster = token.meta["cluster"]
        base = token.meta["base"]
        self.check_bracket(cluster, token.meta["at"], token.meta["behind"])
        works = []
        for work in cluster.works:
            place = self.place(base + work.at)
            if work.fault:
                self.context.diagnostics.report(message("citation-syntax", place, sentence=work.fault))
            if lost := _LOST_KEY.search(f"{work.prefix} {work.suffix}"):
                self.context.diagnostics.report(message("cite-unmarked", place, written=lost[0]))
            words = (work.prefix, work.locator, work.label, work.suffix, work.suppress_author)
            works.append(tree.Citation(work.key, *words, place))
        self.out.append(tree.CitationGroup(tuple(works), cluster.narrative, self.place(token.meta["at"])))

    def check_bracket(self, cluster: Cluster, at: int, behind: str) -> None:
        """Report a bracket before a key that is never closed, or makes a link."""
        last = self.out[-1] if self.out else None
        if cluster.narrative and isinstance(last, tree.Text) and last.text.endswith("[") and self.text_end == at:
            key, hint = cluster.works[0].key, None
            sentence = f"The bracket before '@{key}' is never closed."
            if behind == "](":
                sentence = f"'[@{key}]' is directly before words in round brackets, so it is read as a link."
                hint = "Put a space between ] and (."
            self.context.diagnostics.report(message("citation-syntax", self.place(at - 1), hint, sentence=sentence))

    def read_note_call(self, label: str, at: int) -> None:
        """Read the call of a footnote."""
        place = self.place(at)
        if label not in self.context.notes or label == self.context.current_note:
            reason, hint = "there is no such note", None
            if label in self.context.notes:
                reason, hint = "it is in that note", f"Delete [^{label}] from the note, or call another note."
            self.context.diagnostics.report(message("footnote-unknown", place, hint, label=label, reason=reason))
            self.out.append(tree.Placeholder(f"[^{label}]"))
        else:
            self.out.append(tree.FootnoteCall(label, self.context.number_note(label, place), place))

    def read_image(self, token: Token, behind: Token | None) -> list[tree.Inline]:
        """Return a picture within a line."""
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
        if not decorative and not check_alternative(self.context, alt, source, place):
            return [tree.Image(source, NO_WORDS, False, place), tree.Placeholder("[no alternative text]")]
        return [tree.Image(source, "" if decorative else alt, decorative, place)]

    def read_html(self, token: Token, at: int) -> None:
        """Read HTML that is not Markdown: a comment, a break, a tag without meaning, or an element that is left out."""
        place = self.place(at)
        match token.type:
            case "comment":
                self.context.hidden_places.append(place)
            case "html_break":
                if self.out and not isinstance(self.out[-1], tree.LineBreak):
                    self.out.append(tree.LineBreak())
            case "html_lost":
                self.context.hidden_places.append(place)
                self.out.append(leave_out(self.context.counter, token.content, place))
            case "no_tag":
                count_printed_tag(self.context.counter, token.content, place)
                self.add_text(token.content, at)
            case _:
                count_ignored_tag(self.context.counter, token.content, place)


def _without_breaks(nodes: list[tree.Inline]) -> tuple[tree.Inline, ...]:
    """Return the nodes without line breaks, and the space next to them, at their end."""
    end = len(nodes)
    while end and (isinstance(nodes[end - 1], tree.LineBreak) or _is_space(nodes[end - 1])):
        end -= 1
    return tuple(nodes[:end]) if any(isinstance(node, tree.LineBreak) for node in nodes[end:]) else tuple(nodes)


def _is_space(node: tree.Inline) -> bool:
    return isinstance(node, tree.Text) and not node.text.strip()


def read_words(context: ParseContext, token: Token) -> tuple[tree.Inline, ...]:
    """Return the inlines of a token's words."""
    return Inlines(context, context.offset_map(token)).read(context.parse_inline(token.content))


_COMMAND = re.compile(r"\\[A-Za-z]+\Z")


def titled(context: ParseContext, token: Token) -> tuple[tuple[tree.Inline, ...], tree.Attributes]:
    """Return the words of a heading or caption, and its attributes."""
    offset_map = context.offset_map(token)
    words, braces = cut_attributes(token.content)
    if _COMMAND.search(words):  # the braces belong to a command such as `\\label{sec:x}`
        words, braces = token.content, ""
    attributes = tree.Attributes()
    if braces:
        place = context.place_at(offset_map, len(token.content) - len(braces))
        read = attributes_at(braces, 0)
        if read is not None and read[0] is not None:
            attributes = read[0]
            context.diagnostics.extend(unread_pairs(attributes, place))
        elif token.content.endswith(f" {braces}"):
            context.diagnostics.report(message("attribute-syntax", place, text=braces))
        else:
            words = token.content  # as in '\texttt{name}'
    reader = Inlines(context, offset_map)
    reader.label = ""
    children = reader.read(context.parse_inline(words))
    return children, attributes if attributes.id else replace(attributes, id=reader.label)
