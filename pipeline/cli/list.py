"""The verb list: every briefing with version, status and dates."""

from datetime import datetime

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, day_of
from pipeline.cli.outcome import Outcome, Table, listed, rendered
from pipeline.cli.reports import survey
from pipeline.core.tables import as_columns


@click.command("list")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Judge review dates as on this day.")
@rendered("text", "json", "csv")
def verb(project: Project, produced: datetime | None) -> Outcome:
    """List every briefing with version, status and dates.

    As json or csv with owner, series, packs and works cited too, and findings by area of outcome.
    """
    brief, full = survey.listing(project, day_of(produced, project))
    return listed(survey.unread(project), Table(*full), as_columns(*brief))
