"""A part of a library: a few briefings with those that supersede them, and what all of it knows of kept versions."""

from collections.abc import Callable
from pathlib import Path

import pytest

from pipeline.build.project import Project
from pipeline.cli.options import SHIPPED
from pipeline.core.progress import ProgressReporter
from pipeline.load.library import load_heads
from pipeline.model.body import Body
from pipeline.model.source.college import colleges_of
from tests.support import libraries

FILES = {
    "briefings/paths.md": libraries.briefing(status="superseded", superseded_by="lamps"),
    "briefings/lamps/briefing.md": libraries.briefing(status="superseded", superseded_by="walks", title="Lamps"),
    "briefings/walks.md": libraries.briefing(title="Walks"),
    "briefings/other.md": "---\ntitle: [\n",
    "versions/paths/1.0/kept.json": "{}",
    "versions/paths/1.10/kept.json": "{}",
    "versions/paths/1.9/kept.json": "{}",
    "colleges.yaml": "south: {name: South Tor, type: university}\n",
}


@pytest.mark.every_service
def test_successors_come_with_what_is_asked_for(library: Callable[..., Path]) -> None:
    """However many there are in a row; what else is wrong in the library is not looked at."""
    found = Project(library(FILES), SHIPPED, ProgressReporter()).part_of_library({"paths"})
    assert sorted(found.briefings) == ["lamps", "paths", "walks"]
    assert found.kept_numbers == {"paths": ("1.0", "1.9", "1.10")}
    assert colleges_of(found.others)["south"].name == "South Tor"


def test_a_part_without_briefings_has_the_imprint(library: Callable[..., Path]) -> None:
    """As `library.yaml` says it."""
    found = Project(library(FILES), SHIPPED, ProgressReporter()).part_of_library(())
    assert (found.imprint.fields.publisher, found.briefings) == ("Northmoor Institute", {})


def test_of_a_briefing_the_head_alone_is_read() -> None:
    files = {f"source/{path}": text.encode() for path, text in FILES.items()}
    found = load_heads(files, {"walks", "other", "nobody"})
    assert (found.briefings["walks"].fields.title, found.briefings["walks"].body) == ("Walks", Body())
    assert found.broken == {"other"}
