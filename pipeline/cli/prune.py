"""The verb prune: remembered results that no build used are forgotten."""

import click

from pipeline.build.api import prune as forget
from pipeline.build.project import Project
from pipeline.cli.outcome import Outcome, rendered
from pipeline.core.tables import count


@click.command("prune")
@rendered()
def verb(project: Project) -> Outcome:
    """Forget remembered results that no last build used: of anything, of everything, of a pack's copies."""
    return Outcome(text=[f"{count(forget(project), 'remembered result')} forgotten."])
