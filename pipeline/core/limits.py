"""Limits of time and memory: what a job may take, and how it is broken off when it takes more."""

import resource
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

Resource = Literal["time", "memory"]
"""The resource that ran out."""

_SPARE = 100
"""Megabytes between the memory at which a job is broken off and that at which it is given no more."""

TICK = 0.5
"""Seconds of processor time between two looks at what a job has taken."""

WAY_OUT = 10
"""Ticks that a job has to clean up after it was broken off."""


@dataclass(frozen=True, slots=True)
class Limit:
    """Limit of a job: seconds of processor time, and megabytes of memory of its process."""

    seconds: int
    memory: int

    def exceeded(self, resource: Resource) -> str:
        """Sentence on a job that exceeded this limit."""
        if resource == "time":
            return f"It took longer than {self.seconds} seconds, and was broken off."
        return f"It took more than {self.memory:,} MB of memory, and was broken off."


USUAL = {"press": Limit(120, 1200), "bind": Limit(300, 1200), "proof": Limit(300, 1200)}
"""Limits of each kind of job where the library sets none."""


class LimitReached(BaseException):
    """A job is broken off. No `Exception`, so that no engine takes it for a fault of the text and goes on."""

    def __init__(self, resource: Resource, limit: Limit) -> None:
        super().__init__(resource, limit)
        self.resource: Resource = resource
        self.limit = limit

    def __str__(self) -> str:
        return self.limit.exceeded(self.resource)


@contextmanager
def within(limit: Limit | None, alone: bool = False) -> Iterator[None]:
    """Break off what is done here when it takes more than its limit; none where there is none, or in another thread.

    Of a process that does nothing else, `alone`, the system ends what cannot be broken off.

    Raises:
        LimitReached: when it does, and again after some time, should it have been swallowed.
    """
    if limit is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    ticks = told = 0
    most = max(limit.memory, resident() + limit.memory // 2)

    def look(number: int, frame: FrameType | None) -> None:
        nonlocal ticks, told
        ticks += 1
        if told and ticks < told + WAY_OUT:
            return
        if ticks * TICK >= limit.seconds or resident() > most:
            told = ticks
            raise LimitReached("time" if ticks * TICK >= limit.seconds else "memory", limit)

    signal.signal(signal.SIGPROF, look)
    signal.siginterrupt(signal.SIGPROF, False)
    signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
    try:
        if alone:
            _have_the_system_end_it(limit.seconds, most)
        yield
    finally:
        leave(alone)


def leave(alone: bool) -> None:
    """Watch no longer. The signal stays without effect: by itself it would end the process, even late."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    signal.signal(signal.SIGPROF, lambda number, frame: None)
    for kind in (resource.RLIMIT_CPU, resource.RLIMIT_DATA) if alone else ():
        with suppress(OSError, ValueError):
            hard = resource.getrlimit(kind)[1]
            resource.setrlimit(kind, (hard, hard))


def _have_the_system_end_it(seconds: int, megabytes: int) -> None:
    """Have the system end this process if a call blocks all signals, and cap its memory.

    A limit that the system does not know is left out.
    """
    worked = time.process_time()
    for kind, most in (
        (resource.RLIMIT_CPU, int(worked + seconds * 1.25) + 2),
        (resource.RLIMIT_DATA, (megabytes + _SPARE) * 1_000_000),
    ):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (most, resource.getrlimit(kind)[1]))


def is_worn(limit: Limit | None) -> bool:
    """Whether this process holds so much memory, for nothing, that another should take its place."""
    return limit is not None and resident() > limit.memory * 0.6


def resident() -> int:
    """Megabytes of memory that this process has now; 0 where the system does not say."""
    with suppress(OSError, ValueError), _STATE.open("rb") as said:
        return int(said.read().split()[1]) * _PAGE // 1_000_000
    return 0


_STATE = Path("/proc/self/statm")
_PAGE = resource.getpagesize()


def give_no_more_time(process: int, seconds: int) -> None:
    """Have the system end another process when it has worked so long, where the system can."""
    with suppress(AttributeError, OSError, ValueError):
        resource.prlimit(process, resource.RLIMIT_CPU, (seconds, seconds + 1))
