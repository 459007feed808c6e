"""Mends of WeasyPrint, each with its upstream text."""

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
from pipeline.press.concessions import let_break, line_end
from pipeline.press.engine.letters import draw_first_line as draw_letters
from pipeline.press.engine.letters import draw_joined, plainly
from pipeline.press.notes import least_text, ledger_of, place_notes, settle

# Runs of letters that no line may break within, across the elements that hold parts of them. With `overflow-wrap` the
# engine breaks a word where its line begins with it. It took each text of the first element of a line for such a word
# ('**the *package***'), and none behind an element ('**un**happily'): one was broken without need, the other ran over
# the edge. Needless once Kozea/WeasyPrint#1614 is fixed.

_split_inline_box = engine_inline.split_inline_box
split_inline_level_of_engine = engine_inline.split_inline_level

_LINE_CHILDREN = 7
"""Place of the argument by which the engine knows whether a text begins its line."""
_ATOMIC = "\u2e80"
"""Stands for a picture, as it does for the engine: a line may break on either side."""


def split_inline_box(context: Any, box: Any, position_x: float, max_x: float, *rest: Any) -> Any:
    """The engine's part of a line, of which is known what it is within."""
    around = context.__dict__.setdefault("around", [])
    around.append((box, rest[1]))
    try:
        return _split_inline_box(context, box, position_x, max_x, *rest)
    finally:
        around.pop()


def split_inline_level(context: Any, box: Any, position_x: float, max_x: float, *rest: Any) -> Any:
    """The engine's part of a line; a text breaks between letters only where the line has no better place before it."""
    done = split_inline_level_of_engine(context, box, position_x, max_x, *rest)
    new_box, at_start = done[0], not rest[_LINE_CHILDREN]
    if not isinstance(new_box, boxes.TextBox):
        return done
    if not line_end(new_box) if at_start else new_box.width <= max_x - position_x:
        return done
    before = _text_before(context.around, box)
    breaks = bool(engine_line_break.can_break_text(before + box.text[:1], box.style["lang"])) if before else False
    if not before or breaks != at_start:
        return done
    line_children = [box] if at_start else []
    return split_inline_level_of_engine(
        context, box, position_x, max_x, *rest[:_LINE_CHILDREN], line_children, *rest[_LINE_CHILDREN + 1 :]
    )


def _text_before(around: list[tuple[Any, Any]], box: Any) -> str:
    """The text of a line before a box. `around` ends with the boxes that it is in, and where the line enters each."""
    first = max(place for place, (parent, _) in enumerate(around) if isinstance(parent, boxes.LineBox))
    within = [*(parent for parent, _ in around[first + 1 :]), box]
    parts: list[str] = []
    for (parent, skip), child in zip(around[first:], within, strict=True):
        start, inner = next(iter(skip.items())) if skip else (0, None)
        for index, sibling in enumerate(parent.children[start:], start):
            if sibling is child:
                break
            parts.append(_text(sibling, inner if index == start else None))
    return "".join(parts).lstrip(" ")


def _text(box: Any, skip: Any) -> str:
    """The text of a box behind the place where its line begins."""
    start, inner = next(iter(skip.items())) if skip else (0, None)
    if not box.is_in_normal_flow():
        return ""
    if isinstance(box, boxes.TextBox):
        text = str(box.text.encode()[start or 0 :].decode())
        return text.replace(" ", "\N{NO-BREAK SPACE}") if box.style["white_space"] in ("nowrap", "pre") else text
    if isinstance(box, boxes.InlineBox):
        children = enumerate(box.children[start:], start)
        return "".join(_text(child, inner if index == start else None) for index, child in children)
    return _ATOMIC


# No line ends in a hyphen that belongs to a word or an address, or in the dash of a range. Whoever copies a text out
# of a PDF is given lines, and programs take a hyphen at a line's end for one that the printer put there: Poppler
# leaves it out, PDFium writes U+FFFE for it. 'police-' and 'led' become another word, an address leads nowhere. So a
# word keeps its hyphens on one line, and one that is longer than its line breaks before a hyphen. A range, '289–311',
# is read as one figure: it breaks behind its dash if it must.

ffi.cdef("PangoAttribute * pango_attr_allow_breaks_new (gboolean allow_breaks);")

