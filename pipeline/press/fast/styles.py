"""Replaces the look-up of computed styles: 15 % of the press; needless with `upstream/computed-styles.md`.

The engine computes a property when it is first asked for, by one function for all of them. Most properties of most
elements are set by no rule; for these the answer is the parent's or the initial value, and nothing need be computed.
What is asked of every element is not even asked for one by one: a style begins with the initial values that no rule of
its element touches, and takes over all of its parent's type at once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Set
from functools import cache
from operator import itemgetter
from typing import Any

from tinycss2.ast import HashToken, IdentToken
from weasyprint import css as engine_css
from weasyprint.css import computed_values
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

from pipeline.press.fast.patching import Patches
from pipeline.press.fast.release import hold

compute = engine_css.ComputedStyle.__missing__
"""The engine's function that computes a property; checked by its source, as the patches of `workarounds` are."""

compute_anonymous = engine_css.AnonymousStyle.__missing__

_colour = computed_values.color
_MOST = 256
"""Size limit of the cache of colours."""

_begin = engine_css.ComputedStyle.__init__
_begin_anonymous = engine_css.AnonymousStyle.__init__

_OWN_RULES = frozenset({"position", "float", "display"})
"""Properties whose value depends on more than a rule, the parent or the initial value."""

_PASSED_ON = frozenset({"page", *(f"text_decoration_{what}" for what in ("line", "color", "style", "thickness"))})
"""Properties that do not inherit, and are the parent's where no rule sets them (CSS Text Decoration 3, section 2)."""

_SIDES = ("top", "right", "bottom", "left")

_USUAL = (
    *(f"{kind}_{side}" for kind in ("margin", "padding") for side in _SIDES),
    *(f"border_{side}_style" for side in _SIDES),
    *(f"border_{end}_{side}_radius" for end in ("top", "bottom") for side in ("left", "right")),
    *(f"{limit}{axis}" for limit in ("", "min_", "max_") for axis in ("width", "height")),
    *("counter_reset", "counter_set", "counter_increment", "string_set", "bookmark_level", "bookmark_state"),
    *("overflow", "box_sizing", "border_image_source", "mask_border_source", "image_orientation", "background_image"),
    *("background_color", "box_shadow", "transform", "appearance", "opacity", "outline_style", "outline_offset"),
    *("outline_color", "box_decoration_break", "vertical_align", "column_width", "column_count", "continue"),
    *("max_lines", "break_before", "break_after", "content", "anchor"),
)
"""Properties that have their initial value wherever no rule sets them, and are asked of nearly every box."""

_TYPE = (
    *("direction", "lang", "color_scheme", "visibility", "border_collapse", "white_space", "text_transform", "hyphens"),
    *("word_spacing", "letter_spacing", "font_family", "font_style", "font_stretch", "font_variation_settings"),
    *("font_language_override", "font_kerning", "font_feature_settings"),
    *(f"font_variant_{what}" for what in ("ligatures", "position", "caps", "alternates", "east_asian")),
    *("word_break", "hyphenate_limit_chars", "hyphenate_character", "image_resolution"),
)
"""Inherited properties that few rules set, and that are asked of nearly every box."""

_WORDS = (
    *("color", "font_size", "font_weight", "line_height", "font_variant_numeric", "overflow_wrap"),
    *("text_decoration_line", "text_decoration_color", "text_indent", "text_align_all", "text_align_last", "page"),
)
"""The same of which many rules set one or another."""

_TYPE_SET, _WORDS_SET = frozenset(_TYPE), frozenset(_WORDS)
_type_of, _words_of = itemgetter(*_TYPE), itemgetter(*_WORDS)

_OF_NO_DOCUMENT = {"area": None}
"""Size of the page in a style of no document."""

_LINES = frozenset({"first-line", "first-letter"})
"""Styles that hold only the computed properties, which the engine copies."""


@cache
def _source(key: str) -> str:
    """Source of a property that no rule sets: 'parent', 'initial', or '' if it is not so simple."""
    if key in _OWN_RULES or (key.startswith(("text_decoration_", "__")) and key not in _PASSED_ON):
        return ""
    if key in INHERITED or key in _PASSED_ON:
        return "parent"
    return "initial" if key in INITIAL_VALUES and key not in INITIAL_NOT_COMPUTED else ""


@cache
def _logical(key: str) -> tuple[str, str] | tuple[()]:
    """The logical properties that may set a physical one, for both directions of writing."""
    ask = PHYSICAL_FUNCTIONS.get(key)
    return (ask(block="ttb", inline="ltr"), ask(block="ttb", inline="rtl")) if ask else ()


_BEGUN = {
    **{key: INITIAL_VALUES[key] for key in (*_USUAL, "position", "float")},
    **{f"border_{side}_width": 0 for side in _SIDES},  # as wide as a border of no style
    "outline_width": 0,
}
"""Initial values in the style of an element."""

_BEGUN_ANONYMOUS = {key: INITIAL_VALUES[key] for key in (*_USUAL, "position", "float")}
"""Initial values in the style of an anonymous box."""

