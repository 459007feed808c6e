"""Cost of drawing an SVG, with copies, tiles, markers and masks expanded, before an engine draws it."""

import re
from collections.abc import Iterator
from typing import Any

from lxml import etree

from pipeline.load.pictures.pixels import MOST_PIXELS, held_pixels
from pipeline.load.pictures.svg_tiles import tiles

MOST_SHAPES = 100_000
"""So many shapes a drawing may paint: more take minutes, and a gigabyte of memory."""

MOST_STEPS = 20_000_000
"""So often an engine may go through the elements of a drawing in search of what is named, or of what a rule is for."""

_MOST_ELEMENTS = 3 * MOST_SHAPES
"""So many elements a drawing may have, most of them never drawn."""

_DEEPEST = 150
_TILE = 20
"""So many shapes in tiles take as long as one that stands by itself."""
_LETTERS = 600
"""So many letters of an outline take as long as a shape."""
_TEXT = 5
"""So many shapes take as long as a text without its letters. Each letter counts as a shape."""
_NEVER_DRAWN = frozenset({"defs", "symbol", "marker", "mask", "pattern", "clipPath", "filter", "style", "metadata"})
_SHAPES = frozenset({"path", "rect", "circle", "ellipse", "line", "polyline", "polygon", "text", "tspan", "textPath"})
_NAMED = re.compile(r"url\(\s*[\"']?#([^\"')\s]+)")
_IN_STYLE = re.compile(r"(?:^|;)\s*([a-z-]+)\s*:\s*([^;]*)")
_CLASS = re.compile(r"\.([\w-]+)")
_HREF = ("href", "{http://www.w3.org/1999/xlink}href")
_MARKS = ("marker", "marker-start", "marker-mid", "marker-end")

Paint = tuple[str, str]
"""The ids of what fills and strokes a shape, where it takes them from what it stands in."""


class TooHeavy(Exception):
    """A drawing paints too much; the message is the end of a sentence."""


def weigh(root: Any) -> int:
    """Number of shapes that a drawing paints. Raises `TooHeavy` if it is more than can be printed."""
    elements = sum(1 for _ in root.iter(etree.Element))
    if elements > _MOST_ELEMENTS:
        raise TooHeavy(f"it has {elements:,} elements; the most is {_MOST_ELEMENTS:,}")
    return _Scales(root).weigh(elements)


