"""Runs of the citation engine: parallel for a library, in sequence for a large one."""

import threading

import pytest

from pipeline.build.project import CITATION_ENGINES, MAX_DOCUMENTS_PER_RUN, MIN_DOCUMENTS_PER_ENGINE, run_in_batches


@pytest.mark.parametrize(
    ("documents", "jobs", "parts"),
    [
        (3, 2, [3]),
        (MIN_DOCUMENTS_PER_ENGINE * CITATION_ENGINES, 1, [24]),
        (MIN_DOCUMENTS_PER_ENGINE * CITATION_ENGINES, 2, [12, 12]),
        (MAX_DOCUMENTS_PER_RUN - 1, 8, [50, 49]),
        (MAX_DOCUMENTS_PER_RUN + 30, 2, [100, 30]),
        (0, 2, []),
    ],
)
def test_documents_are_shared_among_runs(documents: int, jobs: int, parts: list[int]) -> None:
    runs = list(run_in_batches(range(documents), sum, jobs))
    assert [len(part) for part, _ in runs] == parts
    assert [number for part, _ in runs for number in part] == list(range(documents))
    assert all(result == sum(part) for part, result in runs)


def test_two_run_at_once() -> None:
    both = threading.Barrier(2, timeout=120)
    assert [result for _, result in run_in_batches(range(40), lambda part: both.wait() >= 0, 2)] == [True, True]


def test_an_exception_of_a_run_is_raised() -> None:
    def refuse(part: tuple[int, ...]) -> int:
        if 39 in part:
            raise ValueError("39")
        return 0

    with pytest.raises(ValueError, match="39"):
        list(run_in_batches(range(40), refuse, 2))
