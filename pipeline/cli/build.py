"""build, prune."""

from dataclasses import replace
from datetime import datetime

import click

from pipeline.build.api import build as make
from pipeline.build.api import prune as forget
from pipeline.build.project import Project
from pipeline.build.summary import BuildResult, reason_lines
from pipeline.cli.options import DAY, CommonOptions, all_option, production_day, withdrawn_option
from pipeline.cli.outcome import Outcome, verb_with_outcome
from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.digests import engine_mode
from pipeline.core.messages import message
from pipeline.core.processes import TESTED_ENGINE, EngineMode, engine_releases
from pipeline.core.sentences import count_noun
from pipeline.model.formats import EVERY_PDF, EVERYTHING, FORMATS, Order


@click.command("build")
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option(
    "--format",
    "formats",
    multiple=True,
    type=click.Choice((EVERY_PDF, EVERYTHING, *FORMATS)),
    help="Formats to make; repeatable.",
)
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The date produced (default: today).")
@click.option("--packs", is_flag=True, help="Only packs.")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@click.option("--executor", metavar="URL", help="A Dask scheduler to work on instead of this machine.")
@withdrawn_option("--copies", "Issue the pack, then: briefings copies PACK.", is_flag=True)
@click.option("--explain", is_flag=True, help="Say why each thing was made anew: what had changed.")
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
    """Build briefings, packs and series pages into output/ (all of them, or those named).

    A file in which the proof finds a fault is marked DRAFT and left there, and the build ends with 4.
    """
    order = Order(names, formats, production_day(produced, project), packs)  # type: ignore[arg-type]
    built = make(order, project)
    remarks = (*slow_engine_remarks(engine_mode()), *built.remarks)
    quiet = CommonOptions(click.get_current_context()).quiet
    summary = () if quiet else (replace(built, remarks=remarks).summary(project.output_name),)
    text, lengths = (*summary, *(reason_lines(built.reasons) if explain else ())), page_counts(built)
    return Outcome(remarks, text, built.exit_code, data={"lengths": lengths}, whole=whole, named=bool(names))


def page_counts(built: BuildResult) -> list[dict[str, object]]:
    """Pages and sheets of what was made, for a program."""
    return [
        {"owner": owner, "pages": one.pages, "sheets": one.sheets, "pages_before": one.before or None}
        for owner, one in built.lengths.items()
    ]


def slow_engine_remarks(mode: EngineMode) -> tuple[Diagnostic, ...]:
    """The remark that the engine works plainly though nobody asked for that; it is about the machine, not the texts."""
    if not mode.is_slowed:
        return ()
    return (
        message(
            "made-slow", Location("output"), found=engine_releases(mode.releases), known=engine_releases(TESTED_ENGINE)
        ),
    )


@click.command("prune")
@verb_with_outcome()
def prune_verb(project: Project) -> Outcome:
    """Forget remembered results that no last build used: of anything, of everything, of a pack's copies."""
    return Outcome(text=[f"{count_noun(forget(project), 'remembered result')} forgotten."])
