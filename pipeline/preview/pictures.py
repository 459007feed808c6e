"""Pictures of pages. A page that looks as it did keeps its name, and is neither encoded nor sent again."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO

import pypdfium2

SCALE = 110 / 72
"""Dots of a picture for each point of the page."""

QUALITY = 88


@dataclass(frozen=True, slots=True)
class PagePicture:
    """The picture of a page: its name, which is a digest of its dots, and its size."""

    name: str
    width: int
    height: int


def draw_pages(pdf: bytes, known: Mapping[str, bytes]) -> tuple[tuple[PagePicture, ...], dict[str, bytes]]:
    """The pictures of a PDF's pages, and their JPEGs by name; those that are known are taken as they are."""
    pages: list[PagePicture] = []
    jpegs: dict[str, bytes] = {}
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            bitmap = page.render(scale=SCALE)
            name = hashlib.blake2b(bytes(bitmap.buffer), digest_size=12).hexdigest()
            if name not in jpegs:
                jpegs[name] = known.get(name) or _jpeg(bitmap)
            pages.append(PagePicture(name, bitmap.width, bitmap.height))
            bitmap.close()
            page.close()
    finally:
        document.close()
    return tuple(pages), jpegs


def _jpeg(bitmap: pypdfium2.PdfBitmap) -> bytes:
    out = BytesIO()
    bitmap.to_pil().convert("RGB").save(out, "JPEG", quality=QUALITY)
    return out.getvalue()
