"""Cost of drawing an SVG, with its copies expanded, before an engine draws it."""

import re
from typing import Any

from lxml import etree

from pipeline.load.pictures.pixels import MOST_PIXELS, held_pixels

MOST_SHAPES = 100_000
"""Maximum shapes that a drawing may paint: more take minutes, and a gigabyte of memory."""

MOST_STEPS = 20_000_000
"""Maximum steps of an engine through the elements of a drawing, in search of what is named or of what a rule is for."""

_MOST_ELEMENTS = 3 * MOST_SHAPES
_DEEPEST = 150
_OUTLINE = 600
"""Characters of an outline that cost as much as a shape."""
_TEXT = 5
"""Shapes that cost as much as a text without its letters."""
_NEVER_DRAWN = frozenset({"defs", "symbol", "marker", "mask", "pattern", "clipPath", "filter", "style", "metadata"})
_SILENT = frozenset({"title", "desc", "style", "metadata"})
_NAMED = re.compile(r"url\(\s*[\"']?#([^\"')\s]+)")
_HREF = ("href", "{http://www.w3.org/1999/xlink}href")


class TooHeavy(Exception):
    """A drawing paints too much; the message is the end of a sentence."""


def weigh(root: Any) -> None:
    """Raise `TooHeavy` if a drawing paints more shapes than can be printed."""
    nodes = tuple(root.iter(etree.Element))
    if len(nodes) > _MOST_ELEMENTS:
        raise TooHeavy(f"it has {len(nodes):,} elements; the most is {_MOST_ELEMENTS:,}")
    names = {name for node in nodes for name in _names(node)}
    rules = sum((node.text or "").count("{") for node in root.iter("{*}style"))
    if len(nodes) * max(len(names), rules) > MOST_STEPS:
        raise TooHeavy(f"it has {len(nodes):,} elements, and {max(len(names), rules):,} names or rules for them")
    held = (node.get(name, "") for node in root.iter("{*}image") for name in _HREF)
    if sum(held_pixels(address) for address in held if address.startswith("data:")) > MOST_PIXELS:
        raise TooHeavy(f"the pictures in it have more than {MOST_PIXELS:,} dots")
    weight = _Weights({node.get("id"): node for node in nodes if node.get("id")}).drawn(root, 0)
    if weight > MOST_SHAPES:
        more = "more than a billion" if weight > 10**9 else f"{weight:,}"
        raise TooHeavy(
            f"it paints {more} shapes and letters when all its copies are drawn; the most is {MOST_SHAPES:,}"
        )


class _Weights:
    """The number of shapes and letters painted for each element."""

    def __init__(self, by_id: dict[str, Any]) -> None:
        self.by_id = by_id
        self.known: dict[Any, int] = {}
        self.open: set[Any] = set()

    def drawn(self, node: Any, depth: int) -> int:
        """The number for an element, with its parts and all that it names."""
        if depth > _DEEPEST:
            raise TooHeavy(f"its parts are more than {_DEEPEST} deep in each other")
        if node in self.open:
            raise TooHeavy("a part of it draws itself")
        if node not in self.known:
            self.open.add(node)
            self.known[node] = self._weight(node, depth + 1)
            self.open.discard(node)
        return self.known[node]

    def _weight(self, node: Any, depth: int) -> int:
        outline = node.get("d", "") + node.get("points", "")
        corners = 2 + len(re.findall(r"[-+.\d]+", outline)) // 2
        weight = (_TEXT if _local(node) == "text" else 1) + len(outline) // _OUTLINE + _letters(node)
        weight += sum(self.drawn(part, depth) for part in node if _local(part) not in _NEVER_DRAWN)
        for target in (self.by_id[name] for name in _names(node) if name in self.by_id):
            weight += self.drawn(target, depth) * (corners if _local(target) == "marker" else 1)
        return weight


def _letters(node: Any) -> int:
    texts = () if _local(node) in _SILENT else (node.text, *(part.tail for part in node))
    return sum(len(text.strip()) for text in texts if text)


def _local(node: Any) -> str:
    """The name of an element; of a comment that of an element which is never drawn."""
    return str(etree.QName(node).localname) if isinstance(node.tag, str) else "metadata"


def _names(node: Any) -> set[str]:
    """The ids of what is drawn with an element."""
    copied = {node.get(name, "")[1:] for name in _HREF} if _local(node) == "use" else set()
    return copied | {name for value in node.attrib.values() for name in _NAMED.findall(value)}
