"""Workarounds for faults of WeasyPrint, each with the reason and, where there is one, its upstream issue.

Each function replaces or wraps the WeasyPrint function of the same name, which is kept in a private name. Where a patch
relies on how the original works, `_KNOWN` has the digest of its source, and the press refuses to run with another one.
"""

import hashlib
import inspect
import re
from collections.abc import Mapping
from functools import cache
from typing import Any

from weasyprint import css as engine_css
from weasyprint import document as engine_document
from weasyprint import layout as engine_layout
from weasyprint import pdf as engine_pdf
from weasyprint.draw import text as engine_text
from weasyprint.formatting_structure import boxes
from weasyprint.formatting_structure import build as engine_build
from weasyprint.layout import block as engine_block
from weasyprint.layout import inline as engine_inline
from weasyprint.layout import page as engine_page
from weasyprint.text import line_break as engine_line_break
from weasyprint.text.ffi import ffi, pango

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.press.concessions import apply_breaks, line_end
from pipeline.press.engine.letters import draw_first_line as draw_letters
from pipeline.press.engine.letters import draw_with_text, normalise_meanings
from pipeline.press.notes import least_text_height, move_notes_to_calls, note_ledger, place_page_notes

# Words across inline elements; needless once Kozea/WeasyPrint#1614 is fixed. With `overflow-wrap`, WeasyPrint breaks a
# word that begins its line. It took each text of the line's first element for such a word ('**the *package***'), and no
# text after an element ('**un**happily'): the first broke needlessly, the second overflowed.

_split_inline_box = engine_inline.split_inline_box
original_split_inline_level = engine_inline.split_inline_level

_LINE_CHILDREN = 7
"""Position of the argument from which WeasyPrint sees whether a text begins its line."""
_OBJECT_CHARACTER = "\u2e80"
"""Stands for a picture, as in WeasyPrint: a line may break on either side."""


def split_inline_box(context: Any, box: Any, position_x: float, max_x: float, *rest: Any) -> Any:
    """Split an inline box, and record the boxes that it is in."""
    inline_ancestors = context.__dict__.setdefault("inline_ancestors", [])
    inline_ancestors.append((box, rest[1]))
    try:
        return _split_inline_box(context, box, position_x, max_x, *rest)
    finally:
        inline_ancestors.pop()


def split_inline_level(context: Any, box: Any, position_x: float, max_x: float, *rest: Any) -> Any:
    """Split an inline-level box; text breaks between letters only if no break before it is possible."""
    result = original_split_inline_level(context, box, position_x, max_x, *rest)
    new_box, at_start = result[0], not rest[_LINE_CHILDREN]
    if not isinstance(new_box, boxes.TextBox):
        return result
    if not line_end(new_box) if at_start else new_box.width <= max_x - position_x:
        return result
    text_before = _line_text_before(context.inline_ancestors, box)
    can_break_before = (
        bool(engine_line_break.can_break_text(text_before + box.text[:1], box.style["lang"])) if text_before else False
    )
    if not text_before or can_break_before != at_start:
        return result
    line_children = [box] if at_start else []
    return original_split_inline_level(
        context, box, position_x, max_x, *rest[:_LINE_CHILDREN], line_children, *rest[_LINE_CHILDREN + 1 :]
    )


def _line_text_before(inline_ancestors: list[tuple[Any, Any]], box: Any) -> str:
    """Return the text of a line before a box.

    `inline_ancestors` ends with the boxes that the box is in, each with the position at which the line enters it.
    """
    first = max(index for index, (parent, _) in enumerate(inline_ancestors) if isinstance(parent, boxes.LineBox))
    children = [*(parent for parent, _ in inline_ancestors[first + 1 :]), box]
    parts: list[str] = []
    for (parent, skip), child in zip(inline_ancestors[first:], children, strict=True):
        start, inner = next(iter(skip.items())) if skip else (0, None)
        for index, sibling in enumerate(parent.children[start:], start):
            if sibling is child:
                break
            parts.append(_box_text(sibling, inner if index == start else None))
    return "".join(parts).lstrip(" ")


