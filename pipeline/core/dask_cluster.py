"""Work on a Dask cluster, for libraries that outgrow one machine.

Whoever reaches a scheduler can run code on its workers, and they on this machine: both are trusted, as `trust.md` says.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, InvalidStateError
from contextlib import contextmanager, suppress
from functools import partial
from typing import Any, TypeVar

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.digests import fingerprint
from pipeline.core.processes import isolate

T = TypeVar("T")

REACHED_WITHIN = 20.0
"""Seconds in which a scheduler is to answer, and each of its workers to say which program it has."""

ALONE = 20.0
"""Seconds that jobs wait on a cluster whose workers have all gone."""

_EACH = 2.0
"""Seconds between two looks at who is still there."""


class OtherProgram(EnvironmentFailure):
    """A worker has another release of this program, or of what it sets type with."""


class ClusterExecutor(Executor):
    """Hands jobs to a cluster, each with the digest of this program: a worker that has another one refuses it."""

    def __init__(self, executor: Executor, gone: EnvironmentFailure) -> None:
        self._executor = executor
        self.gone = gone
        """The failure of jobs whose scheduler has gone."""
        self._program = fingerprint()
        self._pending: set[Future[Any]] = set()

    def submit(self, fn: Callable[..., T], /, *args: Any, **kwargs: Any) -> Future[T]:
        """Hand a job over."""
        there: Future[T] = self._executor.submit(_checked, self._program, partial(fn, *args, **kwargs))
        future: Future[T] = Future()
        self._pending.add(future)
        future.add_done_callback(self._pending.discard)
        future.add_done_callback(lambda done: there.cancel() if done.cancelled() else None)
        there.add_done_callback(partial(_take, future, self.gone))
        return future

    def fail(self, failure: Exception) -> None:
        """Let all jobs that are still waited for fail."""
        for future in tuple(self._pending):
            with suppress(InvalidStateError):  # it has just come
                future.set_exception(failure)


def _take(future: Future[T], gone: EnvironmentFailure, there: Future[T]) -> None:
    """Take over what came of a job on the cluster, if it is still waited for."""
    with suppress(InvalidStateError):
        if there.cancelled():
            future.set_exception(gone)
        elif failure := there.exception():
            future.set_exception(failure)
        else:
            future.set_result(there.result())


def _checked(program: str, work: Callable[[], T]) -> T:
    """Do a job on a worker, if its program is the one that asks. Raises `OtherProgram`."""
    if fingerprint() != program:
        raise OtherProgram("A worker has another program.")
    isolate()  # it was started by somebody else, wherever that was
    return work()


@contextmanager
def cluster(url: str) -> Iterator[Executor]:
    """The executor of a Dask cluster. Raises `EnvironmentFailure` where it cannot be reached, or cannot do the work."""
    client = _reached(url)
    gone = EnvironmentFailure(f"The scheduler at {url} has gone. What was made so far is kept; run the command again.")
    executor, over = ClusterExecutor(client.get_executor(), gone), threading.Event()
    threading.Thread(target=_watch, args=(client, executor, url, over), daemon=True).start()
    try:
        yield executor
    except OtherProgram as other:
        raise _other(url) from other
    except RuntimeError as refused:  # of a worker that came later
        if "deserialization" not in str(refused):
            raise
        raise _without_program(url) from refused
    finally:
        over.set()
        _in_time(lambda: client.close(timeout=_EACH), 2 * _EACH)


def _reached(url: str) -> Any:
    """A client of a cluster with workers that have this program."""
    try:
        from distributed import Client
    except ImportError as absent:
        raise EnvironmentFailure(
            "--executor needs the package 'distributed': install it into .venv, and on the cluster."
        ) from absent
    # Lost connections are reported here, in a sentence. Importing Dask sets the levels, so this comes after it.
    for name in (
        "asyncio",
        "concurrent.futures",
        "tornado",
        "tornado.application",
        "distributed",
        "distributed.client",
    ):
        logging.getLogger(name).setLevel(logging.CRITICAL + 1)
    found = _in_time(lambda: Client(url, timeout=REACHED_WITHIN), REACHED_WITHIN)
    if not isinstance(found, Client):
        raise EnvironmentFailure(f"There is no scheduler to be reached at {url}.") from found
    if _in_time(lambda: found.wait_for_workers(1, timeout=ALONE / 2) or True, ALONE / 2) is not True:
        raise EnvironmentFailure(f"The scheduler at {url} has no workers. Start some: dask worker {url}")

    def program() -> str:  # it goes to the worker as code, as the worker may not have ours
        from pipeline.core import digests as theirs

        return theirs.fingerprint()

    answers = _in_time(lambda: found.run(program, on_error="return"), REACHED_WITHIN)
    if not isinstance(answers, dict):
        raise EnvironmentFailure(f"The workers of the cluster at {url} do not answer.")
    for answer in answers.values():
        if isinstance(answer, ImportError):
            raise _without_program(url) from answer
        if answer != fingerprint():
            raise _other(url)
    return found


def _without_program(url: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"The cluster at {url} does not have this program: each worker needs the same Briefings and the same packages "
        "as this machine."
    )


def _other(url: str) -> EnvironmentFailure:
    return EnvironmentFailure(
        f"A worker of the cluster at {url} has another release of Briefings, or of what sets type: Pango, fonts or a "
        "package, or its BRIEFINGS_ENGINE is another. What it would make could not be told from ours; bring all to the "
        "same release and start it again."
    )


def _in_time(work: Callable[[], T], seconds: float) -> T | BaseException | None:
    """The result of some work, or its exception; nothing where it does not end in time, whatever it waits for."""
    done: list[Any] = []

    def do() -> None:
        try:
            done.append(work())
        except BaseException as failure:
            done.append(failure)

    thread = threading.Thread(target=do, daemon=True)
    thread.start()
    thread.join(seconds)
    return done[0] if done else None


def _watch(client: Any, executor: ClusterExecutor, url: str, over: threading.Event) -> None:
    """Let jobs fail that nobody will do, until all is over: those of a cluster whose workers or scheduler have gone."""
    alone = 0.0
    while not over.wait(_EACH):
        there = _in_time(client.nthreads, REACHED_WITHIN)
        if not isinstance(there, dict):
            executor.fail(executor.gone)
            return
        alone = 0.0 if there else alone + _EACH
        if alone >= ALONE:
            executor.fail(EnvironmentFailure(f"All workers of the cluster at {url} have gone, and no other has come."))
            return
