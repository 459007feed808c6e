"""Files of notices in a project: read once, and of a new one nothing counts but what concerns the library."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.cite.retractions import read_notices
from tests.support import libraries
from tests.support.calls import calls_of
from tests.support.project import REFERENCES
from tests.support.retraction_watch import PATH, RETRACTION, row, watch_file

WORK = f"{REFERENCES}  DOI: 10.5555/beats.2018\n"
OTHER = row("3/9/2019", RETRACTION, "10.5555/other")


@pytest.fixture
def watched(tmp_path: Path) -> Path:
    """A library with a file of notices, none of which is on its work, built as a web page."""
    files = {"briefings/foot-patrol.md": libraries.briefing(), "references/works.yaml": WORK, PATH: watch_file(OTHER)}
    project = libraries.written(tmp_path / "library", files)
    assert build(project) == (1, 1)
    return project


def build(project: Path) -> tuple[int, int]:
    """How many files of notices are read in a build, and how often a text is made."""
    with calls_of(read_notices) as read:
        said = libraries.here(project, "build", "--date", libraries.DATE, "--format", "html", "--jobs", "1")
    assert said.code == 0, said.err
    return len(read), 0 if "nothing had changed" in said.out else 1


def watch(project: Path, *rows: tuple[str, ...]) -> None:
    """Put a newer file in the place of the old one."""
    (project / "source" / PATH).write_text(watch_file(*rows), encoding="utf-8")


def test_a_file_that_was_read_is_remembered(watched: Path) -> None:
    """By its bytes and by the works asked for, whatever else is changed."""
    patrol = watched / "source/briefings/foot-patrol.md"
    patrol.write_text(libraries.briefing().replace("small", "little"), encoding="utf-8")
    assert build(watched) == (0, 1)


def test_a_newer_file_makes_nothing_anew_unless_it_concerns_a_work(watched: Path) -> None:
    """It is fetched every week, and its works are of all sciences."""
    watch(watched, OTHER, row("1/2/2020", RETRACTION, "10.5555/another"))
    assert build(watched) == (1, 0)
    watch(watched, OTHER, row("1/2/2020", RETRACTION, "10.5555/beats.2018"))
    assert build(watched) == (1, 1)
    page = (watched / "output/briefings/foot-patrol/foot-patrol.html").read_text(encoding="utf-8")
    assert "[Retracted 2020]" in page
