"""Jobs for the printer."""

import csv
import io
from dataclasses import replace
from datetime import date
from typing import Any

from pipeline.bind.print.print_file import PrintFacts
from pipeline.core.diagnostics import Diagnostic
from pipeline.model.library import Library
from pipeline.model.source.college import College
from pipeline.model.source.library_file import LibraryFields, LibrarySettings, PackPrint, Print
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.services.colleges.print_job import PrintJob
from pipeline.services.colleges.recipients import PreparedEdition, printed_copies_have_an_address
from pipeline.services.editions.edition import FinishedFile

DAY = date(2026, 11, 25)
NORTH = College(name="Northmoor Unit", type="agency", copies=24, delivery="Quarry Lane, Northmoor")
SOUTH = College(name="South Tor", type="university", copies=1, contact="post@south.example")
HOUSE = {
    "paper": "100 gsm uncoated, recycled",
    "binding": "corner-stapled",
    "proof": "pdf",
    "contact": "print@northmoor.example",
}
FACTS = PrintFacts(210, 297, 3, "FOGRA39L", (1, 5, 6, 7))


def job(pages: int = 38, facts: PrintFacts = FACTS, house: Any = HOUSE, **order: Any) -> PrintJob:
    """A job of a pack whose order says something of its own."""
    fields = PackFields(title="Nights", edition="Spring 2027", briefings=("patrol",), print=PackPrint(**order))
    marks = FieldLocations(
        "source/packs/nights.yaml", {("print",): (9, 1)}, {("print",): (9, 1), ("print", "inks"): (10, 3)}
    )
    imprint = LibraryFields(title="Briefings", publisher="Northmoor Institute", print=Print(**house))
    own = FieldLocations("source/library.yaml", keys={("print", "binding"): (4, 3)})
    issue = PreparedEdition(
        Pack("nights", marks.path, fields, marks), "Nights", "Spring 2027", (), DAY, LibrarySettings("", imprint, own)
    )
    made = FinishedFile("print", "nights-print.pdf", b"%PDF", pages)
    return PrintJob(issue, made, facts, {"north": NORTH, "south": SOUTH})


def numbered(**more: Any) -> PrintJob:
    """A job of two copies for the north and one for the south, in one file of all."""
    north = replace(job(5, **more), takers={"north": NORTH.model_copy(update={"copies": 2}), "south": SOUTH})
    runs = (FinishedFile("print", "nights-print-copies.pdf", b"%PDF", 18),)
    return replace(north, numbers={"north": (2, 3), "south": (9,)}, runs=runs)


FILES = [
    (college, FinishedFile("print", f"nights-print-copy-{number:03}.pdf", b"", 5, number, "ab"))
    for college, number in (("north", 2), ("north", 3), ("south", 9))
]


def rows(content: bytes) -> list[dict[str, str]]:
    """The rows of a table."""
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def undelivered(south: College = SOUTH) -> list[Diagnostic]:
    """What is told of a college with a mailbox and no place."""
    marks = {"colleges": FieldLocations("source/colleges.yaml", keys={("north",): (1, 1), ("south",): (8, 1)})}
    library = Library(job().issue.imprint, list_marks=marks)
    return list(printed_copies_have_an_address(library, {"north": NORTH, "south": south}))
