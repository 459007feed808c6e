"""Commands on a day that must go well, and the deliveries that they made."""

from pathlib import Path

import pytest

from pipeline.services.colleges.ledger import open_file_ledger
from tests.support import libraries
from tests.support.project import Said


def on(patch: pytest.MonkeyPatch, day: str) -> str:
    """Have it be noon of a day; gives the day."""
    from datetime import UTC, datetime

    moment = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC)
    patch.setenv("SOURCE_DATE_EPOCH", str(int(moment.timestamp())))
    return day


def done(project: Path, *arguments: str) -> Said:
    """Run a command that must go well."""
    said = libraries.here(project, *arguments)
    assert said.code == 0, said
    return said


def delivery(project: Path, college: str) -> str:
    """The id of the last delivery to a college."""
    events = open_file_ledger(project).events()
    return [one.subject for one in events if one.kind == "planned" and one.facts["college"] == college][-1]
