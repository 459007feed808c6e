"""The last touch to a PDF: its bytes are the same for the same content. And its tags as lines to read."""

from io import BytesIO

from pikepdf import Object, ObjectStreamMode, Pdf

from pipeline.pdf.tree import child_elements


def save(pdf: Pdf, version: str = "1.7") -> bytes:
    """The bytes of a PDF: the same for the same content, whatever the clock says."""
    output = BytesIO()
    pdf.save(output, min_version=version, deterministic_id=True, object_stream_mode=ObjectStreamMode.generate)
    return output.getvalue()


def kinds(pdf_bytes: bytes) -> list[str]:
    """The structure tree as indented lines, for tests and for eyes."""
    lines: list[str] = []

    def line(element: Object, depth: int) -> None:
        lines.append("  " * depth + str(element.S).removeprefix("/"))
        for kid in child_elements(element):
            line(kid, depth + 1)

    with Pdf.open(BytesIO(pdf_bytes)) as pdf:
        line(pdf.Root.StructTreeRoot.K[0], 0)
    return lines
