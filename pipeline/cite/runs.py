"""Runs of the citation engine: how many documents it is asked for at a time, and how many engines at once."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

D = TypeVar("D")
F = TypeVar("F")

MOST = 100
"""Documents in one run: what the engine says of them takes much room until it is read."""

FEWEST = 12
"""Documents for which another engine is worth its start: a tenth of a second, as long as a dozen documents take."""

ENGINES = 2
"""Engines at once. While they work nothing else is known yet that could be done."""


def in_runs(documents: Sequence[D], run: Callable[[tuple[D, ...]], F], jobs: int) -> Iterator[tuple[tuple[D, ...], F]]:
    """Results of the runs, in order, each with its documents.

    What one engine may be asked for at a time is shared between two, which run side by side where so many `jobs` are
    allowed; of more than that each run waits for the one before, as it takes room.
    """
    if len(documents) > MOST or len(documents) < ENGINES * FEWEST or jobs < ENGINES:
        for start in range(0, len(documents), MOST):
            part = tuple(documents[start : start + MOST])
            yield part, run(part)
        return
    size = -(-len(documents) // ENGINES)
    parts = [tuple(documents[start : start + size]) for start in range(0, len(documents), size)]
    with ThreadPoolExecutor(ENGINES) as engines:
        yield from zip(parts, engines.map(run, parts), strict=True)