def _box_text(box: Any, skip: Any) -> str:
    """Return the text of a box after the position at which its line begins."""
    start, inner = next(iter(skip.items())) if skip else (0, None)
    if not box.is_in_normal_flow():
        return ""
    if isinstance(box, boxes.TextBox):
        text = str(box.text.encode()[start or 0 :].decode())
        return text.replace(" ", "\N{NO-BREAK SPACE}") if box.style["white_space"] in ("nowrap", "pre") else text
    if isinstance(box, boxes.InlineBox):
        children = enumerate(box.children[start:], start)
        return "".join(_box_text(child, inner if index == start else None) for index, child in children)
    return _OBJECT_CHARACTER


# Hyphens at line ends. Programs that copy text from a PDF take a hyphen at a line's end for hyphenation: Poppler
# removes it, PDFium writes U+FFFE. 'police-' and 'led' become another word, and an address breaks. So a word keeps its
# hyphens on one line, and a word longer than its line breaks before a hyphen. A range such as '289–311' breaks after
# its dash only if it must.

ffi.cdef("PangoAttribute * pango_attr_allow_breaks_new (gboolean allow_breaks);")

_NO_BREAK = re.compile(
    r"[-\u2010](?=[^\s\u200b\u2010-])|(?<=[^\W\d_][-\u2010]) (?=\w)|(?<=[0-9])\u2013(?=[0-9])|/(?=/)|(?<=//)(?=\S)"
)
"""Positions where no line breaks: after a hyphen or a range dash within a word, in 'short- and', after '//'."""
_MAX_INDEX = 0x7FFFFFFF
_HYPHEN_BREAK = re.compile(r"(?<=\w)(?=[-\u2010]\w)|(?<=\w[-\u2010] )|(?<=[0-9]\u2013)(?=[0-9])")
"""Break points of a word that is longer than its line."""
_DASHES = "-\u2010\u2013"
_HYPHENATED_WORD = re.compile(r"\S+(?:(?<=[^\W\d_][-\u2010]) \w\S*)*")
_ALPHABETIC = re.compile("[0-9A-Za-z\u00aa-\u02af\u0370-\u052f\u1e00-\u1fff]")
"""A letter or figure of a script that does not break within words: Latin, Greek, Cyrillic."""


def keep_hyphens(layout: Any) -> None:
    """Keep Pango from breaking a layout's text after hyphens and at the beginning of addresses."""
    had_attributes = layout.__dict__.get("hyphens", False)
    text = layout.text
    if not had_attributes and "//" not in text and not any(dash in text for dash in _DASHES):
        return
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    if had_attributes:  # from the layout's earlier text
        _allow_breaks(attributes, True, 0, _MAX_INDEX)
    ends = [match.end() for match in _NO_BREAK.finditer(text)]
    for end in ends:
        start = len(text[: end - 1].encode())
        _allow_breaks(attributes, False, start, start + len(text[end - 1 : end].encode()) + 1)
    layout.hyphens = bool(ends)
    if had_attributes or ends:
        pango.pango_layout_set_attributes(layout.layout, attributes)


def _allow_breaks(attributes: Any, may: bool, start: int, end: int) -> None:
    attribute = pango.pango_attr_allow_breaks_new(may)
    attribute.start_index, attribute.end_index = start, end
    pango.pango_attr_list_change(attributes, attribute)


def last_hyphen_break(text: str, resume_at: int | None, too_wide: bool) -> int:
    """Return the offset of the last break at a dash in the first word of a text too long for its line, else 0."""
    if not any(dash in text for dash in _DASHES):
        return 0
    word = _HYPHENATED_WORD.match(text)
    if not word:
        return 0
    end = len(text.encode()[:resume_at].decode())
    if not too_wide and end >= word.end():
        return 0
    breaks = [match.start() for match in _HYPHEN_BREAK.finditer(word[0])]
    return max((position for position in breaks if position < word.end() and (too_wide or position <= end)), default=0)


