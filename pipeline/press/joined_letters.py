"""Lines whose letters are shown in another order than they are read in, or as parts: said as they are read.

Glyphs stand from left to right, and one may be a part of several letters. Whoever copies or listens would get them so.
The words of the line stand beside its glyphs instead (ISO 32000-1, 14.9.4, replacement text).
"""

import re
from collections.abc import Callable
from typing import Any

_JOINED = re.compile(
    "[\u0590-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u17ff\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufefe]"
)
"""Hebrew, Arabic and what is written like them, scripts of India and east of it, signs that change the order."""

PART = "\u200b"
"""Stands for a glyph that is a part of a letter, which another glyph stands for: each must have a meaning."""


def draw_joined(draw: Callable[..., Any], stream: Any, textbox: Any, *rest: Any) -> Any:
    """Paint a line of text, and say what it reads where its glyphs do not."""
    if textbox.style["direction"] != "rtl" and not _JOINED.search(textbox.text):
        return draw(stream, textbox, *rest)
    said = textbox.text.encode("utf-16-be").hex().upper()
    stream.begin_marked_content("Span", f"<</ActualText <FEFF{said}>>>")
    drawn = draw(stream, textbox, *rest)
    stream.end_marked_content()
    return drawn
