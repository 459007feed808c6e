"""From tokens to the inlines of the tree, with a remark and a placeholder where something is not understood."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from markdown_it.token import Token

from pipeline.core.diagnostics import Place
from pipeline.core.messages import message
from pipeline.load.dialects.foreign_systems import printed_words
from pipeline.load.dialects.myst_roles import read_role
from pipeline.load.dialects.tex_references import label_of, read_reference
from pipeline.load.html.remarks import left_out, means_nothing, no_tag
from pipeline.load.library.text import direction_character
from pipeline.load.markdown.addresses import figure_path, read_link
from pipeline.load.markdown.attributes import FIGURE_KEYS, alt_of, unread_pairs
from pipeline.load.markdown.citations import Cluster
from pipeline.load.markdown.draft import Draft
from pipeline.load.markdown.equations import formulas
from pipeline.load.markdown.parser import DEEPEST
from pipeline.load.markdown.places import Spots
from pipeline.load.slips.alternatives import NO_WORDS, told_alternative
from pipeline.load.slips.foreign_marks import picture_words, remarks_on_marks
from pipeline.load.slips.foreign_words import foreign_words
from pipeline.model.body import (
    Attributes,
    Citation,
    CitationGroup,
    Code,
    Emphasis,
    FootnoteCall,
    Image,
    Inline,
    LineBreak,
    Marked,
    Paragraph,
    Placeholder,
    Span,
    Strong,
    Text,
    TextRole,
    plain_text,
)
from pipeline.text.scripts import OVERRIDES

_LOST_KEY = re.compile(r"(?<![\w\\])@\S+")
"""A key that could not be read, among the words beside one that could."""


class _Open(NamedTuple):
    token: Token
    children: list[Inline]


class Inlines:
    """Reads one block's words."""

    def __init__(self, draft: Draft, spots: Spots) -> None:
        self.draft, self.spots = draft, spots
        self.stack: list[_Open] = []
        self.out: list[Inline] = []
        self.text_end = -1
        self.label: str | None = None
        """The name that a label gives to what these words belong to; None where it is an anchor among them."""

    def read(self, tokens: Sequence[Token]) -> tuple[Inline, ...]:
        """The inlines of a list of tokens."""
        for number, token in enumerate(tokens):
            following = tokens[number + 1] if number + 1 < len(tokens) else None
            behind = following if following is not None and following.type == "attributes" else None
            if token.type == "mathematics":
                self.formula(formulas(self.draft, tokens, number, self.spots), behind, token)
            else:
                self.token(token, behind)
        self.draft.desk.extend(remarks_on_marks(self.out))
        foreign_words(self.out, self.draft.tally)
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
                self.out.append(LineBreak())
            case "code_inline":
                self.attributed(Code(token.content, self.place(at)), behind, at)
            case "citation":
                self.citation(token)
            case "note_call":
                self.note_call(token.meta["label"], at)
            case "image":
                self.out += self.image(token, behind)
            case "comment" | "html_break" | "html_lost" | "html_mark" | "no_tag":
                self.html(token, at)
            case "environment":
                self.draft.desk.report(message("latex-command", self.place(at), command=f"\\begin{{{token.info}}}"))
                self.out.append(Code(token.content, self.place(at)))
            case "latex":
                self.latex(token, at)
            case "role":
                self.role(token, at)
            case "foreign":
                self.text(printed_words(self.draft.tally, token, self.place(at)), at)
            case "attributes":
                pass
            case _ if token.nesting > 0:
                self.open(token)
            case _:
                self.close(behind)

    def formula(self, found: Sequence[Inline], behind: Token | None, token: Token) -> None:
        """Take in a formula with the attributes behind it, and its numbers."""
        if found:
            self.attributed(found[0], behind, token.meta.get("at", 0))
            self.out += found[1:]

    def latex(self, token: Token, at: int) -> None:
        """Take in a command of LaTeX: a reference, a label, or what is printed as it stands."""
        place = self.place(at)
        linked = any(outer.token.type == "link_open" for outer in self.stack)
        made = None if linked else read_reference(self.draft, token.info, token.content, self.out, place)
        if token.info == "label":
            self.named(label_of(token.content), place)
        elif made is not None:
            self.out += made
        else:
            self.draft.desk.report(message("latex-command", place, command=token.content))
            self.out.append(Code(token.content, place))

    def role(self, token: Token, at: int) -> None:
        """Take in a role of MyST: what it says, or what is printed as it stands."""
        linked = any(outer.token.type == "link_open" for outer in self.stack)
        made = None if linked else read_role(token, lambda offset: self.place(at + offset), self.draft.names)
        if made is not None:
            self.out += made
            return
        mark, _, code = token.content.partition("`")
        token.content, token.info = mark, "role"
        self.text(printed_words(self.draft.tally, token, self.place(at)), at)
        self.out.append(Code(code.strip("`"), self.place(at + len(mark))))

    def named(self, name: str, place: Place) -> None:
        """Take in a label: the name of a figure, table or heading, or an anchor."""
        if self.label is None:
            self.out.append(Span((), Attributes(self.draft.claim(name, place))))
            return
        self.label = self.label or name
        if self.out and isinstance(last := self.out[-1], Text):
            self.out[-1] = Text(last.text.rstrip(), last.place)

    def place(self, at: int) -> Place:
        """The place of a character of the block's words."""
        return self.draft.place(self.spots, at)

    def text(self, words: str, at: int, special: bool = False) -> None:
        """Take in words; they join what stands directly before them, so that every character keeps its place."""
        if not words:
            return
        if special and words in OVERRIDES:
            self.draft.desk.report(direction_character(words, self.place(at)))
            words = " "
        last = self.out[-1] if self.out else None
        if not special and isinstance(last, Text) and at == self.text_end:
            self.out[-1] = Text(last.text + words, last.place)
        else:
            self.out.append(Text(words, self.place(at)))
        self.text_end = -1 if special else at + len(words)

    def soft_break(self, at: int) -> None:
        """A new line: a newline in the words, and the next words with a place of their own."""
        last = self.out[-1] if self.out else None
        if isinstance(last, Text):
            self.out[-1] = Text(last.text + "\n", last.place)
        else:
            self.out.append(Text("\n", self.place(at)))
        self.text_end = -1

    def open(self, token: Token) -> None:
        """Begin a node with children."""
        if token.type == "note_open":
            at = token.meta["at"]
            label = f"^{self.place(at).line}:{self.place(at).column}"
            token.meta["number"] = self.draft.call(label, self.place(at))
            token.meta["label"] = label
        if len(self.stack) == DEEPEST // 2:
            self.draft.desk.report(message("nesting-deep", self.place(token.meta.get("at", 0))))
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
                self.out.append(Emphasis(children))
            case "strong_open":
                self.out.append(Strong(children))
            case "marked_open":
                title, language = (str(token.attrs.get(key, "")) for key in ("title", "lang"))
                self.out.append(Marked(TextRole(token.info), children, title, language))
            case "note_open":
                label = token.meta["label"]
                self.draft.written[label] = (Paragraph(children, self.place(at)),)
                self.out.append(FootnoteCall(label, token.meta["number"], self.place(at)))
            case "link_open":
                start = at if token.info == "auto" else at - 1
                nodes = read_link(
                    self.draft,
                    str(token.attrs.get("href", "")),
                    children,
                    str(token.attrs.get("title", "")),
                    self.place(max(0, start)),
                )
                self.attributed(nodes[0], behind, at)
                self.out += nodes[1:]
            case _:
                self.attributed(Span(children), behind, at)

    def attributed(self, node: Inline, behind: Token | None, at: int) -> None:
        """Take in a node with the attributes behind it."""
        attributes = self.attributes(behind, "lang")
        if isinstance(node, Span):
            self.out.append(Span(node.children, attributes))
        elif attributes != Attributes():
            self.out.append(Span((node,), attributes))
        else:
            self.out.append(node)
        self.unread(behind)

    def attributes(self, behind: Token | None, *known: str) -> Attributes:
        """The attributes behind a node, their id claimed; what nothing reads is reported."""
        if behind is None:
            return Attributes()
        place = self.place(behind.meta["at"])
        found: Attributes | None = behind.meta["attributes"]
        if found is None:
            self.draft.desk.report(message("attribute-syntax", place, text=behind.content))
            return Attributes()
        self.draft.desk.extend(unread_pairs(found, place, *known))
        return Attributes(self.draft.claim(found.id, place), found.classes, found.pairs)

    def unread(self, behind: Token | None) -> None:
        """Show attributes that could not be read."""
        if behind is not None and behind.meta["attributes"] is None:
            self.out.append(Placeholder(behind.content))

    def citation(self, token: Token) -> None:
        """Take in works cited together."""
        cluster: Cluster = token.meta["cluster"]
        base = token.meta["base"]
        self.bracket_closes(cluster, token.meta["at"], token.meta["behind"])
        works = []
        for work in cluster.works:
            place = self.place(base + work.at)
            if work.fault:
                self.draft.desk.report(message("citation-syntax", place, sentence=work.fault))
            if lost := _LOST_KEY.search(f"{work.prefix} {work.suffix}"):
                self.draft.desk.report(message("cite-unmarked", place, written=lost[0]))
            works.append(
                Citation(work.key, work.prefix, work.locator, work.label, work.suffix, work.suppress_author, place)
            )
        self.out.append(CitationGroup(tuple(works), cluster.narrative, self.place(token.meta["at"])))

    def bracket_closes(self, cluster: Cluster, at: int, behind: str) -> None:
        """Say so where a bracket stands before a key and never closes, or makes a link that leads nowhere."""
        last = self.out[-1] if self.out else None
        if cluster.narrative and isinstance(last, Text) and last.text.endswith("[") and self.text_end == at:
            key, hint = cluster.works[0].key, None
            sentence = f"The bracket before '@{key}' is never closed."
            if behind == "](":
                sentence = f"'[@{key}]' stands directly before words in round brackets, which makes it no citation."
                hint = "Put a space between ] and (."
            self.draft.desk.report(message("citation-syntax", self.place(at - 1), hint, sentence=sentence))

    def note_call(self, label: str, at: int) -> None:
        """Take in the call of a footnote."""
        place = self.place(at)
        if label not in self.draft.notes or label == self.draft.note:
            code = "footnote-calls-itself" if label in self.draft.notes else "footnote-unknown"
            self.draft.desk.report(message(code, place, label=label))
            self.out.append(Placeholder(f"[^{label}]"))
        else:
            self.out.append(FootnoteCall(label, self.draft.call(label, place), place))

    def image(self, token: Token, behind: Token | None) -> list[Inline]:
        """A picture within a line."""
        place = self.place(token.meta["at"])
        attributes = self.attributes(behind, *FIGURE_KEYS)
        caption = Inlines(self.draft, self.spots).read(token.children or ())
        source = figure_path(self.draft, str(token.attrs.get("src", "")), place)
        if source is None:
            return [Placeholder(f"[{plain_text(caption) or token.attrs.get('src', '')}]")]
        decorative = "decorative" in attributes.classes
        words = " ".join(plain_text(caption).split())
        alt = alt_of(attributes) or self.draft.alts.get(source, "") or words
        self.draft.desk.extend(picture_words(token, "" if words == alt and not decorative else words, place))
        if not decorative and not told_alternative(self.draft, alt, source, place):
            return [Image(source, NO_WORDS, False, place), Placeholder("[no alternative text]")]
        return [Image(source, "" if decorative else alt, decorative, place)]

    def html(self, token: Token, at: int) -> None:
        """Take in what is left of HTML: a comment, the end of a line, a tag that means nothing, or what is left out."""
        place = self.place(at)
        match token.type:
            case "comment":
                self.draft.hidden.append(place)
            case "html_break":
                if self.out and not isinstance(self.out[-1], LineBreak):
                    self.out.append(LineBreak())
            case "html_lost":
                self.draft.hidden.append(place)
                self.out.append(left_out(self.draft.tally, token.content, place))
            case "no_tag":
                no_tag(self.draft.tally, token.content, place)
                self.text(token.content, at)
            case _:
                means_nothing(self.draft.tally, token.content, place)


def _without_breaks(nodes: list[Inline]) -> tuple[Inline, ...]:
    """The nodes without forced breaks, and the space beside them, at their end."""
    end = len(nodes)
    while end and (isinstance(nodes[end - 1], LineBreak) or _is_space(nodes[end - 1])):
        end -= 1
    return tuple(nodes[:end]) if any(isinstance(node, LineBreak) for node in nodes[end:]) else tuple(nodes)


def _is_space(node: Inline) -> bool:
    return isinstance(node, Text) and not node.text.strip()
