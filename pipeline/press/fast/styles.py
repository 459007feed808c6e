"""Faster cascade and style look-up."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Set
from functools import cache, lru_cache
from math import inf
from operator import itemgetter
from typing import Any, NamedTuple
from xml.etree.ElementTree import Element

from cssselect2 import ascii_lower
from tinycss2.ast import HashToken, IdentToken
from weasyprint import css as engine_css
from weasyprint.css import computed_values
from weasyprint.css.computed_values import PHYSICAL_FUNCTIONS
from weasyprint.css.properties import INHERITED, INITIAL_NOT_COMPUTED, INITIAL_VALUES

from pipeline.press.fast.patching import Patches
from pipeline.press.fast.release import hold

# Replaces the matching of rules and the cascade: 13 % of the press; needless with `upstream/rule-matching.md`. A
# layout has some hundred rules, and its texts have some thirty kinds of elements. Whether most rules match is the
# same for all elements of a name and classes within others of the same names and classes: both are computed once for
# all texts of a layout, and so are the declarations of a set of rules. The engine also prepares six styles for every
# element that only notes and items of lists ever use; here they are computed on demand.

_StyleFor = engine_css.StyleFor

_MOST = 5_000
"""Size limit of each cache of a layout: kinds of elements, sets of rules."""

_BY_NAMES = frozenset({"local_name", "classes", "namespace_url", "ancestors", "parent", "in_html_document"})
"""Attributes of an element that give its names and classes and lead to its neighbours. All documents are HTML's."""

_BY_PAGE = re.compile(r"(?i)[0-9][sldp]?v(?:[whib]|min|max)\b|[0-9][a-z]*\\")
"""Lengths that may depend on the size of the page; matches too many rather than too few."""

