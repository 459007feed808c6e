"""The verb prune: remembered results that no build used are forgotten."""

import click

from pipeline.build.api import prune as forget
from pipeline.cli.options import Shared, open_project, shared
from pipeline.core import tables


@click.command("prune")
@shared
@click.pass_context
def verb(context: click.Context) -> int:
    """Forget remembered results that no last build used: of anything, of everything, of a pack's copies."""
    click.echo(f"{tables.count(forget(open_project(Shared(context), 1)), 'remembered result')} forgotten.")
    return 0
