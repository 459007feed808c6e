"""The ledger of a library, opened. At the edge."""

from pathlib import Path

import sqlalchemy as sa

from pipeline.colleges.ledger.database import Ledger
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.ledger.kept import USUAL, KeptLedger
from pipeline.colleges.ledger.table import read_table
from pipeline.core.diagnostics import Diagnostic
from pipeline.load.library.folders import LEDGER


def kept_ledger(folder: Path) -> KeptLedger:
    """The ledger of the library in a folder; its database is made where there is none."""
    return KeptLedger(Ledger(sa.URL.create("sqlite", database=str(folder / USUAL))), folder / LEDGER)


def known_events(folder: Path) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """What is known of deliveries: by the database; where there is none yet, as in a fresh clone, by the table.

    And why that cannot be relied on, where it cannot.
    """
    if not (folder / USUAL).exists():
        table = folder / LEDGER
        return read_table(table.read_bytes() if table.exists() else b"")
    kept = kept_ledger(folder)
    faults = kept.catch_up()
    return kept.ledger.events(), faults
