"""Lines whose letters are shown in another order than they are read in, or as parts: said as they are read.

Glyphs stand from left to right, and one may be a part of several letters. Whoever copies or listens would get them so.
The words of the line stand beside its glyphs instead (ISO 32000-1, 14.9.4, replacement text). Lines with letters that
are written from right to left are left to `engine/backwards.py`.
"""

from collections.abc import Callable
from typing import Any

from pipeline.press.engine.backwards import draw_backwards
from pipeline.text.scripts import JOINED, runs_backwards


def draw_joined(draw: Callable[..., Any], stream: Any, textbox: Any, *rest: Any) -> Any:
    """Paint a line of text, and say what it reads where its glyphs do not."""
    is_joined = not textbox.text.isascii() and JOINED.search(textbox.text)
    backwards = textbox.style["direction"] == "rtl" or (is_joined and runs_backwards(textbox.text))
    if backwards and textbox.text.strip() and (drawn := draw_backwards(stream, textbox, *rest)) is not None:
        return drawn
    if not (is_joined or backwards):
        return draw(stream, textbox, *rest)
    said = textbox.text.encode("utf-16-be").hex().upper()
    stream.begin_marked_content("Span", f"<</ActualText <FEFF{said}>>>")
    drawn = draw(stream, textbox, *rest)
    stream.end_marked_content()
    return drawn
