"""Replaces the drawing of outlines and packing: 11 % of the press; needless with `upstream/outlines-and-packing.md`.

A mark stands in a text many times and in every text of a library: its strokes are kept when it is drawn again. The code
that leads to a page is drawn once, and long: hundreds of rectangles in whole numbers, which are written straight down.
Streams are packed with less effort.
"""

import re
import zlib
from math import pi
from typing import Any

import pydyf
from weasyprint import svg as engine_svg

from pipeline.press.fast.patching import Patches

_path = engine_svg.path
_data = pydyf.Stream.data

_PLAIN = re.compile(r"[aAcChHlLmMqQsStTvVzZeE0-9\s,.+-]*")
"""An outline in numbers without units: it is the same wherever it is drawn."""
_LONGEST, _MOST = 4000, 256
"""Limits of the cache of outlines: characters of an outline, number of outlines."""

_EFFORT = 5
"""Of 9 that packing may take: half the time of 9, and a sheet one or two percent larger."""

_SIDE = r"([1-9]\d{0,3})"
_BLOCK = re.compile(rf"M(\d{{1,4}}) (\d{{1,4}})h{_SIDE}v{_SIDE}h-{_SIDE}z")
_BLOCKS = re.compile(f"(?:{_BLOCK.pattern})+")
"""An outline of rectangles."""

_drawn: dict[str, tuple[tuple[Any, ...], tuple[Any, ...]]] = {}
_met: set[int] = set()
"""Outlines that were drawn once, by their hashes."""


def path(svg: Any, node: Any, font_size: float) -> None:
    """Draw an outline."""
    outline = node.get("d", "")
    if _BLOCKS.fullmatch(outline):
        _draw_blocks(svg.stream.stream, node.vertices, outline)
        return
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


def _draw_blocks(strokes: list[bytes], corners: list[Any], outline: str) -> None:
    """Draw rectangles, with the corners and angles at which markers would stand."""
    strokes.append(b"0 0 m")
    for numbers in _BLOCK.findall(outline):
        left, top, width, height, back = map(int, numbers)
        right, below, end = left + width, top + height, left + width - back
        strokes += (
            b"%d %d m" % (left, top),
            b"%d %d l" % (right, top),
            b"%d %d l" % (right, below),
            b"%d %d l" % (end, below),
            b"h",
        )
        corners += (
            (float(left), float(top)),
            *((pi, 0), (float(right), float(top))),
            *((pi / 2, pi / 2), (float(right), float(below))),
            *((0.0, pi), (float(end), float(below))),
            None,
        )


def _again(outline: int) -> bool:
    """Whether an outline was drawn before, as far as that is remembered."""
    if outline in _met:
        return True
    if len(_met) >= 16 * _MOST:
        _met.clear()
    _met.add(outline)
    return False


def written(stream: Any) -> bytes:
    """A stream as it stands in a PDF (ISO 32000-1, 7.3.8), packed with less effort than the engine takes."""
    lines = stream.stream
    content = b"\n".join(lines if all(type(line) is bytes for line in lines) else map(pydyf._to_bytes, lines))
    said = pydyf.Dictionary(stream.extra)
    if stream.compress:
        content = zlib.compress(content, _EFFORT)
        said["Filter"] = "/FlateDecode"
    said["Length"] = len(content)
    return b"\n".join((said.data, b"stream", content, b"endstream"))


FASTER: Patches = {_path: path, _data: property(written)}
