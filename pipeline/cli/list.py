"""The verb list: every briefing with version, status and dates."""

import sys
from datetime import datetime
from typing import Any

import click

from pipeline.cli.options import DAY, Shared, colour, day_of, open_project, shared, show_table
from pipeline.cli.reports import report, survey
from pipeline.core.diagnostics import failed


@click.command("list")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Judge review dates as on this day.")
@shared
@click.pass_context
def verb(context: click.Context, produced: datetime | None) -> int:
    """List every briefing with version, status and dates.

    As json or csv with owner, series, packs and works cited too, and findings by area of outcome.
    """
    options = Shared(context)
    form = options.form("text", "json", "csv")
    project = open_project(options, 1)
    show_table(form, *survey.listing(project, day_of(produced, project), brief=form == "text"))
    return told_unread(project)


def told_unread(project: Any) -> int:
    """Tell what could not be read, so that no list looks whole that is not; gives the exit code."""
    remarks = survey.unread(project)
    click.echo(report.as_text(remarks, colour(sys.stderr)), nl=False, err=True)
    return 1 if failed(remarks) else 0
