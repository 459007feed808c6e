"""Marks in a field that are not closed: the engine tries each of them twice, and so n of them 2 ** n times."""

import re

MOST_OPEN = 8
"""So many marks of a field may be left open."""

_MARK = re.compile(
    r"<(?P<close>/?)\s*(?P<tag>i|b|sc|sup|sub|span)\b[^<>]*>|(?P<quote>[‘“])|(?P<end>[’”])", re.IGNORECASE
)
_ENDS = {"’": "‘", "”": "“"}


def open_marks(words: str) -> int:
    """Number of italics, quotation marks and other marks that are opened and not closed in the same place."""
    left = 0
    within: list[str] = []
    for mark in _MARK.finditer(words):
        if mark["quote"]:
            within.append(mark["quote"])
        elif mark["tag"] and not mark["close"]:
            within.append(mark["tag"].lower())
        else:
            begun = _ENDS[mark["end"]] if mark["end"] else mark["tag"].lower()
            if begun in within:
                while within.pop() != begun:
                    left += 1
    return left + len(within)
