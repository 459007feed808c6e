"""The tags of a PDF as lines to read."""

from io import BytesIO

from pikepdf import Object, Pdf

from pipeline.core.documents.pdf import structure_child_elements


def kinds(pdf_bytes: bytes) -> list[str]:
    """The structure tree as indented lines."""
    lines: list[str] = []

    def line(element: Object, depth: int) -> None:
        lines.append("  " * depth + str(element.S).removeprefix("/"))
        for kid in structure_child_elements(element):
            line(kid, depth + 1)

    with Pdf.open(BytesIO(pdf_bytes)) as pdf:
        line(pdf.Root.StructTreeRoot.K[0], 0)
    return lines
