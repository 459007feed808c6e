"""Texts that a proposed change touches: by what is read in the end, not by which files were changed."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.build.project import Project
from pipeline.core.progress import ProgressReporter
from pipeline.services.hosting.compare import find_touched_things
from tests.support import libraries
from tests.support.built_libraries import PAIR
from tests.support.project import ROOT

SHIPPED = ROOT / "layouts"
DAY = date(2024, 4, 26)


def project(folder: Path) -> Project:
    """A library that is looked at, without a word."""
    return Project(folder, SHIPPED, ProgressReporter())


def states(before: Path, after: Path) -> dict[str, str]:
    """The things that differ between two libraries, with how."""
    return {one.owner: one.state for one in find_touched_things(project(before), project(after), DAY)}


EDITS = {
    "the same": ({}, {}),
    "a word": (
        {"briefings/lighting.md": PAIR["briefings/lighting.md"].replace("Lamps matter", "Lamps help")},  # type: ignore
        {"briefings/lighting": "changed", "packs/nights": "changed"},
    ),
    "a line above a file's first entry": (
        {"references/works.yaml": "# Works\n" + (libraries.REFERENCES)},
        {},
    ),
    "a work": (
        {"references/works.yaml": libraries.REFERENCES.replace("A study of beats", "A study of rounds")},
        {"briefings/foot-patrol": "changed", "briefings/lighting": "changed", "packs/nights": "changed"},
    ),
    "a new text": ({"briefings/new.md": libraries.briefing(title="New")}, {"briefings/new": "new"}),
    "a pack's title": (
        {"packs/nights.yaml": "title: Late\nbriefings: [foot-patrol, lighting]\n"},
        {"packs/nights": "changed"},
    ),
}


@pytest.mark.parametrize("name", EDITS)
def test_what_an_edit_touches(name: str, small: Callable[..., Path]) -> None:
    edit, expected = EDITS[name]
    assert states(small(PAIR, "before"), small(PAIR | edit, "after")) == expected


BROKEN = {"briefings/foot-patrol.md": "---\ntitle: [\n---\n"}


def test_a_text_that_cannot_be_read_is_not_gone(small: Callable[..., Path]) -> None:
    whole, broken = small(PAIR, "whole"), small(PAIR | BROKEN, "broken")
    found = states(whole, broken)
    assert (found["briefings/foot-patrol"], found["packs/nights"]) == ("cannot be read", "cannot be made")
    assert set(states(broken, whole).values()) == {"changed"}


def test_a_text_that_is_deleted_is_gone(small: Callable[..., Path]) -> None:
    before, after = small(PAIR, "before"), small(PAIR, "after")
    (after / "source/briefings/lighting.md").unlink()
    assert states(before, after) == {"briefings/lighting": "gone", "packs/nights": "changed"}
    (after / "source/packs/nights.yaml").unlink()
    assert states(before, after)["packs/nights"] == "gone"
