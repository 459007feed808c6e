"""Who works: a pool of processes on this machine, or this process alone. Knows nothing of the work."""

from __future__ import annotations

import atexit
import gc
import multiprocessing
import os
import resource
import signal
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future, as_completed, wait
from contextlib import contextmanager, suppress
from functools import partial
from importlib import import_module
from multiprocessing import resource_tracker
from types import FrameType
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from pipeline.core.errors import JobBroken, PressFailure
from pipeline.core.isolation import isolate

INTERRUPTIONS: frozenset[int] = frozenset({signal.SIGINT, signal.SIGTERM})
"""The signals that ask a process to end."""

T = TypeVar("T")
J = TypeVar("J")
R = TypeVar("R")
Refuse = Callable[[J, JobBroken], R]
"""Makes the result of a job that was broken off."""


class Serial(Executor):
    """An executor that does each job at once, in this process."""

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Do the job now; its future is finished."""
        future: Future[T] = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as failure:
            future.set_exception(failure)
        return future


def collect_seldom() -> None:
    """Look for circles of garbage less often: the values of the line are many, and there are hardly any circles."""
    gc.set_threshold(50_000, 20, 100)


def collect_young() -> None:
    """In a worker, look for circles among what is new: of those that grow old it would keep some thirty megabytes."""
    if multiprocessing.parent_process():
        gc.collect(1)


class Preparation:
    """What each process of a pool does first, as far as that is said when it is started."""

    def __init__(self) -> None:
        self.work: Callable[[], object] | None = None

    def __call__(self) -> None:
        """Prepare this process. What goes wrong is told by the work that comes upon it."""
        if self.work:
            with suppress(Exception):
                self.work()


def _start_worker(parent: int, preparation: Preparation) -> None:
    """Leave Ctrl-C to the parent, and leave with it; in the end at once, whatever is in memory."""
    isolate()
    collect_seldom()
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))  # one that is ended leaves nothing behind
    atexit.register(os._exit, 0)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, INTERRUPTIONS)

    def watch() -> None:
        while os.getppid() == parent:
            time.sleep(1)
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    preparation()


@contextmanager
def workers(jobs: int) -> Iterator[Executor]:
    """An executor of so many processes (1: none but this). Interrupted, it leaves no process behind."""
    if jobs <= 1:
        yield Serial()
        return
    from pipeline.build.process_pool import Sturdy

    preparation = Preparation()
    pool = Sturdy(jobs, _start_worker, (os.getpid(), preparation), deaf_to_interruption)
    _POOLS[pool] = preparation
    try:
        yield pool
    except BaseException:
        _end_at_once(pool)
        raise
    if is_ready(pool) and not preparation.work:
        pool.shutdown()
    else:  # what some are still loading, or have begun, nobody asks for
        _end_at_once(pool)


def _end_at_once(pool: Executor) -> None:
    """End a pool with all that its workers are at."""
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


def result_of(future: Future[R], job: J, refuse: Refuse[J, R] | None) -> R:
    """The result of a job; where it was broken off what `refuse` makes of that, if there is such a thing."""
    try:
        return future.result()
    except JobBroken as broken:
        if refuse is None:
            raise
        return refuse(job, broken)


def _done_here(work: Callable[[J], R], job: J, refuse: Refuse[J, R] | None) -> R:
    """The result of a job that is done in this process."""
    try:
        return work(job)
    except JobBroken as broken:
        if refuse is None:
            raise
        return refuse(job, broken)


def each(
    executor: Executor, work: Callable[[J], R], jobs: Iterable[J], refuse: Refuse[J, R] | None = None
) -> Iterator[tuple[J, R]]:
    """Every job with its result, as they finish. The first failure cancels the rest and is raised."""
    if isinstance(executor, Serial):
        for job in jobs:
            yield job, _done_here(work, job, refuse)
        return
    futures: dict[Future[R], J] = {}
    try:
        with told_of_stopped_workers():
            for job in jobs:
                futures[_submitted(executor, work, job)] = job
            for future in as_completed(futures):
                yield futures[future], result_of(future, futures[future], refuse)
    finally:
        for future in futures:
            future.cancel()


def _submitted(executor: Executor, work: Callable[[J], R], job: J) -> Future[R]:
    """Hand a job over. A pool of this machine may start a process for it, a cluster starts none."""
    if executor not in _POOLS:
        return executor.submit(work, job)
    with deaf_to_interruption():
        return executor.submit(work, job)


_POOLS: WeakKeyDictionary[Executor, Preparation] = WeakKeyDictionary()
"""The pools of processes of this machine, each with what its processes do first."""


def call_all(executor: Executor, number: int, prepare: Callable[[J], object], given: J) -> None:
    """Have all processes of a pool started; those that are not yet there make themselves ready first.

    A pool starts a process where it is given a job and nobody is known to be free: so many empty jobs start all.
    """
    with suppress(BrokenExecutor):  # which is told when what it does is asked for
        _POOLS[executor].work = partial(prepare, given)
        for _ in range(number):
            _submitted(executor, _nothing, None)


def _nothing(given: None) -> None:
    """Do nothing."""


def shared(
    executor: Executor, work: Callable[[J], R], jobs: Iterable[J], refuse: Refuse[J, R] | None = None
) -> Iterator[tuple[J, R]]:
    """Every job with its result: a worker begins with the first, and this process does others while it is at work.

    As long as the worker is not ready this process does all, the last first.
    """
    rest = deque(jobs)
    away: tuple[Future[R], J] | None = None
    with told_of_stopped_workers():
        while rest or away:
            if away and (away[0].done() or not rest):
                future, job = away
                away = None
                yield job, result_of(future, job, refuse)
            elif away or not is_ready(executor):
                job = rest.pop()
                yield job, _done_here(work, job, refuse)
            else:
                job = rest.popleft()
                away = _submitted(executor, work, job), job


@contextmanager
def told_of_stopped_workers() -> Iterator[None]:
    """Say in a sentence that a worker was stopped."""
    try:
        yield
    except (MemoryError, BrokenExecutor) as failure:
        raise PressFailure(
            "A worker was stopped, most likely because this machine has too little memory for so many; try --jobs 1."
        ) from failure


_LOADING = threading.Lock()
"""Held by the thread of a process that loads modules."""


def load_meanwhile(*modules: str) -> None:
    """Load modules in a thread, while this one waits for others. Who needs one waits for the rest of it."""
    if all(module in sys.modules for module in modules) or not _LOADING.acquire(blocking=False):
        return
    usual = sys.getswitchinterval()

    def load() -> None:
        with suppress(Exception):  # which it will be told
            for module in modules:
                import_module(module)
        sys.setswitchinterval(usual)
        _LOADING.release()

    sys.setswitchinterval(0.0005)  # else whoever hands over jobs and results waits for it
    threading.Thread(target=load, daemon=True).start()


_AHEAD: WeakKeyDictionary[Executor, Future[Any]] = WeakKeyDictionary()
"""What the one worker of each pool does that has been given something before the rest of the work is known."""


def begin(executor: Executor, work: Callable[[J], R], given: J) -> Future[R]:
    """Have one worker begin something, or prepare itself for what is to come."""
    try:
        future = _submitted(executor, work, given)
    except BrokenExecutor as broken:  # which is told when what it does is asked for
        future = Future()
        future.set_exception(broken)
    _AHEAD[executor] = future
    return future


def is_ready(executor: Executor) -> bool:
    """Whether nobody is busy with what was begun. Given a job before that, a pool starts another worker for it."""
    return executor not in _AHEAD or _AHEAD[executor].done()


def wait_until_ready(executor: Executor) -> None:
    """Wait for the worker that is busy with what was begun."""
    if executor in _AHEAD:
        wait((_AHEAD[executor],))
