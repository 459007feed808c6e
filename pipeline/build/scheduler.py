"""The hands of a build: which process does what, and when it begins.

There is this process, which knows the library; one worker that is started early and makes itself ready; and all
workers, where there is enough to do for them. A cluster does everything that is named at all.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Collection, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from multiprocessing import parent_process
from typing import Any, TypeVar

from pipeline.build.dask_cluster import cluster
from pipeline.build.process_pool import WORN
from pipeline.build.stack import with_room
from pipeline.build.workers import (
    Refuse,
    Serial,
    begin,
    call_all,
    collect_young,
    each,
    is_ready,
    load_meanwhile,
    result_of,
    shared,
    told_of_stopped_workers,
    wait_until_ready,
    workers,
)
from pipeline.core.errors import JobBroken
from pipeline.core.limits import Limit, LimitReached, is_worn, leave, within
from pipeline.core.progress import Voice

J = TypeVar("J")
R = TypeVar("R")

LOADED = -(10**9)
"""For work whose tools take longer to load than to use no number of jobs is few, once a worker has them."""


class Hands:
    """Who works for one command: so many processes of this machine, or a cluster."""

    def __init__(self, voice: Voice, jobs: int, url: str = "") -> None:
        self.url = url
        self._voice = voice
        self.jobs = jobs
        self._early: Executor | None = None
        """Of whom one worker was started early: it sets what is to be set, and does a part of few jobs."""
        self._ready: Executor | None = None
        """Whose workers are ready, having done something: then nothing is too little for them."""
        self.errands: deque[Callable[[], None]] = deque()
        """Small things that this process has to do some time, and does while it waits for a worker."""

    def executor(self) -> AbstractContextManager[Executor]:
        """Who works: a cluster if one is named, else so many processes of this machine."""
        return cluster(self.url) if self.url else workers(self.jobs)

    def start(self, executor: Executor, prepare: Callable[[J], None], given: J) -> None:
        """Start one worker, which makes itself ready while this process is still finding out what there is to do."""
        if not self.url and not isinstance(executor, Serial):
            begin(executor, prepare, given)
            self._early = executor

    def call_all(self, executor: Executor, prepare: Callable[[J], None], given: J) -> None:
        """Start the others, too, who make themselves ready: there is enough to do for all."""
        if executor is self._early:
            call_all(executor, self.jobs, prepare, given)
            self._ready = executor

    def load_meanwhile(self, module: str) -> None:
        """Load a module of this process while a worker does what comes before it."""
        if self._early:
            load_meanwhile(module)

    def is_free(self, executor: Executor) -> bool:
        """Whether what is begun is taken: by the worker that was started early, or by any, once all are here."""
        return self.is_queueing(executor) or (executor is self._early and is_ready(executor))

    def is_queueing(self, executor: Executor) -> bool:
        """Whether all workers are here: what is begun waits in line until one of them comes to it."""
        return executor is self._ready and not isinstance(executor, Serial)

    def begin(self, executor: Executor, work: Callable[[J], R], job: J, limit: Limit | None = None) -> Future[R] | None:
        """Have a job begun by the worker that was started early, unless it is busy, or by any, once all are here.

        Before that a pool would start another worker for it, which takes longer than most have to wait.
        """
        if not self.is_free(executor):
            return None
        return begin(executor, partial(_numbered, work, limit), (0, job))

    def done(
        self,
        verb: str,
        work: Callable[[J], R],
        jobs: Sequence[J],
        executor: Executor,
        keep: Callable[[int, R], None] = lambda number, result: None,
        few: int = 1,
        begun: Mapping[int, Future[R]] | None = None,
        limit: Limit | None = None,
        refuse: Refuse[J, R] | None = None,
    ) -> tuple[R, ...]:
        """The result of every job in order; each is kept as it comes. Those that were begun are not begun again.

        A few jobs are done in this process as long as no workers are ready; where one is, it does a part of them.
        One that takes more than its limit is broken off, and `refuse` says what stands for its result.
        It is `LOADED` for work whose tools take longer to load than to use: that is for workers once one is ready.
        Without a verb nothing is said of the jobs.
        """
        results: dict[int, R] = {}
        numbers = {future: number for number, future in (begun or {}).items()}
        left = tuple((number, job) for number, job in enumerate(jobs) if number not in (begun or {}))
        numbered = partial(_refused, refuse) if refuse else None
        with self._voice.stage(verb, len(jobs)) if verb else nullcontext(_say_nothing) as tick:

            def take(number: int, result: R) -> None:
                results[number] = result
                keep(number, result)
                tick()

            try:
                way, worker = self._way(len(left), executor, few)
                for (number, _), result in way(worker, partial(_numbered, work, limit), left, numbered):
                    take(number, result)
                if numbers:
                    self.run_errands(numbers)
                with told_of_stopped_workers():
                    for future in as_completed(numbers):
                        number = numbers[future]
                        take(number, result_of(future, jobs[number], refuse))
            finally:
                for future in numbers:
                    future.cancel()
        return tuple(results[number] for number in range(len(jobs)))

    def _wait_for_one(self, executor: Executor) -> None:
        """Wait for the worker that was started early, and make use of the time."""
        while self.errands and not is_ready(executor):
            self.errands.popleft()()
        wait_until_ready(executor)

    def run_errands(self, until: Collection[Future[Any]] = ()) -> None:
        """Do small things until some work is done; without any, all that are left."""
        while self.errands and not (until and all(future.done() for future in until)):
            self.errands.popleft()()

    def _way(self, jobs: int, executor: Executor, few: int) -> tuple[Callable[..., Any], Executor]:
        """How so many jobs are done, and by whom."""
        if self.url:
            return each, executor
        if few == LOADED and jobs and executor in (self._early, self._ready):
            if jobs > 1:
                self._ready = executor
            elif self._ready is not executor:
                self._wait_for_one(executor)
            return each, executor
        if self._ready is not executor and self._early is executor and 1 < jobs <= few:
            return shared, executor
        if jobs <= (1 if self._ready is executor else max(few, 1)):
            return each, Serial()
        self._ready = executor
        return each, executor


def _say_nothing() -> None:
    """Count nothing."""


def _refused(refuse: Refuse[J, R], job: tuple[int, J], broken: JobBroken) -> R:
    """What stands for the result of a job that carries its number."""
    return refuse(job[1], broken)


def _numbered(work: Callable[[J], R], limit: Limit | None, job: tuple[int, J]) -> R:
    """Do the work of a job that carries its number. A worker lets go of circles that are left before they grow old."""
    alone = parent_process() is not None
    if alone and is_worn(limit):
        os._exit(WORN)
    try:
        with within(limit, alone):
            done = with_room(work, job[1])
    except LimitReached as reached:
        leave(alone)  # should the way out have been cut short
        raise JobBroken(str(reached), reached.resource) from None
    except MemoryError:
        raise JobBroken("There was no memory left for it.", "memory") from None
    finally:
        collect_young()
    return done
