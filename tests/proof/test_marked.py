"""Marked copies of edited texts, in every format: no judge finds more in them than in the texts without marks."""

from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from pipeline.bind.chapters import BindContext, list_reflowing_chapters
from pipeline.bind.epub.book import bind_epub
from pipeline.bind.pdf.briefing import bind_briefing_pdf
from pipeline.bind.running_lines import list_briefing_stamps
from pipeline.bind.web import bind_web_page
from pipeline.compose.briefing import compose_briefing
from pipeline.compose.changes.marked_text import merge_manuscripts, phrases_of_marks
from pipeline.compose.page.fragment import with_block_ids
from pipeline.model.manuscript import Manuscript
from pipeline.proof.expected_content import ProofJob, expected_briefing
from pipeline.proof.inspection import check_epub, check_pdf
from pipeline.proof.listening import check_pdf_with_tools
from tests.proof.node import nu
from tests.support.bind.sheets import stamps
from tests.support.compose import samples
from tests.support.markup.edits import AUTHORS, edited, tree, without_loose_ends
from tests.support.press.cached_sheets import pressed
from tests.support.project import sample
from tests.support.proof.reference_validators import checked, judged
from tests.support.words import ENGLISH

DAY = date(2024, 4, 26)
SEEDS = sample(range(2, 1000), 2, 60)
IDENTITY = samples.publication().identity
LAYOUTS = samples.layouts()


def context(text: Manuscript) -> BindContext:
    """The context of a marked copy."""
    return BindContext(text.metadata, IDENTITY, DAY, {}, LAYOUTS)


@cache
def whole() -> Manuscript:
    """A briefing with one of everything."""
    return compose_briefing(samples.publication(), LAYOUTS)


def copy_of(seed: int) -> Manuscript:
    """The marked copies of the briefing with some edits."""
    new, _ = edited(tree(whole().chapter.body), seed, AUTHORS)
    body, bookmarks = with_block_ids(without_loose_ends(new))
    now = replace(whole(), chapters=(replace(whole().chapter, body=body, bookmarks=bookmarks),))
    return merge_manuscripts(whole(), now, LAYOUTS, phrases_of_marks(ENGLISH))


def finished(text: Manuscript, seed: int) -> ProofJob:
    """Its PDF, with the expected content."""
    sheets = pressed(text)
    laid = stamps(list_briefing_stamps(IDENTITY, DAY, sheets.pages, "screen"))
    pdf = bind_briefing_pdf(sheets, context(text), laid, "screen")
    return ProofJob(f"{seed}.pdf", pdf, "screen", expected_briefing(text, sheets.pages, IDENTITY, DAY))


def book(text: Manuscript) -> bytes:
    """Its EPUB."""
    return bind_epub(list_reflowing_chapters(text, pressed(text).starts), context(text), text.epub_style, text.images)


def page(text: Manuscript) -> bytes:
    """Its web page."""
    return bind_web_page(text, context(text), pressed(text).starts)


def wrong(job: ProofJob) -> list[str]:
    """Remarks of our own and external checks on a PDF."""
    return [str(remark) for remark in (*check_pdf(job), *check_pdf_with_tools(job)) if remark.code != "page-hole"]


@pytest.mark.proof
def test_a_marked_copy_is_right() -> None:
    assert wrong(finished(copy_of(3), 3)) == []


@pytest.fixture(scope="module")
def texts() -> dict[int, Manuscript]:
    """All of them."""
    return {seed: copy_of(seed) for seed in SEEDS}


@pytest.mark.proof
def test_marked_copies_are_right(texts: dict[int, Manuscript], tmp_path: Path) -> None:
    jobs = [finished(text, seed) for seed, text in texts.items()]
    books = {f"{seed}.epub": book(text) for seed, text in texts.items()}
    assert [fault for job in jobs for fault in wrong(job)] == []
    assert [str(remark) for name, content in books.items() for remark in check_epub(ProofJob(name, content))] == []
    assert judged({job.path: job.content for job in jobs}, tmp_path) == []
    assert checked(books, tmp_path) == []


@pytest.mark.proof
def test_nu_says_no_more_of_marked_pages(texts: dict[int, Manuscript], tmp_path: Path) -> None:
    """Than of the page without marks: it holds roles of tables for needless that we restate for screen readers."""
    faults = nu({"unmarked": page(whole())} | {str(seed): page(text) for seed, text in texts.items()}, tmp_path)
    usual = set(faults.pop("unmarked"))
    assert {name: more for name, lines in faults.items() if (more := set(lines) - usual)} == {}
