"""The printer's job as a delivery: handed over once for the copies that are to be printed, and again for more."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from pipeline.core.digests import sha256
from pipeline.model.source.college import College, Printer
from pipeline.services.colleges.delivery_plan import plan_print_job
from pipeline.services.colleges.holdings import Delivery
from pipeline.services.colleges.ledger import open_file_ledger
from tests.support import libraries
from tests.support.colleges.shipments import shipment
from tests.support.editions.issued_library import HOUSE, PACK, issue, library
from tests.support.project import Said
from tests.support.publishing import rewrite

PRESS = Printer(name="Quarry Press", channels={"folder": "../press"})  # type: ignore[arg-type]
TAKERS = {
    name: College(name=name, type="agency", formats=("text",), copies=copies)
    for name, copies in (("north", 24), ("south", 2), ("west", 0))
}


def job(*known: Delivery, spare: int = 0, again: str = "", **more: int) -> list[tuple[str, dict[str, int]]]:
    """The jobs, each with its state and its copies."""
    takers = TAKERS | {name: TAKERS[name].model_copy(update={"copies": copies}) for name, copies in more.items()}
    planned = plan_print_job(shipment(), PRESS, takers, spare, known, again)
    return [(one.state, dict(one.job)) for one in planned]


def on_record(state: str = "sent", again: str = "", **copies: int) -> Delivery:
    """A job that the ledger knows."""
    facts: dict[str, Any] = {"college": "printer", "pack": "nights", "edition": "Second", "code": "C", "briefings": []}
    facts |= {"record": shipment().saved.sha256, "channel": "folder", "to": "../press", "files": [], "what": "job"}
    facts |= {"of": [list(one) for one in sorted(copies.items())]} | ({"again": again} if again else {})
    return Delivery("j1", facts, state, date(2024, 12, 1))


COPIES = {"north": 24, "south": 2}
SENT, FAILED = on_record(north=24, south=2), on_record("failed", north=24, south=2)
SENT_AGAIN = on_record(again="Lost", north=24, south=2)


@pytest.mark.parametrize(
    ("jobs", "planned"),
    [
        (job(spare=3), [("new", {"": 3, **COPIES})]),  # nothing for a college without printed copies
        (job(SENT), [("sent", COPIES)]),
        (job(SENT, north=20), [("sent", COPIES)]),
        (job(SENT, north=30), [("sent", COPIES), ("new", {"north": 30, "south": 2})]),
        (job(FAILED), [("failed", COPIES)]),
        (job(FAILED, north=30), [("new", {"north": 30, "south": 2})]),
        (job(SENT, again="Lost"), [("sent", COPIES), ("new", COPIES)]),
        (job(SENT, SENT_AGAIN, again="Lost"), [("sent", COPIES)] * 2),
    ],
)
def test_a_job_is_planned_for_copies_that_no_job_had_and_for_a_reason(
    jobs: list[tuple[str, dict[str, int]]], planned: list[tuple[str, dict[str, int]]]
) -> None:
    assert jobs == planned


def test_nobody_holds_a_job() -> None:
    """So it is nothing that could be taken back."""
    assert list(on_record(north=24).copies()) == []


COLLEGES = """\
north:
  name: North Unit
  type: force-learning-unit
  licence_basis: licensed
  delivery: Quarry Lane, Northmoor
  formats: [print]
  copies: 24
  channels: {printer: orders@printer.example}
"""


@pytest.fixture(scope="module")
def issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library with a printer, whose pack was issued."""
    files = {
        "library.yaml": f"{HOUSE}printer: {{name: Quarry Press, channels: {{folder: ../press}}}}\n",
        "colleges.yaml": COLLEGES,
        "packs/nights.yaml": PACK.replace("[text]", "[text, print]"),
    }
    project = library(tmp_path_factory.mktemp("jobs") / "library", **files)
    assert issue(project, "2024-10-01").code == 0
    return project


@pytest.fixture
def own(own: Path, tmp_path: Path) -> Path:
    """The library and its archive again, with a folder for the printer."""
    (tmp_path / "press").mkdir()
    return own


def deliver(project: Path, *more: str) -> Said:
    """Deliver the pack."""
    return libraries.here(project, "deliver", "nights", "--date", "2024-12-02", *more)


@pytest.mark.proof
def test_the_job_is_handed_over_whole_and_once(own: Path) -> None:
    """The PDF, the quantities, the ticket, and what anybody can check them by; the copies wait for a person."""
    dry = deliver(own, "--dry-run")
    assert "job: 24 copies" in dry.out
    assert list((own.parent / "press").iterdir()) == []
    said = deliver(own)
    assert said.code == 0, said
    (place,) = (own.parent / "press").iterdir()
    files = {path.name for path in place.iterdir()}
    assert {"nights-autumn-2024-print.pdf", "quantities.csv", "job-ticket.txt", "manifest.json", "SHA256SUMS"} <= files
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["name"], manifest["edition"]) == ("Quarry Press", "Autumn 2024")
    listed = {one["file"]: one["sha256"] for one in manifest["files"]}
    assert listed["job-ticket.txt"] == sha256((place / "job-ticket.txt").read_bytes())
    assert "briefings settle" in said.out
    assert deliver(own).code == 0
    assert [path.name for path in (own.parent / "press").iterdir()] == [place.name]
    assert "printer" not in libraries.here(own, "holdings").out
    rewrite(own, "colleges.yaml", ("copies: 24", "copies: 30"))
    assert deliver(own).code == 0
    (second,) = (path for path in (own.parent / "press").iterdir() if path != place)
    assert "New:           6 of them" in (second / "job-ticket.txt").read_text(encoding="utf-8")


def test_a_printer_that_cannot_be_reached_is_told_at_its_place(own: Path) -> None:
    """And the job goes with the next run; the ledger has its states."""
    (own.parent / "press").rmdir()
    said = deliver(own)
    assert said.code == 5
    assert "source/library.yaml:7:50: error deliver-refused: The folder" in said.err
    (own.parent / "press").mkdir()
    assert deliver(own, "--to", "printer").code == 0
    events = [event.kind for event in open_file_ledger(own).events() if event.facts.get("what", "job") == "job"]
    assert events[-1] == "sent"
    assert deliver(own, "--to", "printer", "--again", "The disk was lost").code == 0
    assert len(list((own.parent / "press").iterdir())) == 2


def test_a_job_by_mail_needs_a_server(own: Path) -> None:
    """As a college's files do."""
    rewrite(own, "library.yaml", ("folder: ../press", "mail: orders@press.example"))
    said = deliver(own)
    assert said.code == 1
    assert "error deliver-channel: The printer gets its job by mail, but no mail server" in said.err


def test_a_printer_needs_a_way(own: Path) -> None:
    """It is told at its line."""
    rewrite(own, "library.yaml", ("{folder: ../press}", "{}"))
    assert "Name the way to the printer: 'folder', 'sftp', 'url' or 'mail'" in libraries.here(own, "check").out
