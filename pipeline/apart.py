"""Work done in a copy of this process, which takes with it what it leaves behind in memory.

What is worked out of thousands of texts is small, but lies scattered among what is no longer needed: none of that room
would be given back as long as the process lives.
"""

from __future__ import annotations

import ctypes
import os
import pickle
import signal
import sys
import time
import traceback
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from pipeline.errors import PressFailure

T = TypeVar("T")
Ask = Callable[[Any], Any]
"""Asks the process that waits, and gives its answer."""

POSSIBLE = sys.platform == "linux"
"""Elsewhere a copy of a process that has other threads may stand still."""

PATIENCE = 5
"""Seconds in which a copy is to have gone, or it is made to."""

_DEATH_OF_PARENT = 1
"""The option of `prctl` that names the signal for it."""

_INTERRUPTIONS: frozenset[int] = frozenset({signal.SIGINT, signal.SIGTERM})


def apart(work: Callable[[Ask], T], answer: Ask, shared: Sequence[object]) -> T:
    """What some work gives, done in a copy of this process. What it asks is answered here.

    It gives, asks and is answered by values that can be pickled. `shared` are objects that both have: they are named
    and not sent. Raises whatever the work raises. Where no copy can be made the work is done in this process.
    """
    here, there = Pipe()
    held = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTIONS)  # until both know what to do with them
    child = None
    try:
        child = _copy(there, here, work, shared, held)
        there.close()
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        return _heard(here, answer, shared) if child else work(answer)
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, held)
        here.close()
        if child:
            _end_copy(child)


def _copy(
    there: Connection, here: Connection, work: Callable[[Ask], T], shared: Sequence[object], held: Iterable[int]
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
            _work(work, there, shared, parent, held)
        finally:
            os._exit(0)  # without tidying up what belongs to the other
    return child


def _heard(here: Connection, answer: Ask, shared: Sequence[object]) -> Any:
    """What the work gives; what it asks is answered."""
    while True:
        with _told_of_its_end():
            received = here.recv_bytes()
        kind, said = _taken(received, shared)
        if kind == "done":
            return said
        if kind == "raised":
            raise said
        answered = _put(answer(said), shared)
        with _told_of_its_end():
            here.send_bytes(answered)


@contextmanager
def _told_of_its_end() -> Iterator[None]:
    try:
        yield
    except (EOFError, ConnectionError) as ended:
        raise PressFailure("A process was stopped, most likely because this machine has too little memory.") from ended


def _end_copy(child: int) -> None:
    """End a copy that is not needed any more; what it is writing it takes away first, if that does not take long."""
    for number in (*[signal.SIGTERM] * PATIENCE, signal.SIGKILL):
        os.kill(child, number)
        for _ in range(100):
            if os.waitpid(child, os.WNOHANG)[0]:
                return
            time.sleep(0.01)


def _work(
    work: Callable[[Ask], object], there: Connection, shared: Sequence[object], parent: int, held: Iterable[int]
) -> None:
    """Do the work in the copy."""

    def ask(question: Any) -> Any:
        there.send_bytes(_put(("asked", question), shared))
        return _taken(there.recv_bytes(), shared)

    ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGKILL)
    for number in _INTERRUPTIONS:
        signal.signal(number, _end)
    signal.pthread_sigmask(signal.SIG_SETMASK, held)
    if os.getppid() == parent:
        there.send_bytes(_said(work, ask, shared))


def _said(work: Callable[[Ask], object], ask: Ask, shared: Sequence[object]) -> bytes:
    """What is to be told: what the work gives, or what it raises, with the way that it took."""
    try:
        return _put(("done", work(ask)), shared)
    except Exception as failure:
        way = "".join(traceback.format_exception(failure))
        try:
            failure.add_note(way)
            told = _put(("raised", failure), shared)
            _taken(told, shared)
            return told
        except Exception:  # it cannot be told as it is
            return _put(("raised", RuntimeError(way)), shared)


def _end(number: int, frame: object) -> None:
    """Leave; what is being written is taken away first. If that was not heard where it was raised, it is later on."""
    begun = time.monotonic()

    def again(number: int, frame: object) -> None:
        if time.monotonic() > begun + 1:
            os._exit(1)

    for other in _INTERRUPTIONS:
        signal.signal(other, again)
    raise KeyboardInterrupt


def _put(value: object, shared: Sequence[object]) -> bytes:
    written = BytesIO()
    _Putting(written, shared).dump(value)
    return written.getvalue()


def _taken(content: bytes, shared: Sequence[object]) -> Any:
    return _Taking(content, shared).load()


class _Putting(pickle.Pickler):
    """Writes a value, and of what both have only which it is."""

    def __init__(self, to: BytesIO, shared: Sequence[object]) -> None:
        super().__init__(to, protocol=5)
        self._numbers = {id(thing): number for number, thing in enumerate(shared)}

    def persistent_id(self, thing: Any) -> int | None:
        """The number of what both have."""
        return self._numbers.get(id(thing))


class _Taking(pickle.Unpickler):
    """Reads a value with what both have."""

    def __init__(self, content: bytes, shared: Sequence[object]) -> None:
        super().__init__(BytesIO(content))
        self._shared = shared

    def persistent_load(self, number: int) -> object:
        """What has a number."""
        return self._shared[number]
