"""The verb cites: which briefings and issued editions rest on a work."""

import click

from pipeline.cli.options import Shared, open_project, shared, show_table, told_unread
from pipeline.cli.reports import survey
from pipeline.core.services import hooked
from pipeline.core.tables import count
from pipeline.model.day import in_words
from pipeline.resolve.listing import IssuedCiting


@click.command("cites")
@click.argument("key", required=False)
@shared
@click.pass_context
def verb(context: click.Context, key: str | None) -> int:
    """List the briefings that rest on a work, by its citation key; without a key, all works.

    Kept versions that packs are pinned to are listed too, and issued editions with the colleges that hold them. What
    has become of the work is told first.
    """
    options = Shared(context)
    form = options.form("text", "json", "csv")
    project = open_project(options, 1)
    issued = tuple(one for _, ask in hooked("cites") for one in ask(project, key)) if key else ()
    heads, rows = survey.works(project) if key is None else survey.resting_on(project, key, issued)
    if form != "text":
        show_table(form, heads, rows)
        return told_unread(survey.unread(project))
    if key and (become := survey.become_of(project, key)):
        click.echo(become)
    present = [row[:5] for row in rows[: len(rows) - len(issued)]]
    if present:
        show_table(form, heads[:5], present)
    else:
        click.echo("The bibliography holds no works." if key is None else f"No briefing rests on {key}.")
    for one in issued:
        click.echo(_in_words(one))
    return told_unread(survey.unread(project))


def _in_words(one: IssuedCiting) -> str:
    """An edition: 'Issued: Autumn 2026 of nights (foot-patrol 1.0), 1 October 2026, held by 4 colleges.'."""
    text = f"{one.citing.id} {one.citing.version}"
    held = f"held by {count(one.colleges, 'college')}" if one.colleges else "held by no college"
    return f"Issued: {one.edition} of {one.pack} ({text}), {in_words(one.issued)}, {held}."
