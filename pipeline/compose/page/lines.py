"""Lines that a text fills, reckoned on the generous side: the press alone knows how wide its letters are."""

import re

LETTER = 0.53
"""Width of a letter in large bold type, in ems."""
SMALL_LETTER = 0.47
"""The same in a table: there a line more costs a row, and a row is no word that breaks."""


def lines_of(text: str, points: float, wide: float, letter: float = LETTER) -> tuple[int, bool]:
    """Number of lines that a text fills in a size and a width, in points, and whether every word fits on a line."""
    room = int(wide / (letter * points))
    lines, length, whole = 1, 0, True
    for word in re.findall(r"[^\s-]+-*\s*", text):
        whole = whole and len(word.rstrip()) <= room
        if length and length + len(word.rstrip()) > room:
            lines, length = lines + 1, 0
        length += len(word)
    return lines, whole
