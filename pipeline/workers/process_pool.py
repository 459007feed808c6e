"""A pool of processes that outlives its workers: one that dies is replaced, and only its job is lost.

The pool of the standard library gives up everything when a worker dies. So each process is a pool of its own, which
does one job at a time: the job of a process that died is known.
"""

import multiprocessing
import signal
import threading
from collections.abc import Callable
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from multiprocessing.process import BaseProcess
from typing import Any, TypeVar

from pipeline.core.errors import JobBroken

T = TypeVar("T")
Starter = Callable[..., None]

ATTEMPTS = 2
"""So often a job is tried during which a worker dies of something else than the limit of its time."""

WORN = 75
"""The exit code of a worker that makes room for another."""


@dataclass
class _Task:
    """A job that has been given to the pool, and has not come back."""

    work: Callable[..., Any]
    outer: Future[Any] = field(default_factory=Future)
    attempts: int = 0


class RestartingPool(Executor):
    """A process for each job that is given at the same time; `starter` is called first in each.

    `starting` is entered while one is started again.
    """

    def __init__(self, starter: Starter, given: tuple[Any, ...], starting: Callable[[], Any]) -> None:
        self._starting = starting
        context = multiprocessing.get_context("spawn")
        self._make = partial(ProcessPoolExecutor, 1, mp_context=context, initializer=starter, initargs=given)
        self._lock = threading.Lock()
        self._idle: list[ProcessPoolExecutor] = []
        self._closed = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Have a job done; it fails with `JobBroken` where the worker dies of it."""
        task = _Task(partial(fn, *args, **kwargs))
        self._give(task)
        return task.outer

    def _give(self, task: _Task) -> None:
        """Give a job to a process that has nothing to do, or to a new one."""
        with self._lock:
            worker = self._idle.pop() if self._idle else self._make()
        try:
            inner = worker.submit(task.work)
        except BrokenExecutor:  # it died while it had nothing to do
            self._give(task)
            return
        process = next(iter(worker._processes.values()))
        inner.add_done_callback(partial(self._take, task, worker, process))

    def _take(self, task: _Task, worker: ProcessPoolExecutor, process: BaseProcess, inner: Future[Any]) -> None:
        """Hand on the result of a job; try it again if its process died."""
        failure = None if inner.cancelled() else inner.exception()
        if isinstance(failure, BrokenExecutor) and not self._closed:
            threading.Thread(target=self._again, args=(task, process), daemon=True).start()
            return
        with self._lock:
            self._idle.append(worker)
        if inner.cancelled():
            task.outer.cancel()
        elif failure is not None:
            _fail(task, failure)
        elif _begins(task):
            task.outer.set_result(inner.result())

    def _again(self, task: _Task, process: BaseProcess) -> None:
        """Try a job again whose process died, unless it died of the job."""
        with suppress(ValueError):
            process.join(5)
        task.attempts += process.exitcode != WORN
        if process.exitcode == -signal.SIGXCPU:
            _fail(task, JobBroken("It took longer than it may, and was broken off.", "time"))
        elif task.attempts >= ATTEMPTS:
            _fail(task, JobBroken("The process that did it died, most likely of too little memory.", "memory"))
        elif not self._closed:
            try:
                with self._starting():
                    self._give(task)
            except (OSError, RuntimeError) as failure:  # no room for another process, or shut down meanwhile
                _fail(task, BrokenExecutor(str(failure)))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Start no process again. Those that are there are for the caller to end."""
        self._closed = True


def _begins(task: _Task) -> bool:
    """True if somebody still waits for the result of a job."""
    return not task.outer.done() and task.outer.set_running_or_notify_cancel()


def _fail(task: _Task, failure: BaseException) -> None:
    if _begins(task):
        task.outer.set_exception(failure)
