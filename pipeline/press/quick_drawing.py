"""The writing of pages, quicker and the same: numbers and words as bytes, and outlines that were drawn before.

A mark stands in a text many times and in every text of a library. Its outline is read and turned into strokes once.
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
    if known is None:
        begun, before = len(strokes), len(corners)
        _path(svg, node, font_size)
        if len(_drawn) >= _MOST:
            _drawn.clear()
        _drawn[outline] = tuple(strokes[begun:]), tuple(corners)[before:]
    else:
        strokes.extend(known[0])
        corners.extend(known[1])


QUICKER: Pairs = {_to_bytes: to_bytes, _path: path}
