"""Work done in a copy of this process, which takes with it what it leaves behind in memory.

What is worked out of thousands of texts is small, but lies scattered among what is no longer needed: none of that room
would be given back as long as the process lives.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from pipeline.build.shared_pickle import Shared, read_back, written
from pipeline.build.workers import INTERRUPTIONS, held_back
from pipeline.core.errors import PressFailure
from pipeline.core.files import stop_writing

T = TypeVar("T")
Ask = Callable[[Any], Any]
"""Asks the process that waits, and gives its answer."""

POSSIBLE = sys.platform == "linux"
"""Elsewhere a copy of a process that has other threads may stand still."""

PATIENCE = 5
"""Seconds in which a copy is to have gone, or it is made to."""

_DEATH_OF_PARENT = 1
"""The option of `prctl` that names the signal for it."""


def apart(work: Callable[[Ask], T], answer: Ask, shared: Shared) -> T:
    """What some work gives, done in a copy of this process. What it asks is answered here.

    It gives, asks and is answered by values that can be pickled; `shared` are objects that both have. Raises whatever
    the work raises. Where no copy can be made the work is done in this process.
    """
    here, there = Pipe()
    child = None
    try:
        with held_back() as heard:  # until both know what to do with them
            child = _copy(there, here, work, shared, heard)
            there.close()
        return _heard(here, answer, shared) if child else work(answer)
    finally:
        if child:
            _end_copy(child)  # while it waits: the end of the pipe would have it take things away, and this break in
        here.close()


def _copy(
    there: Connection, here: Connection, work: Callable[[Ask], T], shared: Shared, heard: list[int]
) -> int | None:
    """The number of a copy that is at work; nothing where none can be made."""
    parent = os.getpid()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads wait for workers, and go on here
        try:
            child = os.fork()
        except OSError:
            return None
    if not child:
        try:
            here.close()
            _work(work, there, shared, parent, heard)
        finally:
            os._exit(0)  # without tidying up what belongs to the other
    return child


def _heard(here: Connection, answer: Ask, shared: Shared) -> Any:
    """What the work gives; what it asks is answered."""
    while True:
        with _told_of_its_end():
            received = here.recv_bytes()
        kind, said = read_back(received, shared)
        if kind == "done":
            return said
        if kind == "raised":
            raise said
        answered = written(answer(said), shared)
        with _told_of_its_end():
            here.send_bytes(answered)


@contextmanager
def _told_of_its_end() -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError) as ended:
        raise PressFailure("A process was stopped, most likely because this machine has too little memory.") from ended


def _end_copy(child: int) -> None:
    """End a copy that is not needed any more; what it is writing it takes away first.

    It is told so again only after a while: on a busy machine a second is not a second of work.
    """
    for number in (signal.SIGTERM, signal.SIGTERM, signal.SIGKILL):
        os.kill(child, number)
        for _ in range(PATIENCE * 100):
            if os.waitpid(child, os.WNOHANG)[0]:
                return
            time.sleep(0.01)


def _work(work: Callable[[Ask], object], there: Connection, shared: Shared, parent: int, heard: list[int]) -> None:
    """Do the work in the copy."""

    def ask(question: Any) -> Any:
        there.send_bytes(written(("asked", question), shared))
        return read_back(there.recv_bytes(), shared)

    ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)
    for number in INTERRUPTIONS:
        signal.signal(number, _end)
    if heard:
        raise KeyboardInterrupt
    if os.getppid() == parent:
        there.send_bytes(_said(work, ask, shared))


def _said(work: Callable[[Ask], object], ask: Ask, shared: Shared) -> bytes:
    """What is to be told: what the work gives, or what it raises, with the way that it took."""
    try:
        return written(("done", work(ask)), shared)
    except Exception as failure:
        way = "".join(traceback.format_exception(failure))
        try:
            failure.add_note(way)
            told = written(("raised", failure), shared)
            read_back(told, shared)
            return told
        except Exception:  # it cannot be told as it is
            return written(("raised", RuntimeError(way)), shared)


def _end(number: int, frame: object) -> None:
    """Leave; what is being written is taken away first.

    If that was not heard where it was raised, it is when it is asked for again: after a while, or when the copy has
    been at work for a second since. From a terminal the first two come at once.
    """
    begun, worked = time.monotonic(), time.process_time()
    stop_writing()

    def again(number: int, frame: object) -> None:
        if time.monotonic() > begun + PATIENCE / 2 or time.process_time() > worked + 1:
            os._exit(1)

    for other in INTERRUPTIONS:
        signal.signal(other, again)
    raise KeyboardInterrupt
