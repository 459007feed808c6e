"""The verb ledger: whether it holds, a copy of it, and a new database filled from source/ledger.csv."""

from pathlib import Path

import click

from pipeline.cli.colleges.ledger_access import project_ledger
from pipeline.cli.options import Shared, open_project, shared, show_remarks
from pipeline.colleges.ledger.stores import PostgresStore
from pipeline.colleges.ledger.table import as_rows
from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.core.tables import count
from pipeline.load.library.folders import LEDGER


@click.command("ledger")
@click.argument("act", metavar="check|restore|backup", type=click.Choice(["check", "restore", "backup"]))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@shared
@click.pass_context
def verb(context: click.Context, act: str, file: Path | None) -> int:
    """Check the ledger of what left the house, copy it, or fill a new database from source/ledger.csv.

    `check` follows each event from the one before, and ends with 1 where one does not. `backup FILE` writes all events
    into a file like source/ledger.csv. `restore` fills an empty database of PostgreSQL from source/ledger.csv.
    """
    project = open_project(Shared(context), 1)
    if (act == "backup") != (file is not None):
        raise click.UsageError("'ledger backup' takes a FILE, and the others take none.")
    ledger = project_ledger(project)
    if act == "restore":
        if not isinstance(ledger.store, PostgresStore):
            raise UsageError(f"This library keeps its ledger in {LEDGER}: bring that file back from git or a backup.")
        number, faults = ledger.store.fill()
        show_remarks(faults)
        if not faults:
            click.echo(f"The database holds {count(number, 'event')}, as {LEDGER} does.")
        return 1 if faults else 0
    events = ledger.store.events()
    if file:
        if file.exists():
            raise UsageError(f"{file} is there already: name a new file.")
        write_whole(file, as_rows(events), durable=True)
        click.echo(f"{count(len(events), 'event')} copied to {file}.")
        return 0
    faults = ledger.faults()
    show_remarks(faults)
    if not faults:
        last = f"; the last has the hash {events[-1].digest[:8]}" if events else ""
        click.echo(f"{count(len(events), 'event')}, each following from the one before{last}.")
    return 1 if faults else 0
