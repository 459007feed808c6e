"""The known words nearest to one that is not known."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

_LOOKED_AT = 24
"""Number of candidates, those with the most pairs of letters in common, that are compared letter for letter."""


def near(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Up to `most` known words that could have been meant, the nearest first."""
    names, by_pair = _index(frozenset(known))
    folded = word.casefold()
    shared = Counter(name for pair in set(_pairs(folded)) for name in by_pair.get(pair, ()))
    likely = sorted(shared, key=lambda name: (-shared[name] / (len(name) + len(folded)), name))[:_LOOKED_AT]
    return [names[found] for found in get_close_matches(folded, likely, most, 0.6)]


@lru_cache(maxsize=64)
def _index(known: frozenset[str]) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """The words by their folded forms, and these by the pairs of letters in them."""
    names: dict[str, str] = {}
    by_pair: dict[str, list[str]] = {}
    for name in sorted(known):
        if names.setdefault(name.casefold(), name) == name:
            for pair in set(_pairs(name.casefold())):
                by_pair.setdefault(pair, []).append(name.casefold())
    return names, {pair: tuple(found) for pair, found in by_pair.items()}


def _pairs(word: str) -> Iterator[str]:
    edged = f" {word[:200]} "
    return (edged[n : n + 2] for n in range(len(edged) - 1))
