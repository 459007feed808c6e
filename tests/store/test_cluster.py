"""A build on a cluster: a real scheduler and two workers, one of which is killed in the middle."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance import shelf
from tests.store.test_turns import finished, invent, started, wait_for

__all__ = ["finished"]

pytestmark = pytest.mark.proof


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """The address of a scheduler on loopback, and its two workers."""
    described = tmp_path / "scheduler.json"
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": shelf.environment(), "cwd": tmp_path}
    here = ("--host", "127.0.0.1", "--scheduler-file", str(described))

    def start(name: str, *more: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen([sys.executable, "-m", f"distributed.cli.{name}", *here, *more], **quiet)  # type: ignore[call-overload,no-any-return]

    running = [start("dask_scheduler", "--port", "0", "--no-dashboard")]
    try:
        end = time.monotonic() + 30
        while not described.is_file() and time.monotonic() < end:
            time.sleep(0.1)
        workers = [start("dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard") for _ in range(2)]
        running += workers
        yield _address(described), workers
    finally:
        for process in reversed(running):
            process.kill()
            process.wait()


def _address(described: Path) -> str:
    import json

    return str(json.loads(described.read_text(encoding="utf-8"))["address"])


def test_a_cluster_makes_the_same_bytes_though_a_worker_is_killed(
    finished: Path, tmp_path: Path, cluster: tuple[str, list[subprocess.Popen[bytes]]]
) -> None:
    """What the lost worker had in hand is done again by the other."""
    address, workers = cluster
    project = invent(tmp_path / "invented")
    with started(project, "--executor", address) as build:
        wait_for(build, "pressing", 2)
        os.kill(workers[0].pid, signal.SIGKILL)
        out, err = build.communicate(timeout=900)
        assert build.returncode == 0, err
        assert "5 PDFs, 5 EPUBs, 4 web pages" in out
    assert workers[1].poll() is None
    assert shelf.made(project) == shelf.made(finished)


def test_no_scheduler_is_a_sentence(tmp_path: Path) -> None:
    """Where nobody answers, the build says so and ends with 3."""
    project = invent(tmp_path / "invented")
    said = shelf.run(project, "build", "--date", shelf.DATE, "--executor", "tcp://127.0.0.1:9")
    assert said.code == 3
    assert "There is no scheduler to be reached at tcp://127.0.0.1:9." in said.err
