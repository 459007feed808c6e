"""The evidence figure in a PDF: one regular table that can be listened to, in every edition."""

from io import BytesIO

import pytest
from pikepdf import Name, Object, Pdf

from pipeline.compose.briefing import compose_briefing
from pipeline.core.documents.pdf import count_wrong_parents, structure_child_elements, walk_structure
from pipeline.model.formats import PDF_VARIANTS, PdfVariant
from pipeline.press.press import press
from tests.support.compose import samples


def figure(pdf: Pdf) -> list[Object]:
    """The rows of the figure."""
    tables = [tag for tag in walk_structure(pdf.Root.StructTreeRoot.K[0]) if Name.Table == tag.S]
    rows = [[tag for tag in walk_structure(table) if tag.S == Name.TR] for table in tables]
    return max(rows, key=len)


@pytest.mark.proof
@pytest.mark.parametrize("variant", ["screen", "large-print"])
def test_a_row_a_finding_in_order(variant: PdfVariant) -> None:
    sheets = press(compose_briefing(samples.publication(), samples.layouts(), variant))
    across = PDF_VARIANTS[variant].across
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        assert count_wrong_parents(pdf)[1] == 0
        rows = figure(pdf)
        headed = rows[0] if len(rows) > len(samples.FINDINGS) else None
        assert headed is not None or PDF_VARIANTS[variant].large  # large print has no heads, its rows are lines
        if headed is not None:
            assert [str(cell.S) for cell in structure_child_elements(headed)] == ["/TH"] * (3 if across else 2)
        for row in rows[-len(samples.FINDINGS) :]:
            head, *cells = structure_child_elements(row)
            assert (str(head.S), str(head.A.Scope)) == ("/TH", "/Row")
            assert [str(cell.S) for cell in cells] == ["/TD"] * (2 if across else 1)
            assert all(len(cell.A.Headers) == (2 if headed is not None else 1) for cell in cells)
            assert all(len(list(cell.K)) for cell in cells)
        drawings = [tag for row in rows for tag in walk_structure(row) if Name.Figure == tag.S]
        alternatives = ["4 unfavourable, 2 favourable", "neither", "4 favourable, judged together", *["neither"] * 4]
        assert [str(tag.Alt) for tag in drawings] == ([*alternatives, "unfavourable"] if across else [])
