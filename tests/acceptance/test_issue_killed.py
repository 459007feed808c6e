"""An issue that is killed at some point leaves no record, or a whole one with all its files archived."""

import json
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.core.digests import sha256
from tests.support import libraries
from tests.support.editions.issued_library import issue, library
from tests.support.project import ROOT

RECORD = "source/editions/nights/001-autumn-2024.json"

KILLED = """
import json, os, signal, sys
from pipeline.__main__ import guarded
def issue(point, places, arguments):
    left = [point]
    def count(event, given):
        if event in ("open", "os.rename", "os.mkdir", "os.remove") and any(
            isinstance(one, (str, bytes)) and any(place in os.fsdecode(one) for place in places) for one in given
        ):
            left[0] -= 1
            if left[0] == 0:
                os.kill(os.getpid(), signal.SIGKILL)
    sys.addaudithook(count)
    code = guarded(arguments)
    print("points", point - left[0], flush=True)
    os._exit(code)
guarded(sys.argv[1:])
for line in sys.stdin:
    child = os.fork()
    if child == 0:
        issue(*json.loads(line))
    print("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)
"""
"""Issues a library once, which loads all that an issue needs. Then it issues in a process of its own whatever it is
asked to, which kills itself before the event of a number that touches one of some places."""

KEPT = ("/archive", "/source/editions")
"""The archive and the records, as parts of paths."""
ALL = ("/archive", "/library/")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A library whose pack is built and judged: issuing it is soon done."""
    project = library(tmp_path_factory.mktemp("killed") / "library")
    assert issue(project, "2024-10-01", "--dry-run").code == 0
    return project


def arguments(project: Path) -> list[str]:
    """How a library is issued."""
    return ["--project", str(project), "issue", "nights", "--date", "2024-10-01", "--jobs", "1"]


Killed = Callable[..., tuple[int, int]]


@pytest.fixture(scope="module")
def killed(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Killed]:
    """Issue, killed at a point; gives the exit code, and how many points there were if it was not."""
    first = libraries.copied(built, tmp_path_factory.mktemp("first") / "library")
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, *arguments(first)],
        cwd=ROOT, env=libraries.environment(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as issuer:  # fmt: skip
        asked, told = issuer.stdin, issuer.stdout
        assert asked
        assert told

        def run(project: Path, point: int, places: tuple[str, ...] = KEPT) -> tuple[int, int]:
            print(json.dumps([point, places, arguments(project)]), file=asked, flush=True)
            number = 0
            for word, *more in (line.split() for line in told):
                number = int(more[0]) if word == "points" else number
                if word == "ended":
                    return int(more[0]), number
            raise AssertionError("the process that issues has ended")

        yield run
        asked.close()


def is_whole(project: Path) -> bool:
    """Whether there is a record, and every file of it in the archive."""
    record = project / RECORD
    if not record.exists():
        return False
    for file in json.loads(record.read_text(encoding="utf-8"))["files"]:
        content = (project.parent / "archive/sha256" / file["sha256"][:2] / file["sha256"]).read_bytes()
        assert sha256(content) == file["sha256"]
    return True


def hold(killed: Killed, project: Path, point: int, places: tuple[str, ...] = KEPT) -> None:
    """Kill an issue at a point, look at what it has left, and issue again."""
    code, _ = killed(project, point, places)
    assert code == -signal.SIGKILL, point
    there = is_whole(project)
    again = issue(project, "2024-10-01")
    assert again.code == (1 if there else 0), (point, again)
    assert is_whole(project)
    assert libraries.here(project, "verify", "--records").code == 0
    left = [path for folder in (project / "source", project.parent / "archive") for path in folder.rglob(".new-*")]
    assert left == [], point


def points(killed: Killed, project: Path, places: tuple[str, ...] = KEPT) -> int:
    """The number of points of an issue that nobody kills."""
    code, number = killed(project, 1_000_000, places)
    assert code == 0
    return number


@pytest.mark.proof
@pytest.mark.parametrize("share", [0.3, 0.7, 1.0])
def test_a_killed_issue_leaves_nothing_or_all(built: Path, killed: Killed, tmp_path: Path, share: float) -> None:
    whole = libraries.copied(built, tmp_path / "whole/library")
    project = libraries.copied(built, tmp_path / "one/library")
    hold(killed, project, max(1, round(points(killed, whole) * share)))


@pytest.mark.proof
def test_no_point_leaves_a_part(built: Path, killed: Killed, tmp_path: Path) -> None:
    number = points(killed, libraries.copied(built, tmp_path / "all/library"), ALL)
    assert number > 50
    for point in range(1, number + 1):
        hold(killed, libraries.copied(built, tmp_path / f"all-{point}" / "library"), point, ALL)
