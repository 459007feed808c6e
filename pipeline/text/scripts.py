"""Scripts that a library may ask for beside Latin, Greek and Cyrillic letters, by their code points."""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import repeat
from unicodedata import bidirectional, mirrored

RANGES: Mapping[str, tuple[tuple[int, int], ...]] = {
    "arabic": ((0x600, 0x6FF), (0x750, 0x77F), (0x870, 0x8FF), (0xFB50, 0xFDFF), (0xFE70, 0xFEFE)),
    "hebrew": ((0x590, 0x5FF), (0xFB1D, 0xFB4F)),
    "devanagari": ((0x900, 0x97F), (0xA8E0, 0xA8FF)),
    "japanese": ((0x3040, 0x30FF), (0x31F0, 0x31FF), (0xFF65, 0xFF9F)),
    "korean": ((0x1100, 0x11FF), (0x3130, 0x318F), (0xA960, 0xA97F), (0xAC00, 0xD7FF), (0xFFA0, 0xFFDC)),
    "chinese": (
        *((0x2E80, 0x303F), (0x3100, 0x312F), (0x3190, 0x31EF), (0x3200, 0x9FFF), (0xF900, 0xFAFF)),
        *((0xFE30, 0xFE4F), (0xFF00, 0xFF64), (0xFFE0, 0xFFEF), (0x20000, 0x323AF)),
    ),
}
"""The ranges of each script, first and last. Letters that Chinese, Japanese and Korean share are said to be Chinese."""


@lru_cache(maxsize=4096)
def script_of(code: int) -> str:
    """The script to ask for that has a letter, or nothing."""
    return next((name for name, ranges in RANGES.items() if any(a <= code <= b for a, b in ranges)), "")


JOINED = re.compile("[\u0590-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u17ff\ufb1d-\ufdff\ufe70-\ufefe]")
"""Hebrew and Arabic with what is written like them, the scripts of India and those east of it."""

PART = "\u200b"
"""The meaning of a glyph that is only a part of a letter: each glyph must have one."""


def runs_backwards(letters: Iterable[str]) -> bool:
    """Whether some of the letters are written from right to left (Unicode's bidirectional classes R and AL)."""
    return any(bidirectional(letter) in ("R", "AL") for letter in letters)


_DIRECTION = re.compile("[\u202a-\u202e\u2066-\u2069]")
OVERRIDES = "\u202d\u202e"


def direction_characters(text: str) -> Iterator[tuple[int, int, str]]:
    """Find the invisible characters that change the order of letters: line, column and character.

    Only overrides count in lines with letters that are written from right to left, for these need the others.
    """
    for number, line in enumerate(text.split("\n"), 1) if _DIRECTION.search(text) else ():
        for found in _DIRECTION.finditer(line):
            if found[0] in OVERRIDES or not runs_backwards(line):
                yield number, found.start() + 1, found[0]


def without_direction_characters(text: str, instead: str = "") -> str:
    """Return the text with other characters instead of those that `direction_characters` finds."""
    lines = text.split("\n") if _DIRECTION.search(text) else ()
    wrong = (f"[{OVERRIDES}]" if runs_backwards(line) else _DIRECTION for line in lines)
    return "\n".join(map(re.sub, wrong, repeat(instead), lines)) if lines else text


_MARKS = "\u061c\u200e\u200f"
_QUOTATION = frozenset("“”„‟‘’‚‛")


def in_any_order(letters: Iterable[str]) -> list[str]:
    """Letters in one order; from right to left programs take one half of a bracket or quotation mark for the other.

    Marks of a direction are left out: not every font shows them.
    """
    shown = (letter for letter in letters if letter not in _MARKS)
    return sorted("(" if mirrored(letter) or letter in _QUOTATION else letter for letter in shown)
