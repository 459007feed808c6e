"""An override without a reason, and names of files in a sentence."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.core.sentences import name_files
from tests.support import libraries
from tests.support.project import Said

FILES: dict[str, str | bytes] = {
    "briefings/foot-patrol.md": libraries.briefing("Patrols walk."),
    "packs/nights.yaml": "title: Nights\nedition: Spring 2027\nbriefings: [foot-patrol]\nfront: [contents]\n"
    "formats: [epub]\n",
    "colleges.yaml": "north: {name: Northmoor Unit, type: university, contact: learning@north.example}\n",
}

Library = Callable[..., Path]
Run = Callable[..., Said]


@pytest.mark.parametrize(
    ("arguments", "form"), [(("copies", "nights"), "NAME=REASON"), (("publish", "foot-patrol"), "CODE=REASON")]
)
def test_an_override_without_a_reason_is_told_how_to_write_it(
    library: Library, briefings: Run, arguments: tuple[str, ...], form: str
) -> None:
    said = briefings(library(FILES), *arguments, "--override", "foot-patrol")
    assert said.code == 2
    assert f"'--override foot-patrol' gives no reason. Write {form}." in said.err


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (1, "'a-01.pdf'"),
        (2, "2 files: 'a-01.pdf' and 'a-02.pdf'"),
        (3, "3 files: 'a-01.pdf', 'a-02.pdf' and 'a-03.pdf'"),
        (31, "31 files: 'a-01.pdf', 'a-02.pdf', 'a-03.pdf' and 28 more"),
    ],
)
def test_files_that_have_changed_for_one_cause_are_one_mistake(number: int, said: str) -> None:
    assert name_files([f"a-{one:02}.pdf" for one in range(1, number + 1)]) == said
