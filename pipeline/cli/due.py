"""The verb due: which reviews fall due, and whom they concern."""

from datetime import datetime

import click

from pipeline.cli.options import DAY, Shared, day_of, open_project, shared, show_table, told_unread
from pipeline.cli.reports.due_report import HEADS, due_by_owner, due_calendar, due_rows
from pipeline.core.diagnostics import Remarks, errors
from pipeline.model.day import in_words, months_after
from pipeline.model.due import DueReview
from pipeline.store.toolchain import PROGRAM

MONTHS = 3
"""Months ahead that are looked at where no day is named."""


@click.command("due")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="The last day to look at (default: in 3 months).")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Look from this day on (default: today).")
@shared
@click.pass_context
def verb(context: click.Context, until: datetime | None, produced: datetime | None) -> int:
    """List the reviews that fall due, by owner, with the packs and colleges that they concern.

    Those that are overdue are listed too, and those of kept versions in packs. `--report ical` gives a calendar to
    import or subscribe to: an entry keeps its place in it, however often it is imported.
    """
    options = Shared(context)
    form = options.form("text", "json", "csv", "ical")
    project = open_project(options, 1)
    today = day_of(produced, project)
    last = until.date() if until else months_after(today, MONTHS)

    def look() -> tuple[str, tuple[DueReview, ...], Remarks]:
        from pipeline.editions.reviews import due_reviews

        library, remarks = project.loaded
        return library.imprint.fields.title, due_reviews(library, today), tuple(errors(remarks))

    title, reviews, unread = project.store.remember(
        PROGRAM, ("reviews", project.files, today), tuple[str, tuple[DueReview, ...], Remarks], look
    )
    due = tuple(one for one in reviews if one.day <= last)
    if form == "ical":
        click.echo(due_calendar(due, title), nl=False)
    elif form != "text":
        show_table(form, HEADS, due_rows(due, today))
    else:
        click.echo(due_by_owner(due, today) if due else f"Nothing falls due by {in_words(last)}.\n", nl=False)
    return told_unread(unread)
