"""The verb slip: the erratum slip for printed copies of a version."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import datetime
from typing import TYPE_CHECKING

import click

from pipeline.build.project import Project
from pipeline.build.versions import text_versions
from pipeline.cli.options import DAY, Shared, colour, day_of, open_project, shared
from pipeline.cli.reports.screen import on_screen
from pipeline.core.diagnostics import errors, failed
from pipeline.core.errors import PressFailure, UsageError
from pipeline.core.tables import count
from pipeline.editions.approvals import differences, words_code
from pipeline.editions.wordings import unsaid_differences, words_of_version
from pipeline.model.publication import Publication
from pipeline.model.source.kept import numbers, pin

if TYPE_CHECKING:
    from pipeline.build.correcting.slips import MadeSlip


@click.command("slip")
@click.argument("name", metavar="ID")
@click.option("--from", "was", required=True, metavar="VERSION", help="The version of the printed copies, such as 1.0.")
@click.option("--to", "now", metavar="VERSION", help="The version that is right (default: the text as it is now).")
@click.option("--two", is_flag=True, help="Two slips side by side on A4, to be cut apart.")
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day on the slip (default: today).")
@shared
@click.pass_context
def verb(context: click.Context, name: str, was: str, now: str | None, two: bool, on: datetime | None) -> int:
    """Make the slip that corrects printed copies of a version: page 3, line 4: for this read that.

    Its pages and lines are those of the older version set in A4 with the layouts of today. A slip is refused where the
    newer version is more than a correction: called otherwise in the history, or with a paragraph, a heading, a row or a
    picture that came, went or moved. The slip is a PDF of A5 and lies beside the briefing's own files.
    """
    from pipeline.build.correcting.slips import SlipJob, make_slip  # which loads all that binds

    options = Shared(context)
    form = options.form("text", "json")
    project = open_project(options, 1)
    day, lines = day_of(on, project), (pin(name, was), pin(name, now) if now else name)
    texts = text_versions(project, lines, day)
    old, new = (texts[line] for line in lines)
    if numbers(new.identity.version) <= numbers(was):
        raise UsageError(
            f"Version {new.identity.version} of '{name}' is not later than {was}: give the corrected text a version of "
            "its own."
        )
    before, after = (words_of_version(project.loaded[0], project.files, name, one, day) for one in (was, now))
    wrong, code = (words_code(words, project.loaded[0].codes) for words in (before, after))
    unsaid = unsaid_differences(before, after)
    differs = unsaid or differences(before, after)
    made = make_slip(project, SlipJob(old, _marked(project, new), wrong, code, two, unsaid, differs), day)
    if form == "json":
        said: dict[str, object] = {"from": was, "to": new.identity.version}
        said |= {"errata": [asdict(one) for one in made.entries]}
        said |= {"unsaid": unsaid, "file": str(made.file) if made.file else None}
        remarks = [one.sentence for one in made.remarks]
        click.echo(json.dumps({**said, "remarks": remarks}, ensure_ascii=False, indent=1))
    else:
        click.echo(on_screen(made.remarks, colour=colour(sys.stderr)), nl=False, err=True)
        if not options.quiet:
            click.echo("\n".join(_lines(made, unsaid)))
    if made.file is None:
        return 1
    return PressFailure.exit_code if any(errors(made.remarks)) else int(failed(made.remarks, options.strict))


def _lines(made: MadeSlip, unsaid: tuple[str, ...]) -> Iterator[str]:
    """The slip for a terminal."""
    if made.file is None:
        yield "No slip was made."
        return
    for one in made.entries:
        yield f'{one.where} for "{one.was}" read "{one.now}"' if one.now else f'{one.where} strike out "{one.was}"'
    if made.unsaid:
        yield f"{count(made.unsaid, 'change')} in how words are set or linked cannot be said on a slip."
    if unsaid:
        yield f"No slip can say what else differs: {', '.join(unsaid)}."
    yield f"Slip: {made.file}"


def _marked(project: Project, new: Publication) -> Publication:
    """The newer text; one that is not published says on its slip that it is a draft."""
    if new.kept or new.identity.version in project.loaded[0].kept_numbers.get(new.id, ()):
        return new
    identity = new.identity
    draft = identity.words.say("draft")
    return replace(new, identity=replace(identity, statuses=tuple(dict.fromkeys((*identity.statuses, draft)))))
