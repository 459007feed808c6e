"""Formulas as the engine draws them: each `math` element becomes outlines on the line, in the colour of its text.

The engine knows no MathML. The tree keeps the words of the formula, which become the Alt of a Formula tag.
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
from weasyprint.layout.absolute import AbsolutePlaceholder

from pipeline.core.documents.xhtml import SVG_PREFIX as SVG
from pipeline.core.text.formulas import broken, drawing, row_heights, width_of
from pipeline.core.text.tex import in_parts

MATHML = "{http://www.w3.org/1998/Math/MathML}"
FORMULA = "math"
"""The role of a drawing that shows a formula."""

_NOT_DRAWN = ("title", "metadata", "style", "text")


_TOLERANCE = 0.5
"""Pixels by which a formula may be wider than its line."""

_WITH_OTHERS = ("equation", "unbroken")
"""Classes of what holds a formula with its number or with the stops that touch it, all on one line."""

BELOW = "data-below"
"""The attribute of a paragraph whose formula leaves no room for its number."""

PLACE = "data-place"
"""The attribute of a drawing with the place of its formula among all elements of the text."""


@dataclass(frozen=True, slots=True)
class Room:
    """The width of a line in em of the formula that it is for: beside the number of the formula, and as a whole."""

    beside: float
    whole: float


def draw_formulas(elements: tuple[Element, ...], rooms: Mapping[int, Room] = MappingProxyType({})) -> None:
    """Replace every formula by its drawing. `rooms`: widths of the formulas to be broken, by place."""
    drawn = {
        element: _drawn(element, place, _tex(element))
        for place, element in enumerate(elements)
        if element.tag == f"{MATHML}math" and place not in rooms
    }
    equations = [element for element in elements if element.get("class") == "equation"] if rooms else []
    around = {formula: equation for equation in equations for formula in equation.iter(f"{MATHML}math")}
    for place, room in rooms.items():
        drawn[elements[place]] = _in_lines(elements[place], place, room, around.get(elements[place]))
    for parent in elements if drawn else ():
        for position, child in enumerate(parent):
            if child in drawn:
                parent[position] = drawn[child]


def _tex(formula: Element) -> str:
    return formula.findtext(f".//{MATHML}annotation", "")


def _in_lines(formula: Element, place: int, room: Room, equation: Element | None) -> Element:
    """A formula broken over lines: words continue beside the last line, and each number is beside its row.

    Where that is not enough, a number is set below the formula, and words in the formula are broken.
    """
    display = formula.get("display") == "block"
    tex, counts = broken(_tex(formula), display, room.beside, words=equation is None)
    if equation is not None and width_of(tex, display) > room.beside:
        tex, counts = broken(_tex(formula), display, room.whole)
        equation.set(BELOW, "true")
    svg = _drawn(formula, place, tex)
    rows = equation.find("span[@class='rows']") if equation is not None else None
    if rows is None:
        last = ElementTree.fromstring(drawing(rf"\begin{{aligned}}{in_parts(tex).rows[-1]}\end{{aligned}}", display))
        svg.set("style", f"{svg.get('style', '')};{last.get('style', '')}")
    elif len(rows) == len(counts):
        heights = iter(row_heights(tex))
        for label, lines in zip(rows, counts, strict=True):
            label.set("style", f"line-height:{sum(islice(heights, lines)):.2f}em")
    return svg


def _drawn(formula: Element, place: int, tex: str) -> Element:
    display = formula.get("display") == "block"
    svg = ElementTree.fromstring(drawing(tex, display))
    for name in _NOT_DRAWN:
        for part in svg.findall(f"{SVG}{name}"):
            svg.remove(part)
    # each outline is written where it is used, so that a formula that occurs twice in a text has no id twice
    outlines = {path.get("id"): path.get("d", "") for path in svg.iter(f"{SVG}path")}
    for definitions in svg.findall(f"{SVG}defs"):
        svg.remove(definitions)
    for use in svg.iter(f"{SVG}use"):
        x, y = use.attrib.pop("x", "0"), use.attrib.pop("y", "0")
        moved = "" if (x, y) == ("0", "0") else f"translate({x} {y})"
        outline = outlines[use.attrib.pop("href")[1:]]
        transform = f"{use.get('transform', '')} {moved}".strip()
        use.tag = f"{SVG}path"
        use.attrib.update({"d": outline, **({"transform": transform} if transform else {})})
    size = f"width:{svg.get('width')};{svg.get('style', '')}"
    svg.attrib = {
        "viewBox": svg.get("viewBox", ""),
        "class": "formula display" if display else "formula",
        "role": FORMULA,
        "aria-label": formula.get("alttext", ""),
        "style": size,
        PLACE: str(place),
    }
    svg.tail = formula.tail
    return svg


def wide_formulas(pages: Iterable[Any]) -> Iterator[tuple[int, Room]]:
    """The place of every formula that is wider than its line, and its room."""
    waiting: list[tuple[Any, float, float]] = [(page._page_box, page.width, 0.0) for page in pages]
    while waiting:
        box, whole, taken = waiting.pop()
        if isinstance(box, AbsolutePlaceholder):
            box = box._box
        if is_formula(box) and box.width > whole - taken - box.margin_left + _TOLERANCE:
            widths = (max(whole - less - box.margin_left, 0.0) / box.style["font_size"] for less in (taken, 0.0))
            yield int(box.element.get(PLACE)), Room(*widths)
        if isinstance(box, boxes.BlockContainerBox):
            whole, taken = box.width, 0.0
        if isinstance(box, boxes.BlockContainerBox | boxes.InlineBox) and _class_of(box) in _WITH_OTHERS:
            taken = sum(map(_width_beside, _leaves(box)))
        waiting += ((child, whole, taken) for child in getattr(box, "children", ()))


def _class_of(box: Any) -> str:
    return box.element.get("class", "") if box.element is not None else ""


def is_formula(box: Any) -> bool:
    """Whether a box is the drawing of a formula."""
    return isinstance(box, boxes.ReplacedBox) and box.element is not None and box.element.get(PLACE) is not None


def _leaves(box: Any) -> Iterator[Any]:
    """The words, pictures and blocks within a line that are in a box."""
    for child in box.children:
        if isinstance(child, boxes.LineBox | boxes.InlineBox | boxes.BlockBox):
            yield from _leaves(child)
        else:
            yield child


def _width_beside(box: Any) -> float:
    """The width that words or a number need beside a formula: spaces may be stretched."""
    if isinstance(box, boxes.TextBox):
        return float(box.width - box.justification_spacing * box.text.count(" "))
    return 0.0 if is_formula(box) else float(box.margin_width())


_handle_svg: Callable[..., list[Any]] = engine_html.handle_svg


def _in_the_colour_of_its_text(element: Element, box: Any, *rest: Any) -> list[Any]:
    """Give a formula its colour, which the engine does not pass on to drawings."""
    if element.get("role") == FORMULA:
        with suppress(AttributeError):
            red, green, blue = (round(part * 255) for part in box.style["color"].to("srgb").coordinates)
            element.set("color", f"rgb({red},{green},{blue})")
    return _handle_svg(element, box, *rest)


def colour_formulas() -> None:
    """Have the engine draw formulas in the colour of their text."""
    engine_html.HTML_HANDLERS[f"{SVG}svg"] = _in_the_colour_of_its_text
