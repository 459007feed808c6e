"""How long a text takes to read: words counted, minutes computed, never typed."""

from __future__ import annotations

from math import ceil
from typing import Any

from pipeline.model.body import CodeBlock, EvidenceMark, Figure, Heading, Paragraph, PlaceholderBlock, Table, plain_text
from pipeline.resolve.tree import branches

_UNREAD = (Table, Figure, CodeBlock, EvidenceMark, PlaceholderBlock)


def count_words(text: str) -> int:
    """The words of a text: what stands between white space and has a letter or a digit."""
    return sum(any(letter.isalnum() for letter in word) for word in text.split())


def words_of(blocks: tuple[Any, ...]) -> int:
    """The words of prose, headings and lists; not of tables, captions, figures or code."""
    total = 0
    for node in blocks:
        if isinstance(node, tuple):
            total += words_of(node)
        elif isinstance(node, Paragraph | Heading):
            total += count_words(plain_text(node.children))
        elif not isinstance(node, _UNREAD):
            total += _below(node)
    return total


def _below(node: Any) -> int:
    if hasattr(node, "term"):
        return count_words(plain_text(node.term)) + words_of(node.meanings)
    return sum(words_of(getattr(node, name)) for name in branches(type(node)))


def minutes(words: int, rate: int) -> int:
    """The minutes it takes to read so many words, rounded up, at least one."""
    return max(1, ceil(words / rate))


def read_label(count: int) -> str:
    """The label for so many minutes: '1 min read', '3 mins read'."""
    return f"{count} min read" if count == 1 else f"{count} mins read"
