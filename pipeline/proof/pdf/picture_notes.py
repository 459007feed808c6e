"""Pictures in a finished file carry no notes of their makers: not where they were taken, nor by whom, nor with what."""

from base64 import b64decode
from collections.abc import Iterator
from typing import Any

from lxml import etree
from pikepdf import Array, Name, Pdf, Stream

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.load.pictures.kinds import media_type
from pipeline.load.pictures.privacy import has_notes
from pipeline.load.pictures.svg_privacy import without_drawing_notes
from pipeline.proof.epub.reading import ReadBook
from pipeline.proof.markup.text import XhtmlText, near

_SVG = "image/svg+xml"


def no_picture_of_the_book_has_notes(book: ReadBook) -> Iterator[Diagnostic]:
    """Each file that is a picture, with the pictures in it."""
    for held in book.manifest:
        if _is_noted(held.media_type, book.files.get(held.path, b"")):
            yield message("proof-picture-notes", book.place, picture=f"'{held.path}'")


def no_picture_in_the_text_has_notes(text: XhtmlText) -> Iterator[Diagnostic]:
    """Each picture that stands in the page itself."""
    for picture in text.of("img"):
        source = picture.get("src", "")
        head, _, packed = source.partition(";base64,")
        content = text.pictures.get(source, packed)
        if head.startswith("data:image/") and _is_noted(head.removeprefix("data:"), _unpacked(content)):
            yield message("proof-picture-notes", text.place, picture=near(picture))


def picture_notes(pdf: Pdf, path: str) -> Iterator[Diagnostic]:
    """Each photograph of a PDF that is kept as its own file, and metadata of any picture."""
    for thing in pdf.objects:
        if isinstance(thing, Stream) and thing.get("/Subtype") == Name.Image:
            photograph = _filters(thing) == ["/DCTDecode"] and has_notes(thing.read_raw_bytes())
            if photograph or "/Metadata" in thing or "/PieceInfo" in thing:
                size = f"{thing.get('/Width')} × {thing.get('/Height')} dots"
                yield message("proof-picture-notes", Place(path), picture=f"one of {size}")


def _unpacked(content: str | memoryview) -> bytes:
    try:
        return b64decode(content)
    except ValueError:
        return b""  # which nobody can show


def _is_noted(media_type: str, content: bytes) -> bool:
    if media_type != _SVG:
        return media_type.startswith("image/") and has_notes(content)
    try:
        return without_drawing_notes(content, _within) != content
    except (etree.XMLSyntaxError, ValueError):
        return False  # which is told of the drawing itself


def _within(content: bytes) -> tuple[str, bytes]:
    """A picture in a drawing as it is; none where it has notes, so that the drawing is not what it was."""
    return ("" if has_notes(content) else media_type(content), content)


def _filters(image: Any) -> list[str]:
    named = image.get("/Filter", Array([]))
    return [str(name) for name in (named if isinstance(named, Array) else [named])]
