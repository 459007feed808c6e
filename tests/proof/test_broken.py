"""Our checks find all of 21 faults, and none in a sound file."""

from dataclasses import replace

import pytest

from pipeline.proof.expected_content import ProofJob
from pipeline.proof.inspection import check_pdf
from pipeline.proof.listening import check_pdf_with_tools
from tests.support.proof.broken_pdfs import BREAKS, Break, broken
from tests.support.proof.rich_briefing import rich

UNSEEN_BY_OTHERS = {"heads_are_cells", "pages_share_a_number"}
"""Faults that neither page-validation nor outloud finds."""


@pytest.fixture(scope="module")
def whole() -> ProofJob:
    """The file that is broken in many ways."""
    return rich()


def test_nothing_is_wrong_with_the_file_that_is_whole(whole: ProofJob) -> None:
    assert check_pdf(whole) == ()
    assert check_pdf_with_tools(whole) == ()
    assert check_pdf(replace(whole, promise=None)) == ()


@pytest.mark.parametrize("break_", BREAKS, ids=lambda break_: break_.__name__)
def test_every_break_is_seen(break_: Break, whole: ProofJob) -> None:
    job = replace(whole, content=broken(whole.content, break_), promise=None)
    ours, others = check_pdf(job), check_pdf_with_tools(job)
    assert ours or others
    if break_.__name__ in UNSEEN_BY_OTHERS:
        assert ours
