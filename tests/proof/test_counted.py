"""Links and tables of a PDF are those of its text: each link with its words, each table with its rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.markup.xhtml import MATHML
from pipeline.press.press import press
from pipeline.proof.job import ProofJob
from pipeline.proof.pdf.inspection import own_proof
from tests.support.press.manuscripts import manuscript
from tests.support.proof.broken_pdfs import (
    Break,
    a_link_less,
    a_row_less,
    a_row_torn,
    a_word_out_of_a_link,
    broken,
)
from tests.support.proof.rich_briefing import rich


@pytest.mark.parametrize(
    ("break_", "code", "sentence"),
    [
        (a_row_less, "proof-rows", "A table has 2 rows here, where 3 rows are meant."),
        (a_row_torn, "proof-rows", "A table has 4 rows here, where 3 rows are meant."),
        (a_link_less, "proof-count", "The text has 9 links, and the file 8 links."),
        (a_word_out_of_a_link, "proof-link-words", "A link says '' here, where '1' is meant."),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_what_is_lost_or_torn_is_told(break_: Break, code: str, sentence: str) -> None:
    """With the page, and with what was meant; that the words are all there in order does not hide it."""
    job = rich()
    told = own_proof(replace(job, pdf=broken(job.pdf, break_)))
    assert [fault.sentence for fault in told if fault.code == code] == [sentence]
    assert "proof-words" not in {fault.code for fault in told}


def test_a_heading_over_a_formula_is_not_the_last_thing_on_its_page() -> None:
    """A formula is drawn: it has no letters, and stands below the heading all the same."""
    formula = f'<math xmlns="{MATHML}" alttext="a" display="block"><mi>a</mi></math>'
    body = (
        f'<h1 id="t">Lamps</h1><p id="a">Lit.</p><h2 id="b">Sum</h2><p id="c">{formula}</p>'
        '<p id="d" style="break-before: page">More.</p>'
    )
    told = own_proof(ProofJob("x.pdf", press(manuscript(body)).pdf))
    assert "proof-heading-stranded" not in {fault.code for fault in told}
