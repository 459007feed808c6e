"""The verb check: what is wrong in the source."""

import sys
from datetime import datetime
from pathlib import Path

import click

from pipeline.build.planning.scope import owning
from pipeline.cli.options import DAY, Shared, colour, day_of, every_remark, open_project, reported, shared
from pipeline.cli.reports import survey
from pipeline.cli.reports.screen import on_screen
from pipeline.core import tables
from pipeline.core.diagnostics import exit_code
from pipeline.core.services import hooked


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Judge review dates as on this day.")
@click.option("--files", is_flag=True, help="The names are paths of files: check what these belong to.")
@every_remark
@shared
@click.pass_context
def verb(context: click.Context, names: tuple[str, ...], produced: datetime | None, files: bool, whole: bool) -> int:
    """Say what is wrong in the source, and build nothing.

    With --report github the first 10 errors and 10 warnings are shown beside a proposed change, and all of them in the
    summary of the step; with --report gitlab a report of code quality goes to stdout.
    """
    options = Shared(context)
    forms = dict(hooked("forms"))
    form = options.form("text", "json", "sarif", *forms)
    project = open_project(options, 1)
    if files:
        home = project.folder.resolve()
        names = owning(project.loaded[0], [_within(home, Path(name)) for name in names])
    remarks = survey.check(project, names, day_of(produced, project))
    if form == "text":
        click.echo(on_screen(remarks, whole, colour(sys.stdout), bool(names)), nl=False)
        if not options.quiet:
            click.echo(tables.tally(remarks) + ".", err=True)
    else:
        click.echo(forms[form](remarks, project.folder) if form in forms else reported(form, remarks), nl=False)
    return exit_code(remarks, options.strict)


def _within(home: Path, path: Path) -> str:
    """A path as remarks have it; of a file elsewhere its name, which belongs to no text."""
    full = path.parent.resolve() / path.name
    return full.relative_to(home).as_posix() if full.is_relative_to(home) else path.name
