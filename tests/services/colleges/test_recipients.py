"""What colleges would miss is told when copies are made: a format that meets their needs, somebody to send it to."""

import pytest

from pipeline.model.formats import Format
from pipeline.model.source.college import College
from tests.support.editions.takers import EAST, SOUTH, told


@pytest.mark.parametrize(
    ("need", "formats", "met"),
    [
        ("large print for 2 readers", ("screen",), False),
        ("large print for 2 readers", ("screen", "large-print"), True),
        ("Large-type copies", ("screen", "epub"), False),
        ("one reader uses a screen reader", ("screen",), True),
        ("one reader uses a screen reader", ("print",), False),
        ("EPUB for a phone", ("screen",), False),
        ("EPUB for a phone", ("screen", "epub"), True),
        ("Braille for 1 reader", ("screen", "epub", "html", "large-print"), False),
        ("an audio recording", ("screen", "epub"), False),
        ("BSL interpreter", ("screen",), False),
        ("a ramp at the door", ("screen",), True),
        ("calls by telephone only", ("screen",), True),
        ("a microphone for the teacher", ("screen",), True),
        ("No audio loop in the room", ("screen",), True),
        ("smartphones in class", ("screen",), False),
        ("Braille or large print", ("screen",), False),
        ("Braille or large print", ("screen", "large-print"), True),
        ("large print, or read aloud by a screen reader", ("html",), True),
        ("Braille and large print", ("screen", "large-print"), False),
        ("large print; an audio recording", ("screen", "large-print"), False),
        ("large print and a screen reader", ("screen", "large-print"), True),
        ("one reads on an iPhone", ("screen",), False),
    ],
)
def test_a_need_that_no_format_meets_is_told(need: str, formats: tuple[Format, ...], met: bool) -> None:
    """As far as its words say what would; what is no matter of formats is left to whoever reads it."""
    college = College(name="East Agency", type="agency", access_needs=(need,), formats=formats)
    assert (told({"east": college}, "access_needs_are_met", *formats) == []) is met


def test_it_is_the_formats_that_a_college_gets_that_count() -> None:
    """The pack may have large print, and the college may not have asked for it."""
    one = College(name="East Agency", type="agency", access_needs=("large print for 2 readers",), formats=("screen",))
    (found,) = told({"east": one}, "access_needs_are_met", "screen", "large-print")
    assert str(found) == (
        "source/colleges.yaml:9:5: warning copies-access: 'east' needs 'large print for 2 readers', but gets no format "
        "that provides it.\n"
        "    hint: Add large-print to 'formats:' of the college and of the pack."
    )
    (braille,) = told({"east": EAST}, "access_needs_are_met", "screen")
    assert braille.hint == "None of our formats provides it. Have a copy made elsewhere, and send it with the parcel."


def test_a_parcel_that_goes_to_nobody_is_told() -> None:
    """A mailbox will do, and so will the place that printed copies go to."""
    (found,) = told({"south": SOUTH, "east": EAST}, "parcels_have_a_recipient")
    assert str(found).partition("\n")[0] == (
        "source/colleges.yaml:1:1: warning copies-no-delivery: "
        "A parcel is made for 'south', but its contact is missing."
    )
    delivered = SOUTH.model_copy(update={"delivery": "Quarry Lane"})
    assert told({"south": delivered}, "parcels_have_a_recipient") == []
