"""The verb ready: whether a briefing could be published as it stands."""

import os
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from pipeline.cli.options import DAY, Shared, colour, day_of, open_project, reported, shared, typed
from pipeline.cli.publish import keep, retired_words
from pipeline.cli.reports import report
from pipeline.core import tables
from pipeline.core.diagnostics import failed


@click.command("ready")
@click.argument("name")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Ask as on this day (default: today).")
@shared
@click.pass_context
def verb(context: click.Context, name: str, produced: datetime | None) -> int:
    """Say whether a briefing could be published as it stands, and what is missing.

    It is built and proofed as `publish` does it; nothing is kept. What stands against it is told as errors and
    warnings; other warnings of the text follow and stop nothing.
    """
    options = Shared(context)
    form = options.form("text", "json", "sarif")
    project = open_project(options, os.cpu_count() or 1)
    found = keep(project, name, day_of(produced, project), {}, only_asked=True)
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
        return retired_words(found)
    if found.earlier:
        return f"{found.pin} is published since {found.earlier.isoformat()}, and nothing has changed."
    return f"{found.pin} is ready. Keep it with: {typed(project)} publish {found.pin.partition('@')[0]}"
