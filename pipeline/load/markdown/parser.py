"""The Markdown parser, and the state of one text that is read: its lines, ids, notes and remarks."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote.index import footnote_def

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.core.messages import message
from pipeline.load.markdown import block_rules, directives, inline_rules, lists, table_rules
from pipeline.load.markdown.block_rules import names_called, names_of_myst
from pipeline.load.markdown.html import read_tags
from pipeline.load.markdown.html_blocks import html_element
from pipeline.load.markdown.inline_rules import PlacedState
from pipeline.load.markdown.maths import Declared, MathsScope, bracketed_formula, has_tex_brackets
from pipeline.load.markdown.positions import OffsetMap, RemarkCounter, TextOrigin, TextState, spots_of_lines
from pipeline.load.markdown.remarks import foreign
from pipeline.model.body import Block

DEEPEST = 60
"""Greatest depth of nested blocks and inlines."""

_ENDS_PARAGRAPH = ["paragraph", "reference", "blockquote", "list"]


class _PlacedInline(ParserInline):
    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = PlacedState(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


@lru_cache(maxsize=1)
def parser() -> MarkdownIt:
    """The parser. It keeps nothing between texts."""
    md = MarkdownIt("commonmark", {"maxNesting": DEEPEST, "html": True, "store_labels": True, "tasklists": True})
    md.inline = _PlacedInline()
    md.inline.add_terminator_char("w")
    md.enable("table")
    md.inline.ruler.enableOnly(
        ["text", "newline", "escape", "backticks", "emphasis", "link", "image", "autolink", "html_inline", "entity"]
    )
    md.inline.ruler2.enableOnly(["balance_pairs", "emphasis"])
    _add_inline_rules(md)
    _add_block_rules(md)
    # Addresses are kept as written and judged, with a place, when the tree is built.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return md


def _add_inline_rules(md: MarkdownIt) -> None:
    ruler: Any = md.inline.ruler
    ruler.before("escape", "role", inline_rules.role)
    ruler.before("escape", "foreign", foreign)
    ruler.before("escape", "latex", inline_rules.latex)
    ruler.before("escape", "bracketed_formula", bracketed_formula)
    ruler.before("escape", "held_space", inline_rules.held_space)
    ruler.before("emphasis", "mathematics", inline_rules.mathematics)
    ruler.before("link", "citation", inline_rules.citation)
    ruler.before("link", "note_call", inline_rules.note_call)
    ruler.before("link", "inline_note", inline_rules.inline_note)
    ruler.after("link", "span", inline_rules.span)
    ruler.after("inline_note", "marked_words", inline_rules.marked_words)
    ruler.push("bare_address", inline_rules.bare_address)
    ruler.at("image", inline_rules.image)
    ruler.before("text", "attributes", inline_rules.attributes)


def _add_block_rules(md: MarkdownIt) -> None:
    ruler: Any = md.block.ruler
    ruler.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    deflist_plugin(md)
    ruler.before("fence", "directive_of_ours", directives.directive_of_ours, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "division", block_rules.division, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "admonition", directives.admonition, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "tab", block_rules.tab, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "directive", directives.directive, {"alt": _ENDS_PARAGRAPH})
    ruler.before("list", "lettered_list", lists.lettered_list, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.before("table", "formula", block_rules.formula, {"alt": _ENDS_PARAGRAPH})
    ruler.at("html_block", block_rules.not_printed, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.after("html_block", "html_element", html_element, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.before("table", "target", block_rules.target, {"alt": _ENDS_PARAGRAPH})
    ruler.after("table", "ruled_table", table_rules.ruled_table)
    ruler.before("table", "caption", table_rules.caption, {"alt": ["blockquote"]})


_EXPLICIT = re.compile(r"\{[^{}\n]*#([A-Za-z][\w:.\-]*)")


class ParserState:
    """One text on its way to a tree. Lives only while `parse_body` runs."""

    def __init__(
        self, text: str, origin: TextOrigin, diagnostics: Diagnostics, alts: Mapping[str, str], macros: Declared = ()
    ) -> None:
        self.origin, self.diagnostics, self.alts = origin, diagnostics, alts
        self.maths = MathsScope(text, macros)
        self.lines: Sequence[str] = [line.rstrip() for line in text.split("\n")]
        self.env = TextState(has_tex_brackets(text))
        self.notes: dict[str, tuple[list[Token], Location]] = {}
        self.called: dict[str, int] = {}
        self.note_places: dict[str, Location] = {}
        self.note = ""
        """The label of the note that is read."""
        self.links: set[str] = set()
        """The labels of addresses that links and pictures name."""
        self.written: dict[str, tuple[Block, ...]] = {}
        self._ids: dict[str, Location] = {}
        self._explicit = set(_EXPLICIT.findall(text)) if "#" in text else set()
        self._named = names_of_myst(text)
        self.names_called = names_called(text) if self._named else frozenset()
        self._repeats: dict[str, int] = {}
        self.tally = RemarkCounter()
        self.hidden: list[Location] = []
        """Places of comments, and of elements that are left out with their words."""
        self.shift = 0
        """Number of levels by which headings are moved down."""
        self.highest = 2
        """The highest level at which a heading stands rightly."""
        self.level = 1
        """The level of the heading before, as it is judged."""
        self.top = ""
        """The id of the heading that repeats the title and is left out."""
        self.title = ""
        """The words of that heading, for links that have none."""

    def tokens(self, content: str) -> list[Token]:
        """The tokens of a block's words."""
        found: list[Token] = []
        md = parser()
        md.inline.parse(content, md, self.env, found)
        if "<" in content:
            found = read_tags(found, content)
        self.links.update(token.meta["label"] for token in found if "label" in token.meta and token.type != "note_call")
        return self.maths.without_definitions(found)

    def names(self, target: str) -> bool:
        """Whether the text gives this id, by braces, by a label or as MyST does."""
        return target in self._explicit or target in self.maths.labels or target in self._named

    def place(self, spots: OffsetMap, offset: int) -> Location:
        """The place of a character of a block's words."""
        return self.origin.at(spots.at(offset))

    def spots(self, token: Token) -> OffsetMap:
        """Where the characters of a token's words stand in the text."""
        first = token.map[0] if token.map else 0
        return spots_of_lines(token.content, first, self.lines, token.meta.get("columns", ()))

    def row(self, token: Token) -> Location:
        """The place of a block: the first character of its first line."""
        row = min(token.map[0], len(self.lines) - 1) if token.map else 0
        line = self.lines[row]
        return self.origin.at((row, len(line) - len(line.lstrip())))

    def claim(self, name: str, place: Location) -> str:
        """The id, or nothing after a remark that it is taken."""
        if not name:
            return ""
        if name in self._ids:
            self.diagnostics.report(message("id-duplicate", place, id=name, line=self._ids[name].line))
            return ""
        self._ids[name] = place
        return name

    def slug(self, words: str, place: Location) -> str:
        """An id made of a heading's words, unlike any other."""
        flat = unicodedata.normalize("NFKD", words).lower()
        flat = "".join(c for c in flat if not unicodedata.combining(c)).replace("'", "").replace("’", "")
        slug = "-".join(re.findall(r"[^\W_]+", flat)) or "section"
        if not slug[0].isalpha():
            slug = f"section-{slug}"
        name, number = slug, self._repeats.get(slug, 2)
        while name in self._ids or name in self._explicit:
            name, number = f"{slug}-{number}", number + 1
        self._ids[name] = place
        self._repeats[slug] = number
        return name

    def call(self, label: str, place: Location) -> int:
        """The number of the note with this label."""
        if label not in self.called:
            self.called[label] = len(self.called) + 1
            self.note_places[label] = place
        return self.called[label]
