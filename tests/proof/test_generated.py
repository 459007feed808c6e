"""Invented texts that mix every construct over page breaks, finished: no judge finds anything.

One or two of them in large print too, where little fits a page.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from pipeline.bind.chapters import BindContext
from pipeline.bind.pdf.briefing import bind_briefing_pdf
from pipeline.bind.running_lines import list_briefing_stamps
from pipeline.model.formats import PdfVariant
from pipeline.model.sheets import Identity
from pipeline.proof.expected_content import ProofJob, expected_briefing
from pipeline.proof.inspection import check_pdf
from pipeline.proof.listening import check_pdf_with_tools
from tests.support.bind.sheets import stamps
from tests.support.press.cached_sheets import pressed
from tests.support.press.random_manuscripts import SEEDS, SHORT, generated
from tests.support.proof.reference_validators import judged
from tests.support.words import ENGLISH

DAY = date(2024, 4, 26)
BATCHES = [SEEDS[first : first + 10] for first in range(0, len(SEEDS), 10)]
IDENTITY = Identity("lighting", "Street lighting", "Street lighting", "1.0", ENGLISH)


def finished(seed: int, variant: PdfVariant = "screen", blocks: int | None = None) -> ProofJob:
    """An invented text as a finished file, with its expected content."""
    text = generated(seed, blocks=blocks, variant=variant)
    sheets = pressed(text)
    laid = stamps(list_briefing_stamps(IDENTITY, DAY, sheets.pages, variant))
    pdf = bind_briefing_pdf(sheets, BindContext(text.metadata, IDENTITY, DAY, {}), laid, variant)
    return ProofJob(f"{seed}.pdf", pdf, variant, expected_briefing(text, sheets.pages, IDENTITY, DAY))


def wrong(job: ProofJob) -> list[str]:
    """Remarks of our own and external checks, without those that depend on the invented text.

    It sets words side by side without a gap, and leaves holes before tables and figures that stay whole.
    """
    by_chance = ("spaces between words", "per cent of this page is empty")
    faults = (str(fault) for fault in (*check_pdf(job), *check_pdf_with_tools(job)))
    return [fault for fault in faults if not any(chance in fault for chance in by_chance)]


def test_an_invented_text_is_right() -> None:
    assert wrong(finished(3, blocks=SHORT)) == []


@pytest.mark.proof
@pytest.mark.parametrize("seeds", BATCHES, ids=lambda seeds: f"{seeds[0]}-{seeds[-1]}")
def test_invented_texts_are_right(seeds: list[int], tmp_path: Path) -> None:
    jobs = [finished(seed) for seed in seeds]
    assert [fault for job in jobs for fault in wrong(job)] == []
    assert judged({job.path: job.content for job in jobs}, tmp_path) == []


def test_a_word_that_is_lost_is_missed() -> None:
    job = finished(3, blocks=SHORT)
    assert job.promise is not None
    (passage,) = job.promise.passages
    chapter = passage.chapters[0]
    changed = replace(chapter, body=chapter.body.replace("lamps", "lanterns", 1))
    promise = replace(job.promise, passages=(replace(passage, chapters=(changed,)),))
    (fault,) = (f for f in check_pdf(replace(job, promise=promise)) if f.code == "proof-words")
    assert "lanterns" in fault.sentence
