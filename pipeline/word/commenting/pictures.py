"""Pictures as a word processor can show them."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image, UnidentifiedImageError

from pipeline.core.diagnostics import PressFailure
from pipeline.model.formats import ASSET, Asset, Layouts
from pipeline.model.source.library_file import Imprint

_AS_THEY_ARE = ("image/png", "image/jpeg", "image/gif")
_SCALE = 3
"""Dots of a drawing for each point."""


@dataclass(frozen=True, slots=True)
class ShownPicture:
    """The bytes of a picture that Word can show."""

    content: bytes


def shown(picture: Asset, imprint: Imprint, layouts: Layouts) -> ShownPicture | None:
    """A picture as Word can show it; nothing where it cannot be drawn, so that its words stand for it."""
    if picture.media_type in _AS_THEY_ARE:
        return ShownPicture(picture.content)
    is_drawing = picture.media_type == "image/svg+xml"
    drawn = _drawn(picture, imprint, layouts) if is_drawing else _opened(picture.content)
    return ShownPicture(drawn) if drawn else None


def _drawn(drawing: Asset, imprint: Imprint, layouts: Layouts) -> bytes | None:
    """A drawing as a picture of dots, as the pages have it: by the engine that sets them, in the faces of the house."""
    import pypdfium2  # which, as what sets pages, takes long to load

    from pipeline.compose.design.faces import font_rules
    from pipeline.compose.design.typeface import font_set
    from pipeline.compose.page.figures import MEASURE, MOST, drawing_size
    from pipeline.model.manuscript import Chapter, Manuscript, Metadata
    from pipeline.press.press import press

    width, height = drawing_size(drawing.content)
    if not width or not height:
        return None
    share = min(1.0, MEASURE / width, MOST / height)
    if min(width, height) * share < 1:
        return None  # a thread, of which a page cannot be made
    faces = font_set(imprint, layouts).faces
    style = (
        f"@page {{ size: {width * share:.2f}pt {height * share:.2f}pt; margin: 0 }}\n"
        f"html, body {{ margin: 0 }}\nimg {{ display: block; width: 100%; height: 100% }}\n{font_rules(faces)}"
    )
    page = Chapter("drawing", "", f'<img id="drawing" src="{ASSET}{drawing.sha256}" alt=""/>')
    about = Metadata("drawing", "", imprint.fields.language, "")
    out = io.BytesIO()
    try:
        made = press(Manuscript("drawing", (page,), about, style, "", "", faces, (drawing,)))
        with pypdfium2.PdfDocument(made.pdf) as pages:
            picture = pages[0].render(scale=_SCALE).to_pil()
            picture.save(out, "PNG", dpi=(72 * _SCALE, 72 * _SCALE))
    except (PressFailure, pypdfium2.PdfiumError):
        return None
    return out.getvalue()


def _opened(content: bytes) -> bytes | None:
    """A picture of dots in a form that Word knows."""
    out = io.BytesIO()
    try:
        with Image.open(io.BytesIO(content)) as picture:
            picture.convert("RGBA").save(out, "PNG")
    except (OSError, UnidentifiedImageError, ValueError, Image.DecompressionBombError):
        return None
    return out.getvalue()
