"""A few jobs are done at once; many go to workers, and what follows to the same workers, who are ready by then."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import Executor
from pathlib import Path

import pytest

from pipeline.pool import workers
from pipeline.progress import Voice
from pipeline.workshop import Workshop

HERE = os.getpid()


def who(job: int) -> int:
    """The process that does a job."""
    return os.getpid()


@pytest.fixture
def shop(tmp_path: Path) -> Workshop:
    """A workshop with nothing in it."""
    return Workshop(tmp_path, tmp_path, Voice())


@pytest.fixture
def pool() -> Iterator[Executor]:
    """Two workers beside this process."""
    with workers(2) as executor:
        yield executor


def elsewhere(shop: Workshop, executor: Executor, jobs: int, few: int) -> bool:
    """Whether workers did so many jobs."""
    return HERE not in shop.done("asking", who, range(jobs), executor, few=few)


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
