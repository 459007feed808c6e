"""The end of a letter with files: care of the old ones, and the ways to answer."""

from dataclasses import replace
from datetime import date

from pipeline.services.colleges.delivery_plan import PlannedDelivery, PlannedFile
from pipeline.services.colleges.holdings import Holding
from pipeline.services.colleges.letters import DeliveryLetter, compose_closing, format_as_text
from tests.support.colleges.letters import AUTUMN, ISSUE, LIBRARY
from tests.support.words import ENGLISH

FILE = replace(AUTUMN, format="screen", copy=5, quantity=1)


def said(*held: Holding, channel: str = "folder", by: date | None = None, newer: str = "") -> str:
    """The end of the letter with copies 5 and 6 as files."""
    files = tuple(PlannedFile("screen", f"p-copy-00{copy}.pdf", "", 0, 1, (copy,)) for copy in (5, 6))
    one = PlannedDelivery("d2", "south", "p", "Spring 2027", "r2", "C", channel, "in", files, ("patrol@1.0",))  # type: ignore[arg-type]
    one = replace(one, newer=(newer,) if newer else ())
    library = replace(LIBRARY, others={"colleges": {"south": LIBRARY.others["colleges"]["south"]}})
    return format_as_text(compose_closing(DeliveryLetter(library, ISSUE, one, held, ENGLISH, by)))


def test_old_files_are_to_be_deleted_by_their_numbers() -> None:
    """Told from the new ones, which bear the same; and that no paper is on record."""
    assert said(FILE, replace(FILE, copy=6)).startswith(
        "What to do with earlier editions: delete the files wherever they are stored, and answer as below.\n"
        "Delete or destroy only copies that say Autumn 2026 on their pages; keep copies that say Spring 2027.\n"
        "Our records show that you have these copies of earlier editions:\n"
        "- Autumn 2026, files: copies 5 to 6\n\n"
        "Our records show that you have no printed copies.\n\n"
    )


def test_an_answer_goes_by_mail_with_the_name_of_the_delivery() -> None:
    told = said(FILE, by=date(2027, 3, 29), channel="mail")
    assert told.partition("Your answer: ")[2] == (
        "copy these lines into an email to the sender of the pack, and complete them.\n"
        "Please answer by 29 March 2027.\n"
        "- Delivery d2\n"
        "- South Tor: Nights, Spring 2027\n"
        "- Everything received: ____ (yes or no)\n"
        "- Missing: ____\n"
        "- Autumn 2026: deleted or destroyed ____, not found ____\n"
        "- Date: ____ Role: ____\n"
    )
    assert "receipt.json" not in told


def test_printed_copies_are_named_where_no_other_letter_does() -> None:
    assert "destroy printed copies, and answer as below.\n" in said(FILE, AUTUMN)
    assert "- Autumn 2026, printed: 2 copies\n" in said(AUTUMN)


def test_a_newer_edition_is_not_an_old_one() -> None:
    """An edition that is sent once more says that it is superseded, and asks for older ones only."""
    told = said(replace(FILE, edition="Summer 2027"), FILE, newer="Summer 2027")
    assert told.startswith("There is a newer edition: Summer 2027. Keep your copies of the newer edition.\n")
    assert "- Autumn 2026, files: copy 5\n" in told
    assert "Summer 2027, files" not in told
    assert "Summer 2027: deleted" not in told


def test_a_first_delivery_has_no_old_ones() -> None:
    """It only asks for the answer, and says what the receipt beside it is."""
    told = said(replace(FILE, college="north"), replace(FILE, state="destroyed"))
    assert told.startswith("The file receipt.json tells us that the delivery arrived")
    assert "Autumn" not in told
