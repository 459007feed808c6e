"""The writing of pages, quicker and the same: numbers and words as bytes, and outlines that were drawn before.

A mark stands in a text many times and in every text of a library: its strokes are kept when it is drawn again. What is
drawn once, such as the code that leads to a page, is long and is let go of.
"""

from __future__ import annotations

import re
from typing import Any

import pydyf
from weasyprint import svg as engine_svg

from pipeline.press.exchange import Pairs

_to_bytes = pydyf._to_bytes
_path = engine_svg.path

_PLAIN = re.compile(r"[aAcChHlLmMqQsStTvVzZeE0-9\s,.+-]*")
"""An outline in numbers without units: it is the same wherever it is drawn."""
_LONGEST, _MOST = 4000, 256
"""How many characters an outline has that is remembered, and how many outlines are."""

_drawn: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {}
_met: set[int] = set()
"""Outlines that were drawn once, by their hashes."""


def to_bytes(thing: Any) -> bytes:
    """A thing as it stands in a PDF."""
    kind = type(thing)
    if kind is bytes:
        return bytes(thing)
    if kind is str:
        return str.encode(thing, "ascii")
    if kind is int:
        return b"%d" % thing
    return bytes(thing.data if isinstance(thing, pydyf.Object) else _to_bytes(thing))


def path(svg: Any, node: Any, font_size: float) -> None:
    """Draw an outline."""
    outline = node.get("d", "")
    if len(outline) > _LONGEST or not _PLAIN.fullmatch(outline):
        _path(svg, node, font_size)
        return
    strokes, corners = svg.stream.stream, node.vertices
    known = _drawn.get(outline)
    if known is not None:
        strokes.extend(known[0])
        corners.extend(known[1])
        return
    begun, before = len(strokes), len(corners)
    _path(svg, node, font_size)
    if _again(hash(outline)):
        if len(_drawn) >= _MOST:
            _drawn.clear()
        _drawn[outline] = tuple(strokes[begun:]), tuple(corners)[before:]


def _again(outline: int) -> bool:
    """Whether an outline was drawn before, as far as that is remembered."""
    if outline in _met:
        return True
    if len(_met) >= 16 * _MOST:
        _met.clear()
    _met.add(outline)
    return False


QUICKER: Pairs = {_to_bytes: to_bytes, _path: path}
