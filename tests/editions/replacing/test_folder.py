"""A folder whose leaves were replaced: what stays and belongs there, what belongs out, and what is missing."""

from __future__ import annotations

from pipeline.core.digest import sha256
from pipeline.editions.issued.judging import FoundPages
from pipeline.editions.issued.records import RecordsRead, as_file, edition_code
from pipeline.editions.replacing.folder import PrintedEdition, find_folder, judge_folder
from pipeline.editions.replacing.found import SheetWords
from pipeline.editions.replacing.leaves import PrintedSide, leaves_of
from pipeline.model.source.edition import IssuedFile
from tests.support.editions.records import chain

CHAIN = chain()[:2]
CODES = [edition_code(one.record) for one in CHAIN]
WORDS = SheetWords("NEW LEAVES", "Page {page} of {pages}")
FIRST = ("Cover", "Contents", "Patrol", "Patrol2", "Lamps", "Lamps2")
SECOND = ("NewCover", "NewContents", "Patrol", "Patrol2", "Dogs", "")
TEXTS = {"Patrol": "patrol", "Lamps": "lamps", "Dogs": "dogs"}


def printed(which: int, words: tuple[str, ...]) -> PrintedEdition:
    """An edition of these pages: the first two are the cover, without folio, and the contents."""
    letters = [f"{one}{CODES[which].text}" if one else "" for one in words]
    digests = tuple(sha256(one.encode()) for one in letters)
    file = IssuedFile(file="n.pdf", format="print", bytes=9, pages=6, sha256=sha256(b""), words=digests)
    sides = [
        PrintedSide(str(n) if n > 1 else "", sha256(one.encode()), n, str(n), TEXTS.get(one.rstrip("2"), "nights"))
        if one
        else PrintedSide("", "", n, str(n))
        for n, one in enumerate(words, 1)
    ]
    return PrintedEdition(as_file(CHAIN[which].record.model_copy(update={"files": (file,)})), file, leaves_of(sides))


OLD, NEW = printed(0, FIRST), printed(1, SECOND)
RECORDS = RecordsRead({"nights": (OLD.record, NEW.record)})


def was(*words: str) -> tuple[str, ...]:
    """Pages of the first edition."""
    return tuple(f"{one}{CODES[0].text}" for one in words)


def now(*words: str) -> tuple[str, ...]:
    """Pages of the second edition."""
    return tuple(f"{one}{CODES[1].text}" for one in words)


def said(*pages: str) -> tuple[str, bool]:
    """The judgement on a file of these pages."""
    found = find_folder(RECORDS, FoundPages("scan.pdf", pages), CODES, WORDS)
    assert found
    judged = judge_folder(found, NEW, [OLD], {"patrol"})
    return judged.said.removeprefix("a folder whose leaves were replaced"), judged.exact


RIGHT = (*now("NewCover", "NewContents"), *was("Patrol", "Patrol2"), *now("Dogs"))


def test_pages_that_stay_belong_there() -> None:
    """With the code of the edition with which they came; a blank back and a sheet in between are no page."""
    told = (
        ": pages 3 and 4 are those of 'Autumn 2023', as they should be; all others are those of 'Spring 2024', "
        "and none is missing; pictures are not compared"
    )
    assert said(*RIGHT) == said(*RIGHT, "") == (told, True)
    sheet = f"NEW LEAVES {CODES[0].text} {CODES[1].text}".replace(" ", "")
    assert said(*RIGHT[:2], sheet, "", *RIGHT[2:]) == (told, True)


def wrong(*pages: str) -> str:
    """What is wrong with a folder."""
    told, exact = said(*pages)
    assert not exact
    return told.removeprefix(", and not as it should be: ")


def test_a_page_that_should_have_gone_belongs_out() -> None:
    """By its folio, its edition and its text; what must not be used is told so."""
    page = was("Contents")
    assert wrong(*RIGHT[:4], *page, *RIGHT[4:]) == "page 2 of 'Autumn 2023' belongs out"
    old = as_told("lamps", "Lamps", was("Lamps", "Lamps2"))
    assert old == "pages 5 and 6 of 'Autumn 2023' ('Lamps', withdrawn) belong out"


def as_told(name: str, title: str, pages: tuple[str, ...]) -> str:
    """What is told of pages of a withdrawn text behind a folder that is right."""
    briefing = OLD.record.record.briefings[0].model_copy(update={"id": name, "title": title})
    record = as_file(OLD.record.record.model_copy(update={"briefings": (briefing,)}))
    found = find_folder(RECORDS, FoundPages("scan.pdf", (*RIGHT, *pages)), CODES, WORDS)
    assert found
    told = judge_folder(found, NEW, [PrintedEdition(record, OLD.file, OLD.leaves)], {name}).said
    return told.partition("should be: ")[2]


def test_what_is_missing_or_out_of_its_place_is_told() -> None:
    """And a page with other words than any edition has."""
    assert wrong(*RIGHT[:4]) == "page 5 of 'Spring 2024' is missing"
    assert wrong(*RIGHT[:2], RIGHT[3], RIGHT[2], *RIGHT[4:]) == "page 3 is not in its place, but is page 4 of the file"
    assert wrong(*RIGHT, RIGHT[4]) == "page 5 is there twice, the second time as page 6 of the file"
    assert wrong(*RIGHT, *now("Cats")) == "other words on page 6 of the file"
    assert wrong(*was("Cover", "Contents"), *RIGHT[2:]) == (
        "the cover and page 2 of 'Autumn 2023' belong out; the cover and page 2 of 'Spring 2024' are missing"
    )


def test_no_other_file_is_a_folder() -> None:
    """Pages of one edition; leaves behind their sheet."""
    sheet = f"NEWLEAVES{CODES[0].text}{CODES[1].text}"
    for pages in (now("NewCover", "NewContents"), (sheet, *RIGHT)):
        assert find_folder(RECORDS, FoundPages("scan.pdf", pages), CODES, WORDS) is None
