"""Replaces the set-up of Pango's objects: 6 % of the press; needless with `upstream/line-objects.md`.

The engine describes the font, the language and the features of its type anew for every piece of text that it measures,
and once more where it draws it. All pieces of one style in one font map share them here. So do their struts.
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

from pipeline.press.fast.patching import Patches

_strut = line_break.strut
_set_text = line_break.Layout.set_text
_deactivate = line_break.Layout.deactivate
_reactivate = line_break.Layout.reactivate
_draw_first_line = engine_text.draw_first_line

_ENDS = re.compile("[\r\n\u2028\u2029]")
"""Ends of paragraphs."""

_FEATURES = itemgetter(
    "font_kerning",
    "font_variant_ligatures",
    "font_variant_position",
    "font_variant_caps",
    "font_variant_numeric",
    "font_variant_alternates",
    "font_variant_east_asian",
    "font_feature_settings",
)
_FONT = itemgetter(
    *("font_style", "font_stretch", "font_weight", "font_size", "font_variation_settings"),
    *("font_language_override", "lang", "direction"),
)
_MOST = 1000
"""Size limit of the cache of a font map: styles of type."""


@dataclass(slots=True, eq=False)
class _Type:
    """Pango's objects for a style, and the measures of its font that decoration needs."""

    context: Any
    description: Any
    language: Any
    features: bytes
    measures: dict[str, float | None]
    words: dict[str, float] = field(default_factory=dict)
    """Widths of words."""
    narrowest: dict[Any, Any] = field(default_factory=dict)
    """The first lines of short texts that had no room."""


def type_of(style: Any) -> _Type:
    """Pango's objects for a style, created once a style. Copies have none."""
    known: _Type | None = style.__dict__.get("_type")
    if known is None:
        kept = _kept(style, "_types")
        key = _key(style)
        known = kept.get(key)
        if known is None:
            known = kept[key] = _describe(style)
        style._type = known
    return known


def set_up(layout: Any, style: Any) -> None:
    """Make a layout ready for text in a style."""
    known = type_of(style)
    layout.style = style
    layout.first_line_direction = 0
    layout.language = known.language
    layout.layout = ffi.gc(pango.pango_layout_new(known.context), gobject.g_object_unref)
    pango.pango_layout_set_auto_dir(layout.layout, False)
    pango.pango_layout_set_font_description(layout.layout, known.description)
    layout.__dict__.update(known.measures)
    if known.features:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)  # the layout has it for itself
        pango.pango_attr_list_insert(attributes, pango.pango_attr_font_features_new(known.features))
        pango.pango_layout_set_attributes(layout.layout, attributes)


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Give a layout its text. What holds no end of a paragraph is said to be one, as it is when it is drawn."""
    single = not _ENDS.search(text)
    if single != layout.__dict__.get("single", False):
        pango.pango_layout_set_single_paragraph_mode(layout.layout, single)
        layout.single = single
    _set_text(layout, text, justify)


def deactivate(layout: Any) -> None:
    """Release a line, but not before it is drawn, if it can be drawn as it was measured."""
    if layout.__dict__.get("drawn") or not layout.__dict__.get("single") or not _is_plain(layout):
        _deactivate(layout)
    else:
        layout.waiting = True


def reactivate(layout: Any, style: Any) -> None:
    """Make a line ready to be drawn."""
    layout.drawn = True
    if layout.__dict__.get("style") is not style or not layout.__dict__.pop("waiting", False):
        set_anew(layout, style)
    else:
        layout.kept = True


def draw_first_line(stream: Any, textbox: Any, *rest: Any) -> Any:
    """Paint a line as the engine does, which may change it: one that is kept as it was measured is set again first."""
    if textbox.pango_layout.__dict__.pop("kept", False):
        set_anew(textbox.pango_layout, textbox.style)
    return _draw_first_line(stream, textbox, *rest)


def set_anew(layout: Any, style: Any) -> None:
    """Set a line again, as the engine does before it draws it."""
    layout.__dict__.pop("single", None)
    _reactivate(layout, style)


def _is_plain(layout: Any) -> bool:
    """Whether a line is measured with the spaces with which it is drawn."""
    style = layout.style
    return not layout.justification_spacing and style["letter_spacing"] in ("normal", 0) and not style["word_spacing"]


def strut(style: Any) -> Any:
    """The height of a line and its baseline."""
    known = style.__dict__.get("_strut")
    if known is not None:
        return known
    kept = _kept(style, "_struts")
    height = style["line_height"]
    if check_math(height):
        return _strut(style)
    key = (_key(style), height)
    known = kept.get(key)
    if known is None:
        known = kept[key] = _strut(style)
    style._strut = known
    return known


def _key(style: Any) -> tuple[Any, ...]:
    """All of a style that the shape of its letters depends on."""
    return tuple(style["font_family"]), style["text_decoration_line"] != "none", _FONT(style), _FEATURES(style)


def _kept(style: Any, name: str) -> dict[Any, Any]:
    """Cache of a style's font map under a name."""
    kept: dict[Any, Any] = style.font_config.__dict__.setdefault(name, {})
    if len(kept) > _MOST:
        kept.clear()
    return kept


def _describe(style: Any) -> _Type:
    """Create Pango's objects for a style, as the engine does."""
    context = ffi.gc(pango.pango_font_map_create_context(style.font_config.font_map), gobject.g_object_unref)
    pango.pango_context_set_round_glyph_positions(context, False)
    pango.pango_context_set_base_dir(context, PANGO_DIRECTION[style["direction"]])
    override = style["font_language_override"]
    name = style["lang"] if override == "normal" else LST_TO_ISO.get(override.lower(), override)
    if name:
        pointer, _alive = unicode_to_char_p(name)
        language = pango.pango_language_from_string(pointer)
        pango.pango_context_set_language(context, language)
    else:
        language = pango.pango_language_get_default()
    description = get_font_description(style)
    features = ",".join(f"{key} {value}" for key, value in font_features(*_FEATURES(style)).items()).encode()
    return _Type(context, description, language, features, _measures(style, context, description, language))


def _measures(style: Any, context: Any, description: Any, language: Any) -> dict[str, float | None]:
    """The measures of a font that lines under or through its text need."""
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
