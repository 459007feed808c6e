"""Faults in books: the proof as a whole sees each, and the book that has none is passed by all.

What our own checks alone see is in test_books.py, which needs neither Java nor Node.
"""

from __future__ import annotations

import pytest

from pipeline.proof.epub.inspection import book_proof
from pipeline.proof.job import ProofJob
from tests.proof.node import ace
from tests.support.project import sample
from tests.support.proof.broken_epubs import BREAKS, UNSEEN_BY_OTHERS, broken
from tests.support.proof.reference_validators import checked
from tests.support.proof.rich_briefing import made

pytestmark = pytest.mark.proof

BY_EPUBCHECK = {
    *("no word of the last change", "a change in no time zone", "formulas not told of", "an id twice"),
    "a picture on a server",
}
BY_ACE = set(BREAKS) - BY_EPUBCHECK - set(UNSEEN_BY_OTHERS)
NONE = "no book at all"
SHOWN_TO_ACE = set(sample(sorted(BY_ACE), len(BY_ACE) // 4))
"""Ace takes a second and more for each."""


def books() -> dict[str, bytes]:
    """Every broken book by its fault."""
    return {what: broken(made().book, break_) for what, (break_, _) in BREAKS.items()}


@pytest.fixture(scope="module")
def by_epubcheck(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Remarks of EPUBCheck on all, on the whole book and on a file that is none, in one run: its start is slow."""
    return checked({"whole": made().book, NONE: b"words", **books()}, tmp_path_factory.mktemp("epubcheck"))


@pytest.fixture(scope="module")
def by_ace(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What Ace says of those that it is shown, and of the book that is whole."""
    shown = {what: book for what, book in books().items() if what in SHOWN_TO_ACE}
    return ace({"whole": made().book, **shown}, tmp_path_factory.mktemp("ace"))


def test_nobody_says_a_word_of_the_book_that_is_whole(by_epubcheck: list[str], by_ace: dict[str, list[str]]) -> None:
    assert book_proof(ProofJob("whole", made().book)) == ()
    assert [said for said in by_epubcheck if said.startswith("whole:")] == []
    assert by_ace["whole"] == []


def test_our_own_checks_see_all_alone() -> None:
    seen = {what for what, book in books().items() if book_proof(ProofJob(what, book))}
    assert seen == set(BREAKS) >= set(UNSEEN_BY_OTHERS)


def test_epubcheck_sees_what_it_saw(by_epubcheck: list[str]) -> None:
    assert {line.partition(":1:1: ")[0] for line in by_epubcheck if ":1:1: " in line} == {*BY_EPUBCHECK, NONE}
    (said,) = (line for line in by_epubcheck if line.startswith("an id twice:"))
    assert "(EPUBCheck RSC-005)." in said


def test_ace_sees_what_it_saw(by_ace: dict[str, list[str]]) -> None:
    assert {what for what, found in by_ace.items() if found} == BY_ACE & SHOWN_TO_ACE
    assert all(found[0] == "fail" and len(found) > 1 for found in by_ace.values() if found)
