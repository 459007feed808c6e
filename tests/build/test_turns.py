"""Builds take turns, and one that is stopped leaves nothing torn and nobody behind."""

import io
import json
import os
import signal
import subprocess
import threading
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest
from lxml import html

from pipeline.core.cache import lock_folder
from pipeline.core.workers import defer_interruptions
from tests.build.disturbed import hears
from tests.support import libraries
from tests.support.processes import alive, invent, started, wait_for
from tests.support.project import Said, sample

pytestmark = pytest.mark.proof

LATER = pytest.mark.proof


def begun(finished: Path, root: Path) -> Path:
    """The same library, of which nothing is made. What judges will say of it is known: they come last."""
    project = invent(root)
    libraries.remember_verdicts(project, finished)
    return project


def all_leave(group: int) -> bool:
    end = time.monotonic() + 60
    while alive(group) and time.monotonic() < end:
        time.sleep(0.05)
    return not alive(group)


def assert_whole(project: Path) -> None:
    """Every file that stands in the output folder can be read from end to end."""
    for name, content in libraries.made(project).items():
        assert ".new-" not in name
        match name.rpartition(".")[2]:
            case "pdf":
                with pikepdf.open(io.BytesIO(content)) as pdf:
                    assert len(pdf.pages)
            case "epub":
                with zipfile.ZipFile(io.BytesIO(content)) as book:
                    assert book.testzip() is None
            case "html":
                assert content.rstrip().endswith(b"</html>")
                assert html.fromstring(content) is not None
            case "json":
                assert json.loads(content)["files"]
            case other:
                pytest.fail(f"a strange file: {name} ({other})")
    assert not list((project / "output" / ".store").rglob(".new-*"))


def test_a_second_build_waits_and_says_so(small: Callable[..., Path]) -> None:
    project = small({"briefings/foot-patrol.md": libraries.briefing()})
    with lock_folder(project / "output", lambda: None):
        build = subprocess.Popen(
            [*libraries.COMMAND, "build", "--project", str(project), "--date", libraries.DATE],
            env=libraries.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert build.stderr
        assert build.stderr.readline() == "Another build is at work here; waiting for it to end.\n"
        assert libraries.made(project) == {}
    said, _ = build.communicate(timeout=300)
    assert build.returncode == 0
    assert "1 PDF, 1 EPUB, 1 web page" in said


@LATER
def test_two_builds_at_once_both_succeed(finished: Path, tmp_path: Path) -> None:
    project = begun(finished, tmp_path / "invented")
    with started(project) as one, started(project) as other:
        said = [one.communicate(timeout=300), other.communicate(timeout=300)]
        assert (one.returncode, other.returncode) == (0, 0)
    assert sum("nothing had changed" in out for out, _ in said) == 1
    assert sum("waiting" in err for _, err in said) == 1
    assert libraries.made(project) == libraries.made(finished)


MOMENTS = (
    pytest.param("", 0.2, id="while loading", marks=LATER),
    pytest.param("pressing", 0.0, id="as workers start", marks=LATER),
    pytest.param("pressing", 0.2, id="as workers load", marks=LATER),
    pytest.param("pressing", 0.5, id="workers loading", marks=LATER),
    pytest.param("drawing", 0.1, id="while drawing covers", marks=LATER),
    pytest.param("binding", 0.0, id="as binding starts", marks=LATER),
    pytest.param("binding", 0.4, id="while binding", marks=LATER),
)
PRESSING = pytest.param("pressing", 1.2, id="while pressing")


@pytest.mark.parametrize(("word", "moment"), [PRESSING, *sample(MOMENTS, 3)])
def test_ctrl_c_leaves_nothing_torn_and_nobody_behind(finished: Path, tmp_path: Path, word: str, moment: float) -> None:
    """At whatever moment: exit 130, one sentence, no stray process, no torn file; the next build ends the same."""
    project = begun(finished, tmp_path / "invented")
    with started(project, "--jobs", "2") as build:
        while build.poll() is None and not hears(build.pid):  # before that Python itself ends
            time.sleep(0.01)
        wait_for(build, word, moment)
        os.killpg(build.pid, signal.SIGINT)
        _, err = build.communicate(timeout=300)
        assert build.returncode in {130, 0}, err
        assert "Traceback" not in err
        assert all_leave(build.pid)
    assert_whole(project)
    done = libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1")
    assert done.code == 0, done.err
    assert libraries.made(project) == libraries.made(finished)


def test_a_build_that_is_told_to_end_leaves_nobody_behind(finished: Path, tmp_path: Path) -> None:
    project = begun(finished, tmp_path / "invented")
    with started(project, "--jobs", "2") as build:
        wait_for(build, "pressing", 0.8)
        build.terminate()
        _, err = build.communicate(timeout=300)
        assert build.returncode in {130, 0}, err
        assert "Traceback" not in err
        assert all_leave(build.pid)
    assert_whole(project)


@LATER
def test_a_killed_build_leaves_nobody_behind(finished: Path, tmp_path: Path) -> None:
    project = begun(finished, tmp_path / "invented")
    with started(project, "--jobs", "2") as build:
        wait_for(build, "pressing", 0.8)
        build.kill()
        build.wait(300)
        assert all_leave(build.pid)
    said: Said = libraries.here(project, "build", "--date", libraries.DATE, "--jobs", "1")
    assert said.code == 0, said.err


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_another_thread_takes_waits_as_well(number: signal.Signals) -> None:
    def interrupted(which: int, frame: object) -> None:
        raise KeyboardInterrupt

    def work() -> None:
        with defer_interruptions():
            begun.set()
            thread.join()
            done.append("what must not be broken off")

    begun, done = threading.Event(), list[str]()
    thread = threading.Thread(target=lambda: (begun.wait(), signal.raise_signal(number)))
    before = signal.signal(number, interrupted)
    try:
        thread.start()
        with pytest.raises(KeyboardInterrupt):
            work()
    finally:
        signal.signal(number, before)
    assert done
