"""`python -m tests.bench`: how long the line takes on 300 invented briefings, in seconds of the whole command.

What is measured: a check from nothing and one more; a build from nothing; a build with no change; one changed
word; another date. Short ones are run three times and the middle one is told. Then, in CPU seconds of a process
that is warm, how long it takes to press and tag a plain page, a rich text of three pages, and longer ones: the time
should grow with the pages and no faster.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from pipeline.press.press import press
from tests.acceptance.shelf import COMMAND, environment
from tests.conftest import ROOT
from tests.generated import generate
from tests.press.lengths import plain, rich

COUNT = 300
FOLDER = ROOT / "output" / "bench"


@dataclass(frozen=True)
class Measured:
    """One line of the table."""

    name: str
    seconds: float
    target: str
    said: str


def timed(project: Path, *arguments: str) -> tuple[float, str]:
    """Seconds of a whole process, and the last words of it."""
    start = time.perf_counter()
    done = subprocess.run(
        [*COMMAND, "--project", str(project), *arguments],
        capture_output=True,
        text=True,
        env=environment(),
        check=False,
    )
    took = time.perf_counter() - start
    if done.returncode not in {0, 1}:
        sys.exit(f"{' '.join(arguments)} ended with {done.returncode}:\n{done.stderr[-2000:]}")
    lines = (done.stdout or done.stderr).strip().splitlines() or ["no remarks"]
    return took, lines[0].split(" in ", 1)[0] + (f" ({lines[0].split(' (', 1)[1]}" if " (" in lines[0] else "")


def middle(run: Callable[[int], tuple[float, str]], times: int = 3) -> tuple[float, str]:
    """The middle of some runs."""
    runs = [run(number) for number in range(times)]
    return statistics.median(seconds for seconds, _ in runs), runs[-1][1]


def change_a_word(project: Path, number: int) -> None:
    """Give one briefing another word, another one each time."""
    path = project / "source" / "briefings" / f"briefing-{100 + number:03}.md"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("## Impact 1", f"## Change {number} 1", 1), encoding="utf-8")


def measure(project: Path, jobs: str) -> list[Measured]:
    """All measurements, in an order that each can rest on the one before."""
    build = ("build", "--jobs", jobs, "--date", "2026-04-26")

    def change(number: int) -> tuple[float, str]:
        change_a_word(project, number)
        return timed(project, *build)

    def date(number: int) -> tuple[float, str]:
        return timed(project, *build[:-1], f"2026-05-0{number + 1}")

    found = [Measured("check, nothing remembered", *_with_target("", timed(project, "check")))]
    found.append(Measured("check", *_with_target("< 3", middle(lambda _: timed(project, "check")))))
    found.append(Measured("build, nothing remembered", *_with_target("", timed(project, *build))))
    found.append(Measured("build, no change", *_with_target("< 1.5", middle(lambda _: timed(project, *build)))))
    found.append(Measured("build, one word changed", *_with_target("", middle(change))))
    found.append(Measured("build, another date", *_with_target("", middle(date, 1))))
    return found


def _with_target(target: str, run: tuple[float, str]) -> tuple[float, str, str]:
    return run[0], target, run[1]


def pressing() -> list[str]:
    """CPU seconds of press and tags in a warm process: the best of some runs."""
    cases = (
        ("press, plain", plain(), 5, "< 0.1"),
        ("press, rich", rich(), 5, "< 0.2"),
        *((f"press, rich {times} times", rich(times), 2, "") for times in (10, 29)),
    )
    lines = []
    for name, text, runs, target in cases:
        press(text)
        took = []
        for _ in range(runs):
            start = time.process_time()
            pages = press(text).pages
            took.append(time.process_time() - start)
        best = min(took)
        lines.append(f"{name:28}{best:8.3f} s  {target:6}  {pages} pages, {best / pages:.3f} s each")
    return lines


def main() -> None:
    """Measure and print the table."""
    options = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    options.add_argument("--count", type=int, default=COUNT, help="briefings to invent (default: %(default)s)")
    options.add_argument("--jobs", default="2", help="processes to work with (default: %(default)s)")
    options.add_argument("--press", action="store_true", help="measure the press alone")
    asked = options.parse_args()
    if asked.press:
        sys.stdout.write("\n".join(pressing()) + "\n")
        return
    shutil.rmtree(FOLDER, ignore_errors=True)
    generate(FOLDER, asked.count)
    rows = measure(FOLDER, asked.jobs)
    lines = [f"{asked.count} briefings, {asked.jobs} jobs, Python {sys.version.split()[0]}", ""]
    lines += [f"{row.name:28}{row.seconds:8.2f} s  {row.target:6}  {row.said}" for row in rows]
    lines += ["", "CPU seconds, warm", *pressing()]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