def classify_line_end(text: str, resume_at: int | None) -> str:
    """Return how a line ends: 'broken' within a word, 'joined' between words without a space, or ''."""
    if resume_at is None:
        return ""
    position = resume_at if text.isascii() else len(text.encode()[:resume_at].decode())
    neighbours = text[max(position - 1, 0) : position + 1]
    if len(neighbours) < 2 or neighbours[0].isspace() or neighbours[1].isspace():
        return ""
    is_word = _ALPHABETIC.match(neighbours[1]) and (neighbours[0] == "-" or _ALPHABETIC.match(neighbours[0]))
    return "broken" if is_word else "joined"


# The original functions. `press/fast` replaces them here too, so that the patches call the faster ones.

_split_first_line = engine_line_break.split_first_line
_set_text = engine_line_break.Layout.set_text
_get_log_attrs = engine_line_break.get_log_attrs
_draw_first_line = engine_text.draw_first_line
_update_footnote_area = engine_layout.LayoutContext._update_footnote_area
_finish_block_formatting_context = engine_layout.LayoutContext.finish_block_formatting_context
_build_fonts_dictionary = engine_pdf.build_fonts_dictionary
_blockify = engine_build.blockify
_block_level_layout = engine_page.block_level_layout
_nested_block_layout = engine_block.block_level_layout
_linebox_layout = engine_block._linebox_layout
_text_align = engine_inline.text_align
_float_layout = engine_page.float_layout
_build_formatting_structure = engine_document.build_formatting_structure

_KNOWN = {
    _split_first_line: "39ad1016863ca34d",
    engine_page.make_page: "656f183328e8b1b5",
    _update_footnote_area: "2e317e4b066fb80c",
    _draw_first_line: "1bb8eae6d88e71b1",
    _blockify: "32f74b928bfa2018",
    _linebox_layout: "e07bbe000974787e",
    original_split_inline_level: "d98c008c8fc00582",
    engine_css.ComputedStyle.__missing__: "b318d8efc8ac79d7",
}
"""The functions that patches rely on, with the start of the SHA-256 of their source in WeasyPrint 70.0."""


@cache
def require_known_engine() -> None:
    """Raise TypesettingFailure if WeasyPrint is not the release that these patches were written for."""
    require_known(_KNOWN)


def require_known(functions: Mapping[Any, str]) -> None:
    """Raise TypesettingFailure if the source of a function does not have the given digest."""
    for function, digest in functions.items():
        try:
            source = inspect.getsource(function)
        except OSError:
            source = ""
        if not hashlib.sha256(source.encode()).hexdigest().startswith(digest):
            raise TypesettingFailure(
                f"The typesetting engine has changed its '{function.__name__}': "
                "review the patch in pipeline/press/engine/patches.py."
            )


def split_first_line(
    text: str,
    style: Any,
    context: Any,
    max_width: float | None,
    justification_spacing: float,
    is_line_start: bool = True,
    minimum: bool = False,
) -> Any:
    """Split off the first line of a text as WeasyPrint does, with three corrections.

    A word longer than its line breaks before a hyphen, if it has one. The layout notes if a word is broken between
    letters. If a text fills its line except for its last space and an inline element follows ('… its opposite, as
    <a>Eggins'), WeasyPrint broke the line after the first word, about once in a hundred links, although the text fits.
    If the element belongs to the last word, by a no-break space, both go to the next line.
    """
    arguments = (style, context, max_width, justification_spacing, is_line_start, minimum)
    line = engine_line_break.split_first_line(text, *arguments)
    if max_width is None or minimum:
        return line
    if is_line_start and style["white_space"] in ("normal", "pre-line"):
        line = _break_before_hyphen(text, line, *arguments)
    _, length, resume_at, *_ = line
    if resume_at is None or not text.endswith((" ", "\N{NO-BREAK SPACE}")):
        return line
    words = text.rstrip(" \N{NO-BREAK SPACE}")
    first_line = text.encode()[:length]
    if b" " in first_line or words.encode() == first_line or style["white_space"] != "normal":
        return line
    if engine_line_break.split_first_line(words, *arguments)[2] is not None:
        return line
    if text.endswith(" "):
        return _split_first_line(text, style, context, None, justification_spacing, is_line_start)
    start, space, _ = words.rpartition(" ")
    if not space:
        return line
    start_line = _split_first_line(start, style, context, None, justification_spacing, is_line_start)
    return (*start_line[:2], len(f"{start} ".encode()), *start_line[3:])


