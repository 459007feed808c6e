"""Faster layout and line breaking."""

import re
from dataclasses import dataclass, field
from functools import lru_cache
from operator import itemgetter
from types import SimpleNamespace
from typing import Any

from weasyprint.formatting_structure import boxes
from weasyprint.layout import LayoutContext, percent
from weasyprint.layout.absolute import AbsolutePlaceholder
from weasyprint.text import line_break
from weasyprint.text.ffi import pango, unicode_to_char_p

from pipeline.press.fast.patching import Patches
from pipeline.press.fast.release import hold
from pipeline.press.fast.text import set_anew, type_of

# Replaces the resolving of used sizes: 14 % of the press; needless with `upstream/used-sizes.md`. Few boxes of ours
# measure in percentages. For all others the used values follow from the computed ones alone, so they are worked out
# once for each set of these, by the engine itself.

_begin = LayoutContext.__init__
_resolve = percent.resolve_percentages

_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"{limit}{axis}" for limit in ("", "min_", "max_") for axis in ("width", "height")),
)
_ASKED = (*_LENGTHS, *(f"border_{side}_width" for side in _SIDES), "box_sizing", "border_collapse")
_asked = itemgetter(*_ASKED)
_MOST = 4096
"""Size limit of the cache: sets of values."""

_used: dict[tuple[Any, ...], dict[str, Any] | None] = {}


def begin(context: Any, *given: Any) -> None:
    """Begin the layout of a document, which is held by its own functions."""
    _begin(context, *given)
    hold(context)


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Give a box its used sizes: those that its style alone settles, else as the engine works them out."""
    values = _asked(box.style)
    try:
        used = _used[values]
    except KeyError:
        if len(_used) >= _MOST:
            _used.clear()
        used = _used[values] = _settled(dict(zip(_ASKED, values, strict=True)))
    if used is None or type(box) is AbsolutePlaceholder:
        _resolve(box, containing_block)
    else:
        box.__dict__.update(used)


def _settled(style: dict[str, Any]) -> dict[str, Any] | None:
    """The used sizes that follow from a style; nothing where they depend on more than that."""
    lengths = (style[name] for name in _LENGTHS)
    if style["border_collapse"] == "collapse" or not all(
        x == "auto" or getattr(x, "unit", "") == "px" for x in lengths
    ):
        return None
    bare = SimpleNamespace(style=style)
    _resolve(bare, (0, "auto"))
    return {name: value for name, value in vars(bare).items() if name != "style"}


# Replaces the setting of short texts: 11 % of the press; needless with `upstream/short-pieces.md`. A third of all
# lines hold a piece that was set before, and it is the same however wide its line is, if it fits. Who measures it or
# draws it gets what Pango made of it then.

LONGEST = 40
"""Characters of a piece: what is longer is seldom met again."""

_pieces_MOST = 2000
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
        if len(known) >= _pieces_MOST:
            known.clear()
        layout, _, length, width, height, baseline = set_line(text, style)
        said = {name: value for name, value in layout.__dict__.items() if name not in ("style", "max_width")}
        piece = known[key] = Piece(said, length, width, height, baseline)
    if max_width is not None and piece.width > max_width and style["white_space"] not in ("nowrap", "pre"):
        return None
    return PieceLayout(piece, style, max_width), piece.length, None, piece.width, piece.height, piece.baseline


def set_line(text: str, style: Any, max_width: float | None = None) -> tuple[Any, int | None, int, float, float, float]:
    """A text set without a width: its layout, where a second line begins, and bytes, width, height and baseline."""
    layout = line_break.Layout(style, 0, max_width)
    layout.set_text(text)
    line, index = layout.get_first_line()
    width, height = line_break.line_size(line, style)
    baseline = pango.pango_layout_get_baseline(layout.layout) * line_break.FROM_UNITS
    return layout, index, line.length, width, height, baseline


# Replaces the breaking of plain lines: 17 % of the press; needless with `upstream/plain-lines.md`. The engine sets
# each line three times: a draft of two lines, the line with the word after it, the line. Where words are plain and
# stand between single spaces, their widths tell where the line ends, and it is set once. What comes near the edge,
# and whatever is not so plain, is the engine's.

_split_first_line = line_break.split_first_line
_can_break_text = line_break.can_break_text

_WORD = re.compile(r"([A-Za-z0-9]+(?:(?<=[0-9])[.,][0-9]+)*[.,;:]?)(?: (?=[A-Za-z0-9])|$)")
"""A word that breaks nowhere, with a space after it at which a line does (UAX 14), or alone."""

_PLAIN = re.compile(
    r"(?!.*(?<![0-9])[.,:;][0-9])[(‘“]?[A-Za-z0-9](?:[A-Za-z0-9.,:;’\u00a0]|-(?=[A-Za-z0-9]))*[)”]?[.,:;]?"
)
"""A word that breaks nowhere, not even after a hyphen (`hyphens.py`), and before which a line may break at a space,
unless it is a bracket after a quote."""

_WHOLE = re.compile(r"[^ \0-\x1f\x7f-\x9f\xad\u0590-\u08ff\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]+")
"""A word that is as wide within a line as it is alone, wherever it may break."""

_lines_MOST = 5000
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
        if len(known) >= _lines_MOST:
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
    if len(widths) > _lines_MOST:
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


# Replaces what is asked of every box: 6 % of the press; needless with `upstream/box-walks.md`. Most boxes stand in
# the flow of the text, and the first or last child tells all that is asked of the others.

_page_values = boxes.ParentBox.page_values
_is_in_normal_flow = boxes.Box.is_in_normal_flow


def page_values(box: Any) -> tuple[Any, Any]:
    """The named pages that the first and the last box in a box ask for (CSS Fragmentation 4, section 4)."""
    return _page_at(box, 0), _page_at(box, 1)


def _page_at(box: Any, end: int) -> Any:
    """The named page at the start (0) or the end (1) of a box: that of the innermost box there that asks for one."""
    page = box.style["page"]
    while box := _in_flow(reversed(box.children) if end else box.children):
        if type(box).page_values is not page_values:
            return box.page_values()[end] or page
        page = box.style["page"] or page
    return page


def _in_flow(children: Any) -> Any:
    """The first of some boxes between which a page may end; nothing if there is none."""
    for child in children:
        if child.is_in_normal_flow() or child.is_floated():
            return child
    return None


def is_in_normal_flow(box: Any) -> bool:
    """True if a box stands where the text has it."""
    style = box.style
    if style["float"] == "none" and style["position"] in ("static", "relative"):
        return True
    return bool(_is_in_normal_flow(box))


FASTER: Patches = {
    _begin: begin,
    _resolve: resolve_percentages,
    _split_first_line: split_first_line,
    _can_break_text: can_break_text,
    _page_values: page_values,
    _is_in_normal_flow: is_in_normal_flow,
}
