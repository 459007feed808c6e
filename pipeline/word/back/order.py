"""The order of paragraphs: which of them somebody has moved, where nothing was tracked."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence


def longest_rise(numbers: Sequence[int]) -> frozenset[int]:
    """The numbers of a longest rising run of some, each of which stands there once; others may stand in between."""
    ends: list[int] = []
    """The least number in which a run of each length ends, as far as it has been read."""
    before: dict[int, int | None] = {}
    for number in numbers:
        at = bisect_left(ends, number)
        before[number] = ends[at - 1] if at else None
        ends[at : at + 1] = [number]
    found: set[int] = set()
    last = ends[-1] if ends else None
    while last is not None:
        found.add(last)
        last = before[last]
    return frozenset(found)
