"""The first page of a PDF as a picture. What it draws is counted before it is drawn."""

import io

_DPI = 200
_LONGEST_SIDE = 4000
UNREADABLE = b"the PDF cannot be read"


def page_as_png(content: bytes) -> bytes:
    """A PNG of the page, 200 dots to the inch, or why there is none, as the end of a sentence."""
    import pypdfium2

    from pipeline.load.pictures.pdf_weight import drawings_drawn

    if heavy := drawings_drawn(content):
        return heavy.encode()
    try:
        document = pypdfium2.PdfDocument(content)
        page = document[0]
        longest = max(page.get_width(), page.get_height(), 1)
        scale = min(_DPI / 72, _LONGEST_SIDE / longest)
        picture = page.render(scale=scale).to_pil().convert("RGB")
        document.close()
    except (pypdfium2.PdfiumError, IndexError):
        return UNREADABLE
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=False)
    return out.getvalue()
