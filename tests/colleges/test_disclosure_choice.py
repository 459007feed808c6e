"""Choice of what is disclosed: the deliveries, events, editions and versions of a college, a text and a period."""

from __future__ import annotations

from datetime import date

import pytest

from pipeline.colleges.disclosure.choice import Choice, Concerned, Sources, concerned
from pipeline.colleges.disclosure.left_out import not_kept, outside
from pipeline.load.library.register import Entry
from pipeline.model.source.kept import KeptRecord
from tests.support.colleges.histories import Written, file, planned
from tests.support.editions.records import chain

CHAIN = chain(("Autumn 2026", "Spring 2027", "Summer 2027"))
"""Editions that were issued on 1 January, 1 February and 1 March 2024."""


def delivered(college: str, edition: str) -> dict[str, object]:
    """The facts of a delivery of an edition, which names its record."""
    one = next(one for one in CHAIN if one.record.edition == edition)
    return planned(college, edition, [file("text", 3)]) | {"record": one.sha256}


def history() -> Written:
    """Two colleges over two years: what the first held gave way in the second, and was taken back by mistake."""
    told = Written()
    told.send("first", delivered("north", "Autumn 2026"), "2024-01-10")  # 1, 2
    told.send("other", delivered("south", "Autumn 2026"), "2024-01-11")  # 3, 4
    told.add("received", "first", {"on": "2024-01-20", "of": [["first", "text", 0, 3]]})  # 5
    told.send("second", delivered("north", "Spring 2027"), "2025-03-01")  # 6, 7
    told.add("replaced", "second", {"on": "2025-03-09", "of": [["first", "text", 0, 3]]})  # 8
    copies = [["second", "text", 0, 3], ["other", "text", 0, 3]]
    told.add("recalled", "recall-1", {"on": "2025-06-01", "of": "nights", "reason": "Wrong.", "copies": copies})  # 9
    told.add("withdrawn", "first", {"event": 5})  # 10, written down in 2027
    return told


def found(kept: dict[str, KeptRecord] | None = None, register: tuple[Entry, ...] = (), **asked: object) -> Concerned:
    """All that a choice concerns."""
    sources = Sources(history().events, {"nights": CHAIN}, kept or {}, register)
    return concerned(sources, Choice(**asked))  # type: ignore[arg-type]


def numbers(one: Concerned) -> list[int]:
    """The numbers of its events."""
    return [event.number for event in one.events]


def editions(one: Concerned) -> list[str]:
    """The names of its editions."""
    return [record.record.edition for record in one.records]


def test_a_college_has_its_own_deliveries() -> None:
    """And the recalls that asked for copies of it."""
    assert numbers(found(college="south")) == [3, 4, 9]
    assert editions(found(college="south")) == ["Autumn 2026"]
    assert editions(found(college="north")) == ["Autumn 2026", "Spring 2027"]


def followed() -> Written:
    """A recall of two colleges' copies: both were told, one said so by mistake, and it was lifted."""
    told = history()
    told.add("told", "recall-1", {"college": "north", "on": "2025-06-02"})  # 11
    told.add("received", "recall-1", {"college": "north", "on": "2025-06-03"})  # 12
    told.add("told", "recall-1", {"college": "south", "on": "2025-06-04"})  # 13
    told.add("withdrawn", "recall-1", {"event": 12})  # 14
    told.add("withdrawn", "recall-1", {"event": 9, "reason": "It is right."})  # 15
    told.add("reminded", "recall-1", {"on": "2025-06-05", "answer_by": "2025-07-01"})  # 16
    return told


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"college": "north"}, [9, 10, 11, 12, 14, 15, 16]),
        ({"college": "south"}, [9, 13, 15, 16]),
        ({"pack": "nights"}, [9, 10, 11, 12, 13, 14, 15, 16]),
        ({"college": "south", "first": date(2025, 6, 4), "last": date(2025, 6, 4)}, [9, 13, 15]),
        ({"college": "north", "last": date(2025, 6, 1)}, [9, 10, 15]),
    ],
)
def test_a_recall_is_told_with_its_notices_and_its_end(asked: dict[str, object], told: list[int]) -> None:
    """A college has its own notices, a pack those of all; that it was lifted is told whenever it was."""
    one = concerned(Sources(followed().events, {"nights": CHAIN}, {}), Choice(**asked))  # type: ignore[arg-type]
    assert [number for number in numbers(one) if number > 8] == told


def test_a_notice_on_copies_that_were_sent_since_is_told_with_its_recall() -> None:
    """The recall named no copy of that college when it was begun."""
    told = Written()
    told.add("recalled", "recall-1", {"on": "2024-01-01", "of": "nights", "copies": [], "words": ["lamps@1.0"]})
    told.send("late", delivered("north", "Autumn 2026"), "2024-01-10")
    told.add("told", "recall-1", {"college": "north", "on": "2024-01-11"})
    told.send("other", delivered("south", "Autumn 2026"), "2024-01-10")
    sources = Sources(told.events, {"nights": CHAIN}, {})
    assert numbers(concerned(sources, Choice(college="north"))) == [1, 2, 3, 4]
    assert numbers(concerned(sources, Choice(college="south"))) == [5, 6]


