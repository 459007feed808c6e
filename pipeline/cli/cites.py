"""The verb cites: which briefings and issued editions rest on a work."""

import click

from pipeline.build.project import Project
from pipeline.cli.outcome import Outcome, Table, listed, rendered
from pipeline.cli.reports import survey
from pipeline.core.services import hooked
from pipeline.core.tables import as_columns, count
from pipeline.model.day import in_words
from pipeline.resolve.listing import IssuedCiting


@click.command("cites")
@click.argument("key", required=False)
@rendered("text", "json", "csv")
def verb(project: Project, key: str | None) -> Outcome:
    """List the briefings that rest on a work, by its citation key; without a key, all works.

    Kept versions that packs are pinned to are listed too, and issued editions with the colleges that hold them. What
    has become of the work is told first.
    """
    issued = tuple(one for _, ask in hooked("cites") for one in ask(project, key)) if key else ()
    heads, rows = survey.works(project) if key is None else survey.resting_on(project, key, issued)
    present = [row[:5] for row in rows[: len(rows) - len(issued)]]
    none = "The bibliography holds no works." if key is None else f"No briefing rests on {key}."
    become = [survey.become_of(project, key)] if key else []
    text = (*filter(None, become), as_columns(heads[:5], present) if present else none, *map(_in_words, issued))
    return listed(survey.unread(project), Table(heads, rows), *text)


def _in_words(one: IssuedCiting) -> str:
    """An edition: 'Issued: Autumn 2026 of nights (foot-patrol 1.0), 1 October 2026, held by 4 colleges.'."""
    text = f"{one.citing.id} {one.citing.version}"
    held = f"held by {count(one.colleges, 'college')}" if one.colleges else "held by no college"
    return f"Issued: {one.edition} of {one.pack} ({text}), {in_words(one.issued)}, {held}."
