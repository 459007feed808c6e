"""Text operators and what glyphs are copied as."""

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

from pipeline.core.text.fonts import JOINED, PART, runs_backwards

# Characters that glyphs are copied as: those that were written. A face may show several characters by one glyph: a
# space and a no-break space, a hyphen-minus and a hyphen, a micro sign and a mu. A PDF gives a glyph one meaning for
# each font, and the engine gives it that of the first that it meets. Here a glyph keeps its meaning, and a character
# of another meaning is shown by the same glyph out of a second font. A no-break space is copied as a space: where a
# line may not break is no part of the words. From right to left a bracket is shown by the glyph of its other half,
# and that is what the glyph stands for.

ffi.cdef(
    """
    typedef ... hb_unicode_funcs_t;
    hb_unicode_funcs_t *hb_unicode_funcs_get_default (void);
    hb_codepoint_t hb_unicode_mirroring (hb_unicode_funcs_t *functions, hb_codepoint_t character);
    hb_bool_t hb_font_get_nominal_glyph (hb_font_t *font, hb_codepoint_t character, hb_codepoint_t *glyph);
    """
)

PLAIN = str.maketrans(dict.fromkeys("\u00a0\u2007\u202f", " "))
"""No-break spaces as they are copied."""

_HYPHENS = "\u00ad\u2010\u2011"


def meaning(characters: str) -> str:
    """The characters of a glyph as they are copied."""
    return characters.translate(PLAIN)


def first_meaning(characters: str, glyph: int, font: Any) -> str:
    """Characters for a glyph in a font that meets it first; an ASCII character if the glyph shows one too."""
    said = meaning(shown_by(glyph, characters, font))
    if len(said) == 1 and not said.isascii():
        twin = "-" if said in _HYPHENS else normalize("NFKC", said)
        if len(twin) == 1 and twin.isascii() and glyph_of(twin, font) == glyph:
            return twin
    return said


def shown_by(glyph: int, characters: str, font: Any) -> str:
    """Characters that a glyph shows of those it is drawn for: the other half of a mirrored bracket."""
    if len(characters) == 1 and mirrored(characters) and glyph_of(characters, font) != glyph:
        other = chr(harfbuzz.hb_unicode_mirroring(harfbuzz.hb_unicode_funcs_get_default(), ord(characters)))
        return other if glyph_of(other, font) == glyph else characters
    return characters


def glyph_of(character: str, font: Any) -> int:
    """The glyph by which a font shows a character; 0 where it has none."""
    found = ffi.new("hb_codepoint_t *")
    shows = harfbuzz.hb_font_get_nominal_glyph(font.hb_font, ord(character), found)
    return int(found[0]) if shows else 0


def second_font(fonts: dict[Any, Any], font: Any, number: int = 1) -> Any:
    """The font of the same file for the glyphs of a font that mean something else.

    Glyphs with many meanings need more such fonts, by their numbers.
    """
    key = font.hash, number
    if key not in fonts:
        second = fonts[key] = copy(font)
        second.hash = "".join(chr((ord(letter) - 53 + number) % 26 + 65) for letter in font.hash)
        second.name = font.name.replace(font.hash.encode(), second.hash.encode(), 1)
        second.to_unicode, second.widths, second.settled = {}, {}, set()
    return fonts[key]


def plainly(fonts: Mapping[Any, Any]) -> None:
    """Take no-break spaces out of the meanings that the engine has noted itself, and give parts of letters one."""
    for font in fonts.values():
        font.to_unicode = {
            glyph: meaning(shown_by(glyph, characters, font)) or PART for glyph, characters in font.to_unicode.items()
        }


# Lines of letters written plainly: only what moves a letter is written, and each is copied as what it shows. The
# engine reads the glyphs of a line one by one, and writes after nearly every one that the next does not move, as
# widths are rounded (`decisions/upstream/plain-glyphs.md`). Where a glyph stands for two characters it has one copied
# for the other. Lines whose letters are raised, missing or coloured, or that are cut, it draws itself.