def _break_before_hyphen(text: str, line: Any, style: Any, context: Any, max_width: Any, *more: Any) -> Any:
    """Break a line's only word before a hyphen if it is too long; else note how the line ends."""
    break_offset = last_hyphen_break(text, line[2], line[3] > max_width)
    while break_offset:
        shorter_line = _split_first_line(text[:break_offset].rstrip(" "), style, context, None, *more)
        if shorter_line[3] <= max_width:
            return (*shorter_line[:2], len(text[:break_offset].encode()), *shorter_line[3:])
        break_offset = last_hyphen_break(text[:break_offset], break_offset, too_wide=True)
    if end := classify_line_end(text, line[2]):
        line[0].line_end = end
    return line


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Set a layout's text, which may not break after hyphens."""
    _set_text(layout, text, justify)
    keep_hyphens(layout)


def get_log_attrs(text: str, lang: str | None) -> Any:
    """Return Pango's break attributes without breaks after hyphens within a word."""
    breaks = _get_log_attrs(text, lang)
    for match in _NO_BREAK.finditer(text):
        breaks[match.end()].is_line_break = 0
    return breaks


class _VisibleSpace:
    """A text box of spaces that has text, so that WeasyPrint draws it."""

    text = "gap"

    def __init__(self, box: Any) -> None:
        self._box = box

    def __getattr__(self, name: str) -> Any:
        return getattr(self._box, name)


def draw_first_line(stream: Any, textbox: Any, *rest: Any) -> Any:
    """Draw a line of text, also if it is only spaces.

    A single space between two inline elements ('<b>Status</b> <i>Draft</i>') was not drawn, and a screen reader read
    one word. ISO 32000-1, 14.8.2.5, requires the spaces between words.
    """
    is_space = bool(textbox.text) and not textbox.text.strip(" \u00a0")
    return draw_with_text(draw_letters, stream, _VisibleSpace(textbox) if is_space else textbox, *rest)


def build_fonts_dictionary(pdf: Any, fonts: Any, *rest: Any) -> Any:
    """Build the fonts, without no-break spaces in their ToUnicode maps."""
    normalise_meanings(fonts)
    return _build_fonts_dictionary(pdf, fonts, *rest)


def update_footnote_area(context: Any) -> bool:
    """Lay out the page's footnotes; return True if they leave too little room for its text.

    WeasyPrint checked whether footnotes overflow an area as high as they are, and compared lengths to the last bit: an
    overflow of 2.27e-13 px moved every note to a later page than its call. It also laid out all notes of a page again
    for each that was added or removed; here the result is cached for the same notes next to the same floats.
    """
    area = context.current_footnote_area
    results = area.__dict__.setdefault("known", {})
    key = (tuple(context.current_page_footnotes), tuple(context.excluded_shapes or ()))
    if key not in results:
        overflows = _update_footnote_area(context)
        results[key] = (area.height, overflows)
    else:
        if area.height != "auto" and not context.in_column:
            context.page_bottom += area.margin_height()
        area.children = context.current_page_footnotes
        area.height, overflows = results[key]
        if not context.in_column:
            context.page_bottom -= area.margin_height()
    if not area.children:
        return bool(overflows)
    if overflows and area.style["max_height"].value != float("inf"):
        return True
    return bool(context.page_bottom < area.page.content_box_y() + least_text_height(area.page))


def finish_block_formatting_context(context: Any, root_box: Any = None) -> None:
    """End a block formatting context, without adding floats to a height that is not known yet.

    A grid that holds floats and moves to the next page as a whole has no height, and WeasyPrint raised an exception.
    """
    _finish_block_formatting_context(context, None if root_box and root_box.height == "auto" else root_box)


def blockify(box: Any, layout: str | None = None) -> Any:
    """Blockify a box in a flex or grid container; a link stays a link, a call keeps its footnote."""
    block = _blockify(box, layout)
    if block is not box:
        for name in ("link", "footnote"):
            if getattr(box, name, None):
                setattr(block, name, getattr(box, name))
    return block


