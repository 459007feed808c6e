"""The text of each page of a PDF as PDFium copies it: what Chrome pastes, and most programs of Android."""

from pypdfium2 import PdfDocument


def copied(pdf: bytes) -> list[str]:
    with PdfDocument(pdf) as document:
        return [str(page.get_textpage().get_text_range()) for page in document]
