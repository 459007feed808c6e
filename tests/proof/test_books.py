"""Our own checks of EPUBs find every fault, without Java, and none in a sound book."""

import pytest

from pipeline.core.messages import catalogue
from pipeline.proof.expected_content import ProofJob
from pipeline.proof.inspection import check_epub
from tests.support.proof.broken_epubs import BREAKS, broken
from tests.support.proof.more_broken_epubs import MORE
from tests.support.proof.rich_briefing import BOOK, made

ALL = {f"{code}: {what}": (break_, code) for code, faults in MORE.items() for what, break_ in faults.items()} | BREAKS


def codes_of(book: bytes) -> list[str]:
    """The codes of remarks on a book."""
    return [fault.code for fault in check_epub(ProofJob(BOOK, book))]


def test_nothing_is_wrong_with_the_book_that_is_whole() -> None:
    assert codes_of(made().book) == []


@pytest.mark.parametrize("what", ALL)
def test_every_break_is_seen(what: str) -> None:
    break_, code = ALL[what]
    assert code in codes_of(broken(made().book, break_))


def test_every_fault_has_its_code() -> None:
    names = {"proof-unreadable"} | {name for name in catalogue() if name.startswith("proof-text")}
    assert {code for _, code in ALL.values()} == names


def test_faults_are_reported_at_the_book_with_the_document_in_words() -> None:
    (fault,) = check_epub(ProofJob(BOOK, broken(made().book, BREAKS["a link without words"][0])))
    assert str(fault).startswith(
        f"{BOOK}:1:1: error proof-text: In 'Foot patrol' (text/foot-patrol.xhtml) a link to '#tbl-months' has no words."
    )


def test_files_that_are_no_books_are_refused() -> None:
    for content in (b"", b"words", made().book[:4000]):
        assert codes_of(content) == ["proof-unreadable"]
