"""Figures of a team that delivers for years: processor seconds, whatever else the machine does meanwhile."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.colleges.deliveries.plan import plan
from pipeline.colleges.holdings import deliveries
from pipeline.colleges.ledger.events import first_fault
from pipeline.colleges.ledger.kept import kept_ledger
from pipeline.colleges.ledger.table import as_rows
from pipeline.model.source.college import College
from tests.support import libraries
from tests.support.colleges.histories import Written, file, planned
from tests.support.colleges.shipments import shipment

pytestmark = pytest.mark.proof
BUSY = 1.5
"""Seconds for what takes 0.8 on a machine with much else to do."""


def seconds(work: Callable[[], object]) -> float:
    """The least processor time of three rounds."""
    took = []
    for _ in range(3):
        before = time.process_time()
        work()
        took.append(time.process_time() - before)
    return min(took)


def history(number: int) -> Written:
    """So many events: deliveries to 50 colleges in turn, each planned and sent."""
    events = Written()
    for n in range(number // 2):
        facts = planned(f"college-{n % 50}", "Autumn 2026", [file("print", 24), file("text")])
        events.send(f"delivery{n}", {**facts, "code": "C", "channel": "folder", "to": "in"}, f"2026-{n % 12 + 1:02}-01")
    return events


def test_a_chain_of_20000_events_is_checked_in_a_second(tmp_path: Path) -> None:
    """In the database alone, and with the table and what the two agree on."""
    (tmp_path / "source").mkdir()
    (tmp_path / "source/ledger.csv").write_bytes(as_rows(history(20_000).events))
    kept = kept_ledger(tmp_path)
    assert kept.restore(tmp_path / "aside")[0].events == 20_000
    assert kept.check() == ()
    assert seconds(lambda: first_fault(kept.ledger.events())) < 1
    assert seconds(kept.check) < BUSY


def test_a_year_of_1000_events_is_listed_in_half_a_second(tmp_path: Path) -> None:
    """By the whole verb, out of the table: a row for the files of each delivery, and one for its copies."""
    project = libraries.written(tmp_path / "library", {"library.yaml": "title: T\npublisher: P\n"})
    (project / "source/ledger.csv").write_bytes(as_rows(history(1_000).events))
    said = libraries.here(project, "holdings", "--on", "2026-12-31")
    assert said.out.count("college-") == 2 * 500
    assert seconds(lambda: libraries.here(project, "holdings", "--on", "2026-12-31")) < 0.5


def test_50_deliveries_are_planned_in_half_a_second() -> None:
    """With 1,000 events of the past on record."""
    unit = {"name": "Unit", "type": "agency", "formats": ["text"], "copies": 2}
    ways = {"folder": "in", "post": "Hill Road"}
    takers = {f"college-{n}": College.model_validate({**unit, "channels": ways}) for n in range(25)}
    past = history(1_000).events

    def planned_now() -> int:
        return len(plan(shipment(), takers, tuple(deliveries(past).values())))

    assert planned_now() == 50
    assert seconds(planned_now) < 0.5
