"""Names on the command line: what is there may be asked for, by its name."""

import pytest

from pipeline.build.plan import refuse_unknown_owners
from pipeline.core.diagnostics import UsageError
from tests.support.resolve.library_parts import briefing, library


@pytest.mark.parametrize(
    "name",
    [
        "source/briefings/foot-patrol.md",
        "source/briefings/foot-patrol/briefing.md",
        "./source/briefings/foot-patrol/",
        r"source\briefings\foot-patrol.md",
        "foot-patrol.md",
    ],
)
def test_the_path_of_a_file_is_answered_with_its_name(name: str) -> None:
    """Whoever types a path, as the shell completes it, is told what to type."""
    with pytest.raises(UsageError, match=r"Write 'foot-patrol'\.$"):
        refuse_unknown_owners(library(briefing()), (name,))


def test_another_name_is_answered_with_those_that_there_are() -> None:
    with pytest.raises(UsageError, match=r"has no briefing, pack or series 'foot-patrl\.md'"):
        refuse_unknown_owners(library(briefing()), ("foot-patrl.md",))
