"""Suggestions of what the author may have meant, in a sentence."""

from collections.abc import Iterable

from pipeline.core.tables import enumerated
from pipeline.load.slips.near import near

MOST = 3


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint: the nearest known words if there are any, then where to look."""
    found = [f"'{candidate}'" for candidate in near(word, known, MOST)]
    return f"Did you mean {enumerated(found, 'or')}? {otherwise}".rstrip() if found else otherwise


def known_names(known: Iterable[str], most: int = 12) -> str:
    """'It has a, b and c.', where that is short enough to read."""
    names = sorted(known)
    return f"It has {enumerated(names)}." if 0 < len(names) <= most else ""
