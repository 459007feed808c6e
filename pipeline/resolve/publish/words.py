"""Read time of a text: words counted, minutes computed, never typed."""

from math import ceil
from typing import Any

from pipeline.model.body import (
    CodeBlock,
    EvidenceMark,
    Figure,
    Formula,
    Heading,
    Paragraph,
    PlaceholderBlock,
    Table,
    plain_text,
)
from pipeline.resolve.tree import branches, nodes

_UNREAD = (Table, Figure, CodeBlock, EvidenceMark, PlaceholderBlock)


def count_words(text: str) -> int:
    """The words of a text: what stands between white space and has a letter or a digit."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def words_of(blocks: tuple[Any, ...]) -> int:
    """The words of prose, headings and lists, a formula as one; not of tables, captions, figures or code."""
    total = 0
    for node in blocks:
        if isinstance(node, tuple):
            total += words_of(node)
        elif isinstance(node, Paragraph | Heading):
            total += _words_in_line(node.children)
        elif isinstance(node, Formula):
            total += 1
        elif not isinstance(node, _UNREAD):
            total += _below(node)
    return total


def _words_in_line(children: tuple[Any, ...]) -> int:
    """The words of a line; a formula is one."""
    more = sum(count_words(node.words) - 1 for node in nodes(children) if isinstance(node, Formula))
    return count_words(plain_text(children)) - more


def _below(node: Any) -> int:
    if hasattr(node, "term"):
        return _words_in_line(node.term) + words_of(node.meanings)
    return sum(words_of(getattr(node, name)) for name in branches(type(node)))


def minutes(words: int, rate: int) -> int:
    """The minutes it takes to read so many words, rounded up, at least one."""
    return max(1, ceil(words / rate))