def build_formatting_structure(root: Any, style_for: Any, *rest: Any) -> Any:
    """Build the boxes of a text, after footnotes are moved to their calls and marked elements may break.

    WeasyPrint did not collapse white space in footnotes, so that line breaks of the source appeared.
    """
    apply_breaks(root, style_for)
    move_notes_to_calls(root, style_for)
    box = _build_formatting_structure(root, style_for, *rest)
    footnotes: list[Any] = rest[-1]
    for note in footnotes:
        note.process_whitespace()
        note.process_text_transform()
    return box


def block_level_layout(context: Any, box: Any, *rest: Any, **more: Any) -> Any:
    """Lay out a page's text, then its footnotes."""
    result = _block_level_layout(context, box, *rest, **more)
    if box.is_for_root_element and result[0] is not None:
        place_page_notes(context, result[0])
    return result


def nested_block_layout(context: Any, box: Any, *rest: Any, **more: Any) -> Any:
    """Lay out a block; forget floats that were broken in it if it moves to the next page.

    WeasyPrint would lay out the rest of such a float twice.
    """
    broken_before = set(context.broken_out_of_flow)
    result = _nested_block_layout(context, box, *rest, **more)
    if result[0] is None:
        for float_box in context.broken_out_of_flow.keys() - broken_before:
            del context.broken_out_of_flow[float_box]
    return result


def linebox_layout(context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any) -> Any:
    """Lay out a block's lines; they move to the next page rather than footnotes called above them.

    For a line that `orphans` needs on the page, WeasyPrint moved the page's footnotes away, whatever their policy.
    """
    footnotes, reported = [*context.current_page_footnotes], [*context.reported_footnotes]
    start = len(new_children)
    result = _linebox_layout(context, box, index, child, new_children, *rest)
    moved = [note for note in context.reported_footnotes if note in footnotes and note not in reported]
    page_is_empty, absolute_boxes, fixed_boxes, *_ = rest
    if page_is_empty or all(note.style["footnote_policy"] != "line" for note in moved):
        return result
    engine_block.remove_placeholders(context, new_children[start:], absolute_boxes, fixed_boxes)
    del new_children[start:]
    context.reported_footnotes[:] = [note for note in context.reported_footnotes if note not in moved]
    context.current_page_footnotes[:] = footnotes
    context._update_footnote_area()
    return (True, False, *result[2:])


def text_align(context: Any, line: Any, *rest: Any, **more: Any) -> Any:
    """Return the offset of a line, with the text indent that WeasyPrint omits in right-to-left lines."""
    is_rtl = line.style["direction"] == "rtl"
    return _text_align(context, line, *rest, **more) + (line.text_indent if is_rtl else 0)


def float_layout(context: Any, *rest: Any) -> Any:
    """Lay out a float continued from the page before; its footnotes are called on this page."""
    result = _float_layout(context, *rest)
    note_ledger(context).add_continued(context.current_footnote_area, result[0])
    return result


def patch_weasyprint() -> None:
    """Replace WeasyPrint's functions by the patched ones; a second call has no effect."""
    engine_inline.split_first_line = split_first_line
    engine_inline.split_inline_box = split_inline_box
    engine_inline.split_inline_level = split_inline_level
    engine_inline.text_align = text_align
    engine_line_break.Layout.set_text = set_text
    engine_line_break.get_log_attrs = get_log_attrs
    engine_text.draw_first_line = draw_first_line
    engine_layout.LayoutContext._update_footnote_area = update_footnote_area
    engine_layout.LayoutContext.finish_block_formatting_context = finish_block_formatting_context
    engine_pdf.build_fonts_dictionary = build_fonts_dictionary
    engine_build.blockify = blockify
    engine_page.block_level_layout = block_level_layout
    engine_block.block_level_layout = nested_block_layout
    engine_block._linebox_layout = linebox_layout
    engine_page.float_layout = float_layout
    engine_document.build_formatting_structure = build_formatting_structure
