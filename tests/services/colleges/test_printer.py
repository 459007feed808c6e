"""The printer's job: the ticket, its lists, and what is told before a press runs."""

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from pipeline.model.source.college import Channels, College
from pipeline.services.colleges.print_job import (
    PrintJob,
    check_print_order,
    format_job_ticket,
    format_numbered_job,
    format_plain_job,
)
from pipeline.services.colleges.recipients import numbered_pack_has_no_spare
from tests.support.editions.print_jobs import DAY, FACTS, FILES, NORTH, SOUTH, job, numbered, rows, undelivered


def said(job: PrintJob) -> dict[str, str]:
    """The facts of a ticket by their labels."""
    lines = format_job_ticket(job).decode().partition("\n\n")[0].splitlines()
    return {label: words.strip() for label, _, words in (line.partition(":") for line in lines)}


POSTED = SOUTH.model_copy(update={"copies": 3, "channels": Channels(post="Hill Road, South Tor")})


def test_copies_that_the_publisher_posts_go_to_the_publisher() -> None:
    """As one line of the ticket and of the list, and by their numbers; nothing is amiss with their address."""
    made = replace(job(), takers={"north": NORTH, "south": POSTED, "west": POSTED})
    deliver = format_job_ticket(made).decode().partition("Deliver:\n")[2]
    assert deliver == (
        "- 24 to Northmoor Unit: Quarry Lane, Northmoor\n"
        "- 6 to us, who post them: Northmoor Institute, print@northmoor.example\n"
    )
    listed = rows(format_plain_job(made)["quantities.csv"])
    assert [list(row.values()) for row in listed] == [
        ["north", "Northmoor Unit", "24", "Quarry Lane, Northmoor"],
        ["", "posted by the publisher", "6", "Northmoor Institute, print@northmoor.example"],
    ]
    each = replace(numbered(), takers={"north": NORTH, "south": POSTED})
    assert (
        "- 3 to us, who post them: Northmoor Institute, print@northmoor.example (copy 9)"
        in format_job_ticket(each).decode()
    )
    assert rows(format_numbered_job(each, FILES)["quantities.csv"])[2]["deliver to"].startswith("Northmoor Institute")
    assert undelivered(POSTED) == []


def test_the_ticket_says_all_that_a_printer_asks() -> None:
    """What the pack says of itself stands before what the house says of every pack."""
    made = job(
        paper="90 gsm uncoated", cover_paper="250 gsm uncoated", finishing="cover matt laminated outside",
        instructions="Label each box.", spare=5, spare_to="Evidence team, Fell Road", deadline=date(2027, 1, 15),
        delivery_date=date(2027, 2, 1),
    )  # fmt: skip
    assert format_job_ticket(made).decode() == (
        "Job:           Nights, Spring 2027\n"
        "Publisher:     Northmoor Institute\n"
        "Contact:       print@northmoor.example\n"
        "Deadline:      files and order with the printer by 15 January 2027\n"
        "Delivery date: with the colleges by 1 February 2027\n"
        "File:          nights-print.pdf\n"
        f"SHA-256:       {made.master.sha256}\n"
        "Standard:      PDF/X-4 for FOGRA39L\n"
        "Trimmed size:  A4, 210 × 297 mm\n"
        "Bleed:         3 mm on every side, crop marks in the file\n"
        "Extent:        38 pages a copy, blank versos counted\n"
        "Leaves:        19 a copy, printed on both sides, flipped on the long edge\n"
        "Paper:         90 gsm uncoated\n"
        "Cover:         pages 1 and 2 of the file, on 250 gsm uncoated; four inks (cyan, magenta, yellow, black)\n"
        "Text inks:     four inks (cyan, magenta, yellow, black)\n"
        "Colour pages:  4 of 38: 1 and 5 to 7; all others are in black alone\n"
        "Binding:       stapled in the top left corner\n"
        "Finishing:     cover matt laminated outside\n"
        "Proof:         a PDF, to be passed by us before the run\n"
        "Instructions:  Label each box.\n"
        "Copies:        30: 25 for colleges and 5 spare\n"
        "Leaves in all: 570, trimmed to A4\n"
        "\n"
        "Deliver:\n"
        "- 24 to Northmoor Unit: Quarry Lane, Northmoor\n"
        "- 1 to South Tor (post@south.example)\n"
        "- 5 spare to Evidence team, Fell Road\n"
    )


@pytest.mark.parametrize(
    ("pages", "cover_paper", "blanks", "leaves"),
    [(40, None, 0, 20), (38, None, 2, 20), (37, None, 3, 20), (38, "250 gsm", 2, 20), (39, "250 gsm", 5, 22)],
)
def test_what_folding_adds_is_counted(pages: int, cover_paper: str | None, blanks: int, leaves: int) -> None:
    """Sheets are folded 4 pages at a time; a cover on paper of its own is a sheet around them."""
    made = job(pages, binding="saddle-stitched", cover_paper=cover_paper)
    words = f"{blanks} blank pages to be added at the end, the back cover counted"
    assert (words in said(made)["Binding"]) is bool(blanks)
    assert said(made)["Leaves"].startswith(f"{leaves} a copy")
    assert made.leaves * 2 == pages + blanks


