"""What the letter with printed copies says, by what the ledger knows of the college."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.model.source.posting import Postage
from pipeline.services.colleges.delivery_plan import PlannedDelivery, PlannedFile
from pipeline.services.colleges.holdings import Holding
from pipeline.services.colleges.letters import DeliveryLetter, compose_posted_letter, format_as_text
from tests.support.colleges.letters import AUTUMN, ISSUE, LIBRARY
from tests.support.words import ENGLISH

TO = "School of Policing, Hill Road,South Tor"
WITH_RETURN = LIBRARY.imprint.fields.model_copy(update={"post": Postage(return_to="1 Hill Road, Northmoor")})
RETURNING = replace(LIBRARY, imprint=replace(LIBRARY.imprint, fields=WITH_RETURN))


def letter(*held: Holding, copies: tuple[int, ...] = (), newer: str = "", returning: bool = False) -> str:
    """The letter with two copies of the new edition."""
    files = [PlannedFile("print", "p.pdf", "", 0, 1, (number,)) for number in copies]
    files = files or [PlannedFile("print", "p.pdf", "ab", 9, 2)]
    one = PlannedDelivery("d2", "south", "p", "Spring 2027", "r2", "C", "post", TO, tuple(files), ("patrol@1.0",))
    one = replace(one, newer=(newer,) if newer else ())
    library = RETURNING if returning else LIBRARY
    return format_as_text(compose_posted_letter(DeliveryLetter(library, ISSUE, one, held, ENGLISH, date(2027, 3, 29))))


def test_a_first_letter_says_what_is_enclosed_and_how_to_answer() -> None:
    said = letter()
    assert "School of Policing\nHill Road\nSouth Tor\n\nYou receive:\n- 2 printed copies\n" in said
    assert "Please answer by 29 March 2027.\n- Delivery d2\n" in said
    assert "What to do with the old one" not in said


def test_old_printed_copies_are_asked_for_with_what_has_changed_since() -> None:
    said = letter(AUTUMN)
    assert "Changes since Autumn 2026, which we sent you before:\n- Foot patrol: new in the pack\n" in said
    assert "destroy the printed copies" in said
    assert "- Autumn 2026, printed: 2 copies\n" in said


def test_numbered_copies_are_told_by_their_numbers() -> None:
    said = letter(replace(AUTUMN, copy=3, quantity=1), copies=(3, 4))
    assert "- 2 printed copies, copies 3 to 4\n" in said
    assert "only copies that say Autumn 2026 on their pages; keep copies that say Spring 2027." in said


def test_copies_go_back_where_the_library_says_so() -> None:
    assert letter(AUTUMN, returning=True).endswith("with any copies that you return, to 1 Hill Road, Northmoor.\n")
    assert letter(returning=True).endswith("Or send it by post to 1 Hill Road, Northmoor.\n")


def test_copies_of_a_newer_edition_stay() -> None:
    said = letter(replace(AUTUMN, edition="Summer 2027"), AUTUMN, newer="Summer 2027")
    assert "There is a newer edition: Summer 2027. Keep your copies of the newer edition." in said
    assert "Summer 2027, printed" not in said


@pytest.mark.parametrize(
    "other",
    [{"college": "north"}, {"pack": "q"}, {"state": "destroyed"}, {"edition": "Spring 2027"}, {"format": "screen"}],
)
def test_only_paper_that_the_college_still_holds_of_another_edition_counts(other: dict[str, str]) -> None:
    assert letter(replace(AUTUMN, **other)) == letter()  # type: ignore[arg-type]
