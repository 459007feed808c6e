"""The verb compare: what a proposed change touches, built, with an account of it."""

import os
import sys
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

import click

from pipeline.build.api import build as make
from pipeline.build.comparing.touched import TouchedThing, touched
from pipeline.build.project import Project
from pipeline.build.summary import Build
from pipeline.cli.hosting.account import account
from pipeline.cli.options import DAY, SHIPPED, Shared, colour, day_of, every_remark, open_project, shared
from pipeline.cli.reports import survey
from pipeline.cli.reports.screen import on_screen
from pipeline.core import tables
from pipeline.core.diagnostics import exit_code, ordered
from pipeline.core.errors import UsageError
from pipeline.core.files import write_whole
from pipeline.core.progress import Voice
from pipeline.model.order import Order

ACCOUNT = "comment.md"
"""The name of the account."""

_PDF = ".pdf"


@click.command("compare")
@click.argument("before", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The date produced (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@every_remark
@shared
@click.pass_context
def verb(
    context: click.Context, before: Path, folder: Path, produced: datetime | None, jobs: int | None, whole: bool
) -> int:
    """Build what reads otherwise than in another copy of the library, and write an account of it.

    BEFORE is the library as it was, such as the branch that a proposed change is for. FOLDER, which must be new or
    empty, gets the PDFs of what has changed, and comment.md: pages, remarks, and the changes word by word.
    """
    options = Shared(context)
    options.form("text")
    project = open_project(options, jobs or os.cpu_count() or 1)
    if not (before / "source").is_dir():
        raise UsageError(f"There is no library in {before}: no source/ was found.")
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} exists and is not an empty folder; choose another.")
    day = day_of(produced, project)
    found = touched(Project(before, SHIPPED, Voice()), project, day)
    built = _built(project, found, day)
    remarks = ordered((*survey.check(project, (), day), *(built.remarks if built else ())))
    write_whole(folder / ACCOUNT, account(found, built.lengths if built else {}, remarks).encode())
    copied = _copy_pdfs(project, built, folder) if built else 0
    click.echo(on_screen(remarks, whole, colour(sys.stdout)), nl=False)
    if not options.quiet:
        things = tables.count(len(found), "thing")
        click.echo(f"{things} touched; {tables.count(copied, 'PDF')} and {ACCOUNT} in {folder}.", err=True)
    return max(built.exit_code(options.strict) if built else 0, exit_code(remarks, options.strict))


def _built(project: Project, found: Sequence[TouchedThing], day: date) -> Build | None:
    """A build of all that was touched and can be made; nothing where nothing can."""
    names = tuple(sorted(one.id for one in found if one.state in ("new", "changed")))
    return make(Order(names, (), day), project) if names else None


def _copy_pdfs(project: Project, built: Build, folder: Path) -> int:
    """Copy the PDFs that were made into a folder, each below its owner's name; gives how many."""
    made = [output for output in built.outputs if output.path.endswith(_PDF)]
    for output in made:
        write_whole(folder / output.path, (project.output / output.path).read_bytes())
    return len(made)