_KEPT = re.compile(
    r"[-\u2010](?=[^\s\u200b\u2010-])|(?<=[^\W\d_][-\u2010]) (?=\w)|(?<=[0-9])\u2013(?=[0-9])|/(?=/)|(?<=//)(?=\S)"
)
"""A hyphen with anything behind it, the space in 'short- and', the dash of a range, and the beginning of an address: no
line ends there."""
_END = 0x7FFFFFFF
_BEFORE = re.compile(r"(?<=\w)(?=[-\u2010]\w)|(?<=\w[-\u2010] )|(?<=[0-9]\u2013)(?=[0-9])")
"""Break points of a word that is longer than its line."""
_DASHES = "-\u2010\u2013"
_WORD = re.compile(r"\S+(?:(?<=[^\W\d_][-\u2010]) \w\S*)*")
_LETTER = re.compile("[0-9A-Za-z\u00aa-\u02af\u0370-\u052f\u1e00-\u1fff]")
"""A letter or figure of a script whose words are not broken anywhere: Latin, Greek, Cyrillic."""


def keep_hyphens(layout: Any) -> None:
    """Keep Pango from breaking the text of a layout after its hyphens, and in what an address begins with."""
    held = layout.__dict__.get("hyphens", False)
    text = layout.text
    if not held and "//" not in text and not any(dash in text for dash in _DASHES):
        return
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    if held:  # what was said of the text that the layout had before
        _let_break(attributes, True, 0, _END)
    ends = [match.end() for match in _KEPT.finditer(text)]
    for end in ends:
        start = len(text[: end - 1].encode())
        _let_break(attributes, False, start, start + len(text[end - 1 : end].encode()) + 1)
    layout.hyphens = bool(ends)
    if held or ends:
        pango.pango_layout_set_attributes(layout.layout, attributes)


def _let_break(attributes: Any, may: bool, start: int, end: int) -> None:
    attribute = pango.pango_attr_allow_breaks_new(may)
    attribute.start_index, attribute.end_index = start, end
    pango.pango_attr_list_change(attributes, attribute)


def place_before_hyphen(text: str, resume_at: int | None, too_wide: bool) -> int:
    """Offset of the last break at a dash in the first word of a text that is too long for its line; else 0."""
    if not any(dash in text for dash in _DASHES):
        return 0
    word = _WORD.match(text)
    if not word:
        return 0
    end = len(text.encode()[:resume_at].decode())
    if not too_wide and end >= word.end():
        return 0
    places = [found.start() for found in _BEFORE.finditer(word[0])]
    return max((place for place in places if place < word.end() and (too_wide or place <= end)), default=0)


def hyphens_line_end(text: str, resume_at: int | None) -> str:
    """End of a line: 'broken' within a word, 'joined' at signs between words, or '' at a space."""
    if resume_at is None:
        return ""
    place = resume_at if text.isascii() else len(text.encode()[:resume_at].decode())
    around = text[max(place - 1, 0) : place + 1]
    if len(around) < 2 or around[0].isspace() or around[1].isspace():
        return ""
    is_word = _LETTER.match(around[1]) and (around[0] == "-" or _LETTER.match(around[0]))
    return "broken" if is_word else "joined"


# Faults of the engine, mended while it works. Each function names the fault, and when it may go. The functions of the
# engine that are kept here, and that ours call, are exchanged for faster ones where there are any. Where a patch
# relies on how a function works, that one is known by its source: an engine that works in another way stops the
# press.

_split_first_line = engine_line_break.split_first_line
_set_text = engine_line_break.Layout.set_text
_get_log_attrs = engine_line_break.get_log_attrs
_draw_first_line = engine_text.draw_first_line
_update_footnote_area = engine_layout.LayoutContext._update_footnote_area
_finish_context = engine_layout.LayoutContext.finish_block_formatting_context
_build_fonts_dictionary = engine_pdf.build_fonts_dictionary
_blockify = engine_build.blockify
_block_level_layout = engine_page.block_level_layout
_inner_layout = engine_block.block_level_layout
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
    split_inline_level_of_engine: "d98c008c8fc00582",
    engine_css.ComputedStyle.__missing__: "b318d8efc8ac79d7",
}
"""The functions that the patches rely on, with the start of the SHA-256 of their source in WeasyPrint 70.0."""


@cache
def require_known_engine() -> None:
    """Stop where the engine is not the one that these patches were written for."""
    require_known(_KNOWN)


