"""Replaces the breaking of plain lines: 17 % of the press; needless with `upstream/plain-lines.md`.

The engine sets each line three times: a draft of two lines, the line with the word after it, the line. Where words are
plain and stand between single spaces, their widths tell where the line ends, and it is set once. What comes near the
edge, and whatever is not so plain, is the engine's.
"""

import re
from functools import lru_cache
from operator import itemgetter
from typing import Any

from weasyprint.text import line_break
from weasyprint.text.ffi import pango, unicode_to_char_p

from pipeline.press.fast.patching import Patches
from pipeline.press.fast.pieces import LONGEST, is_piece, set_line, set_piece
from pipeline.press.fast.text import type_of

_split_first_line = line_break.split_first_line
_can_break_text = line_break.can_break_text

_WORD = re.compile(r"([A-Za-z0-9]+(?:(?<=[0-9])[.,][0-9]+)*[.,;:]?)(?: (?=[A-Za-z0-9])|$)")
"""A word that breaks nowhere, with a space after it at which a line does (UAX 14), or alone."""

_PLAIN = re.compile(
    r"(?!.*(?<![0-9])[.,:;][0-9])[(‘“]?[A-Za-z0-9](?:[A-Za-z0-9.,:;’\u00a0]|-(?=[A-Za-z0-9]))*[)”]?[.,:;]?"
)
"""A word that breaks nowhere, not even after a hyphen (`hyphens.py`), and before which a line may break at a space,
unless it is a bracket after a quote."""

_WHOLE = re.compile(
    r"[^ \0-\x1f\x7f-\x9f\xad\u0590-\u08ff\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]+",
)
"""A word that is as wide within a line as it is alone, wherever it may break."""

_MOST = 5000
"""Size limit of the cache of widths for a style of type."""

_DRAFT = 4
"""Characters for each size of the type in a line: the engine's number, which is two lines or so."""

_WIDE = 0.6
"""Of the size of the type: few texts have letters that are all as wide."""

_WIDEST = 10_000
"""No line is as wide."""

_ROOM = 0.25
"""Of the size of the type: as close to the edge as a line may come that is measured by its words. The letters on both
sides of a space may stand closer together than words that are measured alone."""

_BREAKING = itemgetter(
    *("white_space", "overflow_wrap", "word_break", "hyphens", "hyphenate_character", "hyphenate_limit_chars"),
    *("hyphenate_limit_zone", "letter_spacing", "word_spacing"),
)
"""Properties of a style that decide the breaks and width of a line, apart from its letters."""

_BEGINNING = 24
"""Characters of a text that tell the width of a letter in their first half, with all that joins it."""

_LONG_TEXT = 4000
"""Characters of a text that is set by its beginning also where it has spaces."""

_LINES = 4
"""Drafts of a word that tell where a line in the first of them ends."""

Widths = dict[str, float]
"""Widths of words and of a space."""


def split_first_line(
    text: str, style: Any, context: Any, max_width: float | None, spacing: float, *more: Any, **said: Any
) -> Any:
    """The first line of a text. Where lines have no room at all, as in asking how narrow a cell may be, that is a word.

    Of that word nothing is asked but its width and where the next begins.
    """
    line = None
    if max_width == 0:
        line = _narrowest(text, style, context, spacing, *more, **said) if said.get("minimum") else None
    else:
        line = None if spacing else set_piece(text, style, max_width)
        if not line and max_width and max_width < _WIDEST:
            line = _line_by_words(text, style, max_width, spacing) if " " in text else None
            line = line or _line_of_letters(text, style, context, max_width, spacing, *more, **said)
    return line or _split_first_line(text, style, context, max_width, spacing, *more, **said)


def _narrowest(text: str, style: Any, context: Any, spacing: float, *more: Any, **said: Any) -> Any:
    """The first line of a text that has no room: remembered, where the text is short."""
    if not is_piece(text):
        word = _first_word(text, style, context, spacing, *more, **said)
        return word or _first_letter(text, style, context, spacing, *more, **said)
    known = type_of(style).narrowest
    key = text, *more, *said.items(), *_BREAKING(style)
    line = known.get(key)
    if line is None:
        if len(known) >= _MOST:
            known.clear()
        line = _first_word(text, style, context, spacing, *more, **said)
        line = line or (None, *_split_first_line(text, style, context, 0, spacing, *more, **said)[1:])
        known[key] = line
    return line


def _first_word(text: str, style: Any, context: Any, spacing: float, *more: Any, **said: Any) -> Any:
    """The first word of a text, if it is plain."""
    found = _WORD.match(text) if "\xad" not in text else None
    if not found or not _breaks_at_spaces(style) or style["overflow_wrap"] == "anywhere":
        return None
    word = found[1]
    widths = _widths(style)
    width = widths.get(word)
    if width is None:
        line = set_piece(word, style, None) or _split_first_line(word, style, context, 0, spacing, *more, **said)
        width = widths[word] = line[3]
    return None, len(word), len(word) + 1 if len(word) < len(text) else None, width, 0, 0


