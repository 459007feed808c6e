"""Draw lines of text so that they are copied from the PDF as they were written.

Three parts:
    Meanings of glyphs     the ToUnicode map of each font, and second fonts for glyphs with several meanings
    Plain lines            `draw_first_line` replaces WeasyPrint's, and writes fewer operators
    Joined letters         `draw_with_text` adds ActualText, or draws right-to-left text letter by letter
"""

import struct
from collections.abc import Callable, Iterator, Mapping
from copy import copy
from itertools import count
from typing import Any, NamedTuple
from unicodedata import mirrored, normalize

import uharfbuzz
from fontTools.pens.basePen import BasePen
from weasyprint.draw import text as engine_text
from weasyprint.matrix import Matrix
from weasyprint.text.ffi import FROM_UNITS, ffi, harfbuzz, pango

from pipeline.core.text.fonts import COMPLEX_SCRIPTS, GLYPH_PART, runs_right_to_left

# Meanings of glyphs. A font may show several characters by one glyph: a space and a no-break space, a hyphen-minus and
# a hyphen, a micro sign and a mu. A PDF font has one meaning for each glyph, and WeasyPrint uses the first that it
# meets. Here, a character with another meaning is shown by the same glyph in a second font of the same file. A no-break
# space is copied as a space. In right-to-left text, a bracket is shown by the glyph of its other half, and means that
# one.

ffi.cdef(
    """
    typedef ... hb_unicode_funcs_t;
    hb_unicode_funcs_t *hb_unicode_funcs_get_default (void);
    hb_codepoint_t hb_unicode_mirroring (hb_unicode_funcs_t *functions, hb_codepoint_t character);
    hb_bool_t hb_font_get_nominal_glyph (hb_font_t *font, hb_codepoint_t character, hb_codepoint_t *glyph);
    """
)

_NO_BREAK_SPACES = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " "))
"""Translation of no-break spaces to spaces."""

_HYPHENS = "\u00ad\u2010\u2011"


def _without_no_break_spaces(characters: str) -> str:
    """Return characters with spaces for no-break spaces, as they are copied."""
    return characters.translate(_NO_BREAK_SPACES)


def _choose_meaning(characters: str, glyph: int, font: Any) -> str:
    """Return the meaning of a glyph that a font meets for the first time: ASCII, if the glyph shows that too."""
    meaning = _without_no_break_spaces(_displayed_character(glyph, characters, font))
    if len(meaning) == 1 and not meaning.isascii():
        twin = "-" if meaning in _HYPHENS else normalize("NFKC", meaning)
        if len(twin) == 1 and twin.isascii() and _nominal_glyph(twin, font) == glyph:
            return twin
    return meaning


def _displayed_character(glyph: int, characters: str, font: Any) -> str:
    """Return what a glyph displays: the other half of a mirrored bracket in right-to-left text."""
    if len(characters) == 1 and mirrored(characters) and _nominal_glyph(characters, font) != glyph:
        other = chr(harfbuzz.hb_unicode_mirroring(harfbuzz.hb_unicode_funcs_get_default(), ord(characters)))
        return other if _nominal_glyph(other, font) == glyph else characters
    return characters


def _nominal_glyph(character: str, font: Any) -> int:
    """Return a font's glyph for a character; 0 if it has none."""
    glyph = ffi.new("hb_codepoint_t *")
    has_glyph = harfbuzz.hb_font_get_nominal_glyph(font.hb_font, ord(character), glyph)
    return int(glyph[0]) if has_glyph else 0


def _font_variant(fonts: dict[Any, Any], font: Any, number: int = 1) -> Any:
    """Return a font of the same file for glyphs with another meaning; more meanings need more variants."""
    key = font.hash, number
    if key not in fonts:
        variant = fonts[key] = copy(font)
        variant.hash = "".join(chr((ord(letter) - 53 + number) % 26 + 65) for letter in font.hash)
        variant.name = font.name.replace(font.hash.encode(), variant.hash.encode(), 1)
        variant.to_unicode, variant.widths, variant.settled = {}, {}, set()
    return fonts[key]


