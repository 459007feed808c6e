"""Leaves found in a file: by the codes on their sheets, and held against the record of the edition they make."""

from __future__ import annotations

from dataclasses import replace

from pipeline.core.digest import sha256
from pipeline.core.printed_code import PrintedCode, code_of
from pipeline.editions.issued.judging import FoundPages
from pipeline.editions.issued.records import RecordsRead, as_file, edition_code
from pipeline.editions.replacing.found import FoundLeaves, SheetWords, find_leaves, wrong_leaves
from pipeline.model.source.edition import IssuedFile
from tests.support.editions.records import chain

CHAIN = chain()
CODES = [edition_code(one.record) for one in CHAIN]
BEFORE, AFTER = CODES[0].text, CODES[1].text
PAGES = tuple(f"{words}{AFTER}" for words in ("Cover", "Contents", "Patrol", "Lamps"))
WORDS = SheetWords("NEW LEAVES", "Page {page} of {pages}")
SHEETS = (
    f"WhattodoCodeofAutumn2023{BEFORE}CodeofSpring2024{AFTER}NEWLEAVESPage1of2",
    "TobereturnedNEWLEAVESPage2of2",
    "",
)
FILE = IssuedFile(
    file="nights.pdf", format="screen", bytes=9, pages=4, sha256=sha256(b""),
    words=tuple(sha256(page.encode()) for page in PAGES),
)  # fmt: skip
SECOND = as_file(CHAIN[1].record.model_copy(update={"files": (FILE,)}))
RECORDS = RecordsRead({"nights": (CHAIN[0], SECOND, CHAIN[2])})
FOLIOS = ("1", "2", "3", "4")


def found(*pages: str, codes: tuple[PrintedCode, ...] = tuple(CODES[:2])) -> FoundLeaves | None:
    """The leaves in a file of these pages."""
    return find_leaves(RECORDS, FoundPages("leaves.pdf", pages), codes, WORDS)


def faults(*pages: str, wanted: tuple[int, ...] | None = (1, 2, 4)) -> str:
    """Faults of leaves behind the sheets, by the pages that a holder needs."""
    leaves = found(*SHEETS, *pages)
    assert leaves
    return wrong_leaves(leaves, wanted, FOLIOS)


def test_the_codes_of_two_editions_tell_what_turns_into_what() -> None:
    """On the sheets before the leaves."""
    leaves = found(*SHEETS, *PAGES[:2])
    assert leaves
    assert (leaves.was, leaves.now, [number for number, _ in leaves.pages]) == (CHAIN[0], SECOND, [4, 5])


def test_no_other_file_is_taken_for_leaves() -> None:
    """An edition bears its own code alone; an edition that has no PDF has no leaves; other packs are others."""
    assert found(*PAGES, codes=(CODES[1],)) is None
    assert found(*SHEETS, *PAGES, codes=(CODES[0], CODES[2])) is None
    assert found(*SHEETS, codes=tuple(CODES)) is None
    assert find_leaves(RecordsRead({}), FoundPages("leaves.pdf", SHEETS), CODES, WORDS) is None


def test_leaves_are_whole_with_the_pages_that_a_holder_needs() -> None:
    """A blank page is none that anybody misses."""
    assert faults(PAGES[0], PAGES[1], "", PAGES[3]) == ""
    assert faults(PAGES[0], wanted=None) == ""


def test_what_differs_is_told_by_its_page_and_what_is_missing_by_its_folio() -> None:
    """Another word; a leaf taken out; a leaf of the edition that this holder has already."""
    other = PAGES[1].replace("Contents", "Contest")
    assert faults(PAGES[0], other, PAGES[3]) == "other words on page 5 of the file"
    assert faults(PAGES[0], other, wanted=None) == "other words on page 5 of the file"
    assert faults(PAGES[0], PAGES[3]) == "page 2 is missing"
    assert faults(other, PAGES[1]) == "other words on page 4 of the file, and page 4 is missing"


OLD = tuple(f"{words}{BEFORE}" for words in ("Cover", "Contents", "Patrol"))


def told(*pages: str, codes: tuple[PrintedCode, ...] = tuple(CODES[:2])) -> str:
    """Faults of a file of leaves."""
    leaves = found(*pages, codes=codes)
    assert leaves
    return wrong_leaves(leaves, (1, 2, 4), FOLIOS)


def test_one_edition_before_another_is_no_file_of_leaves() -> None:
    """The codes of both stand on no sheet."""
    assert found(*OLD, *PAGES) is None
    assert found(*SHEETS[1:], *OLD, *PAGES) is None


def test_what_lies_before_the_leaves_and_is_no_sheet_is_told() -> None:
    """Pages of the edition that they replace, and one of another text, whatever its head says."""
    leaves = (PAGES[0], PAGES[1], PAGES[3])
    assert told(*SHEETS, *OLD, *leaves) == "pages 4 to 6 of the file are no sheets"
    assert told(*OLD[:1], *SHEETS, *leaves) == "page 1 of the file is no sheet"
    other = code_of("ef" * 32)
    page = f"NEWLEAVESWords{other.text}"
    assert told(*SHEETS, page, *leaves, codes=(*CODES[:2], other)) == "page 4 of the file is no sheet"


def test_sheets_that_are_missing_are_told_by_their_numbers() -> None:
    """As far as the others say how many there are."""
    leaves = (PAGES[0], PAGES[1], PAGES[3])
    assert told(SHEETS[0], *leaves) == "sheet 2 is missing"
    assert told(SHEETS[0].partition("Page")[0], *leaves) == ""


def test_sheets_alone_are_sheets_without_leaves() -> None:
    """No page behind them is missing one by one."""
    assert told(*SHEETS) == "these are sheets without leaves"
    assert told(SHEETS[0]) == "these are sheets without leaves, and sheet 2 is missing"


def test_a_longer_code_is_read_to_its_end() -> None:
    """Where another edition has its first six symbols."""
    longer = replace(CODES[0], text=BEFORE + "7")
    record = as_file(CHAIN[0].record.model_copy(update={"code": str(longer)}))
    records = RecordsRead({"nights": (record, SECOND)})
    sheets = (SHEETS[0].replace(BEFORE, longer.text), *SHEETS[1:])
    leaves = find_leaves(records, FoundPages("leaves.pdf", (*sheets, *PAGES)), (longer, CODES[1]), WORDS)
    assert leaves
    assert leaves.was == record
