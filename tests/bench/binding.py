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
from pipeline.build.bind_jobs import Job, PackJob, bind
from pipeline.build.binding import Bindery, Bound, Watch
from pipeline.build.project import Refused
from pipeline.build.redate import Redater


def jobs_of(arguments: Sequence[str]) -> list[Job]:
    """All that a run of the command binds, or would bind if it did not remember it."""
    caught: list[Job] = []
    binding = Bindery.bind

    def noted(self: Bindery, jobs: Sequence[Job], watch: Watch) -> tuple[Bound | Refused, ...]:
        caught.extend(jobs)
        return binding(self, jobs, watch)

    redating = Redater.redate
    Bindery.bind = noted  # type: ignore[method-assign]
    Redater.redate = lambda *asked: {}  # type: ignore[method-assign]  # all is bound
    try:
        code = __main__.guarded(list(arguments))
    finally:
        Bindery.bind = binding  # type: ignore[method-assign]
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
