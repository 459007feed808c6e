"""Characters that glyphs are copied as: those that were written.

A face may show several characters by one glyph: a space and a no-break space, a hyphen-minus and a hyphen, a micro sign
and a mu. A PDF gives a glyph one meaning for each font, and the engine gives it that of the first that it meets. Here a
glyph keeps its meaning, and a character of another meaning is shown by the same glyph out of a second font. A no-break
space is copied as a space: where a line may not break is no part of the words. From right to left a bracket is shown by
the glyph of its other half, and that is what the glyph stands for.
"""

from collections.abc import Mapping
from copy import copy
from typing import Any
from unicodedata import mirrored, normalize

from weasyprint.text.ffi import ffi, harfbuzz

from pipeline.text.scripts import PART

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
