"""The verb proof: what was built, or any file that could be, inspected as it lies there, by us and by others."""

import os
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pipeline.build.validators import inspected
from pipeline.cli.options import Shared, colour, open_project, reported, shared
from pipeline.cli.reports import report
from pipeline.core import tables
from pipeline.core.diagnostics import failed


@click.command("proof")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@shared
@click.pass_context
def verb(context: click.Context, files: tuple[Path, ...], jobs: int | None) -> int:
    """Inspect the files that were built, or those named, and say what is wrong with them."""
    options = Shared(context)
    form = options.form("text", "json", "sarif")
    with TemporaryDirectory() as folder:  # files of no library are judged, and nothing is left where they lie
        nowhere = Path(folder) if files and options.library is None else None
        found = inspected(open_project(options, jobs or os.cpu_count() or 1, nowhere=nowhere), files)
    if form == "text":
        click.echo(report.as_text(found.remarks, colour(sys.stdout)), nl=False)
        if not options.quiet:
            seen = f"{', '.join(found.kinds) or 'Nothing'} proofed by {', '.join(found.judges)}"
            click.echo(f"{seen}: {tables.tally(found.remarks)}.", err=True)
    else:
        click.echo(reported(form, found.remarks), nl=False)
    return 4 if failed(found.remarks, options.strict) else 0
