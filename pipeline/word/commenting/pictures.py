"""Pictures as a word processor can show them."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from PIL import Image, UnidentifiedImageError

_AS_THEY_ARE = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8")
_SCALE = 2


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """The bytes of a picture that Word can show."""

    content: bytes


def shown(content: bytes) -> ShownPicture | None:
    """A picture as Word can show it; nothing where it cannot be drawn, so that its words stand for it."""
    if content.startswith(_AS_THEY_ARE):
        return ShownPicture(content)
    drawn = _drawn(content) if b"<svg" in content[:4000] else _opened(content)
    return ShownPicture(drawn) if drawn else None


def _drawn(content: bytes) -> bytes | None:
    """A drawing as a picture of dots."""
    import pymupdf as engine  # which takes long to load

    pymupdf: Any = engine

    try:
        page = pymupdf.Document(stream=content, filetype="svg")[0]
        made: bytes = page.get_pixmap(matrix=pymupdf.Matrix(_SCALE, _SCALE)).tobytes("png")
    except (RuntimeError, ValueError, IndexError):
        return None
    return made


def _opened(content: bytes) -> bytes | None:
    """A picture of dots in a form that Word knows."""
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.convert("RGBA").save(out, "PNG")
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue()
