"""Executor on a Dask cluster, for libraries that are too large for one machine.

Everybody who reaches a scheduler can run code on its workers, and they on this machine; see `trust.md`.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.digests import program_digest
from pipeline.core.environment import isolate

T = TypeVar("T")

REACHED_WITHIN = 20.0
"""Seconds for the scheduler to answer, and for its workers to report their program."""

ALONE = 20.0
"""Seconds that jobs wait on a cluster without workers."""

_INTERVAL = 2.0
"""Seconds between two checks of the cluster."""


class OtherProgram(EnvironmentFailure):
    """A worker has another release of this program, or of its typesetting libraries."""


class ClusterExecutor(Executor):
    """Submits jobs to a cluster, each with the digest of this program: a worker with another program rejects it."""

    def __init__(self, executor: Executor, gone: EnvironmentFailure) -> None:
        self._executor = executor
        self.gone = gone
        """The failure of jobs when the scheduler is gone."""
        self._program = program_digest()
        self._pending: set[Future[Any]] = set()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Submit a job."""
        remote: Future[T] = self._executor.submit(_checked, self._program, partial(fn, *args, **kwargs))
        future: Future[T] = Future()
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        future.add_done_callback(lambda ended: remote.cancel() if ended.cancelled() else None)
        remote.add_done_callback(partial(_pass_on, future, self.gone))
        return future

    def fail(self, failure: Exception) -> None:
        """Let all pending jobs fail."""
        for future in tuple(self._pending):
            with suppress(InvalidStateError):  # its result has just arrived
                future.set_exception(failure)


def _pass_on(future: Future[T], gone: EnvironmentFailure, remote: Future[T]) -> None:
    """Pass on the result of a job on the cluster, if it is still pending."""
    with suppress(InvalidStateError):
        if remote.cancelled():
            future.set_exception(gone)
        elif failure := remote.exception():
            future.set_exception(failure)
        else:
            future.set_result(remote.result())


def _checked(program: str, work: Callable[[], T]) -> T:
    """Run a job on a worker, if it has this program. Raises `OtherProgram`."""
    if program_digest() != program:
        raise OtherProgram("A worker has another program.")
    isolate()  # nothing is known about how the worker was started
    return work()


@contextmanager
def connect_to_cluster(url: str) -> Iterator[Executor]:
    """Yield the executor of a Dask cluster. Raises `EnvironmentFailure` if it cannot be reached or used."""
    client = _connect(url)
    gone = EnvironmentFailure(f"The scheduler at {url} has stopped. Finished work is kept: run the command again.")
    executor, stop = ClusterExecutor(client.get_executor(), gone), threading.Event()
    threading.Thread(target=_watch, args=(client, executor, url, stop), daemon=True).start()
    try:
        yield executor
    except OtherProgram as failure:
        raise _other_program(url) from failure
    except RuntimeError as error:  # by a worker that joined later
        if "deserialization" not in str(error):
            raise
        raise _no_program(url) from error
    finally:
        stop.set()
        _in_time(lambda: client.close(timeout=_INTERVAL), 2 * _INTERVAL)


def _connect(url: str) -> Any:
    """Return a client of a cluster with workers that have this program."""
    try:
        from distributed import Client
    except ImportError as absent:
        raise EnvironmentFailure(
            "--executor needs the package 'distributed': install it into .venv, and on the cluster."
        ) from absent
    # This module reports lost connections. Importing Dask sets the levels, so this comes after it.
    tornado = ("tornado", "tornado.application")
    for name in ("asyncio", "concurrent.futures", *tornado, "distributed", "distributed.client"):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    client = _in_time(lambda: Client(url, timeout=REACHED_WITHIN), REACHED_WITHIN)
    if not isinstance(client, Client):
        raise EnvironmentFailure(f"No scheduler answers at {url}.") from client
    if _in_time(lambda: client.wait_for_workers(1, timeout=ALONE / 2) or True, ALONE / 2) is not True:
        raise EnvironmentFailure(f"The scheduler at {url} has no workers. Start some: dask worker {url}")

    def program() -> str:  # sent to the worker as code, because the worker may not have ours
        from pipeline.core import digests

        return digests.program_digest()

    answers = _in_time(lambda: client.run(program, on_error="return"), REACHED_WITHIN)
    if not isinstance(answers, dict):
        raise EnvironmentFailure(f"The workers of the cluster at {url} do not answer.")
    for answer in answers.values():
        if isinstance(answer, ImportError):
            raise _no_program(url) from answer
        if answer != program_digest():
            raise _other_program(url)
    return client


def _no_program(url: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"The cluster at {url} does not have this program: each worker needs the same Briefings and the same packages "
        "as this machine."
    )


def _other_program(url: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"A worker of the cluster at {url} differs from this machine in Briefings, Pango, fonts, a package or "
        "BRIEFINGS_ENGINE. Install the same releases on all workers, and restart them."
    )


def _in_time(work: Callable[[], T], seconds: float) -> T | BaseException | None:
    """Return the result of a function, or its exception; None if it does not end in time."""
    results: list[Any] = []

    def run() -> None:
        try:
            results.append(work())
        except BaseException as failure:
            results.append(failure)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(seconds)
    return results[0] if results else None


def _watch(client: Any, executor: ClusterExecutor, url: str, stop: threading.Event) -> None:
    """Let pending jobs fail if the workers or the scheduler of a cluster are gone, until `stop` is set."""
    alone = 0.0
    while not stop.wait(_INTERVAL):
        threads = _in_time(client.nthreads, REACHED_WITHIN)
        if not isinstance(threads, dict):
            executor.fail(executor.gone)
            return
        alone = 0.0 if threads else alone + _INTERVAL
        if alone >= ALONE:
            executor.fail(EnvironmentFailure(f"All workers of the cluster at {url} have stopped."))
            return
