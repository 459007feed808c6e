"""Faster cascade and computed styles.

Replaced:
    css.StyleFor                     StyleFor: matches rules by kinds of elements, and rare ones on demand
    ComputedStyle.__init__           init_style: starts with the initial values that no rule of the element sets
    AnonymousStyle.__init__          init_anonymous_style: the same for anonymous boxes
    ComputedStyle.__missing__        compute_missing: takes inherited and initial values without computing them
    AnonymousStyle.__missing__       compute_anonymous_missing: the same for anonymous boxes
    computed_values.color            compute_colour: caches colours
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
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

from pipeline.press.fast.free_memory import Patches, record_cycle

# Cascade: 13 % of the press; needless with `upstream/rule-matching.md`. A layout has some hundred rules, and its texts
# have some thirty kinds of elements, where a kind is a name and classes within ancestors of certain kinds. Most rules
# match all elements of a kind or none, so matches are computed once for all texts of a layout, and so are the cascaded
# declarations of each set of rules. WeasyPrint also prepares six pseudo-elements for each element that only notes and
# list items use; here they are computed on demand.

_StyleFor = engine_css.StyleFor

_CASCADE_CACHE = 5_000
"""Size limit of each cache of a layout: kinds of elements, sets of rules."""

_NAME_ATTRIBUTES = frozenset({"local_name", "classes", "namespace_url", "ancestors", "parent", "in_html_document"})
"""Attributes of an element wrapper that depend on names and classes only, or lead to ancestors."""

_PAGE_RELATIVE = re.compile(r"(?i)[0-9][sldp]?v(?:[whib]|min|max)\b|[0-9][a-z]*\\")
"""Lengths that may depend on the page size; matches too many rather than too few."""

_RARE_TYPES = frozenset({"marker", "footnote-call", "footnote-marker", "note-call", "note-marker", "note-callback"})

_WeightedValue = tuple[Any, tuple[Any, Any, Any]]
"""A value, and the weight of the rule that sets it."""

_Declarations = dict[str, _WeightedValue]
"""Declarations for an element, by property."""

_ElementDeclarations = tuple[tuple[object, ...], _Declarations]
"""Declarations in the attributes of an element, and a key that makes the element unique."""

_NO_DECLARATIONS: _ElementDeclarations = (), {}
_SHEET_STRIDE = 1_000_000
"""Difference between the selector numbers of one style sheet and the next."""


class CascadedValue(NamedTuple):
    """Cascaded declarations of a set of matched rules, for the element and its pseudo-elements."""

    group: int
    """A number that sets of rules with the same declarations share."""
    own: _Declarations
    pseudo_elements: tuple[tuple[str, _Declarations], ...]
    rare: dict[str, _Declarations]


class Selector(NamedTuple):
    """A selector: its compiled test, and its number among all style sheets."""

    test: Any
    number: int


class _ElementKind:
    """Elements of the same name and classes, whose ancestors are of the same kinds."""

    __slots__ = ("always_matched", "children_kinds", "to_test")

    def __init__(self, always_matched: tuple[int, ...] = (), to_test: tuple[Selector, ...] = ()) -> None:
        self.always_matched = always_matched
        self.to_test = to_test
        self.children_kinds: dict[tuple[str, str], _ElementKind] = {}


class Cascade:
    """Style sheets, with caches of the rules that elements match and of their cascaded declarations."""

    def __init__(self, sheets: tuple[tuple[Any, str, Any], ...], most: int = _CASCADE_CACHE) -> None:
        self._sheets = sheets
        self._most = most
        self._root_kind = _ElementKind()
        self._kind_count = 0
        self._entries_by_number: dict[int, tuple[Any, ...]] = {}
        self._cascades_by_rules: dict[tuple[int, ...], CascadedValue] = {}
        self._groups: dict[tuple[Any, ...], int] = {}

    def init_style(self) -> _ElementKind:
        """Begin a document: return the kind above its root."""
        if self._kind_count > self._most:
            self._root_kind, self._kind_count = _ElementKind(), 0
        if len(self._cascades_by_rules) > self._most:
            self._cascades_by_rules.clear()
            self._groups.clear()
        return self._root_kind

    def kind(self, element: Any, parent_kind: _ElementKind) -> _ElementKind:
        """Return the kind of an element whose parent is of a kind."""
        attributes = element.etree_element.attrib
        name = element.etree_element.tag, attributes.get("class", "")
        kind = parent_kind.children_kinds.get(name)
        if kind is None:
            self._kind_count += 1
            tested = [(selector, *_test_on_names(selector.test, element)) for selector in self._selectors(element)]
            kind = parent_kind.children_kinds[name] = _ElementKind(
                tuple(selector.number for selector, matches, by_names_alone in tested if by_names_alone and matches),
                tuple(selector for selector, _, by_names_alone in tested if not by_names_alone),
            )
        return kind

    def of(self, element: Any, kind: _ElementKind) -> CascadedValue:
        """Return the cascaded declarations of the rules that an element matches."""
        attributes = element.etree_element.attrib
        selectors = kind.to_test
        if "lang" in attributes or "id" in attributes:
            selectors += self._attribute_selectors(attributes)
        key = kind.always_matched + tuple([number for test, number in selectors if test(element)])
        cascaded = self._cascades_by_rules.get(key)
        if cascaded is None:
            cascaded = self._cascades_by_rules[key] = self._cascade_rules(key)
        return cascaded

    def _selectors(self, element: Any) -> tuple[Selector, ...]:
        """List the selectors that may match elements of a kind."""
        selectors: list[Selector] = []
        for sheet_number, (sheet, _, _) in enumerate(self._sheets):
            matcher, name = sheet.matcher, ascii_lower(element.local_name)
            for entries in (
                *(matcher.class_selectors.get(class_name, ()) for class_name in sorted(element.classes)),
                matcher.lower_local_name_selectors.get(name, ()),
                matcher.namespace_selectors.get(element.namespace_url, ()),
                matcher.other_selectors,
            ):
                selectors += self._number_selectors(sheet_number, entries)
        return tuple(selectors)

    def _attribute_selectors(self, attributes: dict[str, str]) -> tuple[Selector, ...]:
        """List the selectors for an id, or for elements with a `lang` attribute."""
        selectors: list[Selector] = []
        for sheet_number, (sheet, _, _) in enumerate(self._sheets):
            selectors += self._number_selectors(sheet_number, sheet.matcher.id_selectors.get(attributes.get("id"), ()))
            if "lang" in attributes:
                selectors += self._number_selectors(sheet_number, sheet.matcher.lang_attr_selectors)
        return tuple(selectors)

    def _number_selectors(self, sheet_number: int, entries: Iterable[Any]) -> Iterator[Selector]:
        for entry in entries:
            number = sheet_number * _SHEET_STRIDE + entry[2]
            self._entries_by_number[number] = entry
            yield Selector(entry[0], number)

    def _cascade_rules(self, numbers: tuple[int, ...]) -> CascadedValue:
        """Cascade some rules (CSS Cascade 5, 6.1): by style sheet, then by specificity, then by order."""
        styles: dict[Any, _Declarations] = {}
        key_of_group = []
        entries = self._entries_by_number
        for number in sorted(numbers, key=lambda number: (number // _SHEET_STRIDE, *entries[number][1:3])):
            sheet, origin, sheet_specificity = self._sheets[number // _SHEET_STRIDE]
            _, specificity, _, pseudo_type, (declarations, layer) = entries[number]
            order = inf if layer is None else sheet.layers.index(layer)
            key_of_group.append((sheet, specificity, id(declarations), order))
            rules = styles.setdefault(pseudo_type, {})
            for name, value, importance in declarations:
                precedence = engine_css.declaration_precedence(origin, importance)
                _declare(rules, name, (value, (precedence, order, sheet_specificity or specificity)))
        element_style = styles.pop(None, {})
        rare = {pseudo_type: styles.pop(pseudo_type) for pseudo_type in _RARE_TYPES & styles.keys()}
        group = self._groups.setdefault(tuple(key_of_group), len(self._groups))
        return CascadedValue(group, element_style, tuple(styles.items()), rare)


class _RecordingElement:
    """An element wrapper that records which of its attributes are read."""

    def __init__(self, element: Any, read_attributes: set[str]) -> None:
        self._element, self._read_attributes = element, read_attributes

    def __getattr__(self, name: str) -> Any:
        self._read_attributes.add(name)
        value = getattr(self._element, name)
        if name == "ancestors":
            return tuple(_RecordingElement(ancestor, self._read_attributes) for ancestor in value)
        return _RecordingElement(value, self._read_attributes) if name == "parent" and value is not None else value


def _test_on_names(test: Any, element: Any) -> tuple[bool, bool]:
    """Return whether an element matches, and whether that depends on names and classes alone.

    In that case all elements of its kind match.
    """
    read_attributes: set[str] = set()
    matches = test(_RecordingElement(element, read_attributes))
    return bool(matches), read_attributes <= _NAME_ATTRIBUTES


def _declare(rules: _Declarations, name: str, rule: _WeightedValue) -> None:
    """Declare a value, unless a weightier rule does."""
    if name not in rules or rules[name][1] <= rule[1]:
        rules[name] = rule


_cascade_of = lru_cache(maxsize=16)(Cascade)


class StyleFor(engine_css.StyleFor):  # type: ignore[misc]
    """Styles of a document; elements of the same kind share them, and rare pseudo-elements wait."""

    def __init__(self, html: Any, sheets: list[Any], hints: bool, font_config: Any, target_collector: Any) -> None:
        self._pending: dict[Any, tuple[dict[str, _Declarations], dict[str, Any]]] = {}
        if hints:  # which is not for us: a layout has style sheets
            super().__init__(html, sheets, hints, font_config, target_collector)
            return
        self._cascaded_styles: dict[tuple[Any, str | None], _Declarations] = {}
        self._computed_styles: dict[tuple[Any, str | None], Any] = {}
        self.initial_page_sizes = {"box": None, "area": None, "counts": _document_depends_on_page_size(html, sheets)}
        self._sheets = sheets
        self.font_config = font_config
        arguments = {"root": html.etree_element, "base_url": html.base_url, "target_collector": target_collector}
        self._compute(html.wrapper_element, _read_style_attributes(html), arguments)
        for element, pseudo_type in self._cascaded_styles:
            if pseudo_type:
                self.set_computed_styles(element, parent=element, pseudo_type=pseudo_type, **arguments)
        self._cascaded_styles.clear()

    def _compute(self, root: Any, declared: dict[Element, _ElementDeclarations], arguments: dict[str, Any]) -> None:
        """Compute the styles of all elements; siblings of a kind share one."""
        cascade, computed, cascaded = _cascade_of(tuple(self._sheets)), self._computed_styles, self._cascaded_styles
        kinds: dict[Any, _ElementKind] = {None: cascade.init_style()}
        shared: dict[tuple[Any, ...], Any] = {}
        for element in root.iter_subtree():
            etree = element.etree_element
            parent = element.parent.etree_element if element.parent else None
            kind = kinds[etree] = cascade.kind(element, kinds[parent])
            group, common, pseudo_elements, rare = cascade.of(element, kind)
            own, rules = declared.get(etree, _NO_DECLARATIONS)
            key = (id(computed[parent, None]) if element.parent else None, own, group)
            if key in shared:
                computed[etree, None] = shared[key]
            else:
                cascaded[etree, None] = _merge(rules, common)
                self.set_computed_styles(etree, parent, **arguments)
                shared[key] = computed[etree, None]
            for pseudo_type, pseudo_rules in pseudo_elements:
                cascaded[etree, pseudo_type] = pseudo_rules
            self._pending[etree] = rare, arguments

    def __call__(self, element: Any, pseudo_type: str | None = None) -> Any:
        """Return the style of an element or pseudo-element."""
        if (
            pseudo_type in _RARE_TYPES
            and element in self._pending
            and (element, pseudo_type) not in self._computed_styles
        ):
            styles, arguments = self._pending[element]
            if pseudo_type in styles:
                self._cascaded_styles[element, pseudo_type] = styles[pseudo_type]
                self.set_computed_styles(element, element, pseudo_type=pseudo_type, **arguments)
                del self._cascaded_styles[element, pseudo_type]
        return super().__call__(element, pseudo_type)


@lru_cache(maxsize=16)
def depends_on_page_size(style: str) -> bool:
    """True if a style sheet may depend on the first page's size, so that it must wait for the layout."""
    return _PAGE_RELATIVE.search(style) is not None


