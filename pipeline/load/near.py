"""The known words nearest to one that is not known."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches


def near(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Up to `most` known words that could have been meant, the nearest first."""
    by_folded: dict[str, str] = {}
    for name in known:
        by_folded.setdefault(name.casefold(), name)
    return [by_folded[found] for found in get_close_matches(word.casefold(), list(by_folded), most, 0.6)]
