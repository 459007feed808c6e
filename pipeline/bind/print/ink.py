"""Marked areas of a PDF's pages, read by pdfium, which draws nothing for it and runs nothing."""

from collections.abc import Iterator

import pypdfium2

from pipeline.pdf.rectangles import Rectangle


def ink_boxes(pdf: bytes) -> Iterator[tuple[Rectangle, ...]]:
    """The boxes of everything that is drawn on each page: words, lines, pictures."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        for page in document:
            yield tuple(_box(*drawn.get_bounds()) for drawn in page.get_objects(max_depth=1))
    finally:
        document.close()


def _box(left: float, bottom: float, right: float, top: float) -> Rectangle:
    return min(left, right), min(bottom, top), max(left, right), max(bottom, top)
