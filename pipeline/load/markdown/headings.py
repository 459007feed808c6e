"""Headings: their words, attributes and levels."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from markdown_it.token import Token

from pipeline.core.messages import message
from pipeline.load.markdown.attributes import attributes_at, cut_attributes, unread_pairs
from pipeline.load.markdown.inlines import Inlines
from pipeline.load.markdown.parser import ParserState
from pipeline.model.body import Attributes, Block, Division, Inline

_COMMAND = re.compile(r"\\[A-Za-z]+\Z")


def titled(draft: ParserState, token: Token) -> tuple[tuple[Inline, ...], Attributes]:
    """The words of a heading or caption, and its attributes."""
    spots = draft.spots(token)
    words, braces = cut_attributes(token.content)
    if _COMMAND.search(words):  # the braces of `\\label{sec:x}` are its own
        words, braces = token.content, ""
    attributes = Attributes()
    if braces:
        place = draft.place(spots, len(token.content) - len(braces))
        found = attributes_at(braces, 0)
        if found is not None and found[0] is not None:
            attributes = found[0]
            draft.diagnostics.extend(unread_pairs(attributes, place))
        elif token.content.endswith(f" {braces}"):
            draft.diagnostics.report(message("attribute-syntax", place, text=braces))
        else:
            words = token.content  # as in '\texttt{name}': words like any others
    reader = Inlines(draft, spots)
    reader.label = ""
    children = reader.read(draft.tokens(words))
    return children, attributes if attributes.id else replace(attributes, id=reader.label)


_WORDS = frozenset(
    {"text", "text_special", "softbreak", "code_inline", "em_open", "em_close", "strong_open", "strong_close"}
)
"""Nodes that a title may be made of; a heading that says more, such as the call of a note, is none."""
_PLAIN = str.maketrans("‘’“”–—", "''\"\"--")


def without_title(draft: ParserState, tokens: list[Token], title: str) -> list[Token]:
    """The tokens without the heading that repeats the title, if the first one does."""
    first = next((number for number, token in enumerate(tokens) if token.type == "heading_open"), None)
    if first is None or tokens[first].tag != "h1" or tokens[first].level:
        return tokens
    written, braces = cut_attributes(tokens[first + 1].content)
    words = _plain(draft, written)
    if not words or words != _plain(draft, title):
        return tokens
    found = attributes_at(braces, 0) if braces else (Attributes(), 0)
    if found is None or found[0] is None:
        return tokens
    place, draft.title = draft.row(tokens[first]), " ".join(_text(draft, written).split())
    draft.top = found[0].id or draft.slug(draft.title, place)
    return tokens[:first] + tokens[first + 3 :]


def _plain(draft: ParserState, words: str) -> str:
    """The words of a heading as they are compared: in small letters and without marks; nothing where it says more."""
    text = unicodedata.normalize("NFKC", _text(draft, words).translate(_PLAIN))
    return " ".join(text.casefold().split()).rstrip(".")


def _text(draft: ParserState, words: str) -> str:
    tokens = draft.tokens(words)
    if any(token.type not in _WORDS for token in tokens):
        return ""
    return "".join(" " if token.type == "softbreak" else token.content for token in tokens)


def shift_levels(draft: ParserState, tokens: Sequence[Token]) -> None:
    """Move all headings of a text down where one has the level of the title."""
    levels = [int(token.tag[1:]) for token in tokens if token.type == "heading_open"]
    draft.shift = int(1 in levels)
    # Where # stands at the head of all headings and no level is skipped; else a # stands there by a slip.
    begins_with_title = levels[:1] == [1] and all(level <= above + 1 for above, level in pairwise(levels))
    draft.highest = 1 if begins_with_title else 2
    draft.level = draft.highest - 1


def with_its_anchor(draft: ParserState, blocks: tuple[Block, ...], text: str) -> tuple[Block, ...]:
    """The blocks of a text; where it leads to the heading that is left out, it leads to the first of them."""
    if not draft.top or not blocks or not re.search(rf"#{re.escape(draft.top)}(?![\w:-])", text):
        return blocks
    return (Division(blocks[:1], Attributes(draft.top)), *blocks[1:])


def tell_level(draft: ParserState, token: Token) -> None:
    """Say of a heading that it has the level of the title, or that one is left out above it."""
    written, place = int(token.tag[1:]), draft.row(token)
    level = max(written, draft.highest)
    if written == 1:
        hint = "Leave it, or begin this heading with ## and each other with one # more."
        draft.tally.count("heading-shifted", "", place, hint if draft.highest == 1 else None)
    elif level > draft.level + 1:
        above, marks = max(draft.level, 1), "#" * (draft.level + 1)
        draft.tally.count("heading-skips-level", "", place, before=above, level=level, marks=marks)
    draft.level = level
