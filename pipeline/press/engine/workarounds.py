"""Faults of the engine, mended while it works. Each function names the fault, and when it may go.

The functions of the engine that are kept here, and that ours call, are exchanged for faster ones where there are any.

Where a patch relies on how a function works, that one is known by its source: an engine that works in another way
stops the press.
"""

import hashlib
import inspect
from collections.abc import Mapping
from functools import cache
from math import inf
from typing import Any

from weasyprint import css as engine_css
from weasyprint import document as engine_document
from weasyprint import layout as engine_layout
from weasyprint import pdf as engine_pdf
from weasyprint.draw import text as engine_text
from weasyprint.formatting_structure import build as engine_build
from weasyprint.layout import block as engine_block
from weasyprint.layout import inline as engine_inline
from weasyprint.layout import page as engine_page
from weasyprint.text import line_break as engine_line_break

from pipeline.core.errors import PressFailure
from pipeline.press.concessions import let_break
from pipeline.press.engine import unbroken
from pipeline.press.engine.joined_letters import draw_joined
from pipeline.press.engine.letters import draw_first_line as draw_letters
from pipeline.press.hyphens import keep_hyphens, line_end, place_before_hyphen, without_hyphens
from pipeline.press.notes import least_text, ledger_of, place_notes, settle
from pipeline.press.tags.meanings import plainly

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
_grid_layout = engine_block.grid_layout
_float_layout = engine_page.float_layout
_build_formatting_structure = engine_document.build_formatting_structure

_KNOWN = {
    _split_first_line: "39ad1016863ca34d",
    engine_page.make_page: "656f183328e8b1b5",
    _update_footnote_area: "2e317e4b066fb80c",
    _draw_first_line: "1bb8eae6d88e71b1",
    _blockify: "32f74b928bfa2018",
    _linebox_layout: "e07bbe000974787e",
    unbroken.split_inline_level_of_engine: "d98c008c8fc00582",
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
            raise PressFailure(
                f"The typesetting engine has changed its '{function.__name__}': "
                "review the patch in pipeline/press/engine/workarounds.py."
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
    if end := line_end(text, line[2]):
        line[0].line_end = end
    return line


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Give a layout its text, whose lines end in no hyphen of a word."""
    _set_text(layout, text, justify)
    keep_hyphens(layout)


def get_log_attrs(text: str, lang: str | None) -> Any:
    """Pango's break attributes of a text, without line breaks after a hyphen within a word."""
    return without_hyphens(text, _get_log_attrs(text, lang))


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


def grid_layout(context: Any, *rest: Any, **more: Any) -> Any:
    """The engine's layout of a grid; `inner_layout` sees from the context that it is within one."""
    within, context.asks_for_grid = getattr(context, "asks_for_grid", False), True
    try:
        return _grid_layout(context, *rest, **more)
    finally:
        context.asks_for_grid = within


def inner_layout(context: Any, box: Any, bottom_space: float, *rest: Any, **more: Any) -> Any:
    """The engine's layout of a block; where a grid only measures it, no note is put at the foot of the page.

    The engine forgot to take those notes away again: the page was full, and the content of the grid was left out.
    A float that was broken at the foot of a page goes on after it no longer where the block that holds it goes to the
    next page whole: the engine would set its end twice.
    """
    broken = set(context.broken_out_of_flow)
    done = _block_layout(context, box, bottom_space, *rest, **more)
    if done[0] is None:
        for placed in context.broken_out_of_flow.keys() - broken:
            del context.broken_out_of_flow[placed]
    return done


def _block_layout(context: Any, box: Any, bottom_space: float, *rest: Any, **more: Any) -> Any:
    if not getattr(context, "asks_for_grid", False):
        return _inner_layout(context, box, bottom_space, *rest, **more)
    waiting, context.asks_for_grid = context.footnotes, False
    if bottom_space == -inf:
        context.footnotes = []
    try:
        return _inner_layout(context, box, bottom_space, *rest, **more)
    finally:
        context.asks_for_grid = True
        if bottom_space == -inf:
            context.footnotes = waiting


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
    engine_inline.split_inline_box = unbroken.split_inline_box
    engine_inline.split_inline_level = unbroken.split_inline_level
    engine_inline.text_align = text_align
    engine_line_break.Layout.set_text = set_text
    engine_line_break.get_log_attrs = get_log_attrs
    engine_text.draw_first_line = draw_first_line
    engine_layout.LayoutContext._update_footnote_area = update_footnote_area
    engine_layout.LayoutContext.finish_block_formatting_context = finish_block_formatting_context
    engine_pdf.build_fonts_dictionary = build_fonts_dictionary
    engine_build.blockify = blockify
    engine_page.block_level_layout = block_level_layout
    engine_block.grid_layout = grid_layout
    engine_block.block_level_layout = inner_layout
    engine_block._linebox_layout = linebox_layout
    engine_page.float_layout = float_layout
    engine_document.build_formatting_structure = build_formatting_structure