def _document_depends_on_page_size(html: Any, sheets: list[Any]) -> bool:
    """True if any style of a document may depend on the page size, or has an unknown source."""
    sources = [getattr(sheet, "source", None) for sheet, origin, _ in sheets if origin != "user agent"]
    style_attributes = (element.attrib["style"] for element in html.etree_element.iter() if "style" in element.attrib)
    return any(source is None or depends_on_page_size(source) for source in sources) or any(
        map(_PAGE_RELATIVE.search, style_attributes)
    )


def _read_style_attributes(html: Any) -> dict[Element, _ElementDeclarations]:
    declarations_by_element: dict[Element, _ElementDeclarations] = {}
    for specificity, element, declarations, base_url in engine_css.find_style_attributes(
        html.etree_element, False, html.base_url
    ):
        rules = declarations_by_element.setdefault(element, ((element,), {}))[1]
        for name, value, importance in engine_css.preprocess_declarations(base_url, declarations):
            weight = (engine_css.declaration_precedence("author", importance), inf, specificity)
            _declare(rules, name, (value, weight))
    return declarations_by_element


def _merge(own: _Declarations, others: _Declarations) -> _Declarations:
    """Merge the declarations of a `style` attribute with those of rules."""
    if not own:
        return others
    merged = dict(own)
    for name, rule in others.items():
        _declare(merged, name, rule)
    return merged


