"""The verb cites: which briefings rest on a work."""

import click

from pipeline.cli import survey
from pipeline.cli.list import told_unread
from pipeline.cli.options import Shared, open_project, shared, show_table


@click.command("cites")
@click.argument("key", required=False)
@shared
@click.pass_context
def verb(context: click.Context, key: str | None) -> int:
    """List the briefings that rest on a work, by its citation key; without a key, all works."""
    options = Shared(context)
    form = options.form("text", "json", "csv")
    project = open_project(options, 1)
    heads, rows = survey.works(project) if key is None else survey.resting_on(project, key)
    if form == "text" and not rows:
        click.echo("The bibliography holds no works." if key is None else f"No briefing rests on {key}.")
    else:
        show_table(form, heads, rows)
    return told_unread(project)