_IN_FLOW = {"position": INITIAL_VALUES["position"], "float": INITIAL_VALUES["float"]}
_INLINE = INITIAL_VALUES["display"]
"""The specified values of what decides where a box is placed, where no rule sets them."""


def _touched() -> dict[str, tuple[str, ...]]:
    """The properties of `_BEGUN` that do not have that value where a rule sets some property."""
    by: dict[str, set[str]] = defaultdict(set)
    for key in _BEGUN:
        own = {key, key.replace("_width", "_style")} if key.endswith("_width") else {key}
        for one in own | ({"position", "float"} if key in _OWN_RULES else set()):
            for name in (one, *_logical(one)):
                by[name].add(key)
    return {name: tuple(sorted(keys)) for name, keys in by.items()}


_TOUCHED = _touched()
_TOUCHING = frozenset(_TOUCHED)


def begin(style: Any, parent: Any, cascaded: Any, pseudo_type: str | None, *more: Any) -> None:
    """Begin the style of an element, or of what is made before or after it."""
    _begin(style, parent, cascaded, pseudo_type, *more)
    if parent is None or pseudo_type in _LINES:
        return
    style.update(_BEGUN)
    for name in cascaded.keys() & _TOUCHING:
        for key in _TOUCHED[name]:
            style.pop(key, None)
    if "float" in style:
        style.specified.update(_IN_FLOW)
        value = cascaded["display"][0] if "display" in cascaded else _INLINE
        if type(value) is tuple:  # of what stands in the flow of its text that is what it is
            style["display"] = style.specified["display"] = value


def begin_anonymous(style: Any, parent: Any) -> None:
    """Begin the style of a box that no element has of its own."""
    _begin_anonymous(style, parent)
    style.initial_page_sizes = parent.__dict__.get("initial_page_sizes")
    style.update(_BEGUN_ANONYMOUS)
    hold(style)


def missing(style: Any, key: str) -> Any:
    """The computed value of a property on its first lookup."""
    source, cascaded, parent = _source(key), style.cascaded, style.parent_style
    if not source or key in cascaded or parent is None or not cascaded.keys().isdisjoint(_logical(key)):
        return compute(style, key)
    if source == "initial":
        value = style[key] = INITIAL_VALUES[key]
        return value
    if style.pseudo_type not in _LINES:
        if key in _TYPE_SET and cascaded.keys().isdisjoint(_TYPE_SET):
            return _take(style, parent, key, _TYPE, _TYPE_SET, _type_of)
        if key in _WORDS_SET:
            if cascaded.keys().isdisjoint(_WORDS_SET):
                return _take(style, parent, key, _WORDS, _WORDS_SET, _words_of)
            if _may_be_asked(style, parent, _WORDS_SET):
                for name in _WORDS:
                    if name not in cascaded and name not in style:
                        style[name] = parent[name]
                return style[key]
    value = style[key] = parent[key]
    return value


def _take(style: Any, parent: Any, key: str, names: tuple[str, ...], all_names: Set[str], of: itemgetter[Any]) -> Any:
    """Take over all of something from the parent, unless some of it is here."""
    if style.keys().isdisjoint(all_names) and _may_be_asked(style, parent, all_names):
        style.update(zip(names, of(parent), strict=True))
        return style[key]
    value = style[key] = parent[key]
    return value


def _may_be_asked(style: Any, parent: Any, names: Set[str]) -> bool:
    """Whether the parent may be asked for more than is wanted now: what goes by the first page has to wait for it."""
    sizes = style.__dict__.get("initial_page_sizes") or _OF_NO_DOCUMENT
    return sizes["area"] is not None or not sizes.get("counts", True) or parent.keys() >= names


def missing_in_anonymous(style: Any, key: str) -> Any:
    """The same for a box that no element has of its own."""
    source = _source(key)
    if not source:
        return compute_anonymous(style, key)
    if source == "initial":
        value = style[key] = INITIAL_VALUES[key]
        return value
    if key in _TYPE_SET:
        return _take(style, style.parent_style, key, _TYPE, _TYPE_SET, _type_of)
    if key in _WORDS_SET:
        return _take(style, style.parent_style, key, _WORDS, _WORDS_SET, _words_of)
    value = style[key] = style.parent_style[key]
    return value


_colours: dict[tuple[str, Any], Any] = {}


def colour(style: Any, name: str, value: Any) -> Any:
    """The colour that a word or a number stands for; there are few in a layout, and hundreds of boxes."""
    if type(value) not in (str, IdentToken, HashToken):
        return _colour(style, name, value)
    said = value if type(value) is str else f"#{value.value}" if type(value) is HashToken else value.lower_value
    key = said, style["color_scheme"]
    if key not in _colours:
        if len(_colours) >= _MOST:
            _colours.clear()
        _colours[key] = _colour(style, name, value)
    return _colours[key]


FASTER: Patches = {
    _begin: begin,
    _begin_anonymous: begin_anonymous,
    compute: missing,
    compute_anonymous: missing_in_anonymous,
    _colour: colour,
}
