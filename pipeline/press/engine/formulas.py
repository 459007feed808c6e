"""Formulas as the engine draws them: each `math` element becomes outlines on the line, in the colour of its text.

The engine knows no MathML. The tree keeps the words of the formula, which become the Alt of a Formula tag.
"""

from collections.abc import Callable
from contextlib import suppress
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from weasyprint import html as engine_html

from pipeline.markup.body import SVG
from pipeline.text.formulas import drawing

MATHML = "{http://www.w3.org/1998/Math/MathML}"
FORMULA = "math"
"""The role of a drawing that shows a formula."""

_NOT_DRAWN = ("title", "metadata", "style", "text")


def draw_formulas(body: Element) -> None:
    """Put its drawing in the place of every formula."""
    for parent in list(body.iter()):
        for position, child in enumerate(parent):
            if child.tag == f"{MATHML}math":
                parent[position] = _drawn(child)


def _drawn(formula: Element) -> Element:
    display = formula.get("display") == "block"
    svg = ElementTree.fromstring(drawing(formula.findtext(f".//{MATHML}annotation", ""), display))
    for name in _NOT_DRAWN:
        for part in svg.findall(f"{SVG}{name}"):
            svg.remove(part)
    _write_out(svg)
    size = f"width:{svg.get('width')};{svg.get('style', '')}"
    svg.attrib = {
        "viewBox": svg.get("viewBox", ""),
        "class": "formula display" if display else "formula",
        "role": FORMULA,
        "aria-label": formula.get("alttext", ""),
        "style": size,
    }
    svg.tail = formula.tail
    return svg


def _write_out(svg: Element) -> None:
    """Write each outline where it is used, so that a formula that occurs twice in a text has no id twice."""
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
