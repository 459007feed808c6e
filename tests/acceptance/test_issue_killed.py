"""An issue that is killed at some point leaves no record, or a whole one with all its files archived."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from pipeline.core.digest import sha256
from tests.support import libraries
from tests.support.editions.issued_library import issue, library
from tests.support.project import ROOT

RECORD = "source/editions/nights/001-autumn-2024.json"

KILLED = """
import os, signal, sys
left, places = [int(sys.argv[1])], sys.argv[2].split()
def count(event, arguments):
    if event in ("open", "os.rename", "os.mkdir", "os.remove") and any(
        isinstance(one, (str, bytes)) and any(place in os.fsdecode(one) for place in places) for one in arguments
    ):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)
from pipeline.__main__ import guarded
sys.addaudithook(count)
code = guarded(sys.argv[3:])
print(int(sys.argv[1]) - left[0], file=sys.stderr)
sys.exit(code)
"""
"""Issues, and kills itself before the event of that number that touches one of some places."""

KEPT = "/archive /source/editions"
"""The archive and the records, as parts of paths."""
ALL = "/archive /library/"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack is built and judged: issuing it is soon done."""
    project = library(tmp_path_factory.mktemp("killed") / "library")
    assert issue(project, "2024-10-01", "--dry-run").code == 0
    return project


def killed(project: Path, point: int, places: str = KEPT) -> tuple[int, int]:
    """Issue, killed at a point; the exit code, and how many points there were if it was not."""
    arguments = ["--project", str(project), "issue", "nights", "--date", "2024-10-01", "--jobs", "1"]
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(point), places, *arguments],
        cwd=ROOT, env=libraries.environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, int(done.stderr.split()[-1]) if done.returncode == 0 else 0


def is_whole(project: Path) -> bool:
    """Whether there is a record, and every file of it in the archive."""
    record = project / RECORD
    if not record.exists():
        return False
    for file in json.loads(record.read_text(encoding="utf-8"))["files"]:
        content = (project.parent / "archive/sha256" / file["sha256"][:2] / file["sha256"]).read_bytes()
        assert sha256(content) == file["sha256"]
    return True


def hold(project: Path, point: int, places: str = KEPT) -> None:
    """Kill an issue at a point, look at what it has left, and issue again."""
    code, _ = killed(project, point, places)
    assert code == -signal.SIGKILL, point
    there = is_whole(project)
    again = issue(project, "2024-10-01")
    assert again.code == (1 if there else 0), (point, again)
    assert is_whole(project)
    assert libraries.here(project, "verify", "--records").code == 0
    left = [path for folder in (project / "source", project.parent / "archive") for path in folder.rglob(".new-*")]
    assert there or left == [], point


def points(project: Path, places: str = KEPT) -> int:
    """The number of points of an issue that nobody kills."""
    code, number = killed(project, 1_000_000, places)
    assert code == 0
    return number


@pytest.mark.parametrize("share", [0.3, 0.7, 1.0])
def test_a_killed_issue_leaves_nothing_or_all(built: Path, tmp_path: Path, share: float) -> None:
    """At the first files, at the record, and at the end."""
    whole = libraries.copied(built, tmp_path / "whole/library")
    project = libraries.copied(built, tmp_path / "one/library")
    hold(project, max(1, round(points(whole) * share)))


@pytest.mark.proof
def test_no_point_leaves_a_part(built: Path, tmp_path: Path) -> None:
    """Every point at which the archive or a record is touched, and 50 of all at which any file is."""
    number = points(libraries.copied(built, tmp_path / "kept/library"))
    assert number > 15
    for point in range(1, number + 1):
        hold(libraries.copied(built, tmp_path / f"kept-{point}" / "library"), point)
    whole = points(libraries.copied(built, tmp_path / "all/library"), ALL)
    assert whole > 100
    for share in range(1, 51):
        hold(libraries.copied(built, tmp_path / f"all-{share}" / "library"), whole * share // 50, ALL)
