"""What a notice calls the copies, and what it says of the other texts in them: plain values."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.cli.colleges.recall_notices import address_of
from pipeline.colleges.holdings import Holding
from pipeline.colleges.recalled_texts import TextsOnRecord, edition_titles, other_texts, recalled_title
from pipeline.colleges.recalls import Recall
from tests.support.colleges.histories import FIRST_DAY, Written, file, planned
from tests.support.editions.records import holding
from tests.support.resolve.kept_versions import loaded
from tests.support.words import ENGLISH

EDITION = "Autumn 2026"
RECORD = holding("nights", 1, EDITION, {"lamps": "1.0", "beats": "2.0"})
TEXT = "---\ntitle: {title}\nsummary: All.\nstatus: {status}\n---\n\nText.\n"
MINE = Holding(
    "south", "nights", EDITION, "print", 0, 2, ("lamps@1.0", "beats@2.0"), "a", "held", FIRST_DAY, record=RECORD.sha256
)
LAMPS = Recall("recall-1", "lamps@1.0", "A mistake.", FIRST_DAY, (), ("lamps@1.0",))


def known(status: str = "draft", *retracted: str, title: str = "Beats") -> TextsOnRecord:
    """A library whose second text has a status and a title now."""
    library = loaded(
        {
            "briefings/lamps.md": TEXT.format(title="Lamps renamed", status="draft"),
            "briefings/beats.md": TEXT.format(title=title, status=status),
            "packs/nights.yaml": "title: Nights renamed\nbriefings: [lamps, beats]\n",
        }
    )
    return TextsOnRecord((RECORD,), library, retracted)


def recall(*words: str, lifted: str = "") -> Recall:
    """Another recall, of these words."""
    return Recall("recall-2", words[0], "A mistake.", FIRST_DAY, (), words, lifted=lifted)


@pytest.mark.parametrize(
    ("recalls", "told"),
    [
        ((LAMPS,), (True, ())),
        ((LAMPS, recall("beats@2.0")), (False, ("Beats, version 2.0",))),
        ((LAMPS, recall("nights@Autumn 2026")), (False, ("Nights, Autumn 2026",))),
        ((LAMPS, recall("beats@2.0", lifted="It is right.")), (True, ())),
        ((LAMPS, recall("beats@2.1")), (True, ())),
    ],
)
def test_others_hold_where_none_of_them_is_recalled(
    recalls: tuple[Recall, ...], told: tuple[bool, tuple[str, ...]]
) -> None:
    """Else those that are recalled too are named."""
    assert other_texts(LAMPS, [MINE], recalls, known(), ENGLISH) == told


@pytest.mark.parametrize(
    "found",
    [
        known("withdrawn\nwithdrawn_reason: It was wrong"),
        known("superseded\nsuperseded_by: lamps"),
        known("draft", "beats@2.0"),
    ],
)
def test_a_text_that_is_withdrawn_or_rests_on_a_retracted_work_holds_no_more(found: TextsOnRecord) -> None:
    assert other_texts(LAMPS, [MINE], [LAMPS], found, ENGLISH) == (False, ("Beats, version 2.0",))


def test_of_a_text_that_is_gone_nothing_is_said() -> None:
    """Nobody can say whether it holds; of copies without another text neither."""
    found = known()
    without = replace(found.library, briefings={"lamps": found.library.briefings["lamps"]})
    assert other_texts(LAMPS, [MINE], [LAMPS], replace(found, library=without), ENGLISH) == (False, ())
    alone = replace(MINE, briefings=("lamps@1.0",))
    assert other_texts(LAMPS, [alone], [LAMPS], found, ENGLISH) == (False, ())


@pytest.mark.parametrize(
    ("of", "title"),
    [
        ("lamps@1.0", "Lamps, version 1.0"),
        ("lamps", "Lamps"),
        ("nights", "Nights"),
        ("nights@Autumn 2026", "Nights, Autumn 2026"),
    ],
)
def test_titles_are_those_that_stand_in_the_copies(of: str, title: str) -> None:
    found = known()
    gone = replace(found, library=replace(found.library, briefings={}, packs={}))
    for one in (found, gone):
        assert recalled_title(of, [MINE], one, ENGLISH) == title
        assert edition_titles([MINE], one) == {("nights", EDITION): "Nights"}


def test_without_a_record_the_titles_of_the_library_are_told() -> None:
    found = replace(known(), records=())
    assert recalled_title("lamps@1.0", [MINE], found, ENGLISH) == "Lamps renamed, version 1.0"
    assert edition_titles([MINE], found) == {("nights", EDITION): "Nights renamed"}


def test_a_college_that_has_left_is_written_to_where_its_copies_went() -> None:
    """By the ledger; a folder of this machine is no such place."""
    ledger = Written()
    for name, channel, to in (("a", "mail", "learn@south.example"), ("b", "post", "Hill 3"), ("c", "folder", "../in")):
        way = {"channel": channel, "to": to}
        ledger.add("planned", name, planned("south", EDITION, [file("print", 2)]) | way)
    assert address_of(known().library, "south", ledger.events) == "Hill 3"
    assert address_of(known().library, "north", ledger.events) == ""
