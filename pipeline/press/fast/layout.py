"""Faster layout and line breaking: cached box sizes, cached short texts, lines broken by the widths of their words.

Replaced:
    LayoutContext.__init__        init_layout_context: records the context for `free_documents()`
    percent.resolve_percentages   resolve_percentages: caches box sizes that depend on the style alone
    line_break.split_first_line   split_first_line: three shortcuts, for short texts, plain words and very long words
    line_break.can_break_text     can_break_text: caches answers for short texts
    ParentBox.page_values         page_values: looks only at the first and last boxes
    Box.is_in_normal_flow         is_in_normal_flow: answers for usual boxes without further calls
"""

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

from pipeline.press.fast.free_memory import Patches, record_cycle
from pipeline.press.fast.text import pango_style, set_again

# Used sizes: 14 % of the press; needless with `upstream/used-sizes.md`. Few boxes of our layouts have sizes in
# percentages. For all others the used values depend on the computed values alone, so WeasyPrint computes them once for
# each set of computed values.

_original_init = LayoutContext.__init__
_resolve_percentages = percent.resolve_percentages

_SIDES = ("top", "right", "bottom", "left")
_LENGTHS = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"{limit}{axis}" for limit in ("", "min_", "max_") for axis in ("width", "height")),
)
_SIZE_PROPERTIES = (*_LENGTHS, *(f"border_{side}_width" for side in _SIDES), "box_sizing", "border_collapse")
_size_properties = itemgetter(*_SIZE_PROPERTIES)
_SIZE_CACHE = 4096
"""Size limit of the cache."""

_used_sizes_by_style: dict[tuple[Any, ...], dict[str, Any] | None] = {}


def init_layout_context(context: Any, *arguments: Any) -> None:
    """Record a layout context, which is held by its own methods; replaces `LayoutContext.__init__`."""
    _original_init(context, *arguments)
    record_cycle(context)


def resolve_percentages(box: Any, containing_block: Any) -> None:
    """Set a box's used sizes from the cache if its style alone decides them."""
    key = _size_properties(box.style)
    try:
        sizes = _used_sizes_by_style[key]
    except KeyError:
        if len(_used_sizes_by_style) >= _SIZE_CACHE:
            _used_sizes_by_style.clear()
        sizes = _used_sizes_by_style[key] = _used_sizes_of(dict(zip(_SIZE_PROPERTIES, key, strict=True)))
    if sizes is None or type(box) is AbsolutePlaceholder:
        _resolve_percentages(box, containing_block)
    else:
        box.__dict__.update(sizes)


def _used_sizes_of(style: dict[str, Any]) -> dict[str, Any] | None:
    """Return the used sizes that follow from a style alone; None if they depend on more."""
    sizes = (style[name] for name in _LENGTHS)
    if style["border_collapse"] == "collapse" or not all(x == "auto" or getattr(x, "unit", "") == "px" for x in sizes):
        return None
    bare = SimpleNamespace(style=style)
    _resolve_percentages(bare, (0, "auto"))
    return {name: value for name, value in vars(bare).items() if name != "style"}


# Short texts: 11 % of the press; needless with `upstream/short-pieces.md`. A third of all lines have a text that was
# laid out before. If it fits its line, Pango's result does not depend on the width, so it is reused.

_LONGEST_PIECE = 40
"""Characters of a piece; longer texts seldom occur twice."""

_PIECE_CACHE = 2000
"""Pieces cached for each font map, about three kilobytes each."""

_PIECE_CHARACTERS = re.compile(r"[ -~\xa0-\xac\xae-\u058f\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u2100-\u2bff]+")
"""Text without line ends, of which no beginning is wider than the whole.

Joining letters may be wider alone. WeasyPrint tries the beginning first, and would break text that fits.
"""


@dataclass(slots=True)
class TextPiece:
    """A piece of text on one line: the attributes of its layout, and its measures in pixels."""

    attributes: dict[str, Any]
    length: int
    width: float
    height: float
    baseline: float
    runs: list[Any] = field(default_factory=list)
    """Glyph runs of the line, once they have been requested."""


class PieceLayout(line_break.Layout):  # type: ignore[misc]
    """The layout of a piece in one place of the text; it becomes independent when it is changed."""

    def __init__(self, piece: TextPiece, style: Any, max_width: float | None) -> None:
        self.__dict__.update(piece.attributes)
        self.piece: TextPiece | None = piece
        self.style = style
        self.max_width = max_width

    def reactivate(self, style: Any) -> None:
        """Prepare the line for drawing."""
        if self.piece is None or style is not self.style:
            set_again(self, style)
        else:
            self.kept = True

    def setup(self, style: Any) -> None:
        """Detach the layout from the piece and set it up again."""
        self.piece = None
        super().setup(style)

    def deactivate(self) -> None:
        """Release Pango objects only if the layout is detached."""
        if self.piece is None:
            super().deactivate()


