"""What of a printer's order is new, where an edition is prepared again for more copies."""

from dataclasses import replace
from datetime import date

from pipeline.load.register import CopyEntry
from pipeline.services.colleges.print_job import (
    AddedCopies,
    AddedShare,
    find_added_copies,
    format_job_ticket,
    format_plain_job,
)
from tests.support.editions.print_jobs import job, rows

FIRST, SECOND, THIRD = date(2026, 11, 25), date(2026, 12, 3), date(2027, 1, 8)


def entry(college: str, quantity: int, day: date, number: int = 0, kind: str = "print") -> CopyEntry:
    """A row of the register."""
    return CopyEntry(college, "nights", "Spring 2027", "patrol@1.0", kind, quantity, number, "ab", day)


ASKED = {"north": 26, "south": 1}


def test_nothing_is_new_in_a_first_order() -> None:
    first = entry("north", 24, FIRST)
    assert find_added_copies((first,), ASKED) is None
    assert find_added_copies((first, entry("south", 1, SECOND, kind="epub")), ASKED) is None


def test_copies_that_are_added_are_told_apart() -> None:
    """By college, on another day or on the same one; of what was added twice the last."""
    first, more = entry("north", 24, FIRST), entry("north", 2, SECOND)
    assert find_added_copies((first, more), ASKED) == AddedCopies(FIRST, {"north": AddedShare(2)})
    assert find_added_copies((first, entry("north", 2, FIRST)), ASKED) == AddedCopies(FIRST, {"north": AddedShare(2)})
    assert find_added_copies((first, more, entry("south", 1, THIRD)), ASKED) == AddedCopies(
        SECOND, {"south": AddedShare(1)}
    )


def test_the_order_of_the_register_decides_and_not_the_day() -> None:
    first, more = entry("north", 10, FIRST), entry("north", 5, SECOND)
    same = find_added_copies((first, more, entry("north", 3, SECOND)), {"north": 18})
    assert same == AddedCopies(SECOND, {"north": AddedShare(3)})
    back = entry("north", 7, date(2026, 11, 30))
    assert find_added_copies((first, more, back), {"north": 22}) == AddedCopies(SECOND, {"north": AddedShare(7)})


def test_an_order_of_one_day_is_told_by_its_rows() -> None:
    """A college that takes more stands there twice; one out of order begins another order."""
    ten, five, three = entry("north", 10, FIRST), entry("north", 5, FIRST), entry("north", 3, FIRST)
    assert find_added_copies((ten, five), {"north": 15}) == AddedCopies(FIRST, {"north": AddedShare(5)})
    assert find_added_copies((ten, five, three), {"north": 18}) == AddedCopies(FIRST, {"north": AddedShare(3)})
    assert find_added_copies((entry("south", 1, FIRST), ten), ASKED) == AddedCopies(FIRST, {"north": AddedShare(10)})


def test_additions_of_one_day_that_rows_do_not_tell_apart_count_as_one() -> None:
    """For different colleges, or of numbered copies; on the day of the first order they are part of it."""
    first, north, south = entry("north", 24, FIRST), entry("north", 2, SECOND), entry("south", 1, SECOND)
    assert find_added_copies((first, north, south), ASKED) == AddedCopies(
        FIRST, {"north": AddedShare(2), "south": AddedShare(1)}
    )
    numbered = tuple(entry("north", 1, FIRST, number) for number in (1, 2, 3))
    assert find_added_copies(numbered, {"north": 3}) is None


def test_ticket_and_list_say_which_copies_are_new() -> None:
    """The printer is sent the whole order again."""
    order = replace(job(), added=AddedCopies(FIRST, {"north": AddedShare(2)}))
    assert (
        "New:           2 of them, since 25 November 2026: 2 for Northmoor Unit\n" in format_job_ticket(order).decode()
    )
    listed = rows(format_plain_job(order)["quantities.csv"])
    assert [(row["college"], row["copies"], row["new"]) for row in listed] == [("north", "24", "2"), ("south", "1", "")]
    assert "New:" not in format_job_ticket(job()).decode()
    assert "new" not in rows(format_plain_job(job())["quantities.csv"])[0]
