"""Labels of numbered lists, and the indent that they need."""

from pipeline.model.body import ListBlock

_ROMAN = (
    *((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl")),
    *((10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i")),
)
_LAST_ROMAN = 3999
"""The last number that browsers, reading apps and the press have in Roman numerals (CSS Counter Styles 3, 6.1)."""
_WIDTHS = {**dict.fromkeys("iljI ", 3), **dict.fromkeys("tf().", 4), **dict.fromkeys("mwMW", 10)}
_WIDTH = 7
"""Widths of letters in broad typefaces, in tenths of the type size: of some letters, and of all others."""
USUAL_INDENT, INDENT_STEP, MOST_INDENT = 14, 5, 60
"""Hanging indents of lists, in tenths of the type size: the usual one, the steps beyond it, and the largest."""
_LAST_SHORT = 99
"""The last number that fits the usual indent without measuring."""


def hanging_indent(node: ListBlock) -> int:
    """Return the hanging indent of a list in tenths of the type size, by its longest label; 0 for the usual one."""
    last = node.start + len(node.items) - 1
    if not node.ordered or (not node.form and last <= _LAST_SHORT):
        return 0
    labels = (list_label(number, node.form) for number in range(node.start, last + 1))
    widest = max(sum(_WIDTHS.get(letter, _WIDTH) for letter in f"{text} ") for text in labels)
    return 0 if widest <= USUAL_INDENT else min(MOST_INDENT, -(-widest // INDENT_STEP) * INDENT_STEP)


def list_label(number: int, form: str) -> str:
    """Return the label of a number in a list whose first label looks like `form`, by default '1.'."""
    first, text = form.strip("()."), ""
    if first in ("a", "A") and number > 0:  # 1 is 'a', 26 'z', 27 'aa'
        while number > 0:
            number, letter = divmod(number - 1, 26)
            text = chr(ord("a") + letter) + text
    elif first in ("i", "I") and 0 < number <= _LAST_ROMAN:
        for value, letters in _ROMAN:
            times, number = divmod(number, value)
            text += times * letters
    else:
        text = str(number)
    before, after = ("(" if form.startswith("(") else ""), (")" if form.endswith(")") else ".")
    return f"{before}{text.upper() if first.isupper() else text}{after}"
