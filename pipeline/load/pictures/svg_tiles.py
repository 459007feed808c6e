"""Number of tiles of a pattern on a shape."""

import math
import re
from collections.abc import Mapping
from typing import Any

from lxml import etree

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
_STEP = re.compile(rf"([a-zA-Z])|({_NUMBER.pattern})")
_TRANSFORM = re.compile(r"(scale|matrix)\s*\(([^)]*)\)")
_TAKES = {"M": 2, "L": 2, "H": 1, "V": 1, "C": 6, "S": 4, "Q": 4, "T": 2, "A": 7}
_MOST = 1e12

_Size = tuple[float, float]
"""A width and a height."""


def tiles(shape: Any, pattern: Mapping[str, Any], root: Any) -> float:
    """About how many tiles of a pattern, of which the attributes are given, lie on a shape."""
    width, height = _size(shape, root)
    if pattern.get("patternUnits") == "userSpaceOnUse":
        tile = abs(_length(pattern.get("width"), width)) * abs(_length(pattern.get("height"), height))
        tile *= _shrinking(str(pattern.get("patternTransform", "")))
        covered = width * height
    else:
        tile = abs(_length(pattern.get("width"), 1)) * abs(_length(pattern.get("height"), 1))
        covered = 1.0
    laid = covered / tile if tile else 0.0  # one without a size is not laid
    return min(laid, _MOST) if math.isfinite(laid) else _MOST


def _length(value: Any, whole: float) -> float:
    """A length, whatever its unit; of a share the share of the whole."""
    found = _NUMBER.match(str(value or "").strip())
    if not found:
        return 0.0
    return float(found[0]) * whole / 100 if str(value).strip().endswith("%") else float(found[0])


def _shrinking(transform: str) -> float:
    """By how much a transformation changes an area."""
    factor = 1.0
    for name, said in _TRANSFORM.findall(transform):
        numbers = [float(number) for number in _NUMBER.findall(said)]
        if name == "scale" and numbers:
            factor *= numbers[0] * numbers[-1]
        elif len(numbers) == 6:
            factor *= numbers[0] * numbers[3] - numbers[1] * numbers[2]
    return abs(factor)


def _size(shape: Any, root: Any) -> _Size:
    """Width and height of a shape; those of the whole drawing for words."""
    view = [float(number) for number in _NUMBER.findall(root.get("viewBox", ""))[2:4]]
    whole = (
        (view[0], view[1]) if len(view) == 2 else (_length(root.get("width"), 800), _length(root.get("height"), 800))
    )
    match etree.QName(shape).localname:
        case "rect":
            return _length(shape.get("width"), whole[0]), _length(shape.get("height"), whole[1])
        case "circle":
            return (2 * _length(shape.get("r"), whole[0]),) * 2
        case "ellipse":
            return 2 * _length(shape.get("rx"), whole[0]), 2 * _length(shape.get("ry"), whole[1])
        case "polygon" | "polyline":
            numbers = [float(number) for number in _NUMBER.findall(shape.get("points", ""))]
            return _spread(numbers[::2]), _spread(numbers[1::2])
        case "path":
            return _outline(shape.get("d", ""))
        case _:
            return whole


def _spread(numbers: list[float]) -> float:
    return max(numbers, default=0) - min(numbers, default=0)


def _outline(drawn: str) -> _Size:
    """Width and height of an outline, control points included (SVG 1.1, 8.3)."""
    across, down = [0.0], [0.0]
    x = y = 0.0
    command = "M"
    waiting: list[float] = []
    begun = False
    for letter, number in _STEP.findall(drawn):
        if letter:
            command, waiting = letter, []
            continue
        waiting.append(float(number))
        kind = command.upper()
        if len(waiting) < _TAKES.get(kind, math.inf):
            continue
        from_x, from_y = (x, y) if command.islower() else (0.0, 0.0)
        ends = waiting[5:] if kind == "A" else waiting
        xs = [] if kind == "V" else [from_x + value for value in ends[::2]]
        ys = [from_y + value for value in (ends if kind == "V" else [] if kind == "H" else ends[1::2])]
        if not begun:
            across, down, begun = [], [], True
        across, down = [*_ends(across + xs)], [*_ends(down + ys)]
        x, y = (xs or [x])[-1], (ys or [y])[-1]
        waiting = []
    return _spread(across), _spread(down)


def _ends(numbers: list[float]) -> tuple[float, ...]:
    return (min(numbers), max(numbers)) if numbers else ()
