"""Links and tables of a PDF are those of its text: each link with its words, each table with its rows."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.proof.pdf.inspection import own_proof
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
