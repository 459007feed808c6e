"""A cover drawn: one page set in type, then a picture of it in dots. The same manuscript gives the same bytes."""

from io import BytesIO

import pypdfium2
from PIL import Image

from pipeline.core.diagnostics import Desk
from pipeline.model.epub_assets import DrawnCover
from pipeline.model.manuscript import Manuscript
from pipeline.press.document import build_document
from pipeline.press.engine.engine import broken_off, lay_out, listening, style_of
from pipeline.press.engine.fetcher import ClosedFetcher
from pipeline.press.engine.remarks import refusals, remark
from pipeline.press.fast import released

LONGEST = 1620
"""Dots of the picture's longer side: enough for a tablet, and in no shape more than four million, which is as many as
every reading system shows."""
QUALITY = 75
"""Of the JPEG: at this size no eye finds a trace of it beside the letters."""


def draw_cover(manuscript: Manuscript) -> DrawnCover:
    """The first page as a JPEG, and what the engine remarked."""
    stylesheet = style_of(manuscript)
    fetcher = ClosedFetcher(manuscript)
    name = manuscript.metadata.id
    with released(), listening() as said, broken_off(name):
        tree = build_document(manuscript)
        pdf = bytes(lay_out(tree, stylesheet, fetcher).write_pdf(pdf_tags=False, uncompressed_pdf=True))
    desk = Desk()
    path = f"output/{name}/epub"
    desk.extend(remark((*stylesheet.said, *said), path))
    desk.extend(refusals((*stylesheet.refused, *fetcher.refused), path))
    return DrawnCover(_picture(pdf), desk.remarks)


def _picture(pdf: bytes) -> bytes:
    document = pypdfium2.PdfDocument(pdf)
    try:
        page = document[0]
        scale = LONGEST / max(page.get_size())
        dots = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
        size = dots.width, dots.height
        image = Image.frombuffer("RGBX", size, dots.buffer, "raw", "RGBX", dots.stride, 1)  # held once, not twice
        drawn = BytesIO()
        image.save(drawn, "JPEG", quality=QUALITY, subsampling="4:2:0")  # optimized, a book of it is larger
        return drawn.getvalue()
    finally:
        document.close()
