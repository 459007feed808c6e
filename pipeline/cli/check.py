"""The verb check: what is wrong in the source."""

import sys
from datetime import datetime

import click

from pipeline.cli.options import DAY, Shared, colour, day_of, every_remark, open_project, reported, shared
from pipeline.cli.reports import survey
from pipeline.cli.reports.screen import on_screen
from pipeline.core import tables
from pipeline.core.diagnostics import failed


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Judge review dates as on this day.")
@every_remark
@shared
@click.pass_context
def verb(context: click.Context, names: tuple[str, ...], produced: datetime | None, whole: bool) -> int:
    """Say what is wrong in the source, and build nothing."""
    options = Shared(context)
    form = options.form("text", "json", "sarif")
    project = open_project(options, 1)
    remarks = survey.check(project, names, day_of(produced, project))
    if form == "text":
        click.echo(on_screen(remarks, whole, colour(sys.stdout)), nl=False)
        if not options.quiet:
            click.echo(tables.tally(remarks) + ".", err=True)
    else:
        click.echo(reported(form, remarks), nl=False)
    return 1 if failed(remarks, options.strict) else 0
