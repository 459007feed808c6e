"""Pages as pixels, to see whether two files show the same."""

from hashlib import sha256

import pypdfium2


def drawn(pdf: bytes, scale: float = 0.5) -> list[str]:
    """A digest of what each page looks like."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return [sha256(page.render(scale=scale).to_pil().tobytes()).hexdigest() for page in document]
    finally:
        document.close()
