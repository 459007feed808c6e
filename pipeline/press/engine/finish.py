"""The last touch to a PDF: its bytes are the same for the same content."""

from io import BytesIO

from pikepdf import ObjectStreamMode, Pdf


def save(pdf: Pdf, version: str = "1.7") -> bytes:
    """The bytes of a PDF: the same for the same content, whatever the clock says."""
    output = BytesIO()
    pdf.save(output, min_version=version, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return output.getvalue()
