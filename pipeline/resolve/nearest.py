"""Suggestions of what the author may have meant, in a sentence."""

from collections.abc import Iterable

from pipeline.load.slips.near import near

MOST = 3


def did_you_mean(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint: the nearest known words if there are any, then where to look."""
    found = [f"'{candidate}'" for candidate in near(word, known, MOST)]
    if not found:
        return otherwise
    said = found[0] if len(found) == 1 else f"{', '.join(found[:-1])} or {found[-1]}"
    return f"Did you mean {said}? {otherwise}".rstrip()


def known_names(known: Iterable[str], most: int = 12) -> str:
    """'It has a, b and c.', where that is short enough to read."""
    names = sorted(known)
    if not names or len(names) > most:
        return ""
    return f"It has {', '.join(names[:-1])} and {names[-1]}." if len(names) > 1 else f"It has {names[0]}."
