"""The verb ready: whether a briefing could be published as it stands."""

from datetime import datetime
from functools import partial

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, day_of, typed_here
from pipeline.cli.outcome import Exit, Outcome, rendered
from pipeline.cli.publish import Published, keep, retired_words
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import failed


@click.command("ready")
@click.argument("name")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Ask as on this day (default: today).")
@rendered("text", "json", "sarif", jobs=None)
def verb(project: Project, name: str, produced: datetime | None) -> Outcome:
    """Say whether a briefing could be published as it stands, and what is missing.

    It is built and proofed as `publish` does it; nothing is kept. What stands against it is told as errors and
    warnings; other warnings of the text follow and stop nothing.
    """
    found = keep(project, name, day_of(produced, project), {}, only_asked=True)
    remarks = (*found.against, *found.beside)
    code = Exit.FAULTS if found.against else partial(failed, remarks)
    return Outcome(remarks, [_readiness(found, typed_here())], code, is_report=True)


def _readiness(found: Published, command: str) -> str:
    """Whether a briefing is ready, in a sentence, and what to type next."""
    if found.against:
        return f"{found.pin} is not ready: {tables.tally(found.against)} to settle."
    if found.retired:
        return retired_words(found)
    if found.earlier:
        return f"{found.pin} is published since {found.earlier.isoformat()}, and nothing has changed."
    return f"{found.pin} is ready. Keep it with: {command} publish {found.pin.partition('@')[0]}"
