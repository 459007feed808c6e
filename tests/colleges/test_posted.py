"""What the letter with printed copies says, by what the ledger knows of the college."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pipeline.colleges.deliveries.gates import label_faults, letter_faults
from pipeline.colleges.deliveries.paper import posted_letter
from pipeline.colleges.deliveries.plan import PlannedDelivery, PlannedFile
from pipeline.colleges.holdings import Holding
from pipeline.compose.posting.parts import NOTHING
from pipeline.compose.posting.posted import PostedLetter
from pipeline.model.library import Library
from pipeline.model.source.posting import Postage
from tests.support.colleges.letters import AUTUMN, ISSUE, LIBRARY
from tests.support.words import ENGLISH, LAYOUTS


def letter(
    *held: Holding,
    copies: tuple[int, ...] = (),
    library: Library = LIBRARY,
    newer: str = "",
    recalled: tuple[str, ...] = (),
) -> PostedLetter:
    """The letter with two copies of the new edition."""
    files = [PlannedFile("print", "p.pdf", "", 0, 1, (number,)) for number in copies]
    files = files or [PlannedFile("print", "p.pdf", "ab", 9, 2)]
    to = "School of Policing, Hill Road,South Tor"
    one = PlannedDelivery("d2", "south", "p", "Spring 2027", "r2", "C", "post", to, tuple(files), ("patrol@1.0",))
    one = replace(one, newer=(newer,) if newer else ())
    return posted_letter(library, ISSUE, one, held, (ENGLISH, ENGLISH), date(2027, 3, 1), recalled)


def test_old_copies_with_the_same_numbers_are_told_apart() -> None:
    said = letter(replace(AUTUMN, copy=3, quantity=1), replace(AUTUMN, edition="Spring 2026", copy=9), copies=(3, 4))
    assert said.only_old == "Destroy only those whose cover says Autumn 2026; keep those that say Spring 2027."
    assert letter(AUTUMN).only_old == ""


def test_old_copies_that_are_recalled_too_are_answered_for_once() -> None:
    """The letter names the recall; a first one has no old copies."""
    said = letter(AUTUMN, recalled=("recall-1", "recall-2"))
    assert (
        said.recalled == "Some of them are asked for by recall-1 and recall-2 too: answer once, to that notice or here."
    )
    assert (letter(recalled=("recall-1",)).recalled, letter(AUTUMN).recalled) == ("", "")


def test_copies_go_back_and_answers_are_due_where_the_library_says_so() -> None:
    """A day is counted from that of the delivery, of a first one too: its slip says whether all is there."""
    post = Postage(return_to="1 Hill Road, Northmoor", answer_days=28)
    fields = LIBRARY.imprint.fields.model_copy(update={"post": post})
    library = replace(LIBRARY, imprint=replace(LIBRARY.imprint, fields=fields))
    said = letter(AUTUMN, library=library)
    assert (said.return_to, said.answer_by) == ("1 Hill Road, Northmoor", date(2027, 3, 29))
    assert letter(library=library).answer_by == date(2027, 3, 29)
    assert (letter(AUTUMN).return_to, letter(AUTUMN).answer_by) == ("", None)


def test_copies_of_a_newer_edition_are_not_to_be_destroyed() -> None:
    """Where an older edition is printed once more; changes are told since one that is older still."""
    summer = replace(AUTUMN, edition="Summer 2027", since=date(2027, 2, 1))
    said = letter(summer, AUTUMN, newer="Summer 2027")
    assert (said.held, said.newer) == ((("Autumn 2026", "2 copies"),), "Summer 2027")
    assert "since Autumn 2026" in said.changes.lines[0]


def test_a_first_edition_takes_the_place_of_none() -> None:
    """So the letter says nothing of changes and old copies."""
    said = letter()
    assert (said.changes, said.held, said.numbered) == (NOTHING, (), False)
    assert (said.enclosed, said.label) == ("2 printed copies", "Delivery d2, 2 copies")
    assert said.address == ("School of Policing", "Hill Road", "South Tor")


def test_an_address_that_runs_off_its_label_is_refused() -> None:
    """The larger labels have room for it; at 12 points none is set smaller."""
    parts = ("Learning Resources and Staff Development Directorate of the Northern and Western Regions",
             "Building 14B Rear Entrance Second Floor", "The Old Quarry Industrial and Commercial Estate",
             "Long Quarry Lane East", "Posthaven-upon-the-Water", "North Moorshire", "PH1 2AB")  # fmt: skip
    one = PlannedDelivery("d", "south", "p", "Spring 2027", "r", "C", "post", ", ".join(parts), (), ())
    assert [fault.sentence for fault in label_faults(LIBRARY, [one])] == [
        "Name and address of 'south' take 8 lines, and a label of 14 to a sheet has 5."
    ]
    assert list(label_faults(LIBRARY, [replace(one, to="Hill Road, South Tor")])) == []
    fields = LIBRARY.imprint.fields.model_copy(update={"post": Postage(labels=8)})
    assert list(label_faults(replace(LIBRARY, imprint=replace(LIBRARY.imprint, fields=fields)), [one])) == []


def test_a_letter_that_no_font_has_is_told_before_anything_is_planned() -> None:
    """In the name or in the address; the name of the letter says which it is."""
    one = PlannedDelivery("d", "south", "p", "Spring 2027", "r", "C", "post", "Hill Road, Łódź", (), ())
    assert list(letter_faults(LIBRARY, LAYOUTS, [one])) == []
    assert [fault.sentence for fault in letter_faults(LIBRARY, LAYOUTS, [replace(one, to="Hill Road \U00010900")])] == [
        "The fonts have no '\U00010900' (U+10900), which stands in the name or the address of 'south'."
    ]


def test_numbered_copies_are_told_by_their_numbers() -> None:
    said = letter(copies=(3, 4))
    assert (said.enclosed, said.numbered) == ("2 printed copies, copies 3 to 4", True)
    assert said.label == "Delivery d2, 2 copies, copies 3 to 4"


def test_what_has_changed_is_told_since_the_newest_edition_held() -> None:
    older = replace(AUTUMN, edition="Spring 2026", copy=7, quantity=1, since=date(2026, 4, 1))
    said = letter(AUTUMN, older, replace(older, copy=8))
    assert list(said.changes.text()) == [
        "What has changed since Autumn 2026, which you had:",
        "- Foot patrol: new in the pack",
        "- lamps: no longer in the pack",
    ]
    assert said.held == (("Autumn 2026", "2 copies"), ("Spring 2026", "copies 7 to 8"))


@pytest.mark.parametrize(
    "other",
    [
        {"college": "north"},
        {"pack": "q"},
        {"state": "destroyed"},
        {"edition": "Spring 2027"},
        {"format": "screen"},
    ],
    ids=lambda other: next(iter(other)),
)
def test_only_paper_that_the_college_still_holds_of_another_edition_counts(other: dict[str, str]) -> None:
    assert letter(replace(AUTUMN, **other)).held == ()  # type: ignore[arg-type]
