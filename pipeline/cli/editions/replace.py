"""The verb replace: the leaves that a holder of an edition needs for another, and the sheets that say what to do."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime

import click

from pipeline.build.project import Project
from pipeline.cli.colleges.recalled import faults_of_record
from pipeline.cli.editions.chain_faults import pack_chain_faults
from pipeline.cli.editions.compared import record_by
from pipeline.cli.editions.handing_out import record_named
from pipeline.cli.editions.replacing import (
    TwoEditions,
    leaves_in,
    pack_identity,
    printed_files,
    replacement_text,
    worth_a_word,
)
from pipeline.cli.options import DAY, Shared, colour, day_of, open_project, shared, show_remarks
from pipeline.cli.reports.screen import on_screen
from pipeline.compose.replacement import ReplacementText
from pipeline.core.diagnostics import Diagnostic, ordered
from pipeline.core.errors import UsageError
from pipeline.core.tables import count
from pipeline.editions.issued.audit import kept_faults
from pipeline.editions.issued.records import RecordFile, read_records
from pipeline.editions.replacing.instructions import sides_put_in
from pipeline.model.formats import PRINTED, USUAL_EDITION


@click.command("replace")
@click.argument("name", metavar="PACK")
@click.option("--from", "was", required=True, metavar="EDITION", help="The edition of the printed copies.")
@click.option("--to", "now", metavar="EDITION", help="The edition that they are to become (default: the last).")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day on the sheets (default: today).")
@shared
@click.pass_context
def verb(context: click.Context, name: str, was: str, now: str | None, on: datetime | None) -> int:
    """Make the leaves that a holder of an edition needs for another, with a sheet that says what to do.

    An edition goes by its name or its number. Its pages come from the archive, as they were issued: a leaf is replaced
    where words, pictures or page number of either side differ. There is a PDF for the printer, and one to be read on a
    screen if the edition has one; both begin with the instructions, the pages in force, and a page to send back.
    """
    from pipeline.build.correcting.replacement import ReplacementJob, make_replacement  # which loads all that binds

    options = Shared(context)
    form = options.form("text", "json")
    project = open_project(options, 1)
    if broken := tuple(pack_chain_faults(project, project.files, name)):
        return _not_made(broken)
    before, after = _editions(project, name, was, now)
    if broken := tuple(kept_faults((after,), project.files)):
        return _not_made(broken)
    held, faults = printed_files(project, before, after)
    if faults := (*faults, *faults_of_record(project, after)):
        return _not_made(faults)
    two = TwoEditions(before, after, *(leaves_in(project, files[PRINTED[0]]) for files in held))
    pack = pack_identity(project, after)
    said = replacement_text(project, two, pack.words)
    if not said.steps:
        raise UsageError(f"'{before.record.edition}' and '{after.record.edition}' have the same leaves.")
    files = held[1]
    names = f"{before.record.number}-{after.record.number}"
    job = ReplacementJob(pack, said, names, tuple(sides_put_in(two.steps)), files[PRINTED[0]], files.get(USUAL_EDITION))
    made = make_replacement(project, job, day_of(on, project))
    made = replace(made, remarks=ordered((*worth_a_word(project, two), *made.remarks)))
    if form == "json":
        told = {**asdict(said), "files": [str(path) for path in made.files]}
        told["remarks"] = [one.sentence for one in made.remarks]
        click.echo(json.dumps(told, ensure_ascii=False, indent=1, default=str))
    else:
        click.echo(on_screen(made.remarks, colour=colour(sys.stderr)), nl=False, err=True)
        lines = [*_lines(said), *(f"{whom}: {path}" for whom, path in zip(_WHOM, made.files, strict=False))]
        click.echo("\n".join(lines) if not options.quiet else "", nl=not options.quiet)
    return made.exit_code(options.strict)


def _not_made(faults: tuple[Diagnostic, ...]) -> int:
    """The faults for a terminal."""
    show_remarks(ordered(faults))
    click.echo("No leaves were made.")
    return 1


_WHOM = ("For the printer", "For a screen")


def _editions(project: Project, name: str, was: str, now: str | None) -> tuple[RecordFile, RecordFile]:
    """The two editions. Raises `UsageError`."""
    _, last = record_named(project, read_records(project.files), name, None)
    before, after = record_by(project, name, was), record_by(project, name, now) if now else last
    if after.record.number > before.record.number:
        _refuse_numbered(after)
        return before, after
    if not now:
        raise UsageError(
            f"'{before.record.edition}' is the last edition of '{name}' that was issued: 'briefings issue {name}' "
            "issues the next one, from which leaves can be taken."
        )
    raise UsageError(f"'{after.record.edition}' is no later edition of '{name}' than '{before.record.edition}'.")


def _refuse_numbered(one: RecordFile) -> None:
    """Refuse leaves that would bear no number. Raises `UsageError`."""
    if one.record.numbered:
        name, pack = one.record.edition, one.record.pack
        raise UsageError(
            f"'{name}' of '{pack}' goes out in numbered copies only, and its leaves would say that they are not for "
            f"issue: 'briefings copies {pack}' prepares whole copies of it."
        )


def _lines(said: ReplacementText) -> Iterator[str]:
    """The instructions for a terminal."""
    yield f"From {said.was.name} to {said.now.name}: {count(said.put_in, 'leaf', 'leaves')} of {said.leaves} to put in."
    for number, step in enumerate(said.steps, 1):
        out, into = (f"take out {step.out}" if step.out else ""), (f"put in {step.into}" if step.into else "")
        yield f"  {number}. {step.where}: {'; '.join(filter(None, (out, into)))}."
