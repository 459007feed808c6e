"""Worker processes on this machine or on a cluster, with a queue of tasks."""

import asyncio
import atexit
import gc
import heapq
import multiprocessing
import os
import resource
import signal
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from itertools import count
from multiprocessing import parent_process, resource_tracker
from multiprocessing.process import BaseProcess
from types import FrameType
from typing import Any, Generic, TypeVar

from pipeline.core.dask_cluster import connect_to_cluster
from pipeline.core.diagnostics import JobBroken, TypesettingFailure
from pipeline.core.environment import isolate
from pipeline.core.limits import Limit, LimitReached, break_off_after, should_restart, stop_checking_limit

T = TypeVar("T")
Starter = Callable[..., None]

ATTEMPTS = 2
"""Attempts at a job whose worker dies, but not of the time limit."""

WORN = 75
"""The exit code of a worker that uses too much memory and is to be replaced."""


@dataclass
class _Task:
    """A job that was submitted to the pool and has no result yet."""

    work: Callable[..., Any]
    outer: Future[Any] = field(default_factory=Future)
    attempts: int = 0


class RestartingPool(Executor):
    """Runs each job that is submitted at the same time in a process of its own; `starter` is called first in each.

    The pool of the standard library breaks completely when one worker dies. So each process is a pool of its own: if it
    dies it is replaced, and only its job fails. A process is restarted within the context manager of `starting`.
    """

    def __init__(self, starter: Starter, arguments: tuple[Any, ...], starting: Callable[[], Any]) -> None:
        self._starting = starting
        context = multiprocessing.get_context("spawn")
        self._make = partial(ProcessPoolExecutor, 1, mp_context=context, initializer=starter, initargs=arguments)
        self._lock = threading.Lock()
        self._idle: list[ProcessPoolExecutor] = []
        self._closed = False

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Run a job; its future fails with `JobBroken` if the worker dies of it."""
        task = _Task(partial(fn, *args, **kwargs))
        self._assign(task)
        return task.outer

    def _assign(self, task: _Task) -> None:
        """Assign a job to an idle process, or to a new one."""
        with self._lock:
            worker = self._idle.pop() if self._idle else self._make()
        try:
            inner = worker.submit(task.work)
        except BrokenExecutor:  # it died while it was idle
            self._assign(task)
            return
        process = next(iter(worker._processes.values()))
        inner.add_done_callback(partial(self._finish, task, worker, process))

    def _finish(self, task: _Task, worker: ProcessPoolExecutor, process: BaseProcess, inner: Future[Any]) -> None:
        """Pass on the result of a job; retry the job if its process died."""
        failure = None if inner.cancelled() else inner.exception()
        if isinstance(failure, BrokenExecutor) and not self._closed:
            threading.Thread(target=self._retry, args=(task, process), daemon=True).start()
            return
        with self._lock:
            self._idle.append(worker)
        if inner.cancelled():
            task.outer.cancel()
        elif failure is not None:
            _fail(task, failure)
        elif _is_awaited(task):
            task.outer.set_result(inner.result())

    def _retry(self, task: _Task, process: BaseProcess) -> None:
        """Retry a job whose process died, unless it died of the job."""
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
                    self._assign(task)
            except (OSError, RuntimeError) as failure:  # no memory for another process, or shut down meanwhile
                _fail(task, BrokenExecutor(str(failure)))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Restart no process. The caller ends the running ones."""
        self._closed = True


def _is_awaited(task: _Task) -> bool:
    """Return whether the future of a job is not cancelled or done; it can then not be cancelled any more."""
    return not task.outer.done() and task.outer.set_running_or_notify_cancel()


def _fail(task: _Task, failure: BaseException) -> None:
    if _is_awaited(task):
        task.outer.set_exception(failure)


INTERRUPTIONS: frozenset[int] = frozenset({signal.SIGINT, signal.SIGTERM})
"""The signals that ask a process to end."""

TASKS_PER_PROCESS = 8
"""Queued tasks that justify another process, which takes a second to start."""

J = TypeVar("J")
R = TypeVar("R")


@dataclass(frozen=True)
class PendingResult(Generic[J]):
    """A job that is made when it runs, so that its bytes are not in memory before."""

    make: Callable[[], J]