def normalise_meanings(fonts: Mapping[Any, Any]) -> None:
    """Remove no-break spaces from WeasyPrint's own meanings; give parts of letters a placeholder."""
    for font in fonts.values():
        font.to_unicode = {
            glyph: _without_no_break_spaces(_displayed_character(glyph, characters, font)) or GLYPH_PART
            for glyph, characters in font.to_unicode.items()
        }


# Plain lines. WeasyPrint reads the glyphs of a line one by one and writes a correction of zero after nearly every one,
# because widths are rounded (`decisions/upstream/plain-glyphs.md`); it also copies one character for another where a
# glyph shows both. Lines with raised, missing or coloured letters, and lines that are cut, are left to WeasyPrint.

_draw_first_line = engine_text.draw_first_line

_GLYPH_INTS = 5
"""Integers of a `PangoGlyphInfo`: glyph, width, two offsets, and attributes."""
_HAS_KNOWN_PANGO = ffi.sizeof("PangoGlyphInfo") == 4 * _GLYPH_INTS and pango.pango_version() >= 14802
"""True if Pango is a version for which WeasyPrint need not correct sizes."""
_LAST_GLYPH = 0xFFFF
"""Last glyph id of a font; higher values mark missing glyphs."""

RunGlyphs = tuple[list[int], list[int], list[int]]
"""The glyphs of a run: their ids, their widths in Pango units, and the byte offsets of their characters."""


def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> Any:
    """Draw a line of text."""
    runs, are_plain = ([], False) if text_overflow == "ellipsis" or block_ellipsis != "none" else _glyph_runs(textbox)
    fonts = [stream.add_font(item.item.analysis.font) for item, _ in runs]
    if not are_plain or any(_has_pictures(font) for font, _ in fonts):
        # or the engine gives an ASCII character another
        for (item, run_glyphs), (font, _) in zip(runs, fonts, strict=True):
            _record_meanings(textbox, item, run_glyphs, font)
        return _draw_first_line(stream, textbox, text_overflow, block_ellipsis, matrix)
    stream.set_text_matrix(*matrix.values)
    operators, current_font = "", None
    for (item, run_glyphs), (font, size) in zip(runs, fonts, strict=True):
        if item.item.analysis.font != current_font:
            current_font = item.item.analysis.font
            if operators:
                stream.show_text(operators)
            operators = ""
            stream.set_font_size(font.hash, size)
        operators = _run_operators(stream, textbox, item, run_glyphs, font, size, operators)
    stream.show_text(operators)
    return []


def _has_pictures(font: Any) -> bool:
    return bool(font.bitmap or font.svg or font.png or font.colr)


def _glyph_runs(textbox: Any) -> tuple[list[tuple[Any, RunGlyphs]], bool]:
    """Return the runs of a line whose glyphs all exist, and True if the line is plain.

    A plain line has all its glyphs, and none of them is moved from the baseline.
    """
    if not (_HAS_KNOWN_PANGO and textbox.text.strip()) or textbox.style["font_size"] < 1e-6:
        return [], False
    layout = textbox.pango_layout
    piece = getattr(layout, "piece", None)  # a text that is set once, wherever it stands
    if piece and piece.runs:
        runs_of_piece: list[tuple[Any, RunGlyphs]] = piece.runs
        return runs_of_piece, True
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    runs, run, are_plain = [], line.runs[0], True
    while run != ffi.NULL:
        item, run = run.data, run.next
        string = item.glyphs
        integers = memoryview(ffi.buffer(string.glyphs, 4 * _GLYPH_INTS * string.num_glyphs)).cast("i").tolist()
        glyphs = integers[::_GLYPH_INTS]
        are_plain &= bool(glyphs) and not (any(integers[2::_GLYPH_INTS]) or any(integers[3::_GLYPH_INTS]))
        if not glyphs or min(glyphs) < 0 or max(glyphs) > _LAST_GLYPH:
            are_plain = False
            continue
        runs.append((item, (glyphs, integers[1::_GLYPH_INTS], ffi.unpack(string.log_clusters, len(glyphs)))))
    if piece and are_plain:
        piece.runs = runs
    return runs, are_plain and bool(runs)


