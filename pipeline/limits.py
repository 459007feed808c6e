"""Limits of time and memory: what a job may take, and how it is broken off when it takes more."""

from __future__ import annotations

import resource
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

Resource = Literal["time", "memory"]
"""What there was not enough of."""

TICK = 0.5
"""Seconds of processor time between two looks at what a job has taken."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a job may take: seconds of processor time, and megabytes of memory of the process that does it."""

    seconds: int
    memory: int

    def exceeded(self, resource: Resource) -> str:
        """What is said of a job that took more, as a sentence."""
        if resource == "time":
            return f"It took longer than {self.seconds} seconds, and was broken off."
        return f"It took more than {self.memory:,} MB of memory, and was broken off."


class LimitReached(BaseException):
    """A job is broken off. No `Exception`, so that no engine takes it for a fault of the text and goes on."""

    def __init__(self, resource: Resource, limit: Limit) -> None:
        super().__init__(resource, limit)
        self.resource: Resource = resource
        self.limit = limit

    def __str__(self) -> str:
        return self.limit.exceeded(self.resource)


@contextmanager
def within(limit: Limit | None) -> Iterator[None]:
    """Break off what is done here when it takes more than its limit; none where there is none, or in another thread.

    Raises:
        LimitReached: when it does, and again at each further tick until it is out.
    """
    if limit is None or threading.current_thread() is not threading.main_thread():
        yield
        return
    ticks = 0
    is_out = False

    def look(number: int, frame: FrameType | None) -> None:
        nonlocal ticks
        ticks += 1
        if is_out:
            return
        if ticks * TICK >= limit.seconds:
            raise LimitReached("time", limit)
        if resident() > limit.memory:
            raise LimitReached("memory", limit)

    before = signal.signal(signal.SIGPROF, look)
    signal.siginterrupt(signal.SIGPROF, False)
    signal.setitimer(signal.ITIMER_PROF, TICK, TICK)
    try:
        yield
    finally:
        is_out = True
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before or signal.SIG_DFL)


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