_SELDOM = frozenset({"marker", "footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})

_Rule = tuple[Any, tuple[Any, Any, Any]]
"""A value, and the weight of the rule that sets it."""

_Rules = dict[str, _Rule]
"""Declarations for an element, by property."""

_Declared = tuple[tuple[object, ...], _Rules]
"""Declarations in the attributes of an element, and a key for them: an id makes an element unique."""

_NOTHING: _Declared = (), {}
_DISTANCE = 1_000_000
"""Between the numbers of the selectors of one sheet and those of the next."""


class CascadedValue(NamedTuple):
    """Cascaded declarations of a set of matched rules, for the element and each of its pseudo-elements."""

    alike: int
    """A number shared by sets of rules with the same declarations."""
    own: _Rules
    made: tuple[tuple[str, _Rules], ...]
    seldom: dict[str, _Rules]


class Selector(NamedTuple):
    """A selector of one of some style sheets: whether an element matches it, and its number among all."""

    test: Any
    number: int


class _Kind:
    """Elements of the same name and classes within others of the same: the rules that match all, and those to ask."""

    __slots__ = ("asked", "matched", "within")

    def __init__(self, matched: tuple[int, ...] = (), asked: tuple[Selector, ...] = ()) -> None:
        self.matched = matched
        self.asked = asked
        self.within: dict[tuple[str, str], _Kind] = {}


class Cascade:
    """Style sheets with caches of the rules that an element matches and of their cascaded declarations."""

    def __init__(self, sheets: tuple[tuple[Any, str, Any], ...], most: int = _MOST) -> None:
        self._sheets = sheets
        self._most = most
        self._around = _Kind()
        self._kinds = 0
        self._payloads: dict[int, tuple[Any, ...]] = {}
        self._come_to: dict[tuple[int, ...], CascadedValue] = {}
        self._alike: dict[tuple[Any, ...], int] = {}

    def begin(self) -> _Kind:
        """Begin a document: what its root is within."""
        if self._kinds > self._most:
            self._around, self._kinds = _Kind(), 0
        if len(self._come_to) > self._most:
            self._come_to.clear()
            self._alike.clear()
        return self._around

    def kind(self, element: Any, around: _Kind) -> _Kind:
        """The kind of an element within one of another kind."""
        attributes = element.etree_element.attrib
        name = element.etree_element.tag, attributes.get("class", "")
        found = around.within.get(name)
        if found is None:
            self._kinds += 1
            asked = [(one, *_watched(one.test, element)) for one in self._selectors(element)]
            found = around.within[name] = _Kind(
                tuple(one.number for one, matches, by_names in asked if by_names and matches),
                tuple(one for one, _, by_names in asked if not by_names),
            )
        return found

    def of(self, element: Any, kind: _Kind) -> CascadedValue:
        """Cascaded declarations of the rules that an element matches."""
        attributes = element.etree_element.attrib
        asked = kind.asked
        if "lang" in attributes or "id" in attributes:
            asked += self._by_attributes(attributes)
        key = kind.matched + tuple([number for test, number in asked if test(element)])
        found = self._come_to.get(key)
        if found is None:
            found = self._come_to[key] = self._worked_out(key)
        return found

    def _selectors(self, element: Any) -> tuple[Selector, ...]:
        """The selectors that may match elements of a kind."""
        found: list[Selector] = []
        for place, (sheet, _, _) in enumerate(self._sheets):
            matcher, name = sheet.matcher, ascii_lower(element.local_name)
            for entries in (
                *(matcher.class_selectors.get(one, ()) for one in sorted(element.classes)),
                matcher.lower_local_name_selectors.get(name, ()),
                matcher.namespace_selectors.get(element.namespace_url, ()),
                matcher.other_selectors,
            ):
                found += self._numbered(place, entries)
        return tuple(found)

    def _by_attributes(self, attributes: dict[str, str]) -> tuple[Selector, ...]:
        """The selectors that are for an id, or for all that say their language."""
        found: list[Selector] = []
        for place, (sheet, _, _) in enumerate(self._sheets):
            found += self._numbered(place, sheet.matcher.id_selectors.get(attributes.get("id"), ()))
            if "lang" in attributes:
                found += self._numbered(place, sheet.matcher.lang_attr_selectors)
        return tuple(found)

    def _numbered(self, place: int, entries: Iterable[Any]) -> Iterator[Selector]:
        for entry in entries:
            number = place * _DISTANCE + entry[2]
            self._payloads[number] = entry
            yield Selector(entry[0], number)

    def _worked_out(self, numbers: tuple[int, ...]) -> CascadedValue:
        """Cascade of some rules (CSS Cascade 5, 6.1): by sheets, then by specificity, then by order."""
        styles: dict[Any, _Rules] = {}
        alike = []
        for number in sorted(numbers, key=lambda one: (one // _DISTANCE, *self._payloads[one][1:3])):
            sheet, origin, given = self._sheets[number // _DISTANCE]
            _, specificity, _, pseudo_type, (declarations, layer) = self._payloads[number]
            order = inf if layer is None else sheet.layers.index(layer)
            alike.append((sheet, specificity, id(declarations), order))
            rules = styles.setdefault(pseudo_type, {})
            for name, value, importance in declarations:
                weight = (engine_css.declaration_precedence(origin, importance), order, given or specificity)
                _declare(rules, name, (value, weight))
        own = styles.pop(None, {})
        made = tuple((pseudo_type, rules) for pseudo_type, rules in styles.items() if pseudo_type not in _SELDOM)
        seldom = {pseudo_type: rules for pseudo_type, rules in styles.items() if pseudo_type in _SELDOM}
        return CascadedValue(self._alike.setdefault(tuple(alike), len(self._alike)), own, made, seldom)


class _Watched:
    """An element that records which of its attributes were read."""

    def __init__(self, element: Any, asked: set[str]) -> None:
        self._element, self._asked = element, asked

    def __getattr__(self, name: str) -> Any:
        self._asked.add(name)
        value = getattr(self._element, name)
        if name == "ancestors":
            return tuple(_Watched(one, self._asked) for one in value)
        return _Watched(value, self._asked) if name == "parent" and value is not None else value


def _watched(test: Any, element: Any) -> tuple[bool, bool]:
    """Whether an element matches, and whether that depends on names and classes alone, so that its whole kind does."""
    asked: set[str] = set()
    matches = test(_Watched(element, asked))
    return bool(matches), asked <= _BY_NAMES


def _declare(rules: _Rules, name: str, rule: _Rule) -> None:
    """Declare a property, unless a weightier rule does."""
    if name not in rules or rules[name][1] <= rule[1]:
        rules[name] = rule


@lru_cache(maxsize=16)
def _cascade(sheets: tuple[tuple[Any, str, Any], ...]) -> Cascade:
    return Cascade(sheets)


class StyleFor(engine_css.StyleFor):  # type: ignore[misc]
    """The engine's styles of a document; those that are seldom used are computed on demand."""

    def __init__(self, html: Any, sheets: list[Any], hints: bool, font_config: Any, target_collector: Any) -> None:
        self._waiting: dict[Any, tuple[dict[str, _Rules], dict[str, Any]]] = {}
        if hints:  # which is not for us: a layout has style sheets
            super().__init__(html, sheets, hints, font_config, target_collector)
            return
        self._cascaded_styles: dict[tuple[Any, str | None], _Rules] = {}
        self._computed_styles: dict[tuple[Any, str | None], Any] = {}
        self.initial_page_sizes = {"box": None, "area": None, "counts": _goes_by_page(html, sheets)}
        self._sheets = sheets
        self.font_config = font_config
        given = {"root": html.etree_element, "base_url": html.base_url, "target_collector": target_collector}
        self._compute(html.wrapper_element, _declared(html), given)
        for element, pseudo_type in self._cascaded_styles:
            if pseudo_type:
                self.set_computed_styles(element, parent=element, pseudo_type=pseudo_type, **given)
        self._cascaded_styles.clear()

    def _compute(self, root: Any, declared: dict[Element, _Declared], given: dict[str, Any]) -> None:
        """Compute the styles of all elements; those alike within the same share one."""
        cascade, computed, cascaded = _cascade(tuple(self._sheets)), self._computed_styles, self._cascaded_styles
        kinds: dict[Any, _Kind] = {None: cascade.begin()}
        shared: dict[tuple[Any, ...], Any] = {}
        for element in root.iter_subtree():
            etree = element.etree_element
            parent = element.parent.etree_element if element.parent else None
            kind = kinds[etree] = cascade.kind(element, kinds[parent])
            alike, common, made, seldom = cascade.of(element, kind)
            own, rules = declared.get(etree, _NOTHING)
            key = (id(computed[parent, None]) if element.parent else None, own, alike)
            if key in shared:
                computed[etree, None] = shared[key]
            else:
                cascaded[etree, None] = _merged(rules, common)
                self.set_computed_styles(etree, parent, **given)
                shared[key] = computed[etree, None]
            for pseudo_type, pseudo_rules in made:
                cascaded[etree, pseudo_type] = pseudo_rules
            self._waiting[etree] = seldom, given

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        """The style of an element, or of what is made before, after or for it."""
        if pseudo_type in _SELDOM and element in self._waiting and (element, pseudo_type) not in self._computed_styles:
            styles, given = self._waiting[element]
            if pseudo_type in styles:
                self._cascaded_styles[element, pseudo_type] = styles[pseudo_type]
                self.set_computed_styles(element, element, pseudo_type=pseudo_type, **given)
                del self._cascaded_styles[element, pseudo_type]
        return super().__call__(element, pseudo_type)


@lru_cache(maxsize=16)
def goes_by_page(style: str) -> bool:
    """Whether something in a style sheet may go by the size of the first page, so that it has to wait for that."""
    return _BY_PAGE.search(style) is not None


def _goes_by_page(html: Any, sheets: list[Any]) -> bool:
    """The same of all that is said of a document; of sheets whose source is not known it is taken to be so."""
    sources = [getattr(sheet, "source", None) for sheet, origin, _ in sheets if origin != "user agent"]
    own = (element.attrib["style"] for element in html.etree_element.iter() if "style" in element.attrib)
    return any(source is None or goes_by_page(source) for source in sources) or any(map(_BY_PAGE.search, own))


def _declared(html: Any) -> dict[Element, _Declared]:
    """Declarations in the attributes of elements."""
    found: dict[Element, _Declared] = {}
    for specificity, element, declarations, base_url in engine_css.find_style_attributes(
        html.etree_element, False, html.base_url
    ):
        rules = found.setdefault(element, ((element,), {}))[1]
        for name, value, importance in engine_css.preprocess_declarations(base_url, declarations):
            weight = (engine_css.declaration_precedence("author", importance), inf, specificity)
            _declare(rules, name, (value, weight))
    return found


def _merged(own: _Rules, others: _Rules) -> _Rules:
    """Declarations of an element's own attributes merged with those of rules."""
    if not own:
        return others
    merged = dict(own)
    for name, rule in others.items():
        _declare(merged, name, rule)
    return merged


# Replaces the look-up of computed styles: 15 % of the press; needless with `upstream/computed-styles.md`. The engine
# computes a property when it is first asked for, by one function for all of them. Most properties of most elements
# are set by no rule; for these the answer is the parent's or the initial value, and nothing need be computed. What is
# asked of every element is not even asked for one by one: a style begins with the initial values that no rule of its
# element touches, and takes over all of its parent's type at once.

compute = engine_css.ComputedStyle.__missing__
"""The engine's function that computes a property; checked by its source, as the patches of `workarounds` are."""

compute_anonymous = engine_css.AnonymousStyle.__missing__

_colour = computed_values.color
_styles_MOST = 256
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
        if len(_colours) >= _styles_MOST:
            _colours.clear()
        _colours[key] = _colour(style, name, value)
    return _colours[key]


FASTER: Patches = {
    _StyleFor: StyleFor,
    _begin: begin,
    _begin_anonymous: begin_anonymous,
    compute: missing,
    compute_anonymous: missing_in_anonymous,
    _colour: colour,
}
