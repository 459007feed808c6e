"""Share Pango objects among texts of one style, where WeasyPrint creates them for every piece of text.

This was 6 % of the press; needless with `upstream/line-objects.md`. WeasyPrint sets up font, language and features anew
for every piece of text that it measures, and again when it draws. Here all pieces of one style in one font map share
them, and their struts.

Replaced:
    Layout.setup              set_up: uses shared Pango objects
    Layout.set_text           set_text: sets single-paragraph mode before measuring, as for drawing
    Layout.deactivate         deactivate: keeps a line until it is drawn, if it need not change
    Layout.reactivate         reactivate: draws that line as it was measured
    draw_first_line           draw_first_line: sets such a line again if WeasyPrint itself draws it
    strut                     strut: is computed once per style
"""

import re
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from weasyprint.css.functions import check_math
from weasyprint.draw import text as engine_text
from weasyprint.text import line_break
from weasyprint.text.constants import LST_TO_ISO, PANGO_DIRECTION
from weasyprint.text.ffi import FROM_UNITS, ffi, gobject, pango, unicode_to_char_p
from weasyprint.text.fonts import font_features, get_font_description

from pipeline.press.fast.free_memory import Patches

_strut = line_break.strut
_set_text = line_break.Layout.set_text
_deactivate = line_break.Layout.deactivate
_reactivate = line_break.Layout.reactivate
_draw_first_line = engine_text.draw_first_line

_PARAGRAPH_ENDS = re.compile("[\r\n\u2028\u2029]")

_features_of = itemgetter(
    "font_kerning",
    *(f"font_variant_{kind}" for kind in ("ligatures", "position", "caps", "numeric", "alternates", "east_asian")),
    "font_feature_settings",
)
_font_of = itemgetter(
    *("font_style", "font_stretch", "font_weight", "font_size", "font_variation_settings"),
    *("font_language_override", "lang", "direction"),
)
_CACHE_SIZE = 1000
"""Styles cached for each font map."""


@dataclass(slots=True, eq=False)
class _PangoStyle:
    """Pango objects of a style, and the font metrics that text decoration needs."""

    context: Any
    description: Any
    language: Any
    features: bytes
    metrics: dict[str, float | None]
    word_widths: dict[str, float] = field(default_factory=dict)
    narrowest_lines: dict[Any, Any] = field(default_factory=dict)
    """First lines of short texts at width 0."""


def pango_style(style: Any) -> _PangoStyle:
    """Return the Pango objects of a style, created once; copies of the style do not inherit them."""
    shared: _PangoStyle | None = style.__dict__.get("_type")
    if shared is None:
        cache = _font_map_cache(style, "_types")
        key = _shape_key(style)
        shared = cache.get(key)
        if shared is None:
            shared = cache[key] = _create_pango_style(style)
        style._type = shared
    return shared


def set_up(layout: Any, style: Any) -> None:
    """Prepare a layout for text in a style; replaces `Layout.setup`."""
    shared = pango_style(style)
    layout.style = style
    layout.first_line_direction = 0
    layout.language = shared.language
    layout.layout = ffi.gc(pango.pango_layout_new(shared.context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, shared.description)
    layout.__dict__.update(shared.metrics)
    if shared.features:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)  # the layout has it for itself
        pango.pango_attr_list_insert(attributes, pango.pango_attr_font_features_new(shared.features))
        pango.pango_layout_set_attributes(layout.layout, attributes)


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Set a layout's text; replaces `Layout.set_text`.

    Text without a paragraph end is laid out in single-paragraph mode, which WeasyPrint sets only for drawing.
    """
    single = not _PARAGRAPH_ENDS.search(text)
    if single != layout.__dict__.get("single", False):
        pango.pango_layout_set_single_paragraph_mode(layout.layout, single)
        layout.single = single
    _set_text(layout, text, justify)


def deactivate(layout: Any) -> None:
    """Release a line, but not before it is drawn if it can be drawn as measured; replaces `Layout.deactivate`."""
    if layout.__dict__.get("drawn") or not layout.__dict__.get("single") or not _is_drawn_as_measured(layout):
        _deactivate(layout)
    else:
        layout.waiting = True


def reactivate(layout: Any, style: Any) -> None:
    """Prepare a line for drawing; replaces `Layout.reactivate`."""
    layout.drawn = True
    if layout.__dict__.get("style") is not style or not layout.__dict__.pop("waiting", False):
        set_again(layout, style)
    else:
        layout.kept = True


def draw_first_line(stream: Any, textbox: Any, *rest: Any) -> Any:
    """Draw a line by WeasyPrint, which may change it: a line kept as measured is set again first."""
    if textbox.pango_layout.__dict__.pop("kept", False):
        set_again(textbox.pango_layout, textbox.style)
    return _draw_first_line(stream, textbox, *rest)


def set_again(layout: Any, style: Any) -> None:
    """Set a line again, as WeasyPrint does before it draws one."""
    layout.__dict__.pop("single", None)
    _reactivate(layout, style)


def _is_drawn_as_measured(layout: Any) -> bool:
    """True if a line is drawn with the spacing with which it was measured."""
    style = layout.style
    return not layout.justification_spacing and style["letter_spacing"] in ("normal", 0) and not style["word_spacing"]


def strut(style: Any) -> Any:
    """Return the height and baseline of a line in a style; replaces `strut`."""
    strut_measures = style.__dict__.get("_strut")
    if strut_measures is not None:
        return strut_measures
    cache = _font_map_cache(style, "_struts")
    height = style["line_height"]
    if check_math(height):
        return _strut(style)
    key = (_shape_key(style), height)
    strut_measures = cache.get(key)
    if strut_measures is None:
        strut_measures = cache[key] = _strut(style)
    style._strut = strut_measures
    return strut_measures


def _shape_key(style: Any) -> tuple[Any, ...]:
    return tuple(style["font_family"]), style["text_decoration_line"] != "none", _font_of(style), _features_of(style)


def _font_map_cache(style: Any, name: str) -> dict[Any, Any]:
    cache: dict[Any, Any] = style.font_config.__dict__.setdefault(name, {})
    if len(cache) > _CACHE_SIZE:
        cache.clear()
    return cache


def _create_pango_style(style: Any) -> _PangoStyle:
    """Create the Pango objects of a style, as `Layout.setup` does."""
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    language_tag = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
    if language_tag:
        pointer, _alive = unicode_to_char_p(language_tag)
        language = pango.pango_language_from_string(pointer)
        pango.pango_context_set_language(context, language)
    else:
        language = pango.pango_language_get_default()
    description = get_font_description(style)
    features = ",".join(f"{key} {value}" for key, value in font_features(*_features_of(style)).items()).encode()
    return _PangoStyle(context, description, language, features, _font_metrics(style, context, description, language))


def _font_metrics(style: Any, context: Any, description: Any, language: Any) -> dict[str, float | None]:
    """Return the metrics that underlines and strikethroughs need."""
    if style["text_decoration_line"] == "none":
        return {"ascent": None, "underline_position": None, "strikethrough_position": None}
    metrics = ffi.gc(pango.pango_context_get_metrics(context, description, language), pango.pango_font_metrics_unref)
    names = ("ascent", "underline_position", "strikethrough_position", "underline_thickness", "strikethrough_thickness")
    return {name: FROM_UNITS * getattr(pango, f"pango_font_metrics_get_{name}")(metrics) for name in names}


FASTER: Patches = {
    line_break.Layout.setup: set_up,
    _set_text: set_text,
    _deactivate: deactivate,
    _reactivate: reactivate,
    _draw_first_line: draw_first_line,
    _strut: strut,
}