_draw_first_line = engine_text.draw_first_line

_FIELDS = 5
"""Numbers of four bytes that Pango says of a glyph: which it is, its width, two offsets, and how it is seen."""
_KNOWN = ffi.sizeof("PangoGlyphInfo") == 4 * _FIELDS and pango.pango_version() >= 14802
"""Whether Pango is one of those in which the engine has to mend no sizes."""
_MOST = 0xFFFF
"""The last glyph that a font has; beyond it are signs that there is none."""

Letters = tuple[list[int], list[int], list[int]]
"""Of each letter of a run its glyph, its width in Pango's units, and where its bytes begin in the run."""


def draw_first_line(stream: Any, textbox: Any, text_overflow: str, block_ellipsis: Any, matrix: Any) -> Any:
    """Paint a line of text."""
    runs, are_plain = ([], False) if text_overflow == "ellipsis" or block_ellipsis != "none" else _runs(textbox)
    fonts = [stream.add_font(item.item.analysis.font) for item, _ in runs]
    if not are_plain or any(font.bitmap or font.svg or font.png or font.colr for font, _ in fonts):
        # or the engine gives an ASCII character another
        for (item, letters), (font, _) in zip(runs, fonts, strict=True):
            _learn(textbox, item, letters, font)
        return _draw_first_line(stream, textbox, text_overflow, block_ellipsis, matrix)
    stream.set_text_matrix(*matrix.values)
    said, last = "", None
    for (item, letters), (font, size) in zip(runs, fonts, strict=True):
        if item.item.analysis.font != last:
            last = item.item.analysis.font
            if said:
                stream.show_text(said)
            said = ""
            stream.set_font_size(font.hash, size)
        said = _said(stream, textbox, item, letters, font, size, said)
    stream.show_text(said)
    return []


def _runs(textbox: Any) -> tuple[list[tuple[Any, Letters]], bool]:
    """The runs of a line whose glyphs are all there, and whether they are plain: all of them, and on the line."""
    if not (_KNOWN and textbox.text.strip()) or textbox.style["font_size"] < 1e-6:
        return [], False
    layout = textbox.pango_layout
    piece = getattr(layout, "piece", None)  # a text that is set once, wherever it stands
    if piece and piece.runs:
        known: list[tuple[Any, Letters]] = piece.runs
        return known, True
    pango.pango_layout_set_single_paragraph_mode(layout.layout, True)
    line, _ = layout.get_first_line()
    runs, run, are_plain = [], line.runs[0], True
    while run != ffi.NULL:
        item, run = run.data, run.next
        string = item.glyphs
        numbers = memoryview(ffi.buffer(string.glyphs, 4 * _FIELDS * string.num_glyphs)).cast("i").tolist()
        glyphs = numbers[::_FIELDS]
        are_plain &= bool(glyphs) and not (any(numbers[2::_FIELDS]) or any(numbers[3::_FIELDS]))
        if not glyphs or min(glyphs) < 0 or max(glyphs) > _MOST:
            are_plain = False
            continue
        runs.append((item, (glyphs, numbers[1::_FIELDS], ffi.unpack(string.log_clusters, len(glyphs)))))
    if piece and are_plain:
        piece.runs = runs
    return runs, are_plain and bool(runs)


