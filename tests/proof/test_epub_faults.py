"""Twenty-two faults in books: the proof as a whole sees each, and the book that has none is passed by all.

What our own checks alone see is in test_books.py, which needs neither Java nor Node.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.proof.epub.inspection import book_proof
from pipeline.proof.job import BookJob
from tests.proof.node import ace
from tests.support.project import WHOLE
from tests.support.proof.broken_epubs import BREAKS, UNSEEN_BY_OTHERS, broken
from tests.support.proof.reference_validators import checked
from tests.support.proof.rich_briefing import made

pytestmark = pytest.mark.proof

BY_EPUBCHECK = {
    *("no word of the last change", "a change in no time zone", "formulas not told of", "an id twice"),
    *("a call without its note", "a picture on a server", "a deprecated role"),
}
BY_ACE = set(BREAKS) - BY_EPUBCHECK - set(UNSEEN_BY_OTHERS) | {"a deprecated role"}


def books() -> dict[str, bytes]:
    """Every broken book by its fault."""
    return {what: broken(made().book, break_) for what, (break_, _) in BREAKS.items()}


def test_nobody_says_a_word_of_the_book_that_is_whole(tmp_path: Path) -> None:
    """Our own checks, EPUBCheck, Ace."""
    whole = {"whole": made().book}
    assert book_proof(BookJob("whole", made().book)) == ()
    assert checked(whole, tmp_path) == []
    assert ace(whole, tmp_path) == {"whole": []}


def test_our_own_checks_see_all_alone() -> None:
    """Those too that both validators pass."""
    seen = {what for what, book in books().items() if book_proof(BookJob(what, book))}
    assert seen == set(BREAKS) >= set(UNSEEN_BY_OTHERS)


def test_epubcheck_sees_what_it_saw(tmp_path: Path) -> None:
    """Should it see more one day, our list of what others pass is to be read again."""
    said = checked(books(), tmp_path)
    assert {line.partition(":1:1: ")[0] for line in said if ":1:1: " in line} == BY_EPUBCHECK


def test_ace_sees_what_it_saw(tmp_path: Path) -> None:
    """Read from its report, for its exit code is 0 in any case."""
    said = ace({what: book for what, book in books().items() if WHOLE or what in BY_ACE}, tmp_path)
    assert {what for what, found in said.items() if found} == BY_ACE
    assert all(found[0] == "fail" and len(found) > 1 for found in said.values() if found)
