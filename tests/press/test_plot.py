"""The effect-direction plot in a PDF: one table that can be listened to, its drawings silent."""

from __future__ import annotations

from io import BytesIO

from pikepdf import Name, Pdf

from pipeline.compose.briefing import compose_briefing
from pipeline.pdf.tree import child_elements, walk, wrong_mappings
from pipeline.press.press import press
from tests.support.compose import samples


def test_the_plot_is_one_regular_table() -> None:
    """A head and three cells a row, blank ones kept; each cell points at its heads; no figure within."""
    sheets = press(compose_briefing(samples.publication(), samples.layouts()))
    with Pdf.open(BytesIO(sheets.pdf)) as pdf:
        assert wrong_mappings(pdf)[1] == 0
        tables = [tag for tag in walk(pdf.Root.StructTreeRoot.K[0]) if Name.Table == tag.S]
        plot = next(
            table
            for table in tables
            if sum(tag.S == Name.TR for tag in walk(table)) == len(samples.FINDINGS) + 1 and table is not tables[0]
        )
        rows = [tag for tag in walk(plot) if tag.S == Name.TR]
        assert [str(cell.S) for cell in child_elements(rows[0])] == ["/TH"] * 4
        for row in rows[1:]:
            head, *cells = child_elements(row)
            assert (str(head.S), str(head.A.Scope)) == ("/TH", "/Row")
            assert [str(cell.S) for cell in cells] == ["/TD"] * 3
            assert all(len(cell.A.Headers) == 2 for cell in cells)
        assert not [tag for tag in walk(plot) if Name.Figure == tag.S]
