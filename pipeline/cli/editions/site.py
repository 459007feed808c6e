"""The verb site: the catalogue of the library, made of what was built."""

import os
import sys
from datetime import datetime
from pathlib import Path

import click

from pipeline.build.api import build
from pipeline.cli.editions.site_making import make_site
from pipeline.cli.options import DAY, Shared, colour, day_of, open_project, shared
from pipeline.cli.reports import report
from pipeline.cli.reports.screen import on_screen
from pipeline.core.diagnostics import errors
from pipeline.core.tables import count
from pipeline.editions.issued.records import read_records
from pipeline.model.order import Order


@click.command("site")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day that it bears (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@shared
@click.pass_context
def verb(context: click.Context, folder: Path | None, on: datetime | None, jobs: int | None) -> int:
    """Make the catalogue of the library, into output/site or another folder.

    What has changed is built first. The site works from a host, from a folder and from a stick. It shows what was
    published, and nothing that is marked higher than 'site' of library.yaml allows. Where the build finds an error the
    site that is there stays as it is.
    """
    options = Shared(context)
    options.form("text")
    project = open_project(options, jobs or os.cpu_count() or 1)
    if remarks := read_records(project.files).remarks:
        click.echo(report.as_text(remarks, colour(sys.stderr)), nl=False, err=True)
        click.echo("No catalogue was made: what the records say must hold before others read it.")
        return 1
    day = day_of(on, project)
    built = build(Order((), (), day), project)
    click.echo(on_screen(built.remarks, False, colour(sys.stderr)), nl=False, err=True)
    if any(errors(built.remarks)) or built.exit_code(options.strict):
        click.echo("No catalogue was made: mend what is wrong first.")
        return built.exit_code(options.strict) or 1
    made = make_site(project, folder or project.output / "site", day)
    if not options.quiet:
        said = f"{count(made.files, 'file')} in {made.folder}: {made.written:,} written, {made.removed:,} removed."
        click.echo(
            said if made.searches else f"{said} It has no search: MiniSearch is not here; 'make site' brings it."
        )
    return 0
