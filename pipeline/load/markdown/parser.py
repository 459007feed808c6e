"""The Markdown parser: CommonMark with tables, notes, definition lists and our own rules; every token has an offset."""

from functools import lru_cache
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote.index import footnote_def

from pipeline.load.dialects import admonitions, lettered_lists
from pipeline.load.dialects import myst_directives as directives
from pipeline.load.dialects.bare_addresses import bare_address
from pipeline.load.dialects.foreign_systems import foreign
from pipeline.load.dialects.marked_words import held_space, marked_words
from pipeline.load.dialects.mkdocs_tabs import tab
from pipeline.load.dialects.myst_roles import role
from pipeline.load.dialects.myst_targets import target
from pipeline.load.dialects.ruled_tables import ruled_table
from pipeline.load.dialects.tex_brackets import bracketed_formula
from pipeline.load.html.blocks import html_element
from pipeline.load.markdown import block_rules, inline_rules
from pipeline.load.markdown.placed_state import PlacedState

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
    ruler.before("escape", "role", role)
    ruler.before("escape", "foreign", foreign)
    ruler.before("escape", "latex", inline_rules.latex)
    ruler.before("escape", "bracketed_formula", bracketed_formula)
    ruler.before("escape", "held_space", held_space)
    ruler.before("emphasis", "mathematics", inline_rules.mathematics)
    ruler.before("link", "citation", inline_rules.citation)
    ruler.before("link", "note_call", inline_rules.note_call)
    ruler.before("link", "inline_note", inline_rules.inline_note)
    ruler.after("link", "span", inline_rules.span)
    ruler.after("inline_note", "marked_words", marked_words)
    ruler.push("bare_address", bare_address)
    ruler.at("image", inline_rules.image)
    ruler.before("text", "attributes", inline_rules.attributes)


def _add_block_rules(md: MarkdownIt) -> None:
    ruler: Any = md.block.ruler
    ruler.before("reference", "footnote_def", footnote_def, {"alt": ["paragraph", "reference"]})
    deflist_plugin(md)
    ruler.before("fence", "directive_of_ours", directives.directive_of_ours, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "division", block_rules.division, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "admonition", admonitions.admonition, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "tab", tab, {"alt": _ENDS_PARAGRAPH})
    ruler.before("fence", "directive", admonitions.directive, {"alt": _ENDS_PARAGRAPH})
    ruler.before(
        "list", "lettered_list", lettered_lists.lettered_list, {"alt": ["paragraph", "reference", "blockquote"]}
    )
    ruler.before("table", "formula", block_rules.formula, {"alt": _ENDS_PARAGRAPH})
    ruler.at("html_block", block_rules.not_printed, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.after("html_block", "html_element", html_element, {"alt": ["paragraph", "reference", "blockquote"]})
    ruler.before("table", "target", target, {"alt": _ENDS_PARAGRAPH})
    ruler.after("table", "ruled_table", ruled_table)
    ruler.before("table", "caption", block_rules.caption, {"alt": ["blockquote"]})