def is_short_plain(text: str) -> bool:
    """True if a text is short and has only characters of `_PIECE_CHARACTERS`."""
    return len(text) <= _LONGEST_PIECE and bool(_PIECE_CHARACTERS.fullmatch(text))


def split_piece(text: str, style: Any, max_width: float | None) -> Any:
    """Return a short text on its line, if it fits; None if it does not or may be laid out otherwise."""
    if len(text) > _LONGEST_PIECE:
        return None
    pieces = style.__dict__.get("_pieces", ...)
    if pieces is ...:
        has_usual_spacing = style["letter_spacing"] in ("normal", 0) and not style["word_spacing"]
        pieces = style._pieces = style.font_config.__dict__.setdefault("_pieces", {}) if has_usual_spacing else None
    if pieces is None:
        return None
    key = pango_style(style), text
    piece = pieces.get(key)
    if piece is None:
        if not is_short_plain(text):
            return None
        if len(pieces) >= _PIECE_CACHE:
            pieces.clear()
        layout, _, length, width, height, baseline = set_line(text, style)
        attributes = {name: value for name, value in layout.__dict__.items() if name not in ("style", "max_width")}
        piece = pieces[key] = TextPiece(attributes, length, width, height, baseline)
    if max_width is not None and piece.width > max_width and style["white_space"] not in ("nowrap", "pre"):
        return None
    return PieceLayout(piece, style, max_width), piece.length, None, piece.width, piece.height, piece.baseline


def set_line(text: str, style: Any, max_width: float | None = None) -> tuple[Any, int | None, int, float, float, float]:
    """Set a text on a line without limit.

    Returns its layout, the index of a second line, and its bytes, width, height and baseline.
    """
    layout = line_break.Layout(style, 0, max_width)
    layout.set_text(text)
    line, index = layout.get_first_line()
    width, height = line_break.line_size(line, style)
    baseline = pango.pango_layout_get_baseline(layout.layout) * line_break.FROM_UNITS
    return layout, index, line.length, width, height, baseline


# Plain lines: 17 % of the press; needless with `upstream/plain-lines.md`. WeasyPrint lays out each line three times: a
# draft of two lines, the line with the next word, and the line. If words are plain and separated by single spaces,
# their widths decide where the line breaks, and it is laid out once. Lines that come near the edge, and other text, are
# left to WeasyPrint.

_split_first_line = line_break.split_first_line
_can_break_text = line_break.can_break_text

_FIRST_WORD = re.compile(r"([A-Za-z0-9]+(?:(?<=[0-9])[.,][0-9]+)*[.,;:]?)(?: (?=[A-Za-z0-9])|$)")
"""A word that does not break, followed by a space at which a line breaks (UAX 14), or alone."""

_PLAIN_WORD = re.compile(
    r"(?!.*(?<![0-9])[.,:;][0-9])[(‘“]?[A-Za-z0-9](?:[A-Za-z0-9.,:;’\u00a0]|-(?=[A-Za-z0-9]))*[)”]?[.,:;]?"
)
"""A word that does not break, not even after a hyphen, and before which a line may break at a space.

It may not break before a bracket that follows a quotation mark.
"""

_UNCONTEXTUAL_WORD = re.compile(
    r"[^ \0-\x1f\x7f-\x9f\xad\u0590-\u08ff\u1680\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]+"
)
"""A word that is as wide within a line as it is alone, wherever it may break."""

_WORD_CACHE = 5000
"""Words, and lines at width zero, cached for each style."""

_LETTERS_PER_EM = 4
"""WeasyPrint's estimate for its first draft of a line, which is about two lines long."""

_AVERAGE_WIDTH = 0.6
"""Width of a letter in em that few texts reach on average."""

_UNLIMITED_WIDTH = 10_000
"""No line is so wide."""

_TOLERANCE = 0.25
"""How near, in em, a line may come to the edge and still be measured by its words.

Letters next to a space may be closer to it in a line than in words measured alone.
"""

_BREAK_PROPERTIES = itemgetter(
    *("white_space", "overflow_wrap", "word_break", "hyphens", "hyphenate_character", "hyphenate_limit_chars"),
    *("hyphenate_limit_zone", "letter_spacing", "word_spacing"),
)
"""Properties that decide breaks and width of a line, apart from its letters."""