def require_known(functions: Mapping[Any, str]) -> None:
    """Stop where the source of a function does not have the digest that is given for it.

    Raises:
        PressFailure: at the first that does not.
    """
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
    """The first line of a text, as the engine gives it, but well filled where only the last space is too much.

    A word that is longer than its line ends it before one of its hyphens, if it has any; that it breaks one between
    its letters is noted with it. Where a text fills its line to within its own last space and an inline element
    follows ('… its opposite, as <a>Eggins'), the line ended after its first word, about once in a hundred links. The
    text fits, as the engine itself finds when it is asked without that space. If the element belongs to the last word,
    by a space that does not break, both go to the next line.
    """
    more = (style, context, max_width, justification_spacing, is_line_start, minimum)
    line = engine_line_break.split_first_line(text, *more)
    if max_width is None or minimum:
        return line
    if is_line_start and style["white_space"] in ("normal", "pre-line"):
        line = _broken_well(text, line, *more)
    _, length, resume_at, *_ = line
    if resume_at is None or not text.endswith((" ", "\N{NO-BREAK SPACE}")):
        return line
    words = text.rstrip(" \N{NO-BREAK SPACE}")
    first = text.encode()[:length]
    if b" " in first or words.encode() == first or style["white_space"] != "normal":
        return line
    if engine_line_break.split_first_line(words, *more)[2] is not None:
        return line
    if text.endswith(" "):
        return _split_first_line(text, style, context, None, justification_spacing, is_line_start)
    start, space, _ = words.rpartition(" ")
    if not space:
        return line
    part = _split_first_line(start, style, context, None, justification_spacing, is_line_start)
    return (*part[:2], len(f"{start} ".encode()), *part[3:])


def _broken_well(text: str, line: Any, style: Any, context: Any, max_width: Any, *more: Any) -> Any:
    """A line whose only word is too long for it, broken before a hyphen; else as it is, with how it ends."""
    place = place_before_hyphen(text, line[2], line[3] > max_width)
    while place:
        part = _split_first_line(text[:place].rstrip(" "), style, context, None, *more)
        if part[3] <= max_width:
            return (*part[:2], len(text[:place].encode()), *part[3:])
        place = place_before_hyphen(text[:place], place, too_wide=True)
    if end := hyphens_line_end(text, line[2]):
        line[0].line_end = end
    return line


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Give a layout its text, whose lines end in no hyphen of a word."""
    _set_text(layout, text, justify)
    keep_hyphens(layout)


def get_log_attrs(text: str, lang: str | None) -> Any:
    """Pango's break attributes of a text, without line breaks after a hyphen within a word."""
    breaks = _get_log_attrs(text, lang)
    for match in _KEPT.finditer(text):
        breaks[match.end()].is_line_break = 0
    return breaks


class _Gap:
    """A box of spaces that does not report itself as empty, so that it is painted."""

    text = "gap"

    def __init__(self, box: Any) -> None:
        self._box = box

    def __getattr__(self, name: str) -> Any:
        return getattr(self._box, name)


def draw_first_line(stream: Any, textbox: Any, *rest: Any) -> Any:
    """Paint a line of text, and where it is nothing but spaces too.

    A space alone between two inline elements ('<b>Status</b> <i>Draft</i>') was not painted, and a screen reader
    read one word. ISO 32000-1, 14.8.2.5, wants every gap between words to be there.
    """
    alone = bool(textbox.text) and not textbox.text.strip(" \u00a0")
    return draw_joined(draw_letters, stream, _Gap(textbox) if alone else textbox, *rest)


def build_fonts_dictionary(pdf: Any, fonts: Any, *rest: Any) -> Any:
    """The engine's fonts, in which no space is a no-break space."""
    plainly(fonts)
    return _build_fonts_dictionary(pdf, fonts, *rest)


def update_footnote_area(context: Any) -> bool:
    """True if the notes of a page leave too little room for its text.

    The engine checked whether they overflow an area that is as high as they are, and compared lengths to the last
    bit: an overflow of 2.27e-13 px sent every note to a later page than its call. It set all notes of a page again
    for each that came or went; now what it found for the same notes beside the same floats is kept with the area.
    """
    area = context.current_footnote_area
    known = area.__dict__.setdefault("known", {})
    beside = (tuple(context.current_page_footnotes), tuple(context.excluded_shapes or ()))
    if beside not in known:
        overflows = _update_footnote_area(context)
        known[beside] = (area.height, overflows)
    else:
        if area.height != "auto" and not context.in_column:
            context.page_bottom += area.margin_height()
        area.children = context.current_page_footnotes
        area.height, overflows = known[beside]
        if not context.in_column:
            context.page_bottom -= area.margin_height()
    if not area.children:
        return bool(overflows)
    if overflows and area.style["max_height"].value != float("inf"):
        return True
    return bool(context.page_bottom < area.page.content_box_y() + least_text(area.page))


