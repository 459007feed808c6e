"""Lines of letters written plainly: only what moves a letter is written, and each is copied as what it shows.

The engine reads the glyphs of a line one by one, and writes after nearly every one that the next does not move, as
widths are rounded (`decisions/upstream/plain-glyphs.md`). Where a glyph stands for two characters it has one copied for
the other. Lines whose letters are raised, missing or coloured, or that are cut, it draws itself.
"""

import struct
from typing import Any

from weasyprint.draw import text as engine_text
from weasyprint.text.ffi import FROM_UNITS, ffi, pango

from pipeline.press.tags.meanings import first_meaning, meaning, second_font, shown_by

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
        for (item, letters), (font, _) in zip(
            runs, fonts, strict=True
        ):  # or the engine gives an ASCII character another
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