_BEGINNING = 24
"""Characters of a long text that are enough to break after its first letter."""

_LONG_TEXT = 4000
"""Characters of a text that is broken by its beginning even if it has spaces."""

_DRAFT_LINES = 4
"""Drafts of a long word that decide where the first of them breaks."""

WordWidths = dict[str, float]
"""Widths in pixels of words and of a space."""


def split_first_line(
    text: str, style: Any, context: Any, max_width: float | None, spacing: float, *more: Any, **options: Any
) -> Any:
    """Split off the first line of a text; replaces `line_break.split_first_line`.

    With width 0, as for the minimum width of a table cell, the line is the first word: only its width and the start of
    the next word are used.
    """
    line = None
    if max_width == 0:
        line = _split_at_width_zero(text, style, context, spacing, *more, **options) if options.get("minimum") else None
    else:
        line = None if spacing else split_piece(text, style, max_width)
        if not line and max_width and max_width < _UNLIMITED_WIDTH:
            line = _split_by_words(text, style, max_width, spacing) if " " in text else None
            line = line or _split_by_letters(text, style, context, max_width, spacing, *more, **options)
    return line or _split_first_line(text, style, context, max_width, spacing, *more, **options)


def _split_at_width_zero(text: str, style: Any, context: Any, spacing: float, *more: Any, **options: Any) -> Any:
    """Return the first line at width 0, cached for short texts."""
    if not is_short_plain(text):
        word = _split_first_word(text, style, context, spacing, *more, **options)
        return word or _split_first_letter(text, style, context, spacing, *more, **options)
    lines = pango_style(style).narrowest_lines
    key = text, *more, *options.items(), *_BREAK_PROPERTIES(style)
    line = lines.get(key)
    if line is None:
        if len(lines) >= _WORD_CACHE:
            lines.clear()
        line = _split_first_word(text, style, context, spacing, *more, **options)
        line = line or (None, *_split_first_line(text, style, context, 0, spacing, *more, **options)[1:])
        lines[key] = line
    return line


def _split_first_word(text: str, style: Any, context: Any, spacing: float, *more: Any, **options: Any) -> Any:
    """Return the first word of a text, if it is plain."""
    match = _FIRST_WORD.match(text) if "\xad" not in text else None
    if not match or not _breaks_only_at_spaces(style) or style["overflow_wrap"] == "anywhere":
        return None
    word = match[1]
    widths = _word_widths(style)
    width = widths.get(word)
    if width is None:
        line = split_piece(word, style, None) or _split_first_line(word, style, context, 0, spacing, *more, **options)
        width = widths[word] = line[3]
    return None, len(word), len(word) + 1 if len(word) < len(text) else None, width, 0, 0


def _split_first_letter(text: str, style: Any, context: Any, spacing: float, *more: Any, **options: Any) -> Any:
    """Return the first letter of a long text that may break anywhere.

    WeasyPrint would lay out the whole rest again for each letter.
    """
    if style["overflow_wrap"] != "anywhere" or len(text) <= _BEGINNING:
        return None
    line = split_first_line(text[:_BEGINNING], style, context, 0, spacing, *more, **options)
    return line if line[2] and line[2] <= _BEGINNING // 2 else None


def _split_by_words(text: str, style: Any, max_width: float, spacing: float) -> Any:
    """Return the first of several lines, if the widths of its words decide where it breaks."""
    size = style["font_size"]
    if not _LETTERS_PER_EM * size <= max_width < len(text) * size * _AVERAGE_WIDTH:  # in words, or all on one line
        return None
    if spacing or style["word_spacing"] or style["direction"] != "ltr" or not _breaks_only_at_spaces(style):
        return None
    draft = text[: int(max_width / size * _LETTERS_PER_EM)]
    words = draft.split(" ")
    if len(draft) < len(text):
        words.pop()
    widths = _word_widths(style)
    if " " not in widths or not all(word in widths for word in words if word):
        _measure_words(words, style, widths)
    space, width, width_before, number = widths[" "], 0.0, 0.0, 0
    for number, word in enumerate(words):
        word_width = widths.get(word) if word or number else 0
        if word_width is None:
            return None
        width_before, width = width, width + word_width + (space if number else 0)
        if width > max_width:
            break
    else:
        return None
    tolerance = _TOLERANCE * size
    line = " ".join(words[:number])
    if width < max_width + tolerance or not (number and _breaks_between(words[number - 1], words[number])):
        return None
    return _set_fitting_line(line, style, max_width, max_width + tolerance - (width - width_before))


