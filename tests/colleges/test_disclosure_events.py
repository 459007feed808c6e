"""Events of a disclosure in words: whose they are, of which copies, and why."""

from __future__ import annotations

from pipeline.colleges.disclosure.event_list import EventRow, event_rows
from tests.support.colleges.histories import Written, file, planned


def followed() -> tuple[EventRow, ...]:
    """A delivery of numbered copies, two of them lost and found again, and a recall that was lifted."""
    told = Written()
    told.send("first", planned("north", "Autumn 2026", [file("print", 3, (3, 4, 5))]), "2026-01-10")  # 1, 2
    lost = [["first", "print", 3, 1], ["first", "print", 5, 1], ["first", "text", 0, 2]]
    told.add("lost", "first", {"on": "2026-01-20", "of": lost})  # 3
    told.add("withdrawn", "first", {"event": 3})  # 4
    copies = [["first", "print", 3, 1], ["elsewhere", "print", 3, 1]]
    told.add("recalled", "recall-1", {"on": "2026-02-01", "of": "nights", "reason": "Wrong.", "copies": copies})  # 5
    told.add("told", "recall-1", {"college": "north", "on": "2026-02-02"})  # 6
    told.add("received", "recall-1", {"college": "north", "on": "2026-02-03"})  # 7
    told.add("withdrawn", "recall-1", {"event": 5, "reason": "It is right."})  # 8
    told.add("reminded", "recall-1", {"on": "2026-02-05", "answer_by": "2026-03-01", "instead": "It has come."})  # 9
    plans = {event.subject: event.facts for event in told.events if event.kind == "planned"}
    return event_rows(told.events, plans, (), (), ())


def row(number: int) -> EventRow:
    """The row of an event."""
    return next(one for one in followed() if one.number == number)


def test_an_answer_names_numbered_copies_by_their_numbers() -> None:
    """Also one that takes another back."""
    assert row(3).copies == "print: copies 3 and 5; text: 2 copies"
    assert (row(4).college, row(4).copies, row(4).detail) == ("north", row(3).copies, "takes back event 3")


def test_notices_of_a_recall_name_their_college() -> None:
    """And the recall."""
    assert [(row(n).event, row(n).college, row(n).delivery) for n in (6, 7)] == [
        ("told", "north", "recall-1"),
        ("received", "north", "recall-1"),
    ]


def test_that_a_recall_was_lifted_is_told_with_the_reason() -> None:
    """Somebody typed it: a person must read it before it is handed on."""
    assert (row(8).event, row(8).copies, row(8).detail) == (
        "withdrawn",
        "print: copy 3",
        "takes back event 5: It is right.",
    )
    assert [one.number for one in followed() if one.free] == [5, 9, 8]


def test_another_day_to_answer_is_told() -> None:
    """With what comes instead."""
    assert row(9).detail == "answers are asked for by 2026-03-01; It has come."


def test_copies_of_two_editions_with_the_same_number_are_counted() -> None:
    """Numbers alone would name one of them twice."""
    told = Written()
    for name, edition in (("first", "Autumn 2026"), ("second", "Spring 2027")):
        told.send(name, planned("north", edition, [file("print", 1, (3,))]), "2026-01-10")
    copies = [["first", "print", 3, 1], ["second", "print", 3, 1]]
    told.add("recalled", "recall-1", {"on": "2026-02-01", "of": "nights", "reason": "Wrong.", "copies": copies})
    plans = {event.subject: event.facts for event in told.events if event.kind == "planned"}
    (recalled,) = (one for one in event_rows(told.events, plans, (), (), ()) if one.event == "recalled")
    assert recalled.copies == "print: 2 copies"