@pytest.mark.parametrize(
    ("first", "last", "told"),
    [
        ("2024-01-10", "2024-01-10", [1, 2]),  # both days belong to it
        ("2024-01-11", "2024-01-19", [1, 2]),  # held since the day before
        ("2024-01-11", "2024-01-20", [1, 2, 5, 10]),  # and what took the answer back, whenever
        ("2023-01-01", "2024-01-09", []),
        ("2025-03-09", "2025-03-09", [1, 2, 5, 6, 7, 8, 10]),  # held until that day
        ("2025-03-10", "2025-05-31", [6, 7, 8]),  # what gave way is held no more
        ("2025-03-10", "2025-06-01", [6, 7, 8, 9]),
    ],
)
def test_a_period_has_what_happened_and_what_was_held(first: str, last: str, told: list[int]) -> None:
    """Each with what led to it: plans are written down long after these days."""
    one = found(college="north", first=date.fromisoformat(first), last=date.fromisoformat(last))
    assert numbers(one) == told


def test_a_text_is_meant_with_or_without_its_version() -> None:
    """Deliveries tell which versions were in them."""
    assert numbers(found(briefing="lamps@2.0")) == [6, 7, 8, 9]
    assert numbers(found(briefing="lamps")) == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    assert found(briefing="lamp").is_empty
    assert found(pack="days").is_empty


def test_without_a_college_a_period_has_the_editions_that_were_issued_then() -> None:
    """Whether they went anywhere or not."""
    assert editions(found(first=date(2024, 3, 1), last=date(2024, 3, 1))) == ["Autumn 2026", "Summer 2027"]
    assert editions(found(pack="nights", last=date(2024, 1, 31))) == ["Autumn 2026"]


def test_copies_that_only_the_register_knows_are_told() -> None:
    """Those that were prepared before there was a ledger."""
    entry = Entry("west", "nights", "Summer 2027", "lamps@3.0", "text", 1, 0, "0" * 64, date(2024, 5, 1))
    one = found(college="west", register=(entry,))
    assert (editions(one), one.prepared, one.events) == (["Summer 2027"], (entry,), ())
    assert found(college="west", register=(entry,), first=date(2024, 5, 2)).is_empty


def test_a_version_that_went_nowhere_is_told_of_a_text() -> None:
    """Published in the period; of a college or a pack it is not."""
    record = KeptRecord(
        id="lamps", version="9.0", title="Lamps", published=date(2024, 5, 1), digest="words/1:" + "0" * 64, files={}
    )
    kept = {"lamps@9.0": record}
    assert found(kept, briefing="lamps", first=date(2024, 5, 1)).versions == ("lamps@9.0",)
    assert found(kept, briefing="lamps", first=date(2024, 5, 2)).versions == ()
    assert found(kept, college="north", briefing="lamps").versions == ()


def test_copies_are_held_as_at_the_end_of_the_period() -> None:
    """By what is written down today."""
    held = [(one.college, one.edition, one.quantity) for one in found(last=date(2024, 12, 31)).held]
    assert held == [("north", "Autumn 2026", 3), ("south", "Autumn 2026", 3)]
    assert [one.edition for one in found(college="north", last=date(2025, 3, 9)).held] == ["Spring 2027"]


def test_what_nobody_keeps_is_left_out_by_name() -> None:
    """Leaves, letters and notices; of versions those that were never published."""
    told = history()
    leaves = planned("south", "Spring 2027", [file("print", 3)], before="Autumn 2026")
    told.send("leaves", leaves | {"record": CHAIN[1].sha256}, "2025-04-01")
    made = concerned(Sources(told.events, {"nights": CHAIN}, {}), Choice(college="south"))
    assert [one.what for one in not_kept(made)] == [
        "The leaves of 1 delivery",
        "Letters, labels, manifests and signatures of 2 deliveries",
        "The notices of 1 recall",
        "The version patrol@1.1",
        "The version patrol@1.2",
    ]


def test_what_lies_outside_of_a_choice_is_counted() -> None:
    """Packs, versions, and lines of the register."""
    entry = Entry("west", "nights", "Summer 2027", "lamps@3.0", "text", 1, 0, "0" * 64, date(2024, 5, 1))
    record = KeptRecord(
        id="lamps", version="9.0", title="Lamps", published=date(2024, 5, 1), digest="words/1:" + "0" * 64, files={}
    )
    sources = Sources(history().events, {"nights": CHAIN, "days": CHAIN}, {"lamps@9.0": record}, (entry, entry))
    made = concerned(sources, Choice(college="south"))
    assert [one.what for one in outside(sources, made)] == [
        "1 other pack with editions",
        "1 other kept version",
        "2 other lines of the register of copies",
    ]
