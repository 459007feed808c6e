"""The verb disclose: hand over what is on record of a college, a text or a pack, so that it can be checked."""

from datetime import datetime
from pathlib import Path

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.disclosing import (
    Opened,
    disclosed,
    opened,
    packed,
    put_bag,
    refuse_ids,
    refuse_place,
    summary,
    withheld_in,
)
from pipeline.cli.options import DAY, Shared, open_project, shared, show_remarks
from pipeline.colleges.disclosure.choice import Choice, Concerned, concerned
from pipeline.colleges.disclosure.contents import Disclosure
from pipeline.colleges.disclosure.page import subject
from pipeline.colleges.holdings import deliveries
from pipeline.core.errors import UsageError
from pipeline.core.tables import count
from pipeline.model.day import in_words
from pipeline.resolve.nearest import did_you_mean


@click.command("disclose")
@click.argument("place", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--college", metavar="ID", help="What one college was sent, and what it answered.")
@click.option("--briefing", metavar="ID|ID@1.0", help="What concerns a briefing, or one version of it.")
@click.option("--pack", metavar="ID", help="What concerns one pack.")
@click.option("--from", "first", type=DAY, metavar="YYYY-MM-DD", help="The first day; it belongs to the period.")
@click.option("--to", "last", type=DAY, metavar="YYYY-MM-DD", help="The last day; it belongs to the period.")
@click.option(
    "--withhold",
    "more",
    metavar="NAME",
    multiple=True,
    help="Another name that must not stand in it; one word counts where it has a capital.",
)
@click.option(
    "--named-files", "named", is_flag=True, help="Give issued files that name people, as they were published."
)
@click.option(
    "--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day on it (default: that of the newest record)."
)
@shared
@click.pass_context
def verb(
    context: click.Context,
    place: Path,
    college: str | None,
    briefing: str | None,
    pack: str | None,
    first: datetime | None,
    last: datetime | None,
    more: tuple[str, ...],
    named: bool,
    on: datetime | None,
) -> int:
    """Hand over what is on record of a college, a briefing or a pack, in a bag that anybody can check.

    FILE is a new folder, or a new archive where it ends in .zip: a bag (BagIt) of issued files, kept versions, records,
    approvals, deliveries, answers and recalls. Open data/index.html in it. It names roles and no people, and says what
    was left out. `briefings verify FILE` holds it to the records and to the ledger.
    """
    options = Shared(context)
    options.form("text")
    choice = Choice(college, briefing, pack, first and first.date(), last and last.date())
    if choice.first and choice.last and choice.first > choice.last:
        raise click.UsageError(f"--from {choice.first} is after --to {choice.last}.")
    project = open_project(options, 1)
    refuse_place(project, place)
    sources = opened(project)
    if sources.faults:
        show_remarks(sources.faults)
        click.echo("Nothing was handed over: what is on record must hold before others read it.")
        return 1
    _require_known(project, sources, choice)
    refuse_ids(project, sources, more)
    found = concerned(sources.sources, choice)
    if found.is_empty:
        said = f"of this: {subject(choice)}" if choice != Choice() else "yet"
        raise UsageError(f"Nothing is on record {said}.")
    withheld = withheld_in(project, sources, more)
    day = on.date() if on else sources.newest
    if day < sources.newest:
        raise UsageError(f"--date {day} is before the newest that is on record, of {sources.newest}.")
    made, faults = disclosed(project, sources.sources, found, choice, withheld, day, named=named)
    put_bag(packed(project, made, withheld), place)
    show_remarks(faults)
    if not options.quiet:
        click.echo("\n".join((*summary(made), f"{place}: {_counts(made, found)}, as of {in_words(day)}.")))
    return 1 if faults else 0


def _counts(made: Disclosure, found: Concerned) -> str:
    """The number of things in it: '2 editions, 4 files, 3 versions, 12 events'."""
    those = {"edition": made.editions, "file": made.issued, "version": made.versions, "event": found.events}
    return ", ".join(count(len(each), noun) for noun, each in those.items())


def _require_known(project: Project, found: Opened, choice: Choice) -> None:
    """Stop at a name that neither the library nor the records have."""
    library, planned = project.loaded[0], deliveries(found.sources.events).values()
    register = found.sources.register
    colleges = {*library.colleges, *(one.college for one in planned), *(one.college for one in register)}
    packs = {*library.packs, *found.sources.chains, *(one.title[0] for one in planned), *(one.pack for one in register)}
    texts = {text for one in planned for text in one.facts["briefings"]} | found.sources.kept.keys()
    texts |= {text for one in register for text in one.versions.split()}
    names = {*library.briefings, *(text.partition("@")[0] for text in texts)}
    _require("college", choice.college, colleges)
    _require("pack", choice.pack, packs)
    _require("briefing", choice.briefing and choice.briefing.partition("@")[0], names)
    if choice.briefing and "@" in choice.briefing:
        _require("version", choice.briefing, texts)


def _require(kind: str, named: str | None, known: set[str]) -> None:
    if named and named not in known:
        raise UsageError(f"There is no {kind} '{named}'. {did_you_mean(named, sorted(known), '')}".rstrip())
