"""The Markdown parser, and what is known of one text while it is read: lines, ids, notes and remarks."""

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
from pipeline.load.markdown.block_rules import find_myst_names, find_referenced_names
from pipeline.load.markdown.html import read_tags
from pipeline.load.markdown.html_blocks import html_element
from pipeline.load.markdown.maths import (
    BracketFormulas,
    DeclaredMacros,
    MathsScope,
    bracketed_formula,
    has_tex_brackets,
)
from pipeline.load.markdown.positions import OffsetMap, RemarkCounter, TextOrigin, map_lines
from pipeline.load.markdown.remarks import foreign
from pipeline.load.markdown.rules import PlacedState, memory_of
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
    """Return the parser. It keeps nothing between texts."""
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
    # Addresses are kept as written; they are checked, with a place, when the tree is built.
    md.validateLink = lambda url: True  # type: ignore[method-assign]
    md.normalizeLink = lambda url: url  # type: ignore[method-assign]
    return md


def _add_inline_rules(md: MarkdownIt) -> None:
    ruler: Any = md.inline.ruler
    ruler.before("escape", "role", inline_rules.role)
    ruler.before("escape", "foreign", foreign)
    ruler.before("escape", "latex", inline_rules.latex)
    ruler.before("escape", "bracketed_formula", bracketed_formula)
    ruler.before("escape", "escaped_space", inline_rules.escaped_space)
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
    ruler.before("fence", "figure_or_formula", directives.figure_or_formula, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "division", block_rules.division, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "admonition", directives.admonition, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "tab", block_rules.tab, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "directive", directives.directive, {"alt": _ENDS_PARAGRAPH})
    ruler.before("list", "lettered_list", lists.lettered_list, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.before("table", "formula", block_rules.formula, {"alt": _ENDS_PARAGRAPH})
    ruler.at("html_block", block_rules.unprinted_html, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.after("html_block", "html_element", html_element, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.before("table", "target", block_rules.target, {"alt": _ENDS_PARAGRAPH})
    ruler.after("table", "ruled_table", table_rules.ruled_table)
    ruler.before("table", "caption", table_rules.caption, {"alt": ["blockquote"]})


_EXPLICIT_ID = re.compile(r"\{[^{}\n]*#([A-Za-z][\w:.\-]*)")


class ParseContext:
    """What is known of one text while `parse_body` makes it a tree."""

    def __init__(
        self,
        text: str,
        origin: TextOrigin,
        diagnostics: Diagnostics,
        alts: Mapping[str, str],
        macros: DeclaredMacros = (),
    ) -> None:
        self.origin, self.diagnostics, self.alts = origin, diagnostics, alts
        self.maths = MathsScope(text, macros)
        self.lines: Sequence[str] = [line.rstrip() for line in text.split("\n")]
        self.env: dict[str, Any] = {}
        memory_of(self.env, BracketFormulas).are_certain = has_tex_brackets(text)
        self.notes: dict[str, tuple[list[Token], Location]] = {}
        self.note_numbers: dict[str, int] = {}
        """Numbers of notes by label, in the order of their first calls."""
        self.note_places: dict[str, Location] = {}
        """Places of the first calls of notes, by label."""
        self.current_note = ""
        """The label of the note that is read."""
        self.inline_notes: dict[str, tuple[Block, ...]] = {}
        """Notes that are written where they are called, by label."""
        self.link_labels: set[str] = set()
        """The labels of addresses that links and pictures name."""
        self._ids: dict[str, Location] = {}
        self._explicit_ids = set(_EXPLICIT_ID.findall(text)) if "#" in text else set()
        self._myst_names = find_myst_names(text)
        self.referenced_names = find_referenced_names(text) if self._myst_names else frozenset()
        self._heading_numbers: dict[str, int] = {}
        """The next number for headings with the same words, by the id that these make."""
        self.counter = RemarkCounter()
        self.hidden_places: list[Location] = []
        """Places of comments, and of elements that are left out with their words."""
        self.heading_shift = 0
        """Number of levels by which headings are moved down."""
        self.highest_level = 2
        """The highest level that a heading may have."""
        self.last_level = 1
        """The level of the last heading."""
        self.title_id = ""
        """The id of the heading that repeats the title and is left out."""
        self.title_words = ""
        """The words of that heading, for links that have none."""

    def parse_inline(self, content: str) -> list[Token]:
        """Return the tokens of a block's words."""
        tokens: list[Token] = []
        md = parser()
        md.inline.parse(content, md, self.env, tokens)
        if "<" in content:
            tokens = read_tags(tokens, content)
        links = (token for token in tokens if token.type != "note_call" and "label" in token.meta)
        self.link_labels.update(link.meta["label"] for link in links)
        return self.maths.without_definitions(tokens)

    def has_id(self, target: str) -> bool:
        """Return True if the text gives this id: in braces, by a label or in MyST's syntax."""
        return target in self._explicit_ids or target in self.maths.labels or target in self._myst_names

    def place_at(self, offset_map: OffsetMap, offset: int) -> Location:
        """Return the place of a character of a block's words."""
        return self.origin.at(offset_map.at(offset))

    def offset_map(self, token: Token) -> OffsetMap:
        """Map the words of a token to the text."""
        first = token.map[0] if token.map else 0
        return map_lines(token.content, first, self.lines, token.meta.get("columns", ()))

    def place_of(self, token: Token) -> Location:
        """Return the place of a block: the first character of its first line."""
        row = min(token.map[0], len(self.lines) - 1) if token.map else 0
        line = self.lines[row]
        return self.origin.at((row, len(line) - len(line.lstrip())))

    def claim_id(self, name: str, place: Location) -> str:
        """Return the id; '' after a remark if the text has it already."""
        if not name:
            return ""
        if name in self._ids:
            other = f"line {self._ids[name].line} of this text"
            self.diagnostics.report(message("id-duplicate", place, id=name, other=other))
            return ""
        self._ids[name] = place
        return name

    def create_heading_id(self, words: str, place: Location) -> str:
        """Return a new id made of a heading's words."""
        flat = unicodedata.normalize("NFKD", words).lower()
        flat = "".join(c for c in flat if not unicodedata.combining(c)).replace("'", "").replace("’", "")
        slug = "-".join(re.findall(r"[^\W_]+", flat)) or "section"
        if not slug[0].isalpha():
            slug = f"section-{slug}"
        name, number = slug, self._heading_numbers.get(slug, 2)
        while name in self._ids or name in self._explicit_ids:
            name, number = f"{slug}-{number}", number + 1
        self._ids[name] = place
        self._heading_numbers[slug] = number
        return name

    def number_note(self, label: str, place: Location) -> int:
        """Return the number of the note with this label, which is called at this place."""
        if label not in self.note_numbers:
            self.note_numbers[label] = len(self.note_numbers) + 1
            self.note_places[label] = place
        return self.note_numbers[label]
