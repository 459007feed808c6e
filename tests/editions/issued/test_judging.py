"""Judgement on a file by the letters of its pages: the same words, other words and on which page, or spoilt letters."""

from __future__ import annotations

import pytest

from pipeline.core.digest import sha256
from pipeline.editions.issued.judging import FoundPages, Judgement, by_bytes, by_words, nearest
from pipeline.editions.issued.records import RecordFile, RecordsRead, as_file
from pipeline.load.library.register import Entry
from pipeline.model.source.edition import IssuedFile
from tests.support.editions.records import NAMES, chain, content

PAGES = ("NightsAutumn2023coverpage", "Footpatrolcanreducecrimeby26percent", "Officersdiffer.")
CHAIN = chain()


def pdf(record: RecordFile, pages: tuple[str, ...]) -> RecordFile:
    """The record with a PDF of these pages in place of its file."""
    file = IssuedFile(
        file="nights.pdf", format="screen", bytes=9, pages=len(pages), sha256=sha256("".join(pages).encode()),
        words=tuple(sha256(page.encode()) for page in pages),
    )  # fmt: skip
    return as_file(record.record.model_copy(update={"files": (file,)}))


FIRST = pdf(CHAIN[0], PAGES)
SECOND = pdf(CHAIN[1], (PAGES[0].replace("Autumn2023", "Spring2024"), PAGES[1].replace("26", "25"), PAGES[2]))
RECORDS = RecordsRead({"nights": (FIRST, SECOND)})


def judged(pages: tuple[str, ...], issued: tuple[str, ...] = ()) -> Judgement | None:
    """The judgement on a PDF of these pages."""
    found = nearest(RECORDS, FoundPages("copy.pdf", pages))
    return by_words(*found, FoundPages("copy.pdf", pages), issued) if found else None


def test_bytes_on_record_are_as_issued() -> None:
    """Whichever edition they are of."""
    records = RecordsRead({"nights": CHAIN})
    for name, one in zip(NAMES, CHAIN, strict=True):
        found = by_bytes(records, (), content(name))
        assert found
        assert (found.grade, found.edition) == ("as-issued", one)
    assert by_bytes(records, (), b"other") is None


def test_a_numbered_copy_is_known_by_the_register() -> None:
    copy = b"the bytes of copy 7"
    row = Entry("north", "nights", NAMES[1], "patrol@1.2", "text", 1, 7, sha256(copy), CHAIN[1].record.issued)
    found = by_bytes(RecordsRead({"nights": CHAIN}), (row,), copy)
    assert found
    assert (found.grade, found.edition, found.copy) == ("as-issued", CHAIN[1], row)


def test_the_same_letters_in_other_bytes_are_the_same_words() -> None:
    found = judged(PAGES)
    assert found
    assert (found.grade, found.edition) == ("same-words", FIRST)


def test_a_file_without_pages_has_other_words_on_none() -> None:
    first, pages = CHAIN[0], FoundPages("copy.txt", ("Nights" + NAMES[0].replace(" ", "") + "Patrolsrun.",))
    assert by_words(first, first.record.files[0], pages).said == "other words"


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ((PAGES[0], PAGES[1].replace("26", "62"), PAGES[2]), "other words on page 2"),
        ((*PAGES, "Alsothis."), "other words on page 4"),
        (PAGES[:2], "page 3 of the edition is missing"),
        ((PAGES[0], PAGES[1]), "page 3 of the edition is missing"),
        (("x", "y", PAGES[2], "z"), "other words on pages 1 to 2 and 4"),
        ((PAGES[0],), "pages 2 to 3 of the edition are missing"),
    ],
)
def test_other_words_are_told_with_their_pages(pages: tuple[str, ...], said: str) -> None:
    """FoundPages of the copy that differ, and those of the edition that it lacks."""
    found = judged(pages)
    assert found
    assert (found.grade, found.said) == ("other-words", said)


@pytest.mark.parametrize(
    ("pages", "said"),
    [
        ((PAGES[0], PAGES[1].replace("26", "62"), PAGES[2]), "other words on page 7-1 (2 in the file)"),
        ((PAGES[0], "x", "y"), "other words on pages 7-1 and 7-2 (2 to 3 in the file)"),
        (("x", "y", PAGES[2]), "other words on pages A-1 and 7-1 (1 to 2 in the file)"),
        (PAGES[1:], "page A-1 of the edition is missing"),
        ((*PAGES, "Alsothis."), "other words on page 4"),
    ],
)
def test_folios_that_run_by_briefing_are_told_beside_the_pages_of_the_file(pages: tuple[str, ...], said: str) -> None:
    """The one stands in print, by the other a program finds it; a page that the edition has not has no folio."""
    file = FIRST.record.files[0].model_copy(update={"folios": ("A-1", "7-1", "7-2")})
    assert by_words(FIRST, file, FoundPages("copy.pdf", pages)).said == said


def test_a_copy_with_no_page_as_issued_is_found_by_what_it_calls_itself() -> None:
    """The pack and the edition stand on its pages."""
    found = judged(("nights·Spring2024rewritten",))
    assert found
    assert (found.grade, found.edition) == ("other-words", SECOND)
    assert judged(("Somethingelse",)) is None


SPOILT = PAGES[2].replace("ff", "\u6600\u6600")


@pytest.mark.parametrize(
    ("page", "issued", "grade"),
    [
        (SPOILT, PAGES, "unreadable"),
        (SPOILT, (), "unreadable"),
        (PAGES[2].replace("ff", "\ue001"), (), "unreadable"),
        (SPOILT.replace("O", "N"), PAGES, "other-words"),
        (PAGES[2].replace("differ", "agree"), PAGES, "other-words"),
    ],
)
def test_spoilt_letters_are_no_other_words(page: str, issued: tuple[str, ...], grade: str) -> None:
    """Where the archive has the edition, a word that was changed beside them is told all the same."""
    found = judged((*PAGES[:2], page), issued)
    assert found
    assert found.grade == grade
    assert found.said.endswith("on page 3")


def test_pages_of_another_kind_of_file_are_not_compared() -> None:
    """A PDF is no web page, whatever its words are."""
    assert nearest(RECORDS, FoundPages("copy.html", ("Nothingofit",))) is None
    assert nearest(RecordsRead({"nights": (FIRST,)}), FoundPages("copy.epub", PAGES)) is None
