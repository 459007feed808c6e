"""The verbs that put something on record: publish, and the copies that a build prepares."""

from __future__ import annotations

import os
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli import report
from pipeline.cli.options import DAY, Shared, colour, day_of, reported, shared, typed, workshop
from pipeline.cli.screen import on_screen
from pipeline.core import tables
from pipeline.core.diagnostics import failed


@click.command()
@click.argument("name")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The day of publishing (default: today).")
@click.option(
    "--override",
    "overrides",
    multiple=True,
    metavar="CODE=REASON",
    help="Publish despite a remark; the reason is kept.",
)
@click.option("--dry-run", is_flag=True, help="Say what would be kept or stands against it, and keep nothing.")
@shared
@click.pass_context
def publish(
    context: click.Context, name: str, produced: datetime | None, overrides: tuple[str, ...], dry_run: bool
) -> int:
    """Keep the present version of a briefing for good, in source/versions/.

    It is built and proofed first. What is a draft, overdue, unresolved, unapproved or wrong is refused.
    """
    from pipeline.cli.publishing import publish as keep

    options = Shared(context)
    form = options.form("text", "json", "sarif")
    shop = workshop(options, os.cpu_count() or 1)
    done = keep(shop, name, day_of(produced, shop), reasons_of(overrides, "CODE=REASON"), only_asked=dry_run)
    if form != "text":
        click.echo(reported(form, done.against), nl=False)
        return 1 if done.against else 0
    click.echo(report.as_text(done.against, colour(sys.stderr)), nl=False, err=True)
    if done.against:
        hint = "" if done.final else " --override CODE=REASON keeps it all the same."
        click.echo(f"Not published: {tables.tally(done.against)}.{hint}")
    elif done.retired:
        click.echo(_retired(done))
    elif done.earlier:
        click.echo(f"{done.pin} is published since {done.earlier.isoformat()}; nothing to do.")
    elif dry_run:
        click.echo(f"{done.pin} would be kept; nothing was. These files would be written:")
        click.echo("".join(f"  {path}\n" for path in done.files), nl=False)
    else:
        for taken in done.overridden:
            click.echo(f"Kept despite {taken.code}: {taken.reason}")
        click.echo(f"{done.pin} is published in {done.folder}.")
        click.echo(f"Commit source/versions; a pack binds it as '{done.pin}'.")
    return 1 if done.against else 0


@click.command()
@click.argument("name")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Ask as on this day (default: today).")
@shared
@click.pass_context
def ready(context: click.Context, name: str, produced: datetime | None) -> int:
    """Say whether a briefing could be published as it stands, and what is missing.

    It is built and proofed as `publish` does it; nothing is kept. What stands against it is told as errors and
    warnings; other warnings of the text follow and stop nothing.
    """
    from pipeline.cli.publishing import publish as keep

    options = Shared(context)
    form = options.form("text", "json", "sarif")
    shop = workshop(options, os.cpu_count() or 1)
    found = keep(shop, name, day_of(produced, shop), {}, only_asked=True)
    if form != "text":
        click.echo(reported(form, (*found.against, *found.beside)), nl=False)
    else:
        click.echo(report.as_text((*found.against, *found.beside), colour(sys.stdout)), nl=False)
        click.echo(_readiness(found, options.given))
    return 1 if failed((*found.against, *found.beside), options.strict) or found.against else 0


def _readiness(found: Any, project: Path | None) -> str:
    """Whether a briefing is ready, in a sentence, and what to type next."""
    if found.against:
        return f"{found.pin} is not ready: {tables.tally(found.against)} to settle."
    if found.retired:
        return _retired(found)
    if found.earlier:
        return f"{found.pin} is published since {found.earlier.isoformat()}, and nothing has changed."
    return f"{found.pin} is ready. Keep it with: {typed(project)} publish {found.pin.partition('@')[0]}"


def _retired(done: Any) -> str:
    """That a text is kept and no longer holds."""
    since = done.earlier.isoformat()
    return f"{done.pin} is published since {since} and {done.retired} now: there is nothing to publish."


def reasons_of(overrides: tuple[str, ...], form: str) -> dict[str, str]:
    """The reasons by what stands before them; `form` is how an option is written: 'CODE=REASON'."""
    reasons = {}
    for said in overrides:
        named, _, reason = said.partition("=")
        if not reason.strip():
            raise click.UsageError(f"'--override {said}' gives no reason. Write {form}.")
        reasons[named.strip()] = " ".join(reason.split())
    return reasons


def prepared(
    shop: Any, name: str, produced: date, reasons: dict[str, str], options: Shared, whole: bool = False
) -> int:
    """Prepare copies, and say what came of it: every remark if it is to be `whole`."""
    from pipeline.cli.copies import prepare

    form = options.form("text", "json", "sarif")
    done = prepare(shop, name, produced, reasons, options.strict)
    remarks = tuple(dict.fromkeys((*done.built.remarks, *done.remarks)))  # of the register both may tell
    if form == "text":
        click.echo(on_screen(remarks, whole, colour(sys.stderr)), nl=False, err=True)
        if done.refused:
            click.echo("No copies were prepared.")
        elif not options.quiet:
            folder = shop.output_name
            click.echo(f"The pack itself is in {folder}/packs/{name}.")
            click.echo(f"{tables.count(len(done.colleges), 'parcel')} in {folder}/colleges/…/{done.folder}.")
            if done.printed:
                copies = f"{done.printed:,} {'copy' if done.printed == 1 else 'copies'}"
                click.echo(f"{copies} for the printer in {folder}/printer/{done.folder}.")
            rows = tables.count(done.added, "row")
            click.echo(f"{rows} added to source/copies.csv; commit it." if done.added else "The register has them all.")
    else:
        click.echo(reported(form, remarks), nl=False)
    return max(done.built.exit_code(options.strict), int(failed(done.remarks, options.strict)))
