"""The verb list: every briefing with version, status and dates."""

from datetime import datetime

import click

from pipeline.cli.options import DAY, Shared, day_of, open_project, shared, show_table, told_unread
from pipeline.cli.reports import survey


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
    return told_unread(survey.unread(project))
