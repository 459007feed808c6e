"""The verb proof: what was built, or any file that could be, inspected as it lies there, by us and by others."""

import os
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pipeline.build.checks import proof_files
from pipeline.cli.options import CommonOptions, open_project
from pipeline.cli.outcome import Exit, Outcome, verb_with_outcome
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import failed


@click.command("proof")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@verb_with_outcome("text", "json", "sarif", library=False)
def verb(options: CommonOptions, files: tuple[Path, ...], jobs: int | None) -> Outcome:
    """Inspect the files that were built, or those named, and say what is wrong with them."""
    with TemporaryDirectory() as folder:  # files of no library are judged, and nothing is left where they lie
        nowhere = Path(folder) if files and options.library is None else None
        found = proof_files(open_project(options, jobs or os.cpu_count() or 1, nowhere=nowhere), files)
    code = Exit.WITHHELD if failed(found.remarks, options.strict) else Exit.OK
    seen = f"{', '.join(found.kinds) or 'Nothing'} proofed by {', '.join(found.judges)}"
    return Outcome(
        found.remarks, exit=code, notes=[f"{seen}: {tables.count_diagnostics(found.remarks)}."], is_report=True
    )
