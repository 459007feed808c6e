"""Pictures of a document: those that a browser shows, those that are made so, and those that are told."""

import io
import posixpath
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.core.diagnostics import Desk, Place
from pipeline.core.limited_process import BrokenOff, limited
from pipeline.core.messages import message
from pipeline.load.pictures.kinds import media_type

_ENDINGS = {
    "image/png": ".png",
    "image/jpeg": ".jpg",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/svg+xml": ".svg",
}
_TIFF = (b"II*\0", b"MM\0*")
_OTHERS = {b"\x01\x00\x00\x00": "a drawing of Windows (EMF)", b"\xd7\xcd\xc6\x9a": "a drawing of Windows (WMF)"}
_SECONDS, _MEGABYTES = 10, 1000


@dataclass(frozen=True, slots=True)
class FoundPicture:
    """A picture of a document: its content, and the number of the paragraph that it stands in."""

    content: bytes
    number: int = 1


def take_pictures(name: str, found: Mapping[str, FoundPicture], desk: Desk) -> tuple[dict[str, str], dict[str, bytes]]:
    """The names under which pictures are kept, by their names in the document, and their contents by those."""
    names: dict[str, str] = {}
    kept: dict[str, bytes] = {}
    for source, picture in found.items():
        content, ending = _readable(picture.content)
        if not ending:
            kind = next((kind for begins, kind in _OTHERS.items() if picture.content.startswith(begins)), "of a kind")
            file = posixpath.basename(source)
            desk.report(message("import-picture-kind", Place(name, picture.number), file=file, kind=kind))
            continue
        stem = (
            re.sub(r"[^a-z0-9]+", "-", posixpath.splitext(posixpath.basename(source))[0].lower()).strip("-")
            or "picture"
        )
        file = next(f for n in range(len(found) + 1) if (f := f"{stem}{f'-{n}' if n else ''}{ending}") not in kept)
        names[source], kept[file] = file, content
    return names, kept


def _readable(content: bytes) -> tuple[bytes, str]:
    """A picture that a browser shows, and the ending of its name; no ending where none can be had."""
    if ending := _ENDINGS.get(media_type(content)):
        return content, ending
    if content.startswith(_TIFF):
        try:
            if made := limited(png_of_tiff, content, _SECONDS, _MEGABYTES):
                return made, ".png"
        except BrokenOff:
            pass
    return content, ""


def png_of_tiff(content: bytes) -> bytes:
    """A scan as PNG; nothing where it cannot be read."""
    from PIL import Image, UnidentifiedImageError

    out = io.BytesIO()
    try:
        with warnings.catch_warnings(action="error"), Image.open(io.BytesIO(content), formats=("TIFF",)) as picture:
            shown = picture if picture.mode in ("1", "L", "LA", "P", "RGB", "RGBA") else picture.convert("RGB")
            shown.save(out, "PNG")
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError, UnidentifiedImageError):
        return b""
    return out.getvalue()
