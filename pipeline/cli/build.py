"""The verbs build, proof and prune."""

import os
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from pipeline.build.api import build, prune
from pipeline.build.project import Project
from pipeline.build.summary import BuildResult, reason_lines
from pipeline.cli.options import DAY, CommonOptions, all_option, open_project, production_day, withdrawn_option
from pipeline.cli.outcome import Exit, Outcome, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, Location, failed
from pipeline.core.digests import engine_mode
from pipeline.core.environment import TESTED_ENGINE, EngineMode, engine_releases
from pipeline.core.messages import message
from pipeline.core.sentences import count_diagnostics, count_noun, join_names
from pipeline.load.folders import LIBRARY_FILE
from pipeline.model.formats import EVERY_PDF, EVERYTHING, FORMATS, Order


@click.command("build")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice((EVERY_PDF, EVERYTHING, *FORMATS)),
    help="Formats to build; repeatable.",
)
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The production date (default: today).")
@click.option("--packs", is_flag=True, help="Build only packs.")
@click.option("--jobs", type=click.IntRange(1), help="Number of processes (default: one per processor).")
@click.option("--executor", metavar="URL", help="A Dask scheduler to use in place of this machine.")
@withdrawn_option("--copies", "Issue the pack, then: briefings copies PACK.", is_flag=True)
@click.option("--explain", is_flag=True, help="Show why each file was built again.")
@all_option
@verb_with_outcome("text", "json", "sarif", jobs=None)
def build_verb(
    project: Project,
    names: tuple[str, ...],
    formats: tuple[str, ...],
    produced: datetime | None,
    packs: bool,
    explain: bool,
    whole: bool,
) -> Outcome:
    """Build all briefings, packs and series pages, or those named.

    The files are written to output/. A file that fails its checks is marked DRAFT, and the build exits with 4.
    """
    order = Order(names, formats, production_day(produced, project), packs)  # type: ignore[arg-type]
    built = build(order, project)
    remarks = (*slow_engine_remarks(engine_mode()), *built.remarks)
    text: list[str] = []
    if not CommonOptions(click.get_current_context()).quiet:
        text = [replace(built, remarks=remarks).summary(project.output_name), *unlisted_formats(order, built)]
    if explain:
        text += reason_lines(built.reasons)
    lengths = [
        {"owner": owner, "pages": length.pages, "sheets": length.sheets, "pages_before": length.before or None}
        for owner, length in built.lengths.items()
    ]
    return Outcome(remarks, text, built.exit_code, data={"lengths": lengths}, whole=whole, named=bool(names))


def unlisted_formats(order: Order, built: BuildResult) -> Iterator[str]:
    """Yield a sentence on each ordered format that a named thing, or everything, does not list."""
    for format in order.formats if built.asked else ():
        with_format = {owner.partition("/")[2] for owner, kind in built.asked if kind == format}
        without = [name for name in order.names if name not in with_format]
        if format in FORMATS and (without or not with_format):
            names = join_names([f"'{name}'" for name in without])
            subject = f"{names} {'do' if len(without) > 1 else 'does'} not list" if without else "Nothing lists"
            where = f"add it to 'formats:' in {LIBRARY_FILE}, or in the file of the pack"
            yield f"{subject} the format '{format}': {where}."


def slow_engine_remarks(mode: EngineMode) -> tuple[Diagnostic, ...]:
    """Return a remark if the engine is slow although the user did not ask for that."""
    if not mode.is_slowed:
        return ()
    releases = {"found": engine_releases(mode.releases), "known": engine_releases(TESTED_ENGINE)}
    return (message("made-slow", Location("output"), **releases),)


@click.command("proof")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option("--jobs", type=click.IntRange(1), help="Number of processes (default: one per processor).")
@verb_with_outcome("text", "json", "sarif", library=False)
def proof_verb(options: CommonOptions, files: tuple[Path, ...], jobs: int | None) -> Outcome:
    """Inspect the built files, or the files named."""
    from pipeline.build.checks import proof_files  # which loads all that reads finished files

    with TemporaryDirectory() as folder:  # for files that belong to no library
        nowhere = Path(folder) if files and options.library is None else None
        result = proof_files(open_project(options, jobs or os.cpu_count() or 1, nowhere=nowhere), files)
    code = Exit.WITHHELD if failed(result.remarks, options.strict) else Exit.OK
    work = f"{', '.join(result.kinds) or 'Nothing'} proofed by {', '.join(result.judges)}"
    return Outcome(result.remarks, exit=code, notes=[f"{work}: {count_diagnostics(result.remarks)}."], is_report=True)


@click.command("prune")
@verb_with_outcome()
def prune_verb(project: Project) -> Outcome:
    """Delete cache entries that the last builds did not use."""
    return Outcome(text=[f"{count_noun(prune(project), 'remembered result')} forgotten."])