class _Scales:
    """A drawing while it is weighed."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.by_id = {node.get("id"): node for node in root.iter(etree.Element) if node.get("id")}
        self.rules = _rules(root)
        self.known: dict[tuple[Any, Paint], int] = {}
        self.at_work: set[tuple[Any, Paint]] = set()

    def weigh(self, elements: int) -> int:
        """The weight of the whole. Raises `TooHeavy`."""
        names = {name for node in self.root.iter(etree.Element) for name in _names(node)}
        rules = sum((node.text or "").count("{") for node in self.root.iter("{*}style"))
        if elements * max(len(names), rules) > MOST_STEPS:
            raise TooHeavy(f"it has {elements:,} elements, and {max(len(names), rules):,} names or rules for them")
        held = (node.get(name, "") for node in self.root.iter("{*}image") for name in _HREF)
        if sum(held_pixels(address) for address in held if address.startswith("data:")) > MOST_PIXELS:
            raise TooHeavy(f"the pictures in it have more than {MOST_PIXELS:,} dots")
        weight = self.drawn(self.root, ("", ""), 0)
        if weight > MOST_SHAPES:
            more = "more than a billion" if weight > 10**9 else f"{weight:,}"
            raise TooHeavy(
                f"it paints {more} shapes and letters when all its copies are drawn; the most is {MOST_SHAPES:,}"
            )
        return weight

    def drawn(self, node: Any, paint: Paint, depth: int) -> int:
        """Number of shapes painted for a node."""
        if depth > _DEEPEST:
            raise TooHeavy(f"its parts stand more than {_DEEPEST} deep in each other")
        key = (node, paint)
        if key in self.at_work:
            raise TooHeavy("a part of it draws itself")
        if key not in self.known:
            self.at_work.add(key)
            self.known[key] = self.anew(node, paint, depth + 1)
            self.at_work.discard(key)
        return self.known[key]

    def anew(self, node: Any, paint: Paint, depth: int) -> int:
        name = etree.QName(node).localname
        said = self.said(node)
        fill, stroke = (said.get(what) for what in ("fill", "stroke"))
        paint = (paint[0] if fill is None else _id(fill), paint[1] if stroke is None else _id(stroke))
        weight = 1 + sum(self.drawn(part, paint, depth) for part in _parts(node))
        weight += len(node.get("d", "") + node.get("points", "")) // _LETTERS
        weight += _letters(node) + (_TEXT if name == "text" else 0)
        if name == "use" and (target := self.by_id.get(_target(node))) is not None:
            weight += self.drawn(target, paint, depth)
            weight += self.within(target, paint, depth) if _local(target) == "symbol" else 0
        for what in ("mask", "clip-path", "filter"):
            if (held := self.by_id.get(_id(said.get(what)))) is not None:
                weight += self.within(held, ("", ""), depth)
        if name in _SHAPES:
            weight += self.marks(node, said, depth) + sum(self.tiled(node, one, depth) for one in set(paint) if one)
        return weight

    def within(self, node: Any, paint: Paint, depth: int) -> int:
        """Number of shapes painted for the children of a node that is not drawn itself."""
        return sum(self.drawn(part, paint, depth) for part in node if isinstance(part.tag, str))

    def marks(self, node: Any, said: dict[str, str], depth: int) -> int:
        """Number of shapes painted by the markers of an outline."""
        named = {_id(said.get(mark)) for mark in _MARKS} - {""}
        if not named:
            return 0
        corners = 2 + len(re.findall(r"[-+.\d]+", node.get("d", "") + node.get("points", ""))) // 2
        held = [self.by_id[name] for name in named if name in self.by_id]
        return corners * sum(self.within(mark, ("", ""), depth) for mark in held)

    def tiled(self, node: Any, name: str, depth: int) -> int:
        """Number of shapes painted by the tiles that fill a shape."""
        pattern = self.by_id.get(name)
        if pattern is None or _local(pattern) != "pattern":
            return 0
        chain = [pattern]
        while (parent := self.by_id.get(_target(chain[-1]))) is not None and parent not in chain:
            chain.append(parent)
        content = next((one for one in chain if len(one)), pattern)
        key = (content, ("", "tile"))
        if key in self.at_work:
            raise TooHeavy("a pattern of it is laid out with itself")
        self.at_work.add(key)
        one = self.within(content, ("", ""), depth)
        self.at_work.discard(key)
        held = {name: value for link in reversed(chain) for name, value in link.attrib.items()}
        return one + int(tiles(node, held, self.root) * one / _TILE)

    def said(self, node: Any) -> dict[str, str]:
        """Properties of a node, from its attributes, the rules for its classes and its own style."""
        found = {str(name): str(value) for name, value in node.attrib.items()}
        for one in node.get("class", "").split():
            found |= self.rules.get(one, {})
        return found | dict(_IN_STYLE.findall(node.get("style", "")))


def _rules(root: Any) -> dict[str, dict[str, str]]:
    """Properties of each class, from the style elements of a drawing."""
    found: dict[str, dict[str, str]] = {}
    for style in root.iter("{*}style"):
        for rule in "".join(style.itertext()).split("}"):
            selector, brace, said = rule.rpartition("{")
            for name in _CLASS.findall(selector) if brace else ():
                found.setdefault(name, {}).update(_IN_STYLE.findall(said))
    return found


def _parts(node: Any) -> Iterator[Any]:
    return (part for part in node if isinstance(part.tag, str) and _local(part) not in _NEVER_DRAWN)


def _letters(node: Any) -> int:
    """Number of letters in a node itself."""
    words = () if _local(node) in ("title", "desc") else (node.text, *(part.tail for part in node))
    return sum(len(text.strip()) for text in words if text)


def _local(node: Any) -> str:
    return str(etree.QName(node).localname)


def _target(node: Any) -> str:
    return next((node.get(name)[1:] for name in _HREF if node.get(name, "").startswith("#")), "")


def _id(value: str | None) -> str:
    found = _NAMED.search(value or "")
    return found[1] if found else ""


def _names(node: Any) -> set[str]:
    """The ids that a node names."""
    return {name for value in node.attrib.values() for name in _NAMED.findall(value)} | ({_target(node)} - {""})
