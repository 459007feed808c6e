"""`python -m bench.ledger`: the ledger of a team that delivers for years, in seconds of a processor."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from pipeline.model.source.college import College
from pipeline.services.colleges.delivery_plan import plan_deliveries
from pipeline.services.colleges.holdings import list_deliveries
from pipeline.services.colleges.ledger import open_file_ledger
from pipeline.services.colleges.ledger_events import find_broken_link, format_event_rows
from tests.support import libraries
from tests.support.colleges.histories import deliveries_of_years
from tests.support.colleges.shipments import shipment


def show(what: str, work: Callable[[], object]) -> None:
    """Say the least processor time of three rounds."""
    took = []
    for _ in range(3):
        before = time.process_time()
        work()
        took.append(time.process_time() - before)
    sys.stdout.write(f"{what}: {min(took):.2f} s\n")


def check(folder: Path) -> None:
    """A chain of 20,000 events, in memory, and read anew."""
    (folder / "source").mkdir()
    (folder / "source/ledger.csv").write_bytes(format_event_rows(deliveries_of_years(20_000).events))
    kept = open_file_ledger(folder)
    show("20,000 events checked", lambda: find_broken_link(kept.events()))
    show("the same, read anew", lambda: open_file_ledger(folder).faults())


def listing(folder: Path) -> None:
    """A year of 1,000 events by the whole verb, out of the table."""
    project = libraries.written(folder, {"library.yaml": "title: T\npublisher: P\n"})
    (project / "source/ledger.csv").write_bytes(format_event_rows(deliveries_of_years(1_000).events))
    show("1,000 events listed", lambda: libraries.here(project, "holdings", "--on", "2026-12-31"))


def planning() -> None:
    """50 deliveries, with 1,000 events of the past on record."""
    unit = {"name": "Unit", "type": "agency", "formats": ["text"], "copies": 2}
    ways = {"folder": "in", "post": "Hill Road"}
    takers = {f"college-{n}": College.model_validate({**unit, "channels": ways}) for n in range(25)}
    past = tuple(list_deliveries(deliveries_of_years(1_000).events).values())
    show("50 deliveries planned", lambda: plan_deliveries(shipment(), takers, past))


if __name__ == "__main__":
    with TemporaryDirectory() as place:
        (Path(place) / "checked").mkdir()
        check(Path(place) / "checked")
        listing(Path(place) / "listed")
    planning()
