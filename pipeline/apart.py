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
import traceback
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from io import BytesIO
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any, NoReturn, TypeVar

from pipeline.errors import PressFailure

T = TypeVar("T")
Ask = Callable[[Any], Any]
"""Asks the process that waits, and gives its answer."""

POSSIBLE = sys.platform == "linux"
"""Elsewhere a copy of a process that has other threads may stand still."""

_DEATH_OF_PARENT = 1
"""The option of `prctl` that names the signal for it."""


def apart(work: Callable[[Ask], T], answer: Ask, shared: Sequence[object]) -> T:
    """What some work gives, done in a copy of this process. What it asks is answered here.

    It gives, asks and is answered by values that can be pickled. `shared` are objects that both have: they are named
    and not sent. Raises whatever the work raises.
    """
    here, there = Pipe()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # other threads wait for workers, and go on here
        child = os.fork()
    if not child:
        here.close()
        _work(work, there, shared)
    there.close()
    try:
        while True:
            kind, said = _taken(here.recv_bytes(), shared)
            if kind == "asked":
                here.send_bytes(_put(answer(said), shared))
            elif kind == "raised":
                raise said
            else:
                given: T = said
                return given
    except EOFError as ended:
        raise PressFailure("A process was stopped, most likely because this machine has too little memory.") from ended
    finally:
        here.close()
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGTERM)
        os.waitpid(child, 0)


def _work(work: Callable[[Ask], object], there: Connection, shared: Sequence[object]) -> NoReturn:
    """Do the work in the copy, and end it without tidying up what belongs to the other."""

    def ask(question: Any) -> Any:
        there.send_bytes(_put(("asked", question), shared))
        return _taken(there.recv_bytes(), shared)

    try:
        parent = os.getppid()
        ctypes.CDLL(None).prctl(_DEATH_OF_PARENT, signal.SIGTERM)
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _end)
        if os.getppid() == parent:
            there.send_bytes(_said(work, ask, shared))
    finally:
        os._exit(0)


def _said(work: Callable[[Ask], object], ask: Ask, shared: Sequence[object]) -> bytes:
    try:
        return _put(("done", work(ask)), shared)
    except Exception as failure:
        failure.add_note("".join(traceback.format_exception(failure)))
        return _put(("raised", failure), shared)


def _end(number: int, frame: object) -> None:
    """Leave, once: what is being written is taken away first."""
    for other in (signal.SIGINT, signal.SIGTERM):
        signal.signal(other, signal.SIG_IGN)
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
