"""Width of a figure as the author gives it: `{width=50%}`, or a length, as per cent of the measure."""

import re

_WIDTH = re.compile(r"(?P<number>\d{1,5}(?:\.\d{1,4})?)(?P<unit>%|px|pt|mm|cm|in|em)?")
_MILLIMETRES = {"px": 25.4 / 96, "pt": 25.4 / 72, "mm": 1.0, "cm": 10.0, "in": 25.4, "em": 4.0}
MEASURE = 120.0
"""Millimetres of the column of text: 100 per cent."""
NARROWEST, WIDEST = 10, 100
"""Widths of a figure, in per cent of the measure."""
STEP = 5
"""Widths are multiples of this: each is a rule of the style sheets."""


def width_of(written: str) -> int | None:
    """A width in per cent, within bounds; 0 where none is written, None where it cannot be read."""
    if not written:
        return 0
    found = _WIDTH.fullmatch(written.strip())
    if found is None:
        return None
    number, unit = float(found["number"]), found["unit"] or "px"
    share = number if unit == "%" else 100 * number * _MILLIMETRES[unit] / MEASURE
    return STEP * round(min(WIDEST, max(NARROWEST, share)) / STEP)
