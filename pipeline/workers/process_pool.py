"""A pool of processes that outlives its workers: one that dies is replaced, and only its job is lost.

The pool of the standard library gives up everything when a worker dies. This one has another made, and gives it again
what was not done. Who was at what stands in memory that all processes share.
"""

import multiprocessing
import os
import re
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.context import SpawnContext
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from pipeline.core.errors import JobBroken

T = TypeVar("T")
Starter = Callable[..., None]

ATTEMPTS = 2
"""So often a job is tried during which a worker dies of something else than the limit of its time."""

LOST = 3
"""So often a pool is made anew where nobody can say which job it was."""

WORN = 75
"""The exit code of a worker that makes room for another."""

_NOTE = 2
"""Numbers noted of each worker: of its process, and of the job that it is at."""

_BETWEEN = 64
"""So many other processes may be started between those of a pool."""

_notes: Any = None
_slot = 0


def _start(starter: Starter, given: tuple[Any, ...], notes: Any) -> None:
    """Begin as a worker: with a place to note what it is at, which is that of its number among all processes."""
    global _notes, _slot
    number = re.search(r"\d+$", multiprocessing.current_process().name)
    _slot = int(number[0] if number else 0) * _NOTE % len(notes)
    _notes = notes
    _notes[_slot] = os.getpid()
    starter(*given)


def _noted(number: int, work: Callable[..., T], *args: Any) -> T:
    """Do a job. While it is done it stands in the notes."""
    _notes[_slot + 1] = number
    try:
        return work(*args)
    finally:
        _notes[_slot + 1] = 0


@dataclass
class _Task:
    """A job that has been given to the pool, and has not come back."""

    number: int
    work: Callable[..., Any]
    args: tuple[Any, ...]
    outer: Future[Any] = field(default_factory=Future)
    inner: Future[Any] | None = None
    attempts: int = 0


class RestartingPool(Executor):
    """So many processes; `starter` is called first in each. `starting` is entered while they are started."""

    def __init__(self, jobs: int, starter: Starter, given: tuple[Any, ...], starting: Callable[[], Any]) -> None:
        self._jobs, self._starter, self._given, self._starting = jobs, starter, given, starting
        self._context: SpawnContext = multiprocessing.get_context("spawn")
        self._lock = threading.RLock()
        self._flag = threading.Lock()
        self._tasks: dict[int, _Task] = {}
        self._number = 0
        self._lost = 0
        self._closed = self._mending = False
        self._make()

    def _make(self) -> None:
        """Make a pool, of which no process is started yet."""
        self._notes = self._context.RawArray("q", (self._jobs + _BETWEEN) * _NOTE)
        given = (self._starter, self._given, self._notes)
        self._pool = ProcessPoolExecutor(self._jobs, mp_context=self._context, initializer=_start, initargs=given)
        self._children: dict[int, BaseProcess] = {}

    @property
    def processes(self) -> dict[int, BaseProcess]:
        """The processes that have been started, of those that are there, by number."""
        return dict(self._pool._processes or {})

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have a job done; it fails with `JobBroken` where the worker dies of it."""
        with self._lock:
            self._number += 1
            task = _Task(self._number, partial(fn, **kwargs) if kwargs else fn, args)
            self._tasks[task.number] = task
            task.outer.add_done_callback(partial(self._forget, task))
            self._give(task)
            return task.outer

    def _give(self, task: _Task) -> None:
        """Give a job to the pool, unless that is being made anew: then it is given later."""
        if self._mending:
            return
        try:
            task.inner = self._pool.submit(_noted, task.number, task.work, *task.args)
        except BrokenExecutor:
            self._mend()
            return
        self._children.update(self.processes)
        task.inner.add_done_callback(partial(self._take, task))

    def _forget(self, task: _Task, outer: Future[Any]) -> None:
        """Let go of a job that is over. Called by the pool's own thread, which must not wait for a lock of ours."""
        self._tasks.pop(task.number, None)
        if outer.cancelled() and task.inner:
            task.inner.cancel()

    def _take(self, task: _Task, inner: Future[Any]) -> None:
        """Hand on what has come of a job; if the pool broke, have it mended."""
        if inner.cancelled():
            task.outer.cancel()
            return
        failure = inner.exception()
        if isinstance(failure, BrokenExecutor) and not self._closed:
            self._mend()
        elif not task.outer.done() and task.outer.set_running_or_notify_cancel():
            if failure is None:
                task.outer.set_result(inner.result())
            else:
                task.outer.set_exception(failure)

    def _mend(self) -> None:
        """Have the pool made anew, once."""
        with self._flag:
            begins = not self._mending and not self._closed
            self._mending = self._mending or begins
        if begins:
            threading.Thread(target=self._mended, daemon=True).start()

    def _mended(self) -> None:
        """Find out who died of what, and give the rest to a new pool."""
        self._pool.shutdown(wait=True)
        with self._lock:
            for child in self._children.values():
                with suppress(ValueError):
                    child.join(5)
            dead = [(pid, child.exitcode) for pid, child in self._children.items() if child.exitcode is not None]
            left = {pid: code for pid, code in dead if code not in (0, -signal.SIGTERM)}
            self._judge(left)
            self._make()
            self._mending = False
            if not self._closed:
                try:
                    with self._starting():
                        for number in sorted(self._tasks):
                            if task := self._tasks.get(number):
                                self._give(task)
                except (OSError, RuntimeError) as failure:  # no room for another process, or shut down meanwhile
                    for task in list(self._tasks.values()):
                        _fail(task, BrokenExecutor(str(failure)))

    def _judge(self, left: dict[int, int]) -> None:
        """Fail the jobs whose workers have died of them; all, if a pool breaks again and again for no reason known."""
        notes = {self._notes[at]: self._notes[at + 1] for at in range(0, len(self._notes), _NOTE)}
        culprits = [(task, left[pid]) for pid in left if (task := self._tasks.get(notes.get(pid, 0)))]
        self._lost = 0 if culprits else self._lost + 1
        for task, code in culprits:
            task.attempts += code != WORN
            if code == -signal.SIGXCPU:
                _fail(task, JobBroken("It took longer than it may, and was broken off.", "time"))
            elif task.attempts >= ATTEMPTS:
                _fail(task, JobBroken("The process that did it died, most likely of too little memory.", "memory"))
        if self._lost > LOST:
            for task in list(self._tasks.values()):
                _fail(task, BrokenExecutor("the processes die before they have done anything"))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Let the processes go."""
        self._closed = True
        self._pool.shutdown(wait=wait, cancel_futures=cancel_futures)


def _fail(task: _Task, failure: Exception) -> None:
    if not task.outer.done() and task.outer.set_running_or_notify_cancel():
        task.outer.set_exception(failure)