def _first_letter(text: str, style: Any, context: Any, spacing: float, *more: Any, **said: Any) -> Any:
    """The first letter of a long text that may break anywhere. The engine sets the whole rest again for each."""
    if style["overflow_wrap"] != "anywhere" or len(text) <= _BEGINNING:
        return None
    line = split_first_line(text[:_BEGINNING], style, context, 0, spacing, *more, **said)
    return line if line[2] and line[2] <= _BEGINNING // 2 else None


def _line_by_words(text: str, style: Any, max_width: float, spacing: float) -> Any:
    """The first of several lines, if it is clear by the widths of its words where it ends."""
    size = style["font_size"]
    if not _DRAFT * size <= max_width < len(text) * size * _WIDE:  # in words, or all on one line
        return None
    if spacing or style["word_spacing"] or style["direction"] != "ltr" or not _breaks_at_spaces(style):
        return None
    draft = text[: int(max_width / size * _DRAFT)]
    words = draft.split(" ")
    if len(draft) < len(text):
        words.pop()
    known = _widths(style)
    if " " not in known or not all(word in known for word in words if word):
        _measure(words, style, known)
    space, width, before, number = known[" "], 0.0, 0.0, 0
    for number, word in enumerate(words):
        added = known.get(word) if word or number else 0
        if added is None:
            return None
        before, width = width, width + added + (space if number else 0)
        if width > max_width:
            break
    else:
        return None
    room = _ROOM * size
    line = " ".join(words[:number])
    if width < max_width + room or not (number and _may_break(words[number - 1], words[number])):
        return None
    return _set(line, style, max_width, max_width + room - (width - before))


def _line_of_letters(
    text: str, style: Any, context: Any, max_width: float, spacing: float, *more: Any, **said: Any
) -> Any:
    """The first line of a word of many lines, or of a very long text, by its beginning.

    The engine sets the whole rest again for each line of letters that are narrower than it takes them to be.
    """
    draft = int(max(0, max_width) / (style["font_size"] or 1) * _DRAFT) + _BEGINNING
    if len(text) <= _LINES * draft:
        return None
    if len(text) < _LONG_TEXT and (" " in text[:draft] or style["hyphens"] == "auto"):
        return None
    line = _split_first_line(text[: _LINES * draft], style, context, max_width, spacing, *more, **said)
    return line if line[2] and line[2] <= len(text[:draft].encode()) else None


def _may_break(before: str, after: str) -> bool:
    """Whether a line may break between two words, and nowhere in the second."""
    plain = _PLAIN.fullmatch(before) and _PLAIN.fullmatch(after)
    return bool(plain) and not (after[0] == "(" and before[-1] in "’”")


def _set(line: str, style: Any, max_width: float, least: float) -> Any:
    """A line as the engine sets it, if it fits, and is wide enough that the next word does not."""
    layout, index, length, width, height, baseline = set_line(line, style, max_width)
    if index is not None or not least <= width <= max_width:
        return None
    layout.deactivate()
    return layout, length, length + 1, width, height, baseline


def _measure(words: list[str], style: Any, known: Widths) -> None:
    """Measure some words that are not yet known, all at once."""
    new = [word for word in dict.fromkeys(words) if word not in known and _WHOLE.fullmatch(word)]
    new += [" "] if " " not in known else []
    if not new:
        return
    layout = line_break.Layout(style)
    pointer, _alive = unicode_to_char_p("\n".join(new))
    pango.pango_layout_set_text(layout.layout, pointer, -1)
    for number, word in enumerate(new):
        line = pango.pango_layout_get_line_readonly(layout.layout, number)
        known[word] = line_break.line_size(line, style)[0]


def _widths(style: Any) -> Widths:
    """Cached widths of words in a style of type."""
    widths = type_of(style).words
    if len(widths) > _MOST:
        widths.clear()
    return widths


def _breaks_at_spaces(style: Any) -> bool:
    """Whether a word of letters and digits is not broken unless it must be, and as wide as its letters are."""
    return (
        style["white_space"] == "normal"
        and style["hyphens"] != "auto"
        and style["word_break"] == "normal"
        and style["letter_spacing"] in ("normal", 0)
    )


def can_break_text(text: str, lang: str | None) -> bool:
    """Whether a line may break within a text. Most that is asked of is two letters, where an element ends."""
    may: bool = (_may_break_within if len(text) <= LONGEST else _can_break_text)(text, lang)
    return may


_may_break_within = lru_cache(maxsize=4096)(_can_break_text)

FASTER: Patches = {_split_first_line: split_first_line, _can_break_text: can_break_text}
