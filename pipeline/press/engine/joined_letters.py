"""Lines whose glyphs are in another order than their letters, painted so that they are copied as they are read.

Glyphs are painted from left to right, and one may be a part of several letters. In Indian scripts, for example, the
words of the line are written beside its glyphs (ISO 32000-1, 14.9.4, replacement text). From right to left that fails:
programs that copy read a page from left to right and reverse such letters, and reverse those words too. So each letter
is one glyph that means it: a glyph that several letters share is shown out of as many fonts of the same file, and the
dots of a letter, which are glyphs too, are drawn. The glyphs of a run are marked as reversed (14.8.2.3.3); runs are
written in the order in which they are read.
"""

from collections.abc import Callable, Iterator
from itertools import count
from typing import Any, NamedTuple

import uharfbuzz
from fontTools.pens.basePen import BasePen
from weasyprint.matrix import Matrix
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from pipeline.press.engine.letters import characters_of
from pipeline.press.tags.meanings import glyph_of, meaning, second_font, shown_by
from pipeline.text.scripts import JOINED, runs_backwards

_MOST = 0xFFFF
"""The last glyph that a font has; beyond it are signs that there is none."""
_SEEN, _UNSEEN = 0, 3
"""How letters are painted: filled, or not at all."""


class _Glyph(NamedTuple):
    """A glyph with its width and how far it is moved to the right and down, in Pango's units."""

    number: int
    width: int
    right: int
    down: int


_Letter = tuple[str, list[_Glyph]]
"""The characters that some glyphs show together, which mostly are one."""


def draw_joined(draw: Callable[..., Any], stream: Any, textbox: Any, *rest: Any) -> Any:
    """Paint a line of text, with its words where its glyphs do not give them."""
    is_joined = not textbox.text.isascii() and JOINED.search(textbox.text)
    backwards = textbox.style["direction"] == "rtl" or (is_joined and runs_backwards(textbox.text))
    if backwards and textbox.text.strip() and (drawn := _draw_backwards(stream, textbox, *rest)) is not None:
        return drawn
    if not (is_joined or backwards):
        return draw(stream, textbox, *rest)
    words = textbox.text.encode("utf-16-be").hex().upper()
    stream.begin_marked_content("Span", f"<</ActualText <FEFF{words}>>>")
    drawn = draw(stream, textbox, *rest)
    stream.end_marked_content()
    return drawn


def _draw_backwards(
    stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any
) -> list[list[Any]] | None:
    """Paint a line of text and return what is to be drawn on it as pictures.

    Nothing is painted and None returned where only the engine can: where the line is cut or has coloured letters.
    """
    if text_overflow == "ellipsis" or block_ellipsis != "none":
        return None
    runs, start = [], 0
    for item, letters in _runs(textbox):
        font, size = stream.add_font(item.item.analysis.font)
        known = ((characters, _in_sight(characters, glyphs, font)) for characters, glyphs in letters)
        letters = [(characters, glyphs) for characters, glyphs in known if glyphs]
        glyphs = [glyph for _, glyphs in letters for glyph in glyphs]
        if font.bitmap or font.svg or font.png or font.colr or not all(0 <= one.number <= _MOST for one in glyphs):
            return None
        runs.append((item.item.offset, start, item, letters, font, size))
        start += sum(glyph.width for glyph in glyphs)
    drawn = []
    for _, start, item, letters, font, size in sorted(runs, key=lambda run: run[0]):
        stream.set_text_matrix(*(Matrix(e=start * FROM_UNITS) @ matrix).values)
        backwards = item.item.analysis.level % 2
        if backwards:
            stream.begin_marked_content("ReversedChars")
        drawn += _draw_run(stream, item.item.analysis.font, start, letters, font, size)
        if backwards:
            stream.end_marked_content()
    return drawn


