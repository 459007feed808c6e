"""Lines that a text fills, and the labels of numbered lists."""

import re

from pipeline.model.body import ListBlock

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


# Labels of numbered lists

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LAST = 3999
"""The last number that browsers, readers and the press say in Roman numerals (CSS Counter Styles 3, section 6.1)."""
_WIDTHS = {**dict.fromkeys("iljI ", 3), **dict.fromkeys("tf().", 4), **dict.fromkeys("mwMW", 10)}
_WIDTH = 7
"""Widths of letters in broad typefaces, in tenths of the type size: of some letters, and of all others."""
USUAL, STEP, MOST = 14, 5, 60
"""Hanging indents of lists, in tenths of the type size: the usual one, the steps beyond it, and the largest."""
_SHORT = 99
"""Numbers up to this need no more than the usual room, give or take a stop."""


def hang(node: ListBlock) -> int:
    """Hanging indent of a list for its longest label, in tenths of the type size; 0 where the usual one is enough."""
    last = node.start + len(node.items) - 1
    if not node.ordered or (not node.form and last <= _SHORT):
        return 0
    labels = (label(number, node.form) for number in range(node.start, last + 1))
    widest = max(sum(_WIDTHS.get(letter, _WIDTH) for letter in f"{words} ") for words in labels)
    return 0 if widest <= USUAL else min(MOST, -(-widest // STEP) * STEP)


def label(number: int, form: str) -> str:
    """The label of an entry with this number in a list whose first would look like `form`, by default '1.'."""
    first, said = form.strip("()."), ""
    if first in ("a", "A") and number > 0:  # 1 is 'a', 26 'z', 27 'aa'
        while number > 0:
            number, letter = divmod(number - 1, 26)
            said = chr(ord("a") + letter) + said
    elif first in ("i", "I") and 0 < number <= _LAST:
        for value, letters in _ROMAN:
            times, number = divmod(number, value)
            said += times * letters
    else:
        said = str(number)
    before, after = ("(" if form.startswith("(") else ""), (")" if form.endswith(")") else ".")
    return f"{before}{said.upper() if first.isupper() else said}{after}"