# Computed styles: 15 % of the press; needless with `upstream/computed-styles.md`. WeasyPrint computes a property at its
# first look-up, by one function for all. Most properties of most elements are set by no rule and have the parent's or
# the initial value. So a style starts with the initial values that no rule of its element affects, and inherits groups
# of properties at once.

original_missing = engine_css.ComputedStyle.__missing__
"""WeasyPrint's function that computes a property; `patches.require_known_engine` checks its source."""

original_anonymous_missing = engine_css.AnonymousStyle.__missing__

_colour = computed_values.color
_COLOUR_CACHE = 256
"""Size limit of the cache of colours."""

_original_init = engine_css.ComputedStyle.__init__
_original_anonymous_init = engine_css.AnonymousStyle.__init__

_SPECIAL_PROPERTIES = frozenset({"position", "float", "display"})
"""Properties whose value depends on more than a rule, the parent or the initial value."""

_PROPAGATED = frozenset({"page", *(f"text_decoration_{what}" for what in ("line", "color", "style", "thickness"))})
"""Properties that do not inherit, but are the parent's if no rule sets them (CSS Text Decoration 3, 2)."""

_SIDES = ("top", "right", "bottom", "left")

_USUALLY_INITIAL = (
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
"""Properties that have their initial value unless a rule sets them, and that nearly every box needs."""


class _PropertyGroup:
    """Inherited properties that nearly every box needs, and that are inherited together."""

    def __init__(self, *names: str) -> None:
        self.names, self.all_names, self.values_of = names, frozenset(names), itemgetter(*names)


_TYPE = _PropertyGroup(
    *("direction", "lang", "color_scheme", "visibility", "border_collapse", "white_space", "text_transform", "hyphens"),
    *("word_spacing", "letter_spacing", "font_family", "font_style", "font_stretch", "font_variation_settings"),
    *("font_language_override", "font_kerning", "font_feature_settings"),
    *(f"font_variant_{what}" for what in ("ligatures", "position", "caps", "alternates", "east_asian")),
    *("word_break", "hyphenate_limit_chars", "hyphenate_character", "image_resolution"),
)
"""Properties that few rules set."""

_TEXT = _PropertyGroup(
    *("color", "font_size", "font_weight", "line_height", "font_variant_numeric", "overflow_wrap"),
    *("text_decoration_line", "text_decoration_color", "text_indent", "text_align_all", "text_align_last", "page"),
)
"""Properties of which most rules set one or another."""

_GROUP_BY_PROPERTY = {name: group for group in (_TYPE, _TEXT) for name in group.names}

_NO_PAGE_SIZES = {"area": None}
"""Page sizes of a style that belongs to no document."""

_LINE_PSEUDO_TYPES = frozenset({"first-line", "first-letter"})
"""Pseudo-elements whose styles hold only computed properties, which WeasyPrint copies."""


@cache
def _value_source(key: str) -> str:
    """Return where a property comes from if no rule sets it: 'parent', 'initial', or '' if it must be computed."""
    if key in _SPECIAL_PROPERTIES or (key.startswith(("text_decoration_", "__")) and key not in _PROPAGATED):
        return ""
    if key in INHERITED or key in _PROPAGATED:
        return "parent"
    return "initial" if key in INITIAL_VALUES and key not in INITIAL_NOT_COMPUTED else ""


@cache
def _logical_names(key: str) -> tuple[str, str] | tuple[()]:
    """Return the logical properties that may set a physical one, in both writing directions."""
    logical_name = PHYSICAL_FUNCTIONS.get(key)
    return (logical_name(block="ttb", inline="ltr"), logical_name(block="ttb", inline="rtl")) if logical_name else ()


_INITIAL_STYLE = {
    **{key: INITIAL_VALUES[key] for key in (*_USUALLY_INITIAL, "position", "float")},
    **{f"border_{side}_width": 0 for side in _SIDES},  # as wide as a border of no style
    "outline_width": 0,
}
"""Initial values in the style of an element."""

_INITIAL_ANONYMOUS_STYLE = {key: INITIAL_VALUES[key] for key in (*_USUALLY_INITIAL, "position", "float")}
"""Initial values in the style of an anonymous box."""

_NORMAL_FLOW = {"position": INITIAL_VALUES["position"], "float": INITIAL_VALUES["float"]}
_INITIAL_DISPLAY = INITIAL_VALUES["display"]
"""Specified values that decide where a box is placed, if no rule sets them."""


def _find_affected() -> dict[str, tuple[str, ...]]:
    """Map each property to those of `_INITIAL_STYLE` that lose their initial value if a rule sets it."""
    affected: dict[str, set[str]] = defaultdict(set)
    for key in _INITIAL_STYLE:
        deciding = {key, key.replace("_width", "_style")} if key.endswith("_width") else {key}
        for property_name in deciding | ({"position", "float"} if key in _SPECIAL_PROPERTIES else set()):
            for name in (property_name, *_logical_names(property_name)):
                affected[name].add(key)
    return {name: tuple(sorted(keys)) for name, keys in affected.items()}


_AFFECTED_BY = _find_affected()
_AFFECTING = frozenset(_AFFECTED_BY)


def init_style(style: Any, parent: Any, cascaded: Any, pseudo_type: str | None, *more: Any) -> None:
    """Start the style of an element or a `::before` or `::after`; replaces `ComputedStyle.__init__`."""
    _original_init(style, parent, cascaded, pseudo_type, *more)
    if parent is None or pseudo_type in _LINE_PSEUDO_TYPES:
        return
    style.update(_INITIAL_STYLE)
    for name in cascaded.keys() & _AFFECTING:
        for key in _AFFECTED_BY[name]:
            style.pop(key, None)
    if "float" in style:
        style.specified.update(_NORMAL_FLOW)
        value = cascaded["display"][0] if "display" in cascaded else _INITIAL_DISPLAY
        if type(value) is tuple:  # a box in normal flow keeps it
            style["display"] = style.specified["display"] = value


def init_anonymous_style(style: Any, parent: Any) -> None:
    """Start the style of an anonymous box; replaces `AnonymousStyle.__init__`."""
    _original_anonymous_init(style, parent)
    style.initial_page_sizes = parent.__dict__.get("initial_page_sizes")
    style.update(_INITIAL_ANONYMOUS_STYLE)
    record_cycle(style)


def compute_missing(style: Any, key: str) -> Any:
    """Compute a property at its first look-up; replaces `ComputedStyle.__missing__`."""
    source, cascaded, parent = _value_source(key), style.cascaded, style.parent_style
    if not source or key in cascaded or parent is None or not cascaded.keys().isdisjoint(_logical_names(key)):
        return original_missing(style, key)
    if source == "initial":
        value = style[key] = INITIAL_VALUES[key]
        return value
    group = None if style.pseudo_type in _LINE_PSEUDO_TYPES else _GROUP_BY_PROPERTY.get(key)
    if group and cascaded.keys().isdisjoint(group.all_names):
        return _inherit_group(style, parent, key, group)
    if group is _TEXT and _may_inherit_all(style, parent, group):
        for name in group.names:
            if name not in cascaded and name not in style:
                style[name] = parent[name]
        return style[key]
    value = style[key] = parent[key]
    return value


def _inherit_group(style: Any, parent: Any, key: str, group: _PropertyGroup) -> Any:
    """Inherit a whole group of properties from the parent, unless the style has some of them."""
    if style.keys().isdisjoint(group.all_names) and _may_inherit_all(style, parent, group):
        style.update(zip(group.names, group.values_of(parent), strict=True))
        return style[key]
    value = style[key] = parent[key]
    return value


def _may_inherit_all(style: Any, parent: Any, group: _PropertyGroup) -> bool:
    """True if more may be inherited than is needed now: values that depend on the page size must wait."""
    sizes = style.__dict__.get("initial_page_sizes") or _NO_PAGE_SIZES
    return sizes["area"] is not None or not sizes.get("counts", True) or parent.keys() >= group.all_names


def compute_anonymous_missing(style: Any, key: str) -> Any:
    """Compute a property of an anonymous box; replaces `AnonymousStyle.__missing__`."""
    source = _value_source(key)
    if not source:
        return original_anonymous_missing(style, key)
    if source == "initial":
        value = style[key] = INITIAL_VALUES[key]
        return value
    if group := _GROUP_BY_PROPERTY.get(key):
        return _inherit_group(style, style.parent_style, key, group)
    value = style[key] = style.parent_style[key]
    return value


_colours: dict[tuple[str, Any], Any] = {}


def compute_colour(style: Any, name: str, value: Any) -> Any:
    """Compute a colour; replaces `computed_values.color`. A layout has few colours and hundreds of boxes."""
    if type(value) not in (str, IdentToken, HashToken):
        return _colour(style, name, value)
    written = value if type(value) is str else f"#{value.value}" if type(value) is HashToken else value.lower_value
    key = written, style["color_scheme"]
    if key not in _colours:
        if len(_colours) >= _COLOUR_CACHE:
            _colours.clear()
        _colours[key] = _colour(style, name, value)
    return _colours[key]


FASTER: Patches = {
    _StyleFor: StyleFor,
    _original_init: init_style,
    _original_anonymous_init: init_anonymous_style,
    original_missing: compute_missing,
    original_anonymous_missing: compute_anonymous_missing,
    _colour: compute_colour,
}
