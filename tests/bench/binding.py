"""How long a pack takes to be joined and stamped when its parts are pressed: in a process that is warm.

`python -m tests.bench.binding PROJECT PACK DATE RUNS` prints the seconds of each run, by the clock and of the
processor, and the pages, as JSON.
"""

from __future__ import annotations

import io
import json
import sys
import time
from collections.abc import Sequence
from typing import Any

import pikepdf

from pipeline import __main__
from pipeline.build import graph
from pipeline.build.binding import Bound
from pipeline.build.builder import Builder
from pipeline.build.formats import bind
from pipeline.build.kinds.jobs import Job
from pipeline.build.kinds.pdf import PackJob
from pipeline.build.planning.artifacts import Artifacts
from pipeline.build.redate import Redater
from pipeline.build.rules import Failure


def jobs_of(arguments: Sequence[str]) -> list[Job]:
    """All that a run of the command binds, or would bind if it did not remember it."""
    caught: list[Job] = []
    binding, redating = graph.bound, Redater.redate

    async def noted(b: Builder, job: Job, origin: str, weight: int) -> Bound | Failure:
        caught.append(job)
        return await binding(b, job, origin, weight)

    async def none(*asked: object) -> dict[str, Artifacts]:
        return {}

    graph.bound = noted
    Redater.redate = none  # type: ignore[method-assign]  # all is bound
    try:
        code = __main__.guarded(list(arguments))
    finally:
        graph.bound = binding
        Redater.redate = redating  # type: ignore[method-assign]
    if code:
        sys.exit(code)
    return caught


def main(project: str, pack: str, day: str, runs: str) -> dict[str, Any]:
    """Bind the pack so many times."""
    asked = ("--project", project, "--quiet", "build", pack, "--format", "screen", "--jobs", "1", "--date", day)
    (job,) = [job for job in jobs_of(asked) if isinstance(job, PackJob)]
    made = bind(job)
    seconds = []
    for _ in range(int(runs)):
        start, used = time.perf_counter(), time.process_time()
        bind(job)
        seconds.append((time.perf_counter() - start, time.process_time() - used))
    with pikepdf.open(io.BytesIO(made)) as pdf:
        return {"seconds": seconds, "pages": len(pdf.pages)}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(*sys.argv[1:])) + "\n")
