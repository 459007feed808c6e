"""The verb acknowledge: take in what a college says of a delivery."""

import sys
from datetime import datetime
from pathlib import Path

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.opening import project_ledger
from pipeline.cli.options import DAY, Shared, colour, day_of, moment, open_project, shared
from pipeline.cli.reports import report
from pipeline.colleges.holdings import RECEIPTS, Receipt, holdings
from pipeline.colleges.ledger.events import instant
from pipeline.colleges.receipts import CollegeAnswer, delivery_of, require_possible
from pipeline.core.digest import sha256
from pipeline.core.errors import UsageError
from pipeline.core.tables import count
from pipeline.editions.issued.archive import archive_of
from pipeline.editions.issued.records import read_records
from pipeline.model.day import in_words


@click.command("acknowledge")
@click.argument("what", metavar="CODE|DELIVERY")
@click.option("--how", required=True, type=click.Choice(RECEIPTS), help="The answer of the college.")
@click.option("--on", "day", type=DAY, metavar="YYYY-MM-DD", help="The day on the slip (default: today).")
@click.option("--copies", metavar="7,8", help="The numbered copies that it is about (default: all of the delivery).")
@click.option("--quantity", type=click.IntRange(1), help="Of copies without numbers, how many.")
@click.option("--file", "slip", type=click.Path(path_type=Path), help="The slip as a scan, for the archive.")
@shared
@click.pass_context
def verb(
    context: click.Context,
    what: str,
    how: Receipt,
    day: datetime | None,
    copies: str | None,
    quantity: int | None,
    slip: Path | None,
) -> int:
    """Take in what a college says of a delivery: received, replaced, returned, destroyed or lost.

    `replaced` says that what it held before has given way to this delivery, or that the leaves of it are put in. A
    slip is kept in the archive, by its hash.
    """
    project = open_project(Shared(context), 1)
    kept = project_ledger(project)
    if faults := kept.catch_up():
        click.echo(report.as_text(faults, colour(sys.stderr)), nl=False, err=True)
        return 1
    events = kept.ledger.events()
    delivery, named = delivery_of(what, events, (one.record for one in read_records(project.files).every()))
    today = day_of(None, project)
    answer = CollegeAnswer(delivery, how, day.date() if day else today, _numbers(copies) or named, quantity)
    if answer.on > today:
        raise UsageError(f"{in_words(answer.on)} is still to come.")
    require_possible(answer, events)
    facts = answer.facts(_archived(project, slip) if slip else "")
    kept.add(instant(moment()), how, delivery.id, facts)
    pack, edition = delivery.title
    now = [one for one in holdings(kept.ledger.events()) if (one.delivery, one.state) == (delivery.id, "held")]
    click.echo(f"{delivery.college}, '{edition}' of '{pack}': {_what(answer)}{how} on {in_words(answer.on)}.")
    click.echo(f"Of this delivery it holds {count(sum(one.quantity for one in now), 'copy', 'copies')}.")
    return 0


def _what(answer: CollegeAnswer) -> str:
    """The copies that an answer is about, where that is not the whole delivery: '20 copies '."""
    if answer.copies:
        several = "copies" if len(answer.copies) > 1 else "copy"
        return f"{several} {', '.join(map(str, answer.copies))} "
    return f"{count(answer.quantity, 'copy', 'copies')} " if answer.quantity else ""


def _numbers(said: str | None) -> tuple[int, ...]:
    """Numbers of copies as they are typed: '7, 8'."""
    parts = [part.strip() for part in said.split(",")] if said else []
    if strange := [part for part in parts if not (part.isascii() and part.isdecimal())]:
        raise click.UsageError(f"'{strange[0]}' is no copy number. Write --copies 7,8.")
    return tuple(int(part) for part in parts)


def _archived(project: Project, slip: Path) -> str:
    """The SHA-256 of a slip, which the archive keeps from now on."""
    archive = archive_of(project.loaded[0].imprint.fields.archive, project.folder)
    if archive is None:
        raise UsageError("Nobody keeps the slip: name an 'archive:' in library.yaml.")
    if not slip.is_file():
        raise UsageError(f"There is no file '{slip}'.")
    content = slip.read_bytes()
    if not archive.keep(content):
        raise UsageError(f"The archive does not hold {slip} as it was written.")
    return sha256(content)