def finish_block_formatting_context(context: Any, root_box: Any = None) -> None:
    """End a block formatting context as the engine does, without a height to add floats to where there is none yet.

    A grid that holds floats and goes to the next page whole has no height, and the engine broke off.
    """
    _finish_context(context, None if root_box and root_box.height == "auto" else root_box)


def blockify(box: Any, layout: str | None = None) -> Any:
    """The engine's block for a box within a flex or grid box; a link stays one, a call keeps its note."""
    block = _blockify(box, layout)
    if block is not box:
        for name in ("link", "footnote"):
            if getattr(box, name, None):
                setattr(block, name, getattr(box, name))
    return block


def build_formatting_structure(root: Any, style_for: Any, *rest: Any) -> Any:
    """The engine's boxes of a text whose styles are known: now footnotes go to their calls, and what is marked breaks.

    The engine forgot to join lines and spaces in notes as it does in the text: a line break of the source broke them.
    """
    let_break(root, style_for)
    place_notes(root, style_for)
    box = _build_formatting_structure(root, style_for, *rest)
    footnotes: list[Any] = rest[-1]
    for note in footnotes:
        note.process_whitespace()
        note.process_text_transform()
    return box


def block_level_layout(context: Any, box: Any, *rest: Any, **more: Any) -> Any:
    """The engine's layout of a page's text; then its notes are put right."""
    done = _block_level_layout(context, box, *rest, **more)
    if box.is_for_root_element and done[0] is not None:
        settle(context, done[0])
    return done


def inner_layout(context: Any, box: Any, *rest: Any, **more: Any) -> Any:
    """The engine's layout of a block; a float that was broken in it goes on no longer where the block is taken back.

    The engine would set the end of the float twice, where the block that holds it goes to the next page whole.
    """
    broken = set(context.broken_out_of_flow)
    done = _inner_layout(context, box, *rest, **more)
    if done[0] is None:
        for placed in context.broken_out_of_flow.keys() - broken:
            del context.broken_out_of_flow[placed]
    return done


def linebox_layout(context: Any, box: Any, index: int, child: Any, new_children: list[Any], *rest: Any) -> Any:
    """The engine's layout of a block's lines, which go to the next page before a note that is called above them does.

    For a line that orphans need on the page the engine sent the notes of the page away, whatever their policy is.
    """
    called, waiting, lines = [*context.current_page_footnotes], [*context.reported_footnotes], len(new_children)
    done = _linebox_layout(context, box, index, child, new_children, *rest)
    sent = [note for note in context.reported_footnotes if note in called and note not in waiting]
    page_is_empty, absolute_boxes, fixed_boxes, *_ = rest
    if page_is_empty or all(note.style["footnote_policy"] != "line" for note in sent):
        return done
    engine_block.remove_placeholders(context, new_children[lines:], absolute_boxes, fixed_boxes)
    del new_children[lines:]
    context.reported_footnotes[:] = [note for note in context.reported_footnotes if note not in sent]
    context.current_page_footnotes[:] = called
    context._update_footnote_area()
    return (True, False, *done[2:])


def text_align(context: Any, line: Any, *rest: Any, **more: Any) -> Any:
    """The engine's place of a line, with the indent that it forgets where the line runs from right to left."""
    is_rtl = line.style["direction"] == "rtl"
    return _text_align(context, line, *rest, **more) + (line.text_indent if is_rtl else 0)


def float_layout(context: Any, *rest: Any) -> Any:
    """The engine's layout of a float that goes on from the page before; its notes are called on this page."""
    done = _float_layout(context, *rest)
    ledger_of(context).add_continued(context.current_footnote_area, done[0])
    return done


def mend_engine() -> None:
    """Put the mended functions in the engine's place; twice is as good as once."""
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
    engine_block.block_level_layout = inner_layout
    engine_block._linebox_layout = linebox_layout
    engine_page.float_layout = float_layout
    engine_document.build_formatting_structure = build_formatting_structure
