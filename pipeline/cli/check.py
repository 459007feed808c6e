"""The verb check: what is wrong in the source."""

from datetime import datetime
from functools import partial
from pathlib import Path

import click

from pipeline.build.planning.scope import owning
from pipeline.build.project import Project
from pipeline.cli.options import DAY, day_of, every_remark
from pipeline.cli.outcome import Outcome, rendered
from pipeline.cli.reports import survey
from pipeline.core import tables
from pipeline.core.diagnostics import exit_code
from pipeline.core.services import hooked

FORMS = dict(hooked("forms"))
"""Forms of the report that services add."""


@click.command("check")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Judge review dates as on this day.")
@click.option("--files", is_flag=True, help="The names are paths of files: check what these belong to.")
@every_remark
@rendered("text", "json", "sarif", *FORMS)
def verb(project: Project, names: tuple[str, ...], produced: datetime | None, files: bool, whole: bool) -> Outcome:
    """Say what is wrong in the source, and build nothing.

    With --report github the first 10 errors and 10 warnings are shown beside a proposed change, and all of them in the
    summary of the step; with --report gitlab a report of code quality goes to stdout.
    """
    if files:
        home = project.folder.resolve()
        names = owning(project.loaded[0], [_within(home, Path(name)) for name in names])
    remarks = survey.check(project, names, day_of(produced, project))
    return Outcome(
        remarks,
        exit=partial(exit_code, remarks),
        forms={name: partial(form, remarks, project.folder) for name, form in FORMS.items()},
        notes=[f"{tables.tally(remarks)}."],
        is_report=True,
        whole=whole,
        named=bool(names),
    )


def _within(home: Path, path: Path) -> str:
    """A path as remarks have it; of a file elsewhere its name, which belongs to no text."""
    full = path.parent.resolve() / path.name
    return full.relative_to(home).as_posix() if full.is_relative_to(home) else path.name
