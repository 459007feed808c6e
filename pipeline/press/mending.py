"""Two faults of the engine, mended while it works.

WeasyPrint 70, `draw_first_line`: a space that stands alone between two inline elements
('<b>Status</b> <i>Draft</i>') is not painted, and whoever reads by the tags hears one word. ISO 32000-1, 14.8.2.5,
wants every gap between words to be there.

WeasyPrint 70, `split_first_line`: where a text fills its line to within its own last space and an inline
element follows ('… its opposite, as <a>Eggins'), the line ends after its first word. It happens about once in a
hundred links. The text fits, as the engine itself finds when it is asked without that space.
"""

from __future__ import annotations

from typing import Any

from weasyprint.draw import text as engine_text
from weasyprint.layout import inline as engine_inline
from weasyprint.text import line_break as engine_line_break

_split_first_line = engine_line_break.split_first_line
_draw_first_line = engine_text.draw_first_line


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


class _Gap:
    """A box of spaces that does not say so to whoever would leave it out."""

    text = "gap"

    def __init__(self, box: Any) -> None:
        self._box = box

    def __getattr__(self, name: str) -> Any:
        return getattr(self._box, name)


def draw_first_line(stream: Any, textbox: Any, *rest: Any) -> Any:
    """Paint a line of text, and where it is nothing but spaces too."""
    alone = bool(textbox.text) and not textbox.text.strip(" \u00a0")
    return _draw_first_line(stream, _Gap(textbox) if alone else textbox, *rest)


def mend_engine() -> None:
    """Put the mended functions in the engine's place; twice is as good as once."""
    engine_text.draw_first_line = draw_first_line
    engine_inline.split_first_line = split_first_line
