"""Replaces the setting of short texts: 11 % of the press; needless with `upstream/short-pieces.md`.

A third of all lines hold a piece that was set before, and it is the same however wide its line is, if it fits. Who
measures it or draws it gets what Pango made of it then.
"""

import re
from dataclasses import dataclass, field
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.ffi import pango

from pipeline.press.fast.text import set_anew, type_of

LONGEST = 40
"""Characters of a piece: what is longer is seldom met again."""

_MOST = 2000
"""Size limit of the cache of a font map: pieces of about three kilobytes each."""

_PIECE = re.compile(r"[ -~\xa0-\xac\xae-\u058f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u2bff]+")
"""Text that ends no line by itself, and of which the beginning is never wider than the whole.

Letters that join may be wider alone. The engine tries the beginning first, and breaks what would fit.
"""


@dataclass(slots=True)
class Piece:
    """A piece of text set on one line: what its layout says, and its measures in pixels."""

    said: dict[str, Any]
    length: int
    width: float
    height: float
    baseline: float
    runs: list[Any] = field(default_factory=list)
    """Glyph runs of its line, once they have been requested."""


class PieceLayout(line_break.Layout):  # type: ignore[misc]
    """The layout of a piece where it stands in a text. Whoever changes it gets one of their own."""

    def __init__(self, piece: Piece, style: Any, max_width: float | None) -> None:
        self.__dict__.update(piece.said)
        self.piece: Piece | None = piece
        self.style = style
        self.max_width = max_width

    def reactivate(self, style: Any) -> None:
        """Be ready to be drawn."""
        if self.piece is None or style is not self.style:
            set_anew(self, style)
        else:
            self.kept = True

    def setup(self, style: Any) -> None:
        """Be made ready for text: for this place alone."""
        self.piece = None
        super().setup(style)

    def deactivate(self) -> None:
        """Release only the objects that were set for this place."""
        if self.piece is None:
            super().deactivate()


def is_piece(text: str) -> bool:
    """Whether a text is short, and of nothing but what shows."""
    return len(text) <= LONGEST and bool(_PIECE.fullmatch(text))


def set_piece(text: str, style: Any, max_width: float | None) -> Any:
    """A short text on its line as the engine sets it, if it fits; nothing where it does not or may be set otherwise."""
    if len(text) > LONGEST:
        return None
    known = style.__dict__.get("_pieces", ...)
    if known is ...:
        plain = style["letter_spacing"] in ("normal", 0) and not style["word_spacing"]
        known = style._pieces = style.font_config.__dict__.setdefault("_pieces", {}) if plain else None
    if known is None:
        return None
    key = type_of(style), text
    piece = known.get(key)
    if piece is None:
        if not is_piece(text):
            return None
        if len(known) >= _MOST:
            known.clear()
        piece = known[key] = _made(text, style)
    if max_width is not None and piece.width > max_width and style["white_space"] not in ("nowrap", "pre"):
        return None
    return PieceLayout(piece, style, max_width), piece.length, None, piece.width, piece.height, piece.baseline


def _made(text: str, style: Any) -> Piece:
    layout, _, length, width, height, baseline = set_line(text, style)
    said = {name: value for name, value in layout.__dict__.items() if name not in ("style", "max_width")}
    return Piece(said, length, width, height, baseline)


def set_line(text: str, style: Any, max_width: float | None = None) -> tuple[Any, int | None, int, float, float, float]:
    """A text set without a width: its layout, where a second line begins, and bytes, width, height and baseline."""
    layout = line_break.Layout(style, 0, max_width)
    layout.set_text(text)
    line, index = layout.get_first_line()
    width, height = line_break.line_size(line, style)
    baseline = pango.pango_layout_get_baseline(layout.layout) * line_break.FROM_UNITS
    return layout, index, line.length, width, height, baseline
