"""A fault of the engine, mended while it works.

WeasyPrint 70, `split_first_line`: where a text fills its line to within its own last space and an inline
element follows ('… its opposite, as <a>Eggins'), the line ends after its first word. It happens about once in a
hundred links. The text fits, as the engine itself finds when it is asked without that space.
"""

from __future__ import annotations

from typing import Any

from weasyprint.layout import inline as engine_inline
from weasyprint.text import line_break as engine_line_break

_split_first_line = engine_line_break.split_first_line


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """The first line of a text, as the engine gives it, but whole where only its last space is too much."""
    more = (style, context, max_width, justification_spacing, is_line_start, minimum)
    line = _split_first_line(text, *more)
    _, length, resume_at, *_ = line
    if resume_at is None or max_width is None or minimum or not text.endswith(" "):
        return line
    words = text.rstrip(" ")
    first = text.encode()[:length]
    if b" " in first or words.encode() == first or style["white_space"] != "normal":
        return line
    if _split_first_line(words, *more)[2] is not None:
        return line
    return _split_first_line(text, style, context, None, justification_spacing, is_line_start)


def mend_engine() -> None:
    """Put the mended function in the engine's place; twice is as good as once."""
    engine_inline.split_first_line = split_first_line