class Workers:
    """Runs tasks, a limited number at a time, the heaviest first. A task is a function and its one argument, the job.

    Some processes are started early, the others once enough tasks are queued.
    """

    def __init__(self, executor: Executor | None, processes: int, remote: bool = False) -> None:
        self._executor = executor
        """None if this process runs all tasks itself."""
        self._processes = processes
        self._slots = processes if remote else 1
        self._started = processes if remote else 0
        self._busy = 0
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()

    async def run(
        self, work: Callable[[J], R], job: J | PendingResult[J], limit: Limit | None = None, weight: int = 1
    ) -> R:
        """Return the result of a task.

        Raises:
            JobBroken: if it exceeds its limit, or its process dies of it.
            TypesettingFailure: if processes die repeatedly.
        """
        if self._executor is None:
            await asyncio.sleep(0)
            return _limited(work, limit, job.make() if isinstance(job, PendingResult) else job)
        await self._wait_for_slot(weight)
        try:
            task = partial(_limited, work, limit, job.make() if isinstance(job, PendingResult) else job)
            with defer_interruptions():
                future = self._executor.submit(task)
            return await asyncio.wrap_future(future)
        except (MemoryError, BrokenExecutor) as failure:
            raise TypesettingFailure(
                "A worker was stopped, most likely because this machine has too little memory for so many; "
                "try --jobs 1."
            ) from failure
        finally:
            self._free_slot()

    def start(self, prepare: Callable[[J], object], argument: J, tasks: int) -> None:
        """Start as many processes as an expected number of tasks justifies, and call `prepare` in each."""
        wanted = min(self._processes, -(-tasks // TASKS_PER_PROCESS))
        if self._executor is None or wanted <= self._started:
            return
        self._started, self._slots = wanted, max(wanted, self._slots)
        for _ in range(wanted):  # the pool starts a process if none is idle
            with suppress(BrokenExecutor), defer_interruptions():  # the first task reports a broken pool
                self._busy += 1  # if it got a task meanwhile, the pool would start a second process for it
                preparation = asyncio.wrap_future(self._executor.submit(prepare, argument))
                preparation.add_done_callback(self._after_preparation)

    def _after_preparation(self, preparation: asyncio.Future[Any]) -> None:
        """Give tasks to a process that was started. An error is ignored: the next task meets and reports it."""
        if not preparation.cancelled():
            preparation.exception()
        self._free_slot()

    def start_all(self) -> None:
        """Use all processes: there are enough tasks for them."""
        self._slots = self._processes
        for _ in range(min(self._slots - self._busy, len(self._queue))):
            self._busy += 1
            self._free_slot()

    async def _wait_for_slot(self, weight: int) -> None:
        """Wait until a process is free."""
        if self._busy < self._slots:
            self._busy += 1
            return
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (-weight, next(self._order), turn))
        queued = sum(-negative_weight for negative_weight, _, _ in self._queue)
        if self._slots < self._processes and queued > TASKS_PER_PROCESS:
            self.start_all()
        await turn

    def _free_slot(self) -> None:
        """Give a slot to the heaviest task in the queue."""
        while self._queue:
            _, _, turn = heapq.heappop(self._queue)
            if not turn.done():
                turn.set_result(None)
                return
        self._busy -= 1


_has_worked = False
"""Whether this process has run a task."""


def _limited(work: Callable[[J], R], limit: Limit | None, job: J) -> R:
    """Run a task within its limit. A process with much memory left from earlier tasks ends first, to be replaced."""
    global _has_worked
    alone = parent_process() is not None
    if alone and _has_worked and should_restart(limit):
        os._exit(WORN)
    _has_worked = True
    try:
        with break_off_after(limit, alone):
            return work(job)
    except LimitReached as broken:
        stop_checking_limit(alone)  # in case the clean-up was cut short
        raise JobBroken(str(broken), broken.resource) from None
    except MemoryError:
        raise JobBroken("There was no memory left for it.", "memory") from None


def _start_process(parent: int) -> None:
    """Prepare a worker: it leaves Ctrl-C to the parent, and ends with it."""
    isolate()
    gc.set_threshold(50_000, 20, 100)  # values are many, and there are hardly any cycles
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # a worker that is killed leaves no core file
    atexit.register(os._exit, 0)  # without freeing what is in memory
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTIONS)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def start_workers(processes: int, url: str = "") -> Iterator[Workers]:
    """Yield workers: processes of this machine (1: only this process), or a cluster. At the end all are killed."""
    if url:
        with connect_to_cluster(url) as executor:
            yield Workers(executor, 1_000, remote=True)
        return
    if processes <= 1:
        yield Workers(None, 1)
        return
    pool = RestartingPool(_start_process, (os.getpid(),), defer_interruptions)
    try:
        yield Workers(pool, processes)
    finally:  # some may still be loading modules
        children = multiprocessing.active_children()
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.kill()  # a worker writes no files, and ignores other signals while it starts
        for child in children:
            child.join(5)


@contextmanager
def _interruptions_deferred() -> Iterator[None]:
    """Defer Ctrl-C and similar signals to the end of the block, whichever thread they come to.

    By handlers and not by a mask: a signal that this thread masks is delivered to another thread, and Python still
    calls the handler in this one.
    """
    received: list[int] = []
    handlers: dict[int, Any] = {}
    is_over = False

    def note(number: int, frame: FrameType | None) -> None:
        if not is_over:
            received.append(number)
        elif callable(handlers[number]):  # it has not been restored yet
            handlers[number](number, frame)

    try:
        if threading.current_thread() is threading.main_thread():
            for number in INTERRUPTIONS:
                handlers[number] = signal.getsignal(number)
                if handlers[number] is not None:  # one that Python did not set cannot be restored
                    signal.signal(number, note)
        yield
    finally:
        is_over = True
        _restore({number: handler for number, handler in handlers.items() if handler is not None})
        if received:
            signal.raise_signal(received[0])


def _restore(handlers: dict[int, Any]) -> None:
    """Set all signal handlers, even if one is called meanwhile and raises."""
    if handlers:
        number, handler = handlers.popitem()
        try:
            signal.signal(number, handler)
        finally:
            _restore(handlers)


@contextmanager
def defer_interruptions() -> Iterator[None]:
    """Defer Ctrl-C while processes and threads start: they inherit the mask, and leave the signal to this thread.

    So a worker is not interrupted before it ignores the signal, and no thread of the pool gets it.
    """
    resource_tracker.ensure_running()  # it would lift the mask if it started within the block
    with _interruptions_deferred():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTIONS)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