def test_numbered_copies_stand_in_one_file_in_order_of_delivery() -> None:
    """With a table that says where each begins; the ticket names both, and which numbers go where."""
    files = format_numbered_job(numbered(), FILES)
    words = files["job-ticket.txt"].decode()
    assert "copies one after the other, 18 pages, a blank one at the end of each copy\n" in words
    assert "Table:         nights-print-copies.csv says on which pages each copy begins and ends\n" in words
    assert "- 2 to Northmoor Unit: Quarry Lane, Northmoor (copies 2 to 3)\n" in words
    assert "- 1 to South Tor (post@south.example) (copy 9)\n" in words
    found = rows(files["nights-print-copies.csv"])
    assert [(r["copy number"], r["college"], r["first page"], r["last page"]) for r in found] == [
        *(("2", "north", "1", "5"), ("3", "north", "7", "11"), ("9", "south", "13", "17"))
    ]
    assert {r["file"] for r in found} == {"nights-print-copies.pdf"}


def test_the_lists_name_the_places_that_the_ticket_names() -> None:
    """Where no place is given, whom to ask; spare copies go where the ticket says."""
    listed = rows(format_plain_job(job(spare=5))["quantities.csv"])
    assert [row["deliver to"] for row in listed] == [
        *("Quarry Lane, Northmoor", "post@south.example", "print@northmoor.example")
    ]
    files = format_numbered_job(numbered(), FILES)
    for name in ("quantities.csv", "nights-print-copies.csv"):
        assert [row["deliver to"] for row in rows(files[name])][1:] == ["Quarry Lane, Northmoor", "post@south.example"]


@pytest.mark.parametrize("name", ["=HYPERLINK(1)", "+1", "-1", "@x", "\tx", "＝1"])
def test_no_table_for_the_printer_runs_anything(name: str) -> None:
    """A name that a spreadsheet would take for a formula is led by an apostrophe."""
    unit = College.model_construct(**{**dict(NORTH), "name": name, "delivery": name})
    one = replace(job(), takers={"north": unit})
    many = replace(numbered(), takers={"north": unit, "south": unit})
    tables = (format_plain_job(one), format_numbered_job(many, FILES))
    cells = [cell for files in tables for path in files if path.endswith(".csv") for cell in table(files[path])]
    assert f"'{name}" in cells
    assert [cell for cell in cells if cell[:1] in {"=", "+", "-", "@", "\t", "＝"}] == []


def table(content: bytes) -> list[str]:
    """Every cell of a table."""
    return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")) for cell in row]


def warnings(job: PrintJob, today: date = DAY) -> list[str]:
    """The sentences of what is wrong with the order of a job on a day."""
    return [diagnostic.sentence for diagnostic in check_print_order(job, today)]


def test_days_of_an_order_that_have_passed_are_reported() -> None:
    late = job(deadline=date(2026, 11, 24), delivery_date=date(2026, 12, 1))
    deadline = "The print order has a deadline, 24 November 2026, which has passed."
    (diagnostic,) = check_print_order(late, DAY)
    assert str(diagnostic).partition("\n")[0] == f"source/packs/nights.yaml:9:1: warning copies-order: {deadline}"
    assert warnings(late, date(2026, 11, 24)) == []
    assert warnings(late, date(2026, 12, 2)) == [
        deadline,
        "The print order has a delivery date, 1 December 2026, which has passed.",
    ]


@pytest.mark.parametrize(
    ("pages", "coloured", "order", "sentence"),
    [
        (5, (1,), {"house": {}}, "does not name the paper or the binding."),
        (5, (1,), {}, ""),
        (104, (1,), {}, "asks for 104 pages to be corner-stapled, which takes at most 100."),
        (5, (1,), {"spare": 5}, "sends 5 spare copies to 'print@northmoor.example', which is not an address."),
        (5, (1, 5, 6), {"inks": "black"}, "asks for black alone, but pages 5 to 6 of the file have colour."),
        (5, (1,), {"inks": "black"}, ""),
        (5, (1, 5), {"cover_inks": "black"}, "asks for black alone, but page 1 of the file has colour."),
        (5, (1,), {"inks": "four"}, "asks for four inks, but no page of the text has colour."),
        (5, (1, 9), {"inks": "four", "cover_inks": "four"}, ""),
    ],
)
def test_what_is_wrong_with_an_order_is_reported(
    pages: int, coloured: tuple[int, ...], order: dict[str, Any], sentence: str
) -> None:
    found = warnings(job(pages, replace(FACTS, coloured=coloured), **order))
    assert found == ([f"The print order {sentence}"] if sentence else [])


def test_copies_without_a_place_to_deliver_are_told_at_the_college() -> None:
    """A mailbox is no place for a box."""
    (found,) = undelivered()
    assert str(found).partition("\n")[0] == (
        "source/colleges.yaml:8:1: warning copies-no-delivery: "
        "'south' takes 1 printed copy, but its address is missing."
    )


def test_spare_copies_of_a_numbered_pack_are_refused() -> None:
    """Nobody would hold them."""
    pack = job(spare=5).issue.pack
    pack = replace(pack, fields=pack.fields.model_copy(update={"front": ("cover",)}))
    assert [one.code for one in numbered_pack_has_no_spare(pack, True)] == ["copies-spare"]
    assert [one.code for one in numbered_pack_has_no_spare(pack, False)] == []
