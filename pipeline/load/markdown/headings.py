"""Headings: words, attributes and levels."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from markdown_it.token import Token

from pipeline.core.messages import message
from pipeline.load.markdown.attributes import attributes_at, cut_attributes, unread_pairs
from pipeline.load.markdown.inlines import Inlines
from pipeline.load.markdown.parser import ParseContext
from pipeline.model.body import Attributes, Block, Division, Inline

_COMMAND = re.compile(r"\\[A-Za-z]+\Z")


def titled(context: ParseContext, token: Token) -> tuple[tuple[Inline, ...], Attributes]:
    """Return the words of a heading or caption, and its attributes."""
    offset_map = context.offset_map(token)
    words, braces = cut_attributes(token.content)
    if _COMMAND.search(words):  # the braces belong to a command such as `\\label{sec:x}`
        words, braces = token.content, ""
    attributes = Attributes()
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


_WORDS = frozenset(
    {"text", "text_special", "softbreak", "code_inline", "em_open", "em_close", "strong_open", "strong_close"}
)
"""Tokens that a title may consist of; a heading with others, such as a note, does not repeat it."""
_PLAIN = str.maketrans("‘’“”–—", "''\"\"--")


def without_title(context: ParseContext, tokens: list[Token], title: str) -> list[Token]:
    """Return the tokens without the first heading, if it repeats the title."""
    first = next((number for number, token in enumerate(tokens) if token.type == "heading_open"), None)
    if first is None or tokens[first].tag != "h1" or tokens[first].level:
        return tokens
    written, braces = cut_attributes(tokens[first + 1].content)
    words = _normalise(context, written)
    if not words or words != _normalise(context, title):
        return tokens
    read = attributes_at(braces, 0) if braces else (Attributes(), 0)
    if read is None or read[0] is None:
        return tokens
    place, context.title_words = context.place_of(tokens[first]), " ".join(_text(context, written).split())
    context.title_id = read[0].id or context.create_heading_id(context.title_words, place)
    return tokens[:first] + tokens[first + 3 :]


def _normalise(context: ParseContext, words: str) -> str:
    """Return the words of a heading for comparison, in small letters and without marks; '' if it is no title."""
    text = unicodedata.normalize("NFKC", _text(context, words).translate(_PLAIN))
    return " ".join(text.casefold().split()).rstrip(".")


def _text(context: ParseContext, words: str) -> str:
    tokens = context.parse_inline(words)
    if any(token.type not in _WORDS for token in tokens):
        return ""
    return "".join(" " if token.type == "softbreak" else token.content for token in tokens)


def shift_levels(context: ParseContext, tokens: Sequence[Token]) -> None:
    """Move all headings of a text down if one has the level of the title."""
    levels = [int(token.tag[1:]) for token in tokens if token.type == "heading_open"]
    context.heading_shift = int(1 in levels)
    # The headings begin with # and skip no level. Otherwise a # is a slip.
    begins_with_title = levels[:1] == [1] and all(level <= above + 1 for above, level in pairwise(levels))
    context.highest_level = 1 if begins_with_title else 2
    context.last_level = context.highest_level - 1


def give_title_id(context: ParseContext, blocks: tuple[Block, ...], text: str) -> tuple[Block, ...]:
    """Give the first block the id of the heading that is left out, if the text has links to it."""
    if not context.title_id or not blocks or not re.search(rf"#{re.escape(context.title_id)}(?![\w:-])", text):
        return blocks
    return (Division(blocks[:1], Attributes(context.title_id)), *blocks[1:])


def check_level(context: ParseContext, token: Token) -> None:
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
