"""Copy numbers: the next free ones, after the highest that was ever given."""

from datetime import date

from pipeline.core.sentences import describe_numbers
from pipeline.load.register import CopyEntry
from pipeline.model.source.college import College
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.services.colleges.recipients import NumberedCopy, assign_copy_numbers
from tests.support.words import ENGLISH

PACK = Pack(
    "nights",
    "source/packs/nights.yaml",
    PackFields(title="Nights", edition="Spring 2027", formats=("screen", "print"), briefings=("foot-patrol",)),
    FieldLocations("source/packs/nights.yaml"),
)


def college(copies: int = 0) -> College:
    """A college that takes so many printed copies."""
    return College(name="A unit", type="agency", copies=copies)


def entry(college: str, kind: str, number: int) -> CopyEntry:
    """A copy on record."""
    return CopyEntry(
        college, "nights", "Spring 2027", "foot-patrol@1.0", kind, 1, number, f"{number:02}", date(2026, 11, 25)
    )


def given(takers: dict[str, College], *earlier: CopyEntry) -> list[tuple[str, str, int]]:
    """The copies of each college."""
    copies = assign_copy_numbers(takers, PACK, ("screen", "print"), earlier)
    return [(copy.college, copy.format, copy.number) for copy in copies]


def test_the_first_copies_are_numbered_from_one() -> None:
    assert given({"east": college(), "north": college(2)}) == [
        *(("east", "screen", 1), ("north", "screen", 2), ("north", "print", 3), ("north", "print", 4))
    ]


def test_a_college_in_the_middle_takes_the_next_free_numbers() -> None:
    """The number of one that is gone stays its own."""
    on_record = (entry("east", "screen", 1), entry("gone", "screen", 9), entry("north", "screen", 2))
    assert given({"east": college(), "middle": college(1), "north": college()}, *on_record) == [
        *(("east", "screen", 1), ("middle", "screen", 10), ("middle", "print", 11), ("north", "screen", 2))
    ]


def test_fewer_printed_copies_keep_the_first_numbers() -> None:
    """And more get new ones. What is on record is known by its digest."""
    on_record = (entry("north", "print", 4), entry("north", "print", 3), entry("north", "screen", 2))
    assert given({"north": college(1)}, *on_record) == [("north", "screen", 2), ("north", "print", 3)]
    copies = assign_copy_numbers({"north": college(3)}, PACK, ("print",), on_record)
    assert copies == (
        NumberedCopy("north", "print", 3, "03"),
        NumberedCopy("north", "print", 4, "04"),
        NumberedCopy("north", "print", 5),
    )


def test_a_long_name_is_shortened_and_the_number_never() -> None:
    """The cover has room for three lines."""
    holder = College(name="The Learning and Development Unit of the Constabulary " * 3, type="agency")
    said = NumberedCopy("x", "screen", 123).words(holder, ENGLISH)
    assert said.startswith("Copy 123, held by The Learning")
    assert (said[-1], len(said) < 110) == ("…", True)


def test_numbers_are_told_as_runs() -> None:
    """As a cover note says them."""
    assert describe_numbers([7]) == "copy 7"
    assert describe_numbers([31, 3, 4, 5]) == "copies 3 to 5 and 31"
    assert describe_numbers([1, 3, 5]) == "copies 1, 3 and 5"
