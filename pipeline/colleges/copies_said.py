"""Copies that an event names, in words. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from pipeline.core.sentences import count, numbers_in_words


def copies_said(lines: Iterable[Sequence[Any]]) -> str:
    """The copies that an event names, by their numbers: 'print: copies 3 and 5; text: 2 copies'.

    Where two have the same number, as those of two editions may, it is told how many there are.
    """
    kinds: dict[str, Counter[int]] = {}
    for _, kind, number, quantity, *_leaves in lines:
        kinds.setdefault(kind, Counter())[number] += quantity
    return "; ".join(f"{kind}: {_counted(found)}" for kind, found in kinds.items())


def _counted(found: Counter[int]) -> str:
    """Copies in words, by how many there are of a number; those without one have 0."""
    numbers = sorted(number for number in found if number)
    if any(found[number] > 1 for number in numbers):
        return count(found.total(), "copy", "copies")
    said = [numbers_in_words(numbers)] if numbers else []
    return " and ".join([*said, *([count(found[0], "copy", "copies")] if found[0] else [])])
