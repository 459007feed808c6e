"""Links and tables of a PDF are those of its text: each link with its words, each table with its rows."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pikepdf import Array, Dictionary, Name, Pdf

from pipeline.proof.pdf.inspection import own_proof
from tests.proof.broken import Break, broken, elements
from tests.proof.rich import rich


def a_row_less(pdf: Pdf) -> None:
    """A row whose cells stand in the table as they are."""
    next(elements(pdf, "TR")).S = Name.Div


def a_row_torn(pdf: Pdf) -> None:
    """A row of which the last cell is a row of its own."""
    row = list(elements(pdf, "TR"))[-1]
    cells = list(row.K)
    torn = pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name.TR, P=row.P, K=Array(cells[-1:])))
    cells[-1].P = torn
    row.K = Array(cells[:-1])
    row.P.K.append(torn)


def a_link_less(pdf: Pdf) -> None:
    """Words that were a link."""
    next(elements(pdf, "Link")).S = Name.Span


def a_word_out_of_a_link(pdf: Pdf) -> None:
    """Words that stand before the link they were in."""
    for link in elements(pdf, "Link"):
        if isinstance(link.P.K, Array) and isinstance(link.K, Array) and any(isinstance(kid, int) for kid in link.K):
            kids = list(link.P.K)
            place = next(number for number, kid in enumerate(kids) if getattr(kid, "objgen", None) == link.objgen)
            words = next(kid for kid in link.K if isinstance(kid, int))
            link.K = Array([kid for kid in link.K if not (isinstance(kid, int) and kid == words)])
            link.P.K = Array([*kids[:place], words, *kids[place:]])
            return
    raise AssertionError("no link has words of its own")


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
