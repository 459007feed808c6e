"""Heights of pictures on the page, from the heads of their files."""

import io
import re

from pipeline.model.asset import Asset

MEASURE, MOST = 357.0, 425.0
"""Width of the text and the most height of a picture, in points (`layouts/briefing/page.css`)."""

_ROOT = re.compile(r"<(?:\w+:)?svg\b[^>]*>", re.DOTALL)
_SIZE = re.compile(r"""\s(width|height|viewBox)\s*=\s*["']([^"']*)["']""")
_LENGTH = re.compile(r"(\d+(?:\.\d*)?|\.\d+)(px|pt|mm|cm|in|pc)?")
_POINTS = {"px": 0.75, "pt": 1.0, "mm": 72 / 25.4, "cm": 720 / 25.4, "in": 72.0, "pc": 12.0}


def picture_height(asset: Asset, share: int) -> float:
    """The height in points of a picture as wide as it is, or as a share of the measure in per cent; 0 if unknown."""
    width, height = drawing_size(asset.content) if asset.media_type == "image/svg+xml" else _dots(asset.content)
    if not width or not height:
        return 0.0
    set_as = MEASURE * share / 100 if share else min(width, MEASURE)
    return min(set_as * height / width, MOST)


def drawing_size(content: bytes) -> tuple[float, float]:
    """Width and height of a drawing in points, 0 if unknown; without a size those of its view, as wide as the text."""
    root = _ROOT.search(content.decode("utf-8", "replace"))
    said = dict(_SIZE.findall(root[0])) if root else {}
    width, height = _points(said.get("width", "")), _points(said.get("height", ""))
    if width and height:
        return width, height
    across, down = map(_points, ["0", "0", *said.get("viewBox", "").replace(",", " ").split()][-2:])
    return (MEASURE, MEASURE * down / across) if across else (0.0, 0.0)


def _points(length: str) -> float:
    found = _LENGTH.fullmatch(length.strip())
    return float(found[1]) * _POINTS[found[2] or "px"] if found else 0.0


def _dots(content: bytes) -> tuple[float, float]:
    from PIL import Image

    with Image.open(io.BytesIO(content)) as picture:
        return picture.width * 0.75, picture.height * 0.75