def _run_operators(stream: Any, textbox: Any, item: Any, run: RunGlyphs, font: Any, size: float, before: str) -> str:
    """Return a run as operands of TJ (ISO 32000-1, 9.4.3): glyphs, and corrections of their widths.

    `before` has the operands in the same font that are not shown yet.
    """
    glyphs, widths, _ = run
    if not font.to_unicode.keys() >= set(glyphs):
        _record_meanings(textbox, item, run, font)
    font_widths = font.widths
    for glyph in set(glyphs) - font_widths.keys():
        pango.pango_font_get_glyph_extents(item.item.analysis.font, glyph, stream.ink_rect, stream.logical_rect)
        font_widths[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
    operands, start = [before], 0
    glyph_codes = struct.pack(f">{len(glyphs)}H", *glyphs).hex()
    variants = {} if textbox.text.isascii() else _deviating_meanings(textbox, item, run, font)
    for number, (glyph, width) in enumerate(zip(glyphs, widths, strict=True), 1):
        if number - 1 in variants:
            if start < number - 1:
                operands.append(f"<{glyph_codes[4 * start : 4 * number - 4]}>")
            _show_variant(stream, "".join(operands), font, glyph, variants[number - 1], size)
            operands, start = [], number
        correction = int(font_widths[glyph] - width * 1000 * FROM_UNITS / size)
        if correction:
            operands.append(f"<{glyph_codes[4 * start : 4 * number]}>{correction}")
            start = number
    if start < len(glyphs):
        operands.append(f"<{glyph_codes[4 * start :]}>")
    return "".join(operands)


def _show_variant(stream: Any, before: str, font: Any, glyph: int, characters: str, size: float) -> None:
    """Show the operands before a glyph, and then the glyph from a variant of its font."""
    if before:
        stream.show_text(before)
    variant = _font_variant(stream._fonts, font)
    variant.to_unicode[glyph], variant.widths[glyph] = characters, font.widths[glyph]
    stream.set_font_size(variant.hash, size)
    stream.show_text(f"<{glyph:04x}>")
    stream.set_font_size(font.hash, size)


def _record_meanings(textbox: Any, item: Any, run: RunGlyphs, font: Any) -> None:
    """Record the meanings of glyphs that the font meets for the first time."""
    for glyph, characters in zip(run[0], _characters_by_glyph(textbox, item, run), strict=True):
        if glyph not in font.to_unicode:
            font.to_unicode[glyph] = _choose_meaning(characters, glyph, font)


def _deviating_meanings(textbox: Any, item: Any, run: RunGlyphs, font: Any) -> dict[int, str]:
    """Return the glyphs of a run, by index, that stand for another character than their font says."""
    settled = font.__dict__.setdefault("settled", set(map(chr, range(128))))  # those that their glyph stands for
    if settled.issuperset(textbox.text):
        return {}
    deviating = {}
    for index, (glyph, characters) in enumerate(zip(run[0], _characters_by_glyph(textbox, item, run), strict=True)):
        meaning, font_meaning = (
            _without_no_break_spaces(_displayed_character(glyph, text, font))
            for text in (characters, font.to_unicode[glyph])
        )
        if meaning == font_meaning and len(characters) == 1:
            settled.add(characters)
        elif meaning != font_meaning and len(meaning) == len(font_meaning) == 1:
            deviating[index] = meaning
    return deviating


def _characters_by_glyph(textbox: Any, item: Any, run: RunGlyphs) -> list[str]:
    """Return the characters that each glyph of a run shows."""
    glyphs, _, starts = run
    text, offset, last = textbox.pango_layout.text.encode(), item.item.offset, len(glyphs) - 1
    is_right_to_left = item.item.analysis.level % 2
    characters = []
    for index, start in enumerate(starts):
        if is_right_to_left:
            end = item.item.length if index == 0 else starts[index - 1]
        else:
            end = item.item.length if index == last else starts[index + 1]
        characters.append(text[offset + start : offset + end].decode())
    return characters


# Joined letters. Glyphs are drawn from left to right, and one may belong to several letters. In Indian scripts, for
# example, the line gets its characters as ActualText (ISO 32000-1, 14.9.4). In right-to-left text that fails: programs
# that copy reverse the letters of such a line, and the ActualText too. So each letter is one glyph that means it: a
# glyph that several letters share is shown from as many fonts of the same file, and dots, which are glyphs too, are
# drawn as outlines. The glyphs of a run are marked as reversed (14.8.2.3.3), and runs are written in reading order.

_FILL, _INVISIBLE = 0, 3
"""Text rendering modes."""


class _Glyph(NamedTuple):
    """A glyph with its width and its offsets to the right and down, in Pango units."""

    number: int
    width: int
    right: int
    down: int


_Letter = tuple[str, list[_Glyph]]
"""The characters that some glyphs show together, usually one, and these glyphs."""


def draw_with_text(draw: Callable[..., Any], stream: Any, textbox: Any, *rest: Any) -> Any:
    """Draw a line of text, with its characters as ActualText if its glyphs do not give them."""
    is_joined = not textbox.text.isascii() and COMPLEX_SCRIPTS.search(textbox.text)
    is_right_to_left = textbox.style["direction"] == "rtl" or (is_joined and runs_right_to_left(textbox.text))
    if is_right_to_left and textbox.text.strip() and (drawn := _draw_right_to_left(stream, textbox, *rest)) is not None:
        return drawn
    if not (is_joined or is_right_to_left):
        return draw(stream, textbox, *rest)
    encoded_text = textbox.text.encode("utf-16-be").hex().upper()
    stream.begin_marked_content("Span", f"<</ActualText <FEFF{encoded_text}>>>")
    drawn = draw(stream, textbox, *rest)
    stream.end_marked_content()
    return drawn


def _draw_right_to_left(
    stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any
) -> list[list[Any]] | None:
    """Draw a line letter by letter, and return the emoji to be drawn on it.

    Returns None without drawing if only WeasyPrint can draw the line, because it is cut or has coloured letters.
    """
    if text_overflow == "ellipsis" or block_ellipsis != "none":
        return None
    runs, start = [], 0
    for item, letters in _letter_runs(textbox):
        font, size = stream.add_font(item.item.analysis.font)
        visible = ((characters, _visible_glyphs(characters, glyphs, font)) for characters, glyphs in letters)
        letters = [(characters, glyphs) for characters, glyphs in visible if glyphs]
        glyphs = [glyph for _, glyphs in letters for glyph in glyphs]
        if _has_pictures(font) or not all(0 <= glyph.number <= _LAST_GLYPH for glyph in glyphs):
            return None
        runs.append((item.item.offset, start, item, letters, font, size))
        start += sum(glyph.width for glyph in glyphs)
    emojis = []
    for _, start, item, letters, font, size in sorted(runs, key=lambda run: run[0]):
        stream.set_text_matrix(*(Matrix(e=start * FROM_UNITS) @ matrix).values)
        is_right_to_left = item.item.analysis.level % 2
        if is_right_to_left:
            stream.begin_marked_content("ReversedChars")
        emojis += _draw_letters(stream, item.item.analysis.font, start, letters, font, size)
        if is_right_to_left:
            stream.end_marked_content()
    return emojis


def _letter_runs(textbox: Any) -> Iterator[tuple[Any, list[_Letter]]]:
    """Yield the runs of a line from left to right, with their letters."""
    pango.pango_layout_set_single_paragraph_mode(textbox.pango_layout.layout, True)
    line, _ = textbox.pango_layout.get_first_line()
    run = line.runs[0]
    while run != ffi.NULL:
        item, run = run.data, run.next
        string = item.glyphs
        starts = ffi.unpack(string.log_clusters, string.num_glyphs)
        glyphs = [
            _Glyph(info.glyph, info.geometry.width, info.geometry.x_offset, info.geometry.y_offset)
            for info in string.glyphs[0 : string.num_glyphs]
        ]
        letters: list[_Letter] = []
        last_start = None
        characters_of_glyphs = _characters_by_glyph(textbox, item, ([info.number for info in glyphs], [], starts))
        for glyph, start, characters in zip(glyphs, starts, characters_of_glyphs, strict=True):
            if start != last_start:
                letters.append(("", []))
            letters[-1] = letters[-1][0] + characters, [*letters[-1][1], glyph]
            last_start = start
        yield item, letters


def _visible_glyphs(characters: str, glyphs: list[_Glyph], font: Any) -> list[_Glyph]:
    """Return the visible glyphs of a letter, or the font's own glyph for a character that Pango hides."""
    if characters == "\u200b":
        return []
    if len(glyphs) == len(characters) == 1 and glyphs[0].number == pango.PANGO_GLYPH_EMPTY:
        number = _nominal_glyph(characters, font)
        return [glyphs[0]._replace(number=number)] if number else []
    return glyphs


def _draw_letters(stream: Any, pango_font: Any, start: int, letters: list[_Letter], font: Any, size: float) -> Any:
    """Draw the letters of a run from left to right; yield dots and raised signs as outlines."""
    operands, current_font_and_mode = "", (font, _FILL)
    stream.set_font_size(font.hash, size)
    for characters, glyphs in letters:
        base_glyph = max(glyphs, key=lambda glyph: glyph.width)
        x = start
        for glyph in glyphs:
            if glyph is not base_glyph or glyph.down:
                e = (x + glyph.right) * FROM_UNITS / size
                yield [_GlyphOutline(font, glyph.number), font, 1, -1, e, glyph.down * FROM_UNITS]
            x += glyph.width
        if base_glyph.number not in font.widths:
            pango.pango_font_get_glyph_extents(pango_font, base_glyph.number, stream.ink_rect, stream.logical_rect)
            font.widths[base_glyph.number] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
        variant = _variant_with_meaning(stream, font, base_glyph.number, characters)
        font_and_mode = variant, _INVISIBLE if base_glyph.down else _FILL
        if font_and_mode != current_font_and_mode:
            if operands:
                stream.show_text(operands)
            stream.set_font_size(font_and_mode[0].hash, size)
            stream.set_text_rendering(font_and_mode[1])
            operands, current_font_and_mode = "", font_and_mode
        operands += _glyph_operators(base_glyph, font, size, x - start)
        start = x
    if operands:
        stream.show_text(operands)
    stream.set_text_rendering(_FILL)


def _variant_with_meaning(stream: Any, font: Any, glyph: int, characters: str) -> Any:
    """Return the variant of a font in which a glyph means these characters."""
    meaning = _without_no_break_spaces(_displayed_character(glyph, characters, font))
    for number in count():
        variant = _font_variant(stream._fonts, font, number) if number else font
        if variant.to_unicode.setdefault(glyph, meaning) == meaning:
            variant.widths[glyph] = font.widths[glyph]
            return variant


def _glyph_operators(glyph: _Glyph, font: Any, size: float, width: int) -> str:
    """Return a glyph as operands of TJ (ISO 32000-1, 9.4.3), moved to its place and on to the next."""
    scale = 1000 * FROM_UNITS / size
    before = 0 if glyph.down else round(glyph.right * scale)
    after = round(font.widths[glyph.number] + before - width * scale)
    return f" {-before or ''}<{glyph.number:04x}>{after or ''}"


class _GlyphOutline(BasePen):  # type: ignore[misc]
    """A glyph drawn as an outline, in the way in which WeasyPrint draws emoji."""

    def __init__(self, font: Any, glyph: int) -> None:
        super().__init__()
        self._font, self._glyph = font, glyph

    def draw(self, stream: Any, width: float, *_: Any) -> None:
        """Draw it at the size of the text."""
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
