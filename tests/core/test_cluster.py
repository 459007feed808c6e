"""A build on a cluster: a real scheduler and two workers, one of which is killed in the middle."""

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from distributed import Client

from pipeline.core.dask_cluster import OtherProgram, _checked
from pipeline.core.digests import program_digest
from tests.support import libraries
from tests.support.processes import invent, started, wait_for
from tests.support.project import ROOT

pytestmark = pytest.mark.proof

TURKISH = "tr_TR.UTF-8"
PATIENCE = 120
"""Seconds after which a part of a cluster that has not come will not."""


class Cluster:
    """A scheduler on loopback and its workers, each a process of its own. They speak Turkish where the machine can."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.running: list[subprocess.Popen[bytes]] = []
        self.scheduler = self._start("dask_scheduler", "--port", "0", "--no-dashboard")
        described = folder / "scheduler.json"
        self.address = ""
        end = time.monotonic() + PATIENCE
        while not self.address and self.scheduler.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
            with suppress(OSError, ValueError):  # it is written bit by bit
                self.address = str(json.loads(described.read_text(encoding="utf-8"))["address"])

    def work(self, program: Path | None = ROOT) -> subprocess.Popen[bytes]:
        """Start a worker, which has the program in some folder, or none; it is there when this ends."""
        worker = self._start("dask_worker", "--nthreads", "1", "--no-nanny", "--no-dashboard", program=program)
        with Client(self.address, timeout=PATIENCE) as client:
            client.wait_for_workers(len(self.running) - 1, timeout=PATIENCE)
        return worker

    def _start(self, name: str, *more: str, program: Path | None = ROOT) -> subprocess.Popen[bytes]:
        make = shutil.which("localedef")
        call = [make or "localedef", "-i", "tr_TR", "-f", "UTF-8", str(self.folder / TURKISH)]
        turkish = {"LC_ALL": TURKISH}
        if make and not subprocess.run(call, capture_output=True, check=False).returncode:
            turkish["LOCPATH"] = str(self.folder)
        (self.folder / "without").mkdir(exist_ok=True)
        (self.folder / "without/pipeline.py").write_text("raise ImportError('it is not installed here')\n")
        environment = libraries.environment(PYTHONPATH=str(program or self.folder / "without"), **turkish)
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": environment, "cwd": self.folder}
        here = ("--host", "127.0.0.1", "--scheduler-file", str(self.folder / "scheduler.json"))
        command = [sys.executable, "-m", f"distributed.cli.{name}", *here, *more]
        self.running.append(subprocess.Popen(command, **quiet))  # type: ignore[call-overload]
        return self.running[-1]

    def end(self) -> None:
        """End all that runs."""
        for process in reversed(self.running):
            process.kill()
            process.wait()


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    (tmp_path / "cluster").mkdir()
    made = Cluster(tmp_path / "cluster")
    try:
        yield made
    finally:
        made.end()


def test_a_cluster_makes_the_same_bytes_though_a_worker_is_killed(
    finished: Path, tmp_path: Path, cluster: Cluster
) -> None:
    address, workers = cluster.address, (cluster.work(), cluster.work())
    project = invent(tmp_path / "invented")
    with started(project, "--executor", address) as build:
        wait_for(build, "pressing", 2)
        os.kill(workers[0].pid, signal.SIGKILL)
        out, err = build.communicate(timeout=900)
        assert build.returncode == 0, err
        assert "5 PDFs, 5 EPUBs, 4 web pages" in out
    assert workers[1].poll() is None
    assert libraries.made(project) == libraries.made(finished)


def refused(project: Path, address: str) -> str:
    """What a build says that a cluster cannot do: the machine lacks something, exit 3, and no traceback."""
    said = libraries.run(invent(project), "build", "--date", libraries.DATE, "--executor", address)
    assert said.code == 3, said
    assert "Traceback" not in said.err
    return said.err.splitlines()[-1]


def address_of(server: socket.socket) -> str:
    """The address at which a server is reached."""
    return f"tcp://127.0.0.1:{server.getsockname()[1]}"


def greet(server: socket.socket, greeting: bytes, taken: list[socket.socket]) -> None:
    """Take every connection, and say the same to each."""
    with suppress(OSError):
        while True:
            taken.append(server.accept()[0])
            taken[-1].sendall(greeting)


def test_where_there_is_no_scheduler_it_is_told(tmp_path: Path) -> None:
    """Nobody answers; or a port takes the connection and says nothing, or something else. Three builds wait at once."""
    greetings = (b"", b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nhi")
    taken: list[socket.socket] = []
    with ThreadPoolExecutor() as pool, ExitStack() as servers:
        addresses = ["tcp://127.0.0.1:9"]
        for greeting in greetings:
            server = servers.enter_context(socket.create_server(("127.0.0.1", 0)))
            threading.Thread(target=greet, args=(server, greeting, taken), daemon=True).start()
            addresses.append(address_of(server))
        projects = [tmp_path / f"invented-{number}" for number, _ in enumerate(addresses)]
        said = list(pool.map(refused, projects, addresses))
    assert said == [f"briefings: No scheduler answers at {address}." for address in addresses]
    for connection in taken:
        connection.close()


def test_a_worker_without_the_program_is_told(tmp_path: Path, cluster: Cluster) -> None:
    cluster.work(program=None)
    assert "does not have this program" in refused(tmp_path / "invented", cluster.address)


def test_a_worker_with_other_code_does_nothing(tmp_path: Path, cluster: Cluster) -> None:
    """Though it differs in one line: what it makes would be remembered as if it were ours."""
    shutil.copytree(ROOT / "pipeline", tmp_path / "other/pipeline", ignore=shutil.ignore_patterns("__pycache__"))
    with (tmp_path / "other/pipeline/core/text/typography.py").open("a", encoding="utf-8") as file:
        file.write("\nOTHER = True\n")
    cluster.work()
    cluster.work(program=tmp_path / "other")
    assert "differs from this machine" in refused(tmp_path / "invented", cluster.address)
    assert not list((tmp_path / "invented/output").rglob("*.pdf"))


def test_a_job_is_refused_by_a_worker_with_other_code() -> None:
    """One that has come since the cluster was asked."""
    with pytest.raises(OtherProgram):
        _checked("another program", lambda: "made")
    assert _checked(program_digest(), lambda: "made") == "made"


@pytest.mark.parametrize("whom", ["scheduler", "workers"])
def test_a_cluster_that_dies_is_told(whom: str, tmp_path: Path, cluster: Cluster) -> None:
    worker = cluster.work()
    project = invent(tmp_path / "invented", briefings=40)
    with started(project, "--executor", cluster.address) as build:
        wait_for(build, "pressing", 2)
        os.kill((cluster.scheduler if whom == "scheduler" else worker).pid, signal.SIGKILL)
        _, err = build.communicate(timeout=300)
    assert build.returncode == 3, err
    assert "Traceback" not in err
    assert f"cluster at {cluster.address} have stopped" in err or f"scheduler at {cluster.address} has stopped" in err