def _split_by_letters(
    text: str, style: Any, context: Any, max_width: float, spacing: float, *more: Any, **options: Any
) -> Any:
    """Return the first line of a very long word or text, by its beginning.

    WeasyPrint would lay out the whole rest again for each line of letters narrower than it estimates.
    """
    draft = int(max(0, max_width) / (style["font_size"] or 1) * _LETTERS_PER_EM) + _BEGINNING
    if len(text) <= _DRAFT_LINES * draft:
        return None
    if len(text) < _LONG_TEXT and (" " in text[:draft] or style["hyphens"] == "auto"):
        return None
    line = _split_first_line(text[: _DRAFT_LINES * draft], style, context, max_width, spacing, *more, **options)
    return line if line[2] and line[2] <= len(text[:draft].encode()) else None


def _breaks_between(before: str, after: str) -> bool:
    """True if a line may break between two words, and not within the second."""
    are_plain = _PLAIN_WORD.fullmatch(before) and _PLAIN_WORD.fullmatch(after)
    return bool(are_plain) and not (after[0] == "(" and before[-1] in "’”")


def _set_fitting_line(line: str, style: Any, max_width: float, least: float) -> Any:
    """Return a line as WeasyPrint sets it, if it fits and the next word does not."""
    layout, index, length, width, height, baseline = set_line(line, style, max_width)
    if index is not None or not least <= width <= max_width:
        return None
    layout.deactivate()
    return layout, length, length + 1, width, height, baseline


def _measure_words(words: list[str], style: Any, widths: WordWidths) -> None:
    """Measure words that are not yet known, all in one layout."""
    unknown = [word for word in dict.fromkeys(words) if word not in widths and _UNCONTEXTUAL_WORD.fullmatch(word)]
    unknown += [" "] if " " not in widths else []
    if not unknown:
        return
    layout = line_break.Layout(style)
    pointer, _alive = unicode_to_char_p("\n".join(unknown))
    pango.pango_layout_set_text(layout.layout, pointer, -1)
    for number, word in enumerate(unknown):
        line = pango.pango_layout_get_line_readonly(layout.layout, number)
        widths[word] = line_break.line_size(line, style)[0]


def _word_widths(style: Any) -> WordWidths:
    widths = pango_style(style).word_widths
    if len(widths) > _WORD_CACHE:
        widths.clear()
    return widths


def _breaks_only_at_spaces(style: Any) -> bool:
    """True if a word of letters and digits breaks only if it must, and is as wide as its letters."""
    return (
        style["white_space"] == "normal"
        and style["hyphens"] != "auto"
        and style["word_break"] == "normal"
        and style["letter_spacing"] in ("normal", 0)
    )


def can_break_text(text: str, lang: str | None) -> bool:
    """True if a line may break within a text; replaces `line_break.can_break_text`.

    Most of these texts are two letters, where an inline element ends.
    """
    can_break: bool = (_can_break_short_text if len(text) <= _LONGEST_PIECE else _can_break_text)(text, lang)
    return can_break


_can_break_short_text = lru_cache(maxsize=4096)(_can_break_text)


# Questions asked of every box: 6 % of the press; needless with `upstream/box-walks.md`. Most boxes are in normal flow,
# and the first or last child answers for the others.

_page_values = boxes.ParentBox.page_values
_is_in_normal_flow = boxes.Box.is_in_normal_flow


def page_values(box: Any) -> tuple[Any, Any]:
    """Return the named pages of the first and last boxes; replaces `ParentBox.page_values` (CSS Fragmentation 4, 4)."""
    return _page_at_end(box, 0), _page_at_end(box, 1)


def _page_at_end(box: Any, end: int) -> Any:
    """Return the named page of the innermost box at the start (0) or end (1) of a box."""
    page = box.style["page"]
    while box := _first_in_flow(reversed(box.children) if end else box.children):
        if type(box).page_values is not page_values:
            return box.page_values()[end] or page
        page = box.style["page"] or page
    return page


def _first_in_flow(children: Any) -> Any:
    """Return the first of some boxes between which a page may break, or None."""
    for child in children:
        if child.is_in_normal_flow() or child.is_floated():
            return child
    return None


def is_in_normal_flow(box: Any) -> bool:
    """True if a box is in normal flow; replaces `Box.is_in_normal_flow`."""
    style = box.style
    if style["float"] == "none" and style["position"] in ("static", "relative"):
        return True
    return bool(_is_in_normal_flow(box))


FASTER: Patches = {
    _original_init: init_layout_context,
    _resolve_percentages: resolve_percentages,
    _split_first_line: split_first_line,
    _can_break_text: can_break_text,
    _page_values: page_values,
    _is_in_normal_flow: is_in_normal_flow,
}
