"""Jobs are broken off when they take too much, and a worker that dies takes only its own job with it."""

import asyncio
import os
import signal
from itertools import repeat
from pathlib import Path

import pytest

from pipeline.core.diagnostics import JobBroken
from pipeline.core.limits import Limit, LimitReached, break_off_after, resident_megabytes
from pipeline.core.workers import start_workers

pytestmark = pytest.mark.proof

SMALL = Limit(seconds=1, memory=400)
LONG = Limit(seconds=60, memory=400)


def work(job: tuple[str, str]) -> str:
    """A job of the kind that it names."""
    kind, given = job
    match kind:
        case "loop":
            while True:
                pass
        case "call":  # which hears no signal
            return str(sum(repeat(1)))
        case "memory":
            held = []
            while True:
                held.append(bytearray(10_000_000))
        case "memory at once":
            return str(len(bytes(6_000_000_000)))
        case "dies":
            os.kill(os.getpid(), signal.SIGKILL)
        case "dies once":
            try:
                Path(given).touch(exist_ok=False)
            except FileExistsError:
                return "done"
            os.kill(os.getpid(), signal.SIGKILL)
        case "swallows":
            while True:
                try:
                    while True:
                        pass
                except Exception:
                    pass
    return given


def done(jobs: list[tuple[str, str]], processes: int, limit: Limit = SMALL) -> list[str]:
    """The results of jobs by so many processes; of one that was broken off its kind, and what it took too much of."""

    async def result(job: tuple[str, str]) -> str:
        try:
            return await there.run(work, job, limit)
        except JobBroken as broken:
            return f"{job[0]}: {broken.resource}"

    async def results() -> list[str]:
        return list(await asyncio.gather(*map(result, jobs)))

    with start_workers(processes) as there:
        return asyncio.run(results())


PLAIN = [("plain", str(number)) for number in range(12)]
RIGHT = [given for _, given in PLAIN]


@pytest.mark.parametrize("kind", ["loop", "swallows", "call"])
def test_job_that_takes_too_long_is_broken_off_alone(kind: str) -> None:
    assert done([*PLAIN[:6], (kind, ""), *PLAIN[6:]], 2) == [*RIGHT[:6], f"{kind}: time", *RIGHT[6:]]


@pytest.mark.parametrize("kind", ["memory", "memory at once"])
def test_job_that_takes_too_much_memory_is_broken_off_alone(kind: str) -> None:
    assert done([*PLAIN[:6], (kind, ""), *PLAIN[6:]], 2, LONG) == [*RIGHT[:6], f"{kind}: memory", *RIGHT[6:]]


def test_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    jobs = [("dies", ""), *PLAIN[:6], ("dies once", str(tmp_path / "dead")), *PLAIN[6:], ("dies", "")]
    assert done(jobs, 2, LONG) == ["dies: memory", *RIGHT[:6], "done", *RIGHT[6:], "dies: memory"]


def test_this_process_breaks_its_own_jobs_off() -> None:
    jobs = [("loop", ""), *PLAIN[:2], ("swallows", "")]
    assert done(jobs, 1) == ["loop: time", *RIGHT[:2], "swallows: time"]


def test_limit_is_over_with_its_job() -> None:
    """What comes after a job may take as long as it likes."""
    with pytest.raises(LimitReached, match="longer than 1 seconds"), break_off_after(Limit(1, 4000)):
        work(("loop", ""))
    signal.raise_signal(signal.SIGPROF)
    assert signal.getitimer(signal.ITIMER_PROF) == (0.0, 0.0)


def test_memory_that_was_there_before_does_not_count_against_a_job() -> None:
    """A process that is large already may take half of the limit more."""
    with break_off_after(Limit(60, max(resident_megabytes() // 2, 1))):
        assert sum(range(20_000_000)) > 0


def test_a_first_task_that_is_large_is_run() -> None:
    async def run() -> int:
        with start_workers(2) as pool:
            return await pool.run(len, bytes(130_000_000), Limit(60, 260))

    assert asyncio.run(run()) == 130_000_000
