"""A few jobs are done at once; many go to workers, and what follows to the same workers, who are ready by then."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from concurrent.futures import Executor
from functools import partial
from importlib import import_module
from pathlib import Path

import pytest

from pipeline.build.process_pool import Sturdy
from pipeline.build.project import BINDERY, PRESS, Workshop
from pipeline.build.scheduler import LOADED
from pipeline.build.workers import Serial, begin, is_ready, wait_until_ready, workers
from pipeline.core.errors import PressFailure
from pipeline.core.progress import Voice

HERE = os.getpid()


def who(job: int) -> int:
    """The process that does a job."""
    return os.getpid()


def slowly(job: int) -> int:
    """The same, by somebody who takes his time over the first."""
    time.sleep(0.5 if job == 0 else 0)
    return os.getpid()


def fatal(here: int) -> None:
    """Ends the worker that does it, and not who asked for it."""
    if os.getpid() != here:
        os._exit(9)


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    """A workshop with nothing in it."""
    return Workshop(tmp_path, tmp_path, Voice())


@pytest.fixture
def pool() -> Iterator[Sturdy]:
    """Two workers beside this process."""
    with workers(2) as executor:
        assert isinstance(executor, Sturdy)
        yield executor


def elsewhere(shop: Workshop, executor: Executor, jobs: int, few: int) -> bool:
    """Whether workers did so many jobs."""
    return HERE not in shop.hands.done("asking", who, range(jobs), executor, few=few)


def test_few_jobs_wait_for_nobody(shop: Workshop, pool: Executor) -> None:
    """One job never does, however much it is; where workers are ready, two are not too few."""
    assert not elsewhere(shop, pool, 3, few=3)
    assert not elsewhere(shop, pool, 1, few=-40)
    assert elsewhere(shop, pool, 4, few=3)
    assert elsewhere(shop, pool, 2, few=3)
    assert not elsewhere(shop, pool, 1, few=3)


def test_workers_of_another_pool_are_not_ready(shop: Workshop, pool: Executor) -> None:
    """Copies are made by workers of their own, after those of the build have gone."""
    with workers(2) as before:
        assert elsewhere(shop, before, 2, few=1)
    assert not elsewhere(shop, pool, 2, few=3)


def test_a_worker_that_is_ready_begins_with_the_first_of_few(shop: Workshop, pool: Sturdy) -> None:
    """This process does the others while it is at work."""
    shop.make_ready(pool)
    wait_until_ready(pool)
    first, *others = shop.hands.done("asking", slowly, range(4), pool, few=4)
    assert first != HERE
    assert set(others) == {HERE}
    assert not elsewhere(shop, pool, 1, few=4)
    assert len(pool.processes) == 1


def test_nobody_waits_for_a_worker_that_is_not_ready(shop: Workshop, pool: Sturdy) -> None:
    """This process does few jobs by itself, and no other worker is started for them."""
    shop.hands.start(pool, time.sleep, 1)
    assert not is_ready(pool)
    assert not elsewhere(shop, pool, 4, few=4)
    assert len(pool.processes) == 1


def test_a_pool_of_which_nobody_was_needed_ends_at_once() -> None:
    """Whatever its worker is about to load."""
    begun = time.monotonic()
    with workers(2) as pool:
        begin(pool, time.sleep, 60)
    assert time.monotonic() - begun < 30


@pytest.mark.parametrize("jobs", [1, 2])
def test_what_takes_long_to_load_is_for_the_worker_that_has_it(shop: Workshop, pool: Sturdy, jobs: int) -> None:
    """Without one this process loads it for one job; with one it need not. One job starts no other worker."""
    assert not elsewhere(shop, pool, 1, few=LOADED)
    shop.make_ready(pool)
    assert elsewhere(shop, pool, jobs, few=LOADED)
    assert len(pool.processes) == jobs
    assert elsewhere(shop, pool, 2, few=4) == (jobs > 1)  # after that all are ready


def broken(here: int) -> None:
    """Cannot be loaded."""
    raise ImportError(str(here))


def test_all_are_called(shop: Workshop, pool: Sturdy) -> None:
    """Each makes itself ready, as far as it can; what is begun then waits in line, and leaving waits for nobody."""
    shop.hands.start(pool, who, 0)
    assert not shop.hands.is_queueing(pool)
    shop.hands.call_all(pool, broken, HERE)
    begun = [shop.hands.begin(pool, slowly, job) for job in range(6)]
    assert shop.hands.is_queueing(pool)
    assert HERE not in {future.result() for future in begun if future}
    assert len(begun) == 6
    assert len(pool.processes) == 2


def test_leaving_does_not_wait_for_those_who_were_called(shop: Workshop) -> None:
    """Whatever they are loading."""
    begun = time.monotonic()
    with workers(2) as pool:
        shop.hands.start(pool, who, 0)
        shop.hands.call_all(pool, time.sleep, 60)
    assert time.monotonic() - begun < 30


def test_a_worker_has_its_tools() -> None:
    """Each is a module of the pipeline."""
    assert [import_module(name).__name__ for name in (*PRESS, *BINDERY)] == [*PRESS, *BINDERY]


@pytest.mark.parametrize(("jobs", "few"), [(2, 2), (3, 1), (1, LOADED)])
def test_a_worker_that_is_stopped_is_told_of(shop: Workshop, pool: Executor, jobs: int, few: int) -> None:
    """Whether this process takes a part or not."""
    shop.make_ready(pool)
    wait_until_ready(pool)
    with pytest.raises(PressFailure, match="died"):
        shop.hands.done("asking", fatal, [HERE] * jobs, pool, few=few)


def test_a_pool_whose_worker_was_stopped_early_goes_on(shop: Workshop, pool: Executor) -> None:
    """As it loads its tools: another takes its place."""
    shop.make_ready(pool)
    begin(pool, fatal, HERE)
    wait_until_ready(pool)
    assert elsewhere(shop, pool, jobs=3, few=1)


def test_what_was_begun_is_not_begun_again(shop: Workshop, pool: Sturdy) -> None:
    """It is asked for with others, has its place among them, and starts no other worker."""
    shop.make_ready(pool)
    assert shop.hands.begin(pool, slowly, 0) is None  # it is not ready yet
    wait_until_ready(pool)
    begun = shop.hands.begin(pool, slowly, 0)
    assert begun is not None
    assert shop.hands.begin(pool, slowly, 0) is None
    first, second = shop.hands.done("asking", slowly, [0, 1], pool, few=2, begun={0: begun})
    assert first == begun.result() != HERE
    assert second == HERE
    assert len(pool.processes) == 1


def test_nothing_is_begun_where_nobody_was_started_early(shop: Workshop, pool: Sturdy) -> None:
    """It is done when it is asked for with the rest."""
    assert shop.hands.begin(pool, who, 0) is None
    assert shop.hands.begin(Serial(), who, 0) is None
    assert not pool.processes


def test_what_is_asked_for_by_its_name_is_what_was_begun(tmp_path: Path, pool: Sturdy) -> None:
    """Of what is known nothing is begun."""
    shop = Workshop(tmp_path, tmp_path, Voice())
    shop.make_ready(pool)
    wait_until_ready(pool)
    for _ in range(2):
        shop.begin("cut", who, "lamps", lambda: 7, pool)
    made, anew = shop.remembered_by("cut", int, "asking", who, ["lamps", "patrol"], lambda number: number, pool, few=2)
    assert made[0] != HERE
    assert made[1] == HERE
    assert anew == 2
    shop.begin("cut", who, "lamps", lambda: 7, pool)
    assert shop.remembered_by("cut", int, "asking", who, ["lamps"], lambda number: number, pool) == (made[:1], 0)


def test_errands_are_done_while_a_worker_is_at_work(shop: Workshop, pool: Executor) -> None:
    """Those that are left when it is done wait for the next time, or for the end."""
    done: list[int] = []
    shop.make_ready(pool)
    wait_until_ready(pool)
    shop.hands.errands.extend(partial(done.append, number) for number in range(3))
    begun = shop.hands.begin(pool, time.sleep, 0.5)
    assert begun is not None
    shop.hands.done("waiting", time.sleep, [0.5], pool, begun={0: begun})
    assert done == [0, 1, 2]
    shop.hands.errands.append(partial(done.append, 3))
    shop.hands.done("waiting", time.sleep, [0], pool)
    assert done == [0, 1, 2]
    shop.hands.run_errands()
    assert done == [0, 1, 2, 3]


def test_what_was_begun_by_a_worker_that_is_stopped_is_told_of(shop: Workshop, pool: Executor) -> None:
    """When it is asked for."""
    shop.make_ready(pool)
    wait_until_ready(pool)
    begun = shop.hands.begin(pool, fatal, HERE)
    assert begun is not None
    with pytest.raises(PressFailure, match="died"):
        shop.hands.done("asking", fatal, [HERE], pool, begun={0: begun})
