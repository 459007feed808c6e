"""The verb build: files into output/, and with --copies the copies of a pack."""

import os
import sys
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import click

from pipeline.build.api import build as make
from pipeline.build.summary import Build, unlisted, why
from pipeline.cli.options import DAY, Shared, colour, day_of, every_remark, open_project, overriding, reported, shared
from pipeline.cli.reports.screen import on_screen
from pipeline.codes import made
from pipeline.core import tables
from pipeline.core.diagnostics import Diagnostic, Place, failed
from pipeline.core.engine_mode import WRITTEN_FOR, EngineMode, named
from pipeline.model.formats import EVERY_PDF, EVERYTHING, FORMATS
from pipeline.model.order import Order
from pipeline.store.toolchain import engine_mode


@click.command("build")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice((EVERY_PDF, EVERYTHING, *FORMATS)),
    help="Formats to make; repeatable.",
)
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The date produced (default: today).")
@click.option("--packs", is_flag=True, help="Only packs.")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@click.option("--executor", metavar="URL", help="A Dask scheduler to work on instead of this machine.")
@click.option("--copies", is_flag=True, help="Prepare the copies of one pack for its colleges too.")
@overriding("NAME=REASON", "With --copies: take a briefing that is unpublished, overdue or gone.")
@click.option("--explain", is_flag=True, help="Say why each thing was made anew: what had changed.")
@every_remark
@shared
@click.pass_context
def verb(
    context: click.Context,
    names: tuple[str, ...],
    formats: tuple[str, ...],
    produced: datetime | None,
    packs: bool,
    jobs: int | None,
    executor: str | None,
    copies: bool,
    reasons: dict[str, str],
    explain: bool,
    whole: bool,
) -> int:
    """Build briefings, packs and series pages into output/ (all of them, or those named).

    A file in which the proof finds a fault is marked DRAFT and left there, and the build ends with 4.
    """
    options = Shared(context)
    form = options.form("text", "json", "sarif")
    project = open_project(options, jobs or os.cpu_count() or 1, executor or "")
    if copies:
        if explain:
            raise click.UsageError("--explain does not go with --copies.")
        if len(names) != 1 or formats or packs:
            raise click.UsageError("--copies prepares one pack in all its formats: briefings build PACK --copies.")
        return prepared(project, names[0], day_of(produced, project), reasons, options, whole)
    if reasons:
        raise click.UsageError("--override goes with --copies.")
    order = Order(names, formats, day_of(produced, project), packs)  # type: ignore[arg-type]
    built = make(order, project)
    told = replace(built, remarks=(*slowed(engine_mode()), *built.remarks))
    if form == "text":
        click.echo(on_screen(told.remarks, whole, colour(sys.stderr), bool(names)), nl=False, err=True)
        for line in unlisted(built, order):
            click.echo(line, err=True)
        if not options.quiet:
            click.echo(told.summary(project.output_name))
        if explain:
            click.echo("\n".join(why(built.reasons)))
    else:
        click.echo(reported(form, told.remarks, lengths=lengths_of(built)), nl=False)
    return built.exit_code(options.strict)


def lengths_of(built: Build) -> list[dict[str, object]]:
    """Pages and sheets of what was made, for a program."""
    return [
        {"owner": owner, "pages": one.pages, "sheets": one.sheets, "pages_before": one.before or None}
        for owner, one in built.lengths.items()
    ]


def slowed(mode: EngineMode) -> tuple[Diagnostic, ...]:
    """The remark that the engine works plainly though nobody asked for that; it is about the machine, not the texts."""
    if not mode.is_slowed:
        return ()
    return (made.SLOW.at(Place("output"), found=named(mode.releases), known=named(WRITTEN_FOR)),)


def prepared(
    project: Any, name: str, produced: date, reasons: dict[str, str], options: Shared, whole: bool = False
) -> int:
    """Prepare copies, and say what came of it: every remark if it is to be `whole`."""
    from pipeline.cli.copies import prepare

    form = options.form("text", "json", "sarif")
    done = prepare(project, name, produced, reasons, options.strict)
    both = (*slowed(engine_mode()), *done.built.remarks, *done.remarks)
    remarks = tuple(dict.fromkeys(both))  # of the register both may tell
    if form == "text":
        click.echo(on_screen(remarks, whole, colour(sys.stderr)), nl=False, err=True)
        if done.refused:
            click.echo("No copies were prepared.")
        elif not options.quiet:
            folder = project.output_name
            made = f"Made of {done.issued} as it was issued, from the archive."
            click.echo(made if done.issued else f"The pack itself is in {folder}/packs/{name}.")
            click.echo(f"{tables.count(len(done.colleges), 'parcel')} in {folder}/colleges/…/{done.folder}.")
            if done.printed:
                copies = f"{done.printed:,} {'copy' if done.printed == 1 else 'copies'}"
                click.echo(f"{copies} for the printer in {folder}/printer/{done.folder}.")
            rows = tables.count(done.added, "row")
            click.echo(f"{rows} added to source/copies.csv; commit it." if done.added else "The register has them all.")
    else:
        click.echo(reported(form, remarks), nl=False)
    return max(done.built.exit_code(options.strict), int(failed(done.remarks, options.strict)))
