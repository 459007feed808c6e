"""The verb ledger: whether it holds, a copy of it, and the database again from the table beside the sources."""

from pathlib import Path

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.ledger_access import project_ledger, readable_library
from pipeline.cli.options import Shared, open_project, shared, show_remarks
from pipeline.colleges.ledger.kept import USUAL, KeptLedger, known_events
from pipeline.core.errors import UsageError
from pipeline.core.tables import count
from pipeline.load.library.folders import LEDGER
from pipeline.model.day import in_words


@click.command("ledger")
@click.argument("act", metavar="check|restore|backup", type=click.Choice(["check", "restore", "backup"]))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@shared
@click.pass_context
def verb(context: click.Context, act: str, file: Path | None) -> int:
    """Check the ledger of what left the house, copy it, or make it again from source/ledger.csv.

    `check` follows each event from the one before, in the database and in the table that git keeps, and ends with 1
    where one does not. `backup FILE` copies the database while others go on working. `restore` makes the database
    again of the table, and puts aside what it held.
    """
    project = open_project(Shared(context), 1)
    if (act == "backup") != (file is not None):
        raise click.UsageError("'ledger backup' takes a FILE, and the others take none.")
    if act == "check" and (known := _table_alone(project)) is not None:
        return known
    kept = project_ledger(project)
    if file:
        if file.exists():
            raise UsageError(f"{file} is there already: name a new file.")
        kept.ledger.copy_to(file)
        click.echo(f"{count(len(kept.ledger.events()), 'event')} copied to {file}.")
        return 0
    if act == "restore":
        return _restore(project, kept)
    faults = kept.catch_up() or kept.check()
    show_remarks(faults)
    events = kept.ledger.events()
    if not faults:
        last = f"; the last has the hash {events[-1].digest[:8]}" if events else ""
        click.echo(f"{count(len(events), 'event')}, each following from the one before{last}.")
    return 1 if faults else 0


def _restore(project: Project, kept: KeptLedger) -> int:
    aside = _free(project.folder / USUAL)
    restored, faults = kept.restore(aside)
    show_remarks(faults)
    if faults:
        click.echo("Nothing was restored.")
        return 1
    click.echo(f"The ledger holds {count(restored.events, 'event')}, as {LEDGER} does.")
    if aside.exists():
        click.echo(f"What the database held before is put aside in {aside.relative_to(project.folder).as_posix()}.")
    for event in restored.left_out:
        click.echo(f"  only there: event {event.number}, {event.subject} {event.kind}, of {in_words(event.day)}")
    if restored.left_out:
        click.echo("Enter once more what really happened of it: 'briefings settle' and 'briefings acknowledge'.")
    return 1 if restored.left_out else 0


def _table_alone(project: Project) -> int | None:
    """The result of a check where there is a table and no database yet, as in a fresh clone; else nothing."""
    if readable_library(project).imprint.fields.ledger or (project.folder / USUAL).exists():
        return None
    events, faults = known_events(project.folder)
    show_remarks(faults)
    if not faults:
        where = f"in {LEDGER}; there is no database here: 'briefings ledger restore' makes it" if events else "so far"
        click.echo(f"{count(len(events), 'event')} {where}.")
    return 1 if faults else 0


def _free(path: Path) -> Path:
    """A path beside another that nothing has yet."""
    numbers = iter(range(1, 10_000))
    return next(new for number in numbers if not (new := path.with_suffix(f".before-restore-{number}.db")).exists())
