"""How long a command takes and how much memory it holds: of its whole tree of processes."""

import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.support.libraries import environment

EVERY = 0.05
"""Seconds between two looks at the memory."""

PAGE = resource.getpagesize()
MAXRSS = 1 if sys.platform == "darwin" else 1024
"""Bytes of the unit that `ru_maxrss` is told in."""


class Failed(Exception):
    """A command that did not end well: what was asked, how it ended, and the last of what it said."""

    def __init__(self, command: str, code: int, said: str) -> None:
        super().__init__(command, code, said)
        self.code = code
        self.said = said

    def __str__(self) -> str:
        command, code, said = self.args
        return f"{command} ended with {code}:\n{said[-2000:]}"


@dataclass(frozen=True)
class Run:
    """One run of a command."""

    seconds: float
    """From start to end, by the clock on the wall."""
    cpu: float
    """Processor seconds of the command and of every process that it waited for."""
    peak: int
    """Bytes held at once, at most: the resident memory of all its processes added up, so that pages which some of them
    share count for each. Where the machine cannot tell, of its largest process alone."""
    said: str = ""
    """What it printed."""


def run(
    command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None, ends: frozenset[int] = frozenset({0})
) -> Run:
    """Run a command and measure it. Raises `Failed` if it ends otherwise than it may."""
    with tempfile.TemporaryFile() as printed:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=printed, stderr=printed, env=env, cwd=cwd)
        memory = Memory(process.pid)
        memory.start()
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = code = os.waitstatus_to_exitcode(status)
        peak = max(memory.end(), used.ru_maxrss * MAXRSS)
        printed.seek(0)
        said = printed.read().decode(errors="replace")
    if code not in ends:
        raise Failed(" ".join(command)[:200], code, said)
    return Run(seconds, used.ru_utime + used.ru_stime, peak, said)


def surroundings() -> dict[str, str]:
    """The environment of a command: as a user has it, who lets Python keep its byte code."""
    return {name: text for name, text in environment().items() if name != "PYTHONDONTWRITEBYTECODE"}


class Memory(threading.Thread):
    """Looks at the memory of a process and all that it started, until told to end."""

    def __init__(self, pid: int) -> None:
        super().__init__(daemon=True)
        self._pid = pid
        self._over = threading.Event()
        self._peak = 0

    def run(self) -> None:
        """Look, and look again."""
        while not self._over.wait(EVERY):
            self._peak = max(self._peak, sum(map(resident, tree(self._pid))))

    def end(self) -> int:
        """Stop looking; gives the most that was seen, in bytes."""
        self._over.set()
        self.join()
        return self._peak


def tree(pid: int) -> Iterator[int]:
    """A process and all that it started, as far as this machine tells (Linux)."""
    yield pid
    try:
        threads = list(Path(f"/proc/{pid}/task").iterdir())
        started = [child for thread in threads for child in (thread / "children").read_text().split()]
    except OSError:
        return
    for child in started:
        yield from tree(int(child))


def resident(pid: int) -> int:
    """Bytes that a process holds in memory; none if it is gone."""
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0
