"""Limits of time and memory, for a block of code and for a function in a process of its own.

Libraries that parse bytes from outside cannot be stopped from within: only a process can be ended. Run as a script,
this module is that process; so it imports the standard library alone.
"""

import resource
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Literal

Resource = Literal["time", "memory"]
"""The resource that ran out."""

_TICK = 0.5
"""Seconds of processor time between two checks of a job."""

_TICKS_TO_CLEAN_UP = 10
"""Ticks that a job has to clean up after it was broken off."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Limit of a job: seconds of processor time, and megabytes of memory of its process."""

    seconds: int
    memory: int

    def exceeded(self, resource: Resource) -> str:
        """Return the sentence about a job that exceeded this limit."""
        if resource == "time":
            return f"It took longer than {self.seconds} seconds, and was broken off."
        return f"It took more than {self.memory:,} MB of memory, and was broken off."


DEFAULT_LIMITS = {"press": Limit(120, 1200), "bind": Limit(300, 1200), "proof": Limit(300, 1200)}
"""Limits of each kind of job if the library sets none."""


class LimitReached(BaseException):
    """A job is broken off. Not an `Exception`, so that no engine takes it for an error in the text and goes on."""

    def __init__(self, resource: Resource, limit: Limit) -> None:
        super().__init__(resource, limit)
        self.resource: Resource = resource
        self.limit = limit

    def __str__(self) -> str:
        return self.limit.exceeded(self.resource)


@contextmanager
def break_off_after(limit: Limit | None, alone: bool = False) -> Iterator[None]:
    """Break off the block when it exceeds its limit. Without a limit, or in another thread, do nothing.

    In a process that does nothing else (`alone`), the system ends code that cannot be broken off.

    Raises:
        LimitReached: when it does, and again after some time, in case it was swallowed.
    """
    if limit is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    ticks = raised_at = 0
    megabytes = max(limit.memory, resident_megabytes() + limit.memory // 2)

    def check(number: int, frame: FrameType | None) -> None:
        nonlocal ticks, raised_at
        ticks += 1
        if raised_at and ticks < raised_at + _TICKS_TO_CLEAN_UP:
            return
        if ticks * _TICK >= limit.seconds or resident_megabytes() > megabytes:
            raised_at = ticks
            raise LimitReached("time" if ticks * _TICK >= limit.seconds else "memory", limit)

    signal.signal(signal.SIGPROF, check)
    signal.siginterrupt(signal.SIGPROF, False)
    signal.setitimer(signal.ITIMER_PROF, _TICK, _TICK)
    try:
        if alone:  # the system ends this process if a call blocks all signals, and caps its memory 100 MB higher
            seconds, size = int(time.process_time() + limit.seconds * 1.25) + 2, (megabytes + 100) * 1_000_000
            for kind, value in ((resource.RLIMIT_CPU, seconds), (resource.RLIMIT_DATA, size)):
                with suppress(OSError, ValueError):  # a limit that the system does not know
                    resource.setrlimit(kind, (value, resource.getrlimit(kind)[1]))
        yield
    finally:
        stop_checking_limit(alone)


def stop_checking_limit(alone: bool) -> None:
    """Stop the checks. The signal gets an empty handler: a late one would otherwise end the process."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, lambda number, frame: None)
    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_DATA) if alone else ():
        with suppress(OSError, ValueError):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (hard, hard))


def should_restart(limit: Limit | None) -> bool:
    """True if this process has so much memory left from earlier jobs that a new one should replace it."""
    return limit is not None and resident_megabytes() > limit.memory * 0.6


def resident_megabytes() -> int:
    """Return the megabytes of memory of this process; 0 if the system does not say."""
    with suppress(OSError, ValueError):
        return int(Path("/proc/self/statm").read_bytes().split()[1]) * resource.getpagesize() // 1_000_000
    return 0


# A function in a process of its own

PATIENCE = 10
"""Ratio of the limit of elapsed time to that of processor time: the machine may be busy."""

_NO_MEMORY = 77
"""The exit code of a process that exceeded its memory."""


class BrokenOff(Exception):
    """The work was ended; the message is a sentence for the author."""


def run_limited(
    work: Callable[[bytes], bytes], content: bytes, seconds: int, memory: int, elapsed: int | None = None
) -> bytes:
    """Return the result of a function, within limits of processor seconds and of megabytes of memory.

    The limit of elapsed seconds is for work that may wait for a pipe; by default it is `PATIENCE` times as long.

    Raises:
        BrokenOff: if it exceeds a limit or crashes.
    """
    root = str(Path(__file__).resolve().parents[2])
    arguments = (root, work.__module__, work.__name__, str(seconds), str(memory))
    command = [sys.executable, "-I", __file__, *arguments]
    elapsed = elapsed or seconds * PATIENCE
    try:
        run = subprocess.run(command, input=content, capture_output=True, timeout=elapsed, check=False)
    except subprocess.TimeoutExpired:
        raise BrokenOff(f"It took longer than {seconds} seconds.") from None
    if run.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise BrokenOff(f"It took longer than {seconds} seconds.")
    if run.returncode == _NO_MEMORY or run.returncode < 0:
        raise BrokenOff(f"It took more than {memory:,} MB of memory, or the file is damaged.")
    if run.returncode:
        raise RuntimeError(run.stderr.decode(errors="replace"))
    return run.stdout


def _main(root: str, module: str, function: str, seconds: str, memory: str) -> None:
    """Write the result of the function for stdin to stdout."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 2))
        resource.setrlimit(resource.RLIMIT_DATA, (int(memory) * 1_000_000,) * 2)
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    sys.path.insert(0, root)
    try:
        result = getattr(import_module(module), function)(sys.stdin.buffer.read())
    except MemoryError:
        sys.exit(_NO_MEMORY)
    sys.stdout.buffer.write(result)


if __name__ == "__main__":
    _main(*sys.argv[1:])