def _runs(textbox: Any) -> Iterator[tuple[Any, list[_Letter]]]:
    """The runs of a line from left to right, with their letters."""
    pango.pango_layout_set_single_paragraph_mode(textbox.pango_layout.layout, True)
    line, _ = textbox.pango_layout.get_first_line()
    run = line.runs[0]
    while run != ffi.NULL:
        item, run = run.data, run.next
        string = item.glyphs
        starts = ffi.unpack(string.log_clusters, string.num_glyphs)
        glyphs = [
            _Glyph(one.glyph, one.geometry.width, one.geometry.x_offset, one.geometry.y_offset)
            for one in string.glyphs[0 : string.num_glyphs]
        ]
        letters: list[_Letter] = []
        last = None
        shown = characters_of(textbox, item, ([one.number for one in glyphs], [], starts))
        for glyph, start, characters in zip(glyphs, starts, shown, strict=True):
            if start != last:
                letters.append(("", []))
            letters[-1] = letters[-1][0] + characters, [*letters[-1][1], glyph]
            last = start
        yield item, letters


def _in_sight(characters: str, glyphs: list[_Glyph], font: Any) -> list[_Glyph]:
    """The glyphs of a letter; of a sign that Pango hides the font's own glyph, but of no place to break."""
    if characters == "\u200b":
        return []
    if len(glyphs) == len(characters) == 1 and glyphs[0].number == pango.PANGO_GLYPH_EMPTY:
        number = glyph_of(characters, font)
        return [glyphs[0]._replace(number=number)] if number else []
    return glyphs


def _draw_run(stream: Any, pango_font: Any, start: int, letters: list[_Letter], font: Any, size: float) -> Any:
    """Paint the letters of a run from left to right, and yield what is to be drawn: dots, and signs above letters."""
    held, shown_in = "", (font, _SEEN)
    stream.set_font_size(font.hash, size)
    for characters, glyphs in letters:
        letter = max(glyphs, key=lambda one: one.width)
        place = start
        for glyph in glyphs:
            if glyph is not letter or glyph.down:
                e = (place + glyph.right) * FROM_UNITS / size
                yield [_Outline(font, glyph.number), font, 1, -1, e, glyph.down * FROM_UNITS]
            place += glyph.width
        if letter.number not in font.widths:
            pango.pango_font_get_glyph_extents(pango_font, letter.number, stream.ink_rect, stream.logical_rect)
            font.widths[letter.number] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
        wanted = _meaning_it(stream, font, letter.number, characters), _UNSEEN if letter.down else _SEEN
        if wanted != shown_in:
            if held:
                stream.show_text(held)
            stream.set_font_size(wanted[0].hash, size)
            stream.set_text_rendering(wanted[1])
            held, shown_in = "", wanted
        held += _shown(letter, font, size, place - start)
        start = place
    if held:
        stream.show_text(held)
    stream.set_text_rendering(_SEEN)


def _meaning_it(stream: Any, font: Any, glyph: int, characters: str) -> Any:
    """The font, among the fonts of one file, in which a glyph means these characters."""
    said = meaning(shown_by(glyph, characters, font))
    for number in count():
        one = second_font(stream._fonts, font, number) if number else font
        if one.to_unicode.setdefault(glyph, said) == said:
            one.widths[glyph] = font.widths[glyph]
            return one


def _shown(glyph: _Glyph, font: Any, size: float, width: int) -> str:
    """A glyph as a PDF shows it (ISO 32000-1, 9.4.3): moved to its place, and on to the place of the next glyph."""
    scale = 1000 * FROM_UNITS / size
    before = 0 if glyph.down else round(glyph.right * scale)
    after = round(font.widths[glyph.number] + before - width * scale)
    return f" {-before or ''}<{glyph.number:04x}>{after or ''}"


class _Outline(BasePen):  # type: ignore[misc]
    """A glyph that is drawn as the engine draws pictures on a line."""

    def __init__(self, font: Any, glyph: int) -> None:
        super().__init__()
        self._font, self._glyph = font, glyph

    def draw(self, stream: Any, width: float, *_: Any) -> None:
        """Draw it as large as letters of that size."""
        face = uharfbuzz.Face(self._font.file_content, self._font.index)
        font = uharfbuzz.Font(face)
        stream.transform(width / face.upem, 0, 0, width / face.upem)
        self._stream = stream
        font.draw_glyph_with_pen(self._glyph, self)
        stream.fill()

    def _moveTo(self, to: tuple[float, float]) -> None:
        self._stream.move_to(*to)

    def _lineTo(self, to: tuple[float, float]) -> None:
        self._stream.line_to(*to)

    def _curveToOne(self, *points: tuple[float, float]) -> None:
        self._stream.curve_to(*(number for point in points for number in point))

    def _closePath(self) -> None:
        self._stream.close()
