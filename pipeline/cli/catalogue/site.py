"""The verb site: the catalogue of the library, made of what was built."""

import os
import sys
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path

import click

from pipeline.build.api import build
from pipeline.build.output.lock import turn
from pipeline.build.output.outputs import Output, recorded
from pipeline.build.project import Project
from pipeline.cli.catalogue.folder import SiteFolder
from pipeline.cli.options import DAY, Shared, colour, day_of, open_project, shared
from pipeline.cli.reports.screen import on_screen
from pipeline.core.diagnostics import Diagnostic, errors
from pipeline.core.tables import count
from pipeline.model.formats import FORMATS, format_row
from pipeline.model.order import Order
from pipeline.site.scripts import FOLDER, SCRIPTS, can_search

_MAKER = "pipeline.cli.catalogue.making"
"""The module that makes the files, which loads all that fills templates."""

_NO_SEARCH = (
    " It has no search: MiniSearch is not here. In a checkout 'make site' brings it; a wheel of 'make wheel' has it."
)

_NO_ADDRESS = (
    "Links from one text to another lead nowhere in the files that are handed out: name 'address:' in library.yaml."
)


@click.command("site")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day that it bears (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@shared
@click.pass_context
def verb(context: click.Context, folder: Path | None, on: datetime | None, jobs: int | None) -> int:
    """Make the catalogue of the library: a site of what was built, with search, feeds and status pages.

    It is written into output/site, or into another folder. What has changed is built first. The site works from a
    host, from a folder and from a stick. It shows what was published, and nothing that is marked higher than 'site'
    of library.yaml allows. Where the build finds an error the site that is there stays as it is.
    """
    options = Shared(context)
    options.form("text")
    project = open_project(options, jobs or os.cpu_count() or 1)
    day = day_of(on, project)
    site = SiteFolder(folder or project.output / "site")
    built = build(Order((), (), day), project)
    click.echo(on_screen(built.remarks, False, colour(sys.stderr)), nl=False, err=True)
    if any(errors(built.remarks)) or built.exit_code(options.strict):
        click.echo("No catalogue was made: mend what is wrong first.")
        return built.exit_code(options.strict) or 1
    scripts = {name: (FOLDER / name).read_bytes() for name in SCRIPTS if (FOLDER / name).is_file()}
    written, removed, faults, lacking = _filled(project, site, scripts, day)
    if faults:
        click.echo(on_screen(faults, False, colour(sys.stderr)), nl=False, err=True)
        click.echo("No catalogue was made: what the records say must hold before others read it.")
        return 1
    if not options.quiet:
        said = f"{count(len(site.known), 'file')} in {site.folder}: {written:,} written, {removed:,} removed."
        click.echo(said + ("" if can_search(scripts) else _NO_SEARCH))
        if not project.loaded[0].imprint.fields.address:
            click.echo(_NO_ADDRESS)
    for one in lacking:
        click.echo(one, err=True)
    return 0


def _filled(
    project: Project, site: SiteFolder, scripts: Mapping[str, bytes], day: date
) -> tuple[int, int, tuple[Diagnostic, ...], tuple[str, ...]]:
    """The numbers of files written and removed, none where nothing has changed; faults of records; and what is lacking.

    Where something is lacking the next run looks again.
    """
    outputs = tuple(sorted((one for one in recorded(project.output) if _goes_out(one)), key=_rank))
    key = project.store.key(_MAKER, project.files, project.layouts, outputs, scripts, day)
    with turn(project):
        if site.stands(key):
            return 0, 0, (), ()
        from pipeline.cli.catalogue.making import files_of
        from pipeline.editions.issued.records import read_records

        if remarks := read_records(project.files).remarks:
            return 0, 0, remarks, ()
        files, lacking = files_of(project, outputs, scripts, day)
        return *site.fill(files, "" if lacking else key), (), lacking


def _goes_out(one: Output) -> bool:
    """Whether a built file is one that the catalogue may hand out: whole, and not for the printer."""
    return not (one.faulty or one.earlier or format_row(one.format).printed or one.owner.startswith("series/"))


def _rank(one: Output) -> tuple[str, int]:
    return one.owner, [*FORMATS].index(format_row(one.format).name)
