"""The verb cites: which briefings rest on a work."""

import click

from pipeline.cli.options import Shared, open_project, shared, show_table, told_unread
from pipeline.cli.reports import survey


@click.command("cites")
@click.argument("key", required=False)
@shared
@click.pass_context
def verb(context: click.Context, key: str | None) -> int:
    """List the briefings that rest on a work, by its citation key; without a key, all works.

    Kept versions that packs are pinned to are listed too. What has become of the work is told first.
    """
    options = Shared(context)
    form = options.form("text", "json", "csv")
    project = open_project(options, 1)
    heads, rows = survey.works(project) if key is None else survey.resting_on(project, key)
    if form == "text" and key and (become := survey.become_of(project, key)):
        click.echo(become)
    if form == "text" and not rows:
        click.echo("The bibliography holds no works." if key is None else f"No briefing rests on {key}.")
    else:
        show_table(form, heads, rows)
    return told_unread(survey.unread(project))
