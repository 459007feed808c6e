"""Marks that stand in the text for a citation until it is written: two letters for private use around a number."""

import re

_OPEN, _CLOSE = "\ue8f0", "\ue8f1"
MARK = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_STRAY = re.compile(f"[{_OPEN}{_CLOSE}]")


def mark(number: int) -> str:
    """The mark of a citation by its number."""
    return f"{_OPEN}{number}{_CLOSE}"


def without_strays(words: str) -> str:
    """Words in which nothing can be taken for a mark."""
    return _STRAY.sub("", words)
