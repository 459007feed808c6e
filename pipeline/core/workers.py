"""Pool of worker processes (pebble) behind one interface."""

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

from pipeline.core.dask_cluster import cluster
from pipeline.core.diagnostics import JobBroken, TypesettingFailure
from pipeline.core.processes import Limit, LimitReached, isolate, leave, should_restart, within

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

    The pool of the standard library gives up everything when a worker dies. So each process is a pool of its own: one
    that dies is replaced, and only its job is lost. `starting` is entered while one is started again.
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


INTERRUPTIONS: frozenset[int] = frozenset({signal.SIGINT, signal.SIGTERM})
"""The signals that ask a process to end."""

FEW = 8
"""Tasks in the queue that are worth a second process, which takes a second to start."""

J = TypeVar("J")
R = TypeVar("R")


@dataclass(frozen=True)
class PendingResult(Generic[J]):
    """A job that is made when it is run: its bytes need not be in memory before."""

    make: Callable[[], J]


class Workers:
    """Runs functions of one job, so many at a time, the heaviest first.

    Some processes are started early. The others are started once more tasks wait than are worth waiting for it.
    """

    def __init__(self, executor: Executor | None, processes: int, remote: bool = False) -> None:
        self._executor = executor
        """None: this process runs all tasks itself."""
        self._most = processes
        self._slots = processes if remote else 1
        self._started = processes if remote else 0
        self._busy = 0
        self._queue: list[tuple[int, int, asyncio.Future[None]]] = []
        self._order = count()

    async def run(
        self, work: Callable[[J], R], job: J | PendingResult[J], limit: Limit | None = None, weight: int = 1
    ) -> R:
        """The result of a task.

        Raises:
            JobBroken: if it takes more than its limit, or its process dies of it.
            PressFailure: if processes die again and again.
        """
        if self._executor is None:
            await asyncio.sleep(0)
            return _limited(work, limit, job.make() if isinstance(job, PendingResult) else job)
        await self._slot(weight)
        try:
            task = partial(_limited, work, limit, job.make() if isinstance(job, PendingResult) else job)
            with deaf_to_interruption():
                future = self._executor.submit(task)
            return await asyncio.wrap_future(future)
        except (MemoryError, BrokenExecutor) as failure:
            raise TypesettingFailure(
                "A worker was stopped, most likely because this machine has too little memory for so many; "
                "try --jobs 1."
            ) from failure
        finally:
            self._free()

    def start(self, prepare: Callable[[J], object], given: J, tasks: int) -> None:
        """Have a process started for each few tasks that will come. They prepare themselves meanwhile."""
        wanted = min(self._most, -(-tasks // FEW))
        if self._executor is None or wanted <= self._started:
            return
        self._started, self._slots = wanted, max(wanted, self._slots)
        for _ in range(wanted):  # a pool starts one where none of those that it has is idle
            with suppress(BrokenExecutor), deaf_to_interruption():  # which is told by the first task
                self._busy += 1  # a pool that is given a task meanwhile starts a second process for it
                prepared = asyncio.wrap_future(self._executor.submit(prepare, given))
                prepared.add_done_callback(self._prepared)

    def _prepared(self, done: asyncio.Future[Any]) -> None:
        """Let the process that was started take part. What went wrong is told by the task that meets it."""
        if not done.cancelled():
            done.exception()
        self._free()

    def start_all(self) -> None:
        """Let all processes take part: there is enough to do for them."""
        self._slots = self._most
        for _ in range(min(self._slots - self._busy, len(self._queue))):
            self._busy += 1
            self._free()

    async def _slot(self, weight: int) -> None:
        """Wait for a process that has nothing to do."""
        if self._busy < self._slots:
            self._busy += 1
            return
        waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._queue, (-weight, next(self._order), waiting))
        if self._slots < self._most and sum(-heavy for heavy, _, _ in self._queue) > FEW:
            self.start_all()
        await waiting

    def _free(self) -> None:
        """Give a slot to the heaviest task that waits for one."""
        while self._queue:
            _, _, waiting = heapq.heappop(self._queue)
            if not waiting.done():
                waiting.set_result(None)
                return
        self._busy -= 1


_has_worked = False
"""Whether this process has run a task."""


def _limited(work: Callable[[J], R], limit: Limit | None, job: J) -> R:
    """Run a task within its limit. A process that holds much memory for nothing makes room for another first."""
    global _has_worked
    alone = parent_process() is not None
    if alone and _has_worked and should_restart(limit):
        os._exit(WORN)
    _has_worked = True
    try:
        with within(limit, alone):
            return work(job)
    except LimitReached as reached:
        leave(alone)  # should the way out have been cut short
        raise JobBroken(str(reached), reached.resource) from None
    except MemoryError:
        raise JobBroken("There was no memory left for it.", "memory") from None


def _start_process(parent: int) -> None:
    """Leave Ctrl-C to the parent, and leave with it; in the end at once, whatever is in memory."""
    isolate()
    gc.set_threshold(50_000, 20, 100)  # values are many, and there are hardly any circles
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # one that is ended leaves nothing behind
    atexit.register(os._exit, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTIONS)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def workers(processes: int, url: str = "") -> Iterator[Workers]:
    """So many processes of this machine (1: none but this), or a cluster. Interrupted, none is left behind."""
    if url:
        with cluster(url) as executor:
            yield Workers(executor, 1_000, remote=True)
        return
    if processes <= 1:
        yield Workers(None, 1)
        return
    pool = RestartingPool(_start_process, (os.getpid(),), deaf_to_interruption)
    try:
        yield Workers(pool, processes)
    finally:  # nobody asks for what some are still loading
        children = multiprocessing.active_children()
        pool.shutdown(wait=False, cancel_futures=True)
        for child in children:
            child.kill()  # it writes nothing, and may be deaf to all else as it starts
        for child in children:
            child.join(5)


@contextmanager
def held_back() -> Iterator[list[int]]:
    """Hold Ctrl-C and its like back, and hear it afterwards, whichever thread the signal comes to; gives what came.

    By handlers and not by a mask: a signal that this thread masks is given to another one, and Python has it handled by
    this one all the same.
    """
    heard: list[int] = []
    before: dict[int, Any] = {}
    over = False

    def note(number: int, frame: FrameType | None) -> None:
        if not over:
            heard.append(number)
        elif callable(before[number]):  # it has not been put back yet
            before[number](number, frame)

    try:
        if threading.current_thread() is threading.main_thread():
            for number in INTERRUPTIONS:
                before[number] = signal.getsignal(number)
                if before[number] is not None:  # one that Python did not set cannot be put back
                    signal.signal(number, note)
        yield heard
    finally:
        over = True
        _put_back({number: handler for number, handler in before.items() if handler is not None})
        if heard:
            signal.raise_signal(heard[0])


def _put_back(handlers: dict[int, Any]) -> None:
    """Set handlers, all of them though one is called meanwhile and raises."""
    if handlers:
        number, handler = handlers.popitem()
        try:
            signal.signal(number, handler)
        finally:
            _put_back(handlers)


@contextmanager
def deaf_to_interruption() -> Iterator[None]:
    """Hold Ctrl-C back while processes and threads start: they inherit that it is masked, and leave it to this thread.

    A worker is not hit before it can leave the signal to us, and none is given to a thread of the pool.
    """
    resource_tracker.ensure_running()  # it would lift the mask when it is started in between
    with held_back():
        before = signal.pthread_sigmask(signal.SIG_BLOCK, INTERRUPTIONS)
        try:
            yield
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)
