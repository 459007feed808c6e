"""Draw formulas in WeasyPrint, which has no MathML: each `math` element becomes an inline SVG.

Its words stay in the tree and become the Alt of a Formula tag.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from weasyprint import html as engine_html
from weasyprint.formatting_structure import boxes

from pipeline.core.documents.xhtml import SVG_PREFIX as SVG
from pipeline.core.text.formulas import draw_formula, fit_formula, formula_row_heights, formula_width
from pipeline.core.text.tex import split_formula
from pipeline.press.box_tree import placed_box

_MATHML = "{http://www.w3.org/1998/Math/MathML}"
_MATH = f"{_MATHML}math"
_FORMULA_ROLE = "math"
"""Role of a drawing that shows a formula."""

_METADATA_TAGS = ("title", "metadata", "style", "text")


_TOLERANCE = 0.5
"""Pixels by which a formula may exceed its line."""

_ONE_LINE_CLASSES = ("equation", "unbroken")
"""Classes of elements that hold a formula with its number, or with touching punctuation, on one line."""

BELOW_ATTRIBUTE = "data-below"
"""Attribute of an equation whose number does not fit next to its formula."""

_PLACE = "data-place"
"""Attribute of a drawing with its formula's index among all elements of the text."""


@dataclass(frozen=True, slots=True)
class FormulaWidths:
    """Width available to a formula in its em: next to its number, and on the whole line."""

    next_to_number: float
    line: float


def draw_formulas(elements: tuple[Element, ...], widths: Mapping[int, FormulaWidths] = MappingProxyType({})) -> None:
    """Replace every formula by its drawing; `widths` has the widths of formulas to be broken."""
    drawings = {
        element: _draw_formula(element, place, _tex(element))
        for place, element in enumerate(elements)
        if element.tag == _MATH and place not in widths
    }
    equations = [element for element in elements if element.get("class") == "equation"] if widths else []
    equation_of = {formula: equation for equation in equations for formula in equation.iter(_MATH)}
    for place, room in widths.items():
        drawings[elements[place]] = _break_formula(elements[place], place, room, equation_of.get(elements[place]))
    for parent in elements if drawings else ():
        for position, child in enumerate(parent):
            if child in drawings:
                parent[position] = drawings[child]


def _tex(formula: Element) -> str:
    return formula.findtext(f".//{_MATHML}annotation", "")


def _break_formula(formula: Element, place: int, widths: FormulaWidths, equation: Element | None) -> Element:
    """Break a formula over lines; each number is next to its row.

    If that is not enough, the number is set below the formula, and words in the formula are broken.
    """
    display = formula.get("display") == "block"
    tex, line_counts = fit_formula(_tex(formula), display, widths.next_to_number, words=equation is None)
    if equation is not None and formula_width(tex, display) > widths.next_to_number:
        tex, line_counts = fit_formula(_tex(formula), display, widths.line)
        equation.set(BELOW_ATTRIBUTE, "true")
    svg = _draw_formula(formula, place, tex)
    rows = equation.find("span[@class='rows']") if equation is not None else None
    if rows is None:
        last_row = ElementTree.fromstring(
            draw_formula(rf"\begin{{aligned}}{split_formula(tex).rows[-1]}\end{{aligned}}", display)
        )
        svg.set("style", f"{svg.get('style', '')};{last_row.get('style', '')}")
    elif len(rows) == len(line_counts):
        heights = iter(formula_row_heights(tex))
        for label, lines in zip(rows, line_counts, strict=True):
            label.set("style", f"line-height:{sum(islice(heights, lines)):.2f}em")
    return svg


def _draw_formula(formula: Element, place: int, tex: str) -> Element:
    display = formula.get("display") == "block"
    svg = ElementTree.fromstring(draw_formula(tex, display))
    for name in _METADATA_TAGS:
        for part in svg.findall(f"{SVG}{name}"):
            svg.remove(part)
    # inline each outline, so that a formula that occurs twice does not repeat ids
    outlines = {path.get("id"): path.get("d", "") for path in svg.iter(f"{SVG}path")}
    for definitions in svg.findall(f"{SVG}defs"):
        svg.remove(definitions)
    for use in svg.iter(f"{SVG}use"):
        x, y = use.attrib.pop("x", "0"), use.attrib.pop("y", "0")
        translation = "" if (x, y) == ("0", "0") else f"translate({x} {y})"
        outline = outlines[use.attrib.pop("href")[1:]]
        transform = f"{use.get('transform', '')} {translation}".strip()
        use.tag = f"{SVG}path"
        use.attrib.update({"d": outline, **({"transform": transform} if transform else {})})
    size = f"width:{svg.get('width')};{svg.get('style', '')}"
    svg.attrib = {
        "viewBox": svg.get("viewBox", ""),
        "class": "formula display" if display else "formula",
        "role": _FORMULA_ROLE,
        "aria-label": formula.get("alttext", ""),
        "style": size,
        _PLACE: str(place),
    }
    svg.tail = formula.tail
    return svg


def wide_formulas(pages: Iterable[Any]) -> Iterator[tuple[int, FormulaWidths]]:
    """Yield the index and the widths of every formula that is wider than its line."""
    pending: list[tuple[Any, float, float]] = [(page._page_box, page.width, 0.0) for page in pages]
    while pending:
        box, line_width, neighbours_width = pending.pop()
        box = placed_box(box)
        if is_formula(box) and box.width > line_width - neighbours_width - box.margin_left + _TOLERANCE:
            widths = (
                max(line_width - used - box.margin_left, 0.0) / box.style["font_size"]
                for used in (neighbours_width, 0.0)
            )
            yield int(box.element.get(_PLACE)), FormulaWidths(*widths)
        if isinstance(box, boxes.BlockContainerBox):
            line_width, neighbours_width = box.width, 0.0
        has_class = isinstance(box, boxes.BlockContainerBox | boxes.InlineBox) and box.element is not None
        if has_class and box.element.get("class", "") in _ONE_LINE_CLASSES:
            neighbours_width = sum(map(_width_of_neighbour, _leaves(box)))
        pending += ((child, line_width, neighbours_width) for child in getattr(box, "children", ()))


def is_formula(box: Any) -> bool:
    """True if a box is the drawing of a formula."""
    return isinstance(box, boxes.ReplacedBox) and box.element is not None and box.element.get(_PLACE) is not None


def _leaves(box: Any) -> Iterator[Any]:
    """Yield the words, pictures and inline blocks in a box."""
    for child in box.children:
        if isinstance(child, boxes.LineBox | boxes.InlineBox | boxes.BlockBox):
            yield from _leaves(child)
        else:
            yield child


def _width_of_neighbour(box: Any) -> float:
    """Return the width that words or a number need next to a formula, with unstretched spaces."""
    if isinstance(box, boxes.TextBox):
        return float(box.width - box.justification_spacing * box.text.count(" "))
    return 0.0 if is_formula(box) else float(box.margin_width())


_handle_svg: Callable[..., list[Any]] = engine_html.handle_svg


def _handle_formula(element: Element, box: Any, *rest: Any) -> list[Any]:
    """Set the text colour on a formula's drawing, because WeasyPrint does not pass it on to SVG."""
    if element.get("role") == _FORMULA_ROLE:
        with suppress(AttributeError):
            red, green, blue = (round(part * 255) for part in box.style["color"].to("srgb").coordinates)
            element.set("color", f"rgb({red},{green},{blue})")
    return _handle_svg(element, box, *rest)


def colour_formulas() -> None:
    """Register the handler that colours formulas."""
    engine_html.HTML_HANDLERS[f"{SVG}svg"] = _handle_formula
