"""How long a pack takes to be joined and stamped when its parts are pressed: in a process that is warm.

`python -m bench.binding PROJECT PACK DATE RUNS` prints the seconds of each run, by the clock and of the
processor, and the pages, as JSON.
"""

import io
import json
import shutil
import sys
import time
from pathlib import Path
from typing import Any

import pikepdf

from pipeline import __main__
from pipeline.build.formats import PackJob, bind
from pipeline.build.graph import bind_cached
from tests.support.calls import calls_of


def job_of(project: Path, pack: str, day: str) -> PackJob:
    """The job that the command gives for the screen edition of a pack. The file that stands is taken away first."""
    shutil.rmtree(project / "output" / "packs" / pack, ignore_errors=True)
    asked = ("--project", str(project), "--quiet", "build", pack, "--format", "screen", "--jobs", "1", "--date", day)
    with calls_of(bind_cached) as calls:
        code = __main__.guarded(list(asked))
    if code:
        sys.exit(code)
    return next(call.given["job"] for call in calls if isinstance(call.given["job"], PackJob))


def main(project: str, pack: str, day: str, runs: str) -> dict[str, Any]:
    """Bind the pack so many times."""
    job = job_of(Path(project), pack, day)
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
