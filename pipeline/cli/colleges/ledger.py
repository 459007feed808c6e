"""The verb ledger: whether it holds, a copy of it, and a new database filled from source/ledger.csv."""

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from datetime import date
from pathlib import Path

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import project_ledger
from pipeline.cli.outcome import Outcome, rendered
from pipeline.colleges.deliveries.jobs import PRINTER
from pipeline.colleges.holdings import deliveries, holdings
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.ledger.kept import Ledger
from pipeline.colleges.ledger.stores import PostgresStore, sound_table
from pipeline.colleges.ledger.table import UNREADABLE, as_rows
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Place, Refused, UsageError, errors
from pipeline.core.files import write_whole
from pipeline.core.messages import message
from pipeline.core.sentences import count
from pipeline.load.folders import COLLEGES, LEDGER, REGISTER
from pipeline.load.register import read_register
from pipeline.model.source.college import colleges_of, present_ids


@click.command("ledger")
@click.argument("act", metavar="check|restore|backup", type=click.Choice(["check", "restore", "backup"]))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@rendered()
def verb(project: Project, act: str, file: Path | None) -> Outcome:
    """Check the ledger of what left the house, copy it, or fill a new database from source/ledger.csv.

    `check` follows each event from the one before, and ends with 1 where one does not. `backup FILE` writes all events
    into a file like source/ledger.csv. `restore` fills an empty database of PostgreSQL from source/ledger.csv.
    """
    if (act == "backup") != (file is not None):
        raise click.UsageError("'ledger backup' takes a FILE, and the others take none.")
    kept = project_ledger(project)
    told = _restored(kept) if act == "restore" else _copied(kept, file) if file else _checked(kept)
    return Outcome(text=[told])


def _restored(ledger: Ledger) -> str:
    """Fill the database of a ledger from the table; gives what was done."""
    if not isinstance(ledger.store, PostgresStore):
        raise UsageError(f"This library keeps its ledger in {LEDGER}: bring that file back from git or a backup.")
    number, faults = ledger.store.fill()
    if faults:
        raise Refused(faults)
    return f"The database holds {count(number, 'event')}, as {LEDGER} does."


def _copied(ledger: Ledger, file: Path) -> str:
    """Copy all events into a new file; gives what was done."""
    events = ledger.store.events()
    if file.exists():
        raise UsageError(f"{file} is there already: name a new file.")
    write_whole(file, as_rows(events), durable=True)
    return f"{count(len(events), 'event')} copied to {file}."


def _checked(ledger: Ledger) -> str:
    """What is to be said of a ledger that holds."""
    events = ledger.store.events()
    if faults := ledger.faults():
        raise Refused(faults)
    last = f"; the last has the hash {events[-1].digest[:8]}" if events else ""
    return f"{count(len(events), 'event')}, each following from the one before{last}."


def checks(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """Faults of the ledger's table and of the old register, and colleges that left with copies; of all or nothing."""
    if names:
        return
    library = project.loaded[0]
    events, faults = sound_table(project.files.get(LEDGER, b""))
    yield from faults
    try:
        read_register(project.files.get(REGISTER, b""))
    except EnvironmentFailure as wrong:
        yield message("ledger-broken", Place(REGISTER), what=f"{UNREADABLE}: {wrong}".rstrip("."))
    if not faults and not any(one.place.path == COLLEGES for one in errors(project.loaded[1])):
        yield from _colleges_gone(events, {*colleges_of(library.others), *present_ids(colleges_of(library.others))})


def _colleges_gone(events: Sequence[Event], known: Collection[str]) -> Iterator[Diagnostic]:
    """Warnings of colleges that hold copies and are not known."""
    if {one.college for one in deliveries(events).values()} <= {*known, PRINTER}:
        return  # what is held takes longer to find out
    copies = Counter[str]()
    for one in holdings(events):
        copies[one.college] += one.quantity if one.state == "held" and one.college not in known else 0
    for name, many in sorted((+copies).items()):
        yield message("college-gone", Place(COLLEGES), college=name, copies=count(many, "copy", "copies"))
