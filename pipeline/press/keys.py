"""What only the layout knows, told to the tags: which element made a tag, what a link says, who heads a column.

The engine's own tags are silent about all this. Its private `_build_box_tree` is wrapped while a PDF is
written; the keys it leaves are taken out again by the finish pass.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from xml.etree.ElementTree import Element

import pydyf
from weasyprint.pdf import tags as engine_tags

from pipeline.press.document import SVG

KEY = "BriefingKey"
SLOT = "slot-"
_SECTIONS = frozenset({"header", "footer", "nav", "aside", "section"})
_ROLES = {"figure": "/Div", "code": "/Code", "abbr": "/Span", "strong": "/Span", "em": "/Span", "cite": "/Span"}
_NUMBERING = {
    "decimal": "/Decimal",
    "lower-alpha": "/LowerAlpha",
    "lower-roman": "/LowerRoman",
    "upper-alpha": "/UpperAlpha",
    "upper-roman": "/UpperRoman",
    "disc": "/Disc",
    "circle": "/Circle",
    "square": "/Square",
}

_build_box_tree = engine_tags._build_box_tree


class Keys:
    """The numbers of the elements of one document, in order of appearance: addresses would differ each time."""

    def __init__(self) -> None:
        self._numbers: dict[int, int] = {}
        self._held: list[Element] = []

    def number(self, element: Element) -> int:
        """The number of an element."""
        if id(element) not in self._numbers:
            self._held.append(element)  # holding it keeps its address its own
            self._numbers[id(element)] = len(self._held)
        return self._numbers[id(element)]

    def tell(self, box: Any, tag: pydyf.Dictionary) -> None:
        """Say of a tag what its element says."""
        element = box.element
        if element is None or KEY in tag:
            return
        name = str(box.element_tag)
        key = {"n": self.number(element), "tag": name}
        if _decorative(element):
            key["silent"] = True
        tag[KEY] = pydyf.String(json.dumps(key, separators=(",", ":")))
        if "::" not in name:
            _tell_role(element, name, tag)
            _tell_words(element, name, tag)
        if name in ("ol", "ul") and tag["S"] == "/L":
            numbering = _NUMBERING.get(str(box.style["list_style_type"]), "/None")
            tag["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": numbering})
        if box.link_annotation:
            box.link_annotation["Contents"] = pydyf.String(_words(element) or str(element.get("href")))
            box.link_annotation["F"] = 4


def _decorative(element: Element) -> bool:
    """Whether a reader who listens is told nothing of it."""
    if element.get("aria-hidden") == "true":
        return True
    picture = element.tag in ("img", f"{SVG}svg")
    return picture and (element.get("alt") == "" or element.get("role") in ("presentation", "none"))


def _words(element: Element) -> str:
    """What a link says: its label, else its words."""
    said = element.get("aria-label") or "".join(_texts(element))
    return re.sub(r"\s+", " ", said).strip()


def _texts(element: Element) -> Iterator[str]:
    """The texts of an element in order; a formula by its words."""
    yield element.text or ""
    for child in element:
        yield from (str(child.get("aria-label")),) if child.get("role") == "math" else _texts(child)
        yield child.tail or ""


def _tell_role(element: Element, name: str, tag: pydyf.Dictionary) -> None:
    if tag["S"] == "/NonStruct":
        role = "/Sect" if name in _SECTIONS else _ROLES.get(name)
        if element.get("role") == "doc-footnote":
            role = "/Note"
            tag["ID"] = pydyf.String(f"note-{element.get('id')}")
        if role:
            tag["S"] = role
    if tag["S"] == "/Figure" and element.get("role") == "math":  # ISO 14289-1, 7.7: a formula is a Formula with Alt
        tag["S"] = "/Formula"
    if tag["S"] == "/TH":
        tag["A"]["Scope"] = "/Row" if element.get("scope") == "row" else "/Column"
    if element.get("data-slot"):
        tag["ID"] = pydyf.String(f"{SLOT}{element.get('data-slot')}")


def _tell_words(element: Element, name: str, tag: pydyf.Dictionary) -> None:
    if name == "abbr" and element.get("title"):
        tag["E"] = pydyf.String(str(element.get("title")))
    if tag["S"] == "/Link" and element.get("aria-label"):
        tag["Alt"] = pydyf.String(str(element.get("aria-label")))
    if element.get("lang") and name != "html":
        tag["Lang"] = pydyf.String(str(element.get("lang")))
    if tag["S"] in ("/Figure", "/Formula") and element.tag == f"{SVG}svg" and element.get("aria-label"):
        tag["Alt"] = pydyf.String(str(element.get("aria-label")))


@contextmanager
def keyed_tags() -> Iterator[None]:
    """While it lasts, every tag that the engine makes carries its key."""
    keys = Keys()

    def build(box: Any, *rest: Any) -> Iterator[pydyf.Dictionary]:
        for tag in _build_box_tree(box, *rest):
            keys.tell(getattr(box, "_box", box), tag)
            yield tag

    engine_tags._build_box_tree = build
    try:
        yield
    finally:
        engine_tags._build_box_tree = _build_box_tree