def _said(stream: Any, textbox: Any, item: Any, letters: Letters, font: Any, size: float, before: str) -> str:
    """A run as a PDF says it (ISO 32000-1, 9.4.3): glyphs, and by how much the next ones are moved back.

    `before` is what has been said in the same font and is not shown yet.
    """
    glyphs, widths, _ = letters
    if not font.to_unicode.keys() >= set(glyphs):
        _learn(textbox, item, letters, font)
    known = font.widths
    for glyph in set(glyphs) - known.keys():
        pango.pango_font_get_glyph_extents(item.item.analysis.font, glyph, stream.ink_rect, stream.logical_rect)
        known[glyph] = round(stream.logical_rect.width * 1000 * FROM_UNITS / size)
    said, start = [before], 0
    names = struct.pack(f">{len(glyphs)}H", *glyphs).hex()
    others = {} if textbox.text.isascii() else _others(textbox, item, letters, font)
    for number, (glyph, width) in enumerate(zip(glyphs, widths, strict=True), 1):
        if number - 1 in others:
            if start < number - 1:
                said.append(f"<{names[4 * start : 4 * number - 4]}>")
            _show_other(stream, "".join(said), font, glyph, others[number - 1], size)
            said, start = [], number
        back = int(known[glyph] - width * 1000 * FROM_UNITS / size)
        if back:
            said.append(f"<{names[4 * start : 4 * number]}>{back}")
            start = number
    if start < len(glyphs):
        said.append(f"<{names[4 * start :]}>")
    return "".join(said)


def _show_other(stream: Any, before: str, font: Any, glyph: int, characters: str, size: float) -> None:
    """Show what has been said before, and then a glyph out of the font in which it has another meaning."""
    if before:
        stream.show_text(before)
    second = second_font(stream._fonts, font)
    second.to_unicode[glyph], second.widths[glyph] = characters, font.widths[glyph]
    stream.set_font_size(second.hash, size)
    stream.show_text(f"<{glyph:04x}>")
    stream.set_font_size(font.hash, size)


def _learn(textbox: Any, item: Any, letters: Letters, font: Any) -> None:
    """Note the characters of the glyphs that are met for the first time."""
    for glyph, characters in zip(letters[0], characters_of(textbox, item, letters), strict=True):
        if glyph not in font.to_unicode:
            font.to_unicode[glyph] = first_meaning(characters, glyph, font)


def _others(textbox: Any, item: Any, letters: Letters, font: Any) -> dict[int, str]:
    """The letters of a run that stand for another character than their glyph does elsewhere."""
    settled = font.__dict__.setdefault("settled", set(map(chr, range(128))))  # those that their glyph stands for
    if settled.issuperset(textbox.text):
        return {}
    found = {}
    for number, (glyph, characters) in enumerate(zip(letters[0], characters_of(textbox, item, letters), strict=True)):
        said, known = (meaning(shown_by(glyph, one, font)) for one in (characters, font.to_unicode[glyph]))
        if said == known and len(characters) == 1:
            settled.add(characters)
        elif said != known and len(said) == len(known) == 1:
            found[number] = said
    return found


def characters_of(textbox: Any, item: Any, letters: Letters) -> list[str]:
    """The characters that each glyph of a run shows."""
    glyphs, _, starts = letters
    text, offset, last = textbox.pango_layout.text.encode(), item.item.offset, len(glyphs) - 1
    backwards = item.item.analysis.level % 2
    found = []
    for number, start in enumerate(starts):
        if backwards:
            end = item.item.length if number == 0 else starts[number - 1]
        else:
            end = item.item.length if number == last else starts[number + 1]
        found.append(text[offset + start : offset + end].decode())
    return found


# Lines whose glyphs are in another order than their letters, painted so that they are copied as they are read. Glyphs
# are painted from left to right, and one may be a part of several letters. In Indian scripts, for example, the words
# of the line are written beside its glyphs (ISO 32000-1, 14.9.4, replacement text). From right to left that fails:
# programs that copy read a page from left to right and reverse such letters, and reverse those words too. So each
# letter is one glyph that means it: a glyph that several letters share is shown out of as many fonts of the same
# file, and the dots of a letter, which are glyphs too, are drawn. The glyphs of a run are marked as reversed
# (14.8.2.3.3); runs are written in the order in which they are read.

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
    for item, letters in _joined_letters_runs(textbox):
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


def _joined_letters_runs(textbox: Any) -> Iterator[tuple[Any, list[_Letter]]]:
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
