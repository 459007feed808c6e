"""How long our pipeline takes and how much memory, beside others, on libraries of invented briefings.

Every row is a whole process, unless it says otherwise. `make bench OPTIONS='--sizes 100,1000 --rows cold'` measures a
part. The table and a plot are left in `output/bench/`.
"""

import argparse
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench import ours, theirs
from bench.long_pack import long_pack
from bench.long_text import long_text
from bench.peers import found, versions
from bench.plan import MANY, Plan
from bench.plot import plot
from bench.results import TITLES, Measured, Results
from bench.table import table
from bench.timing import Failed
from tests.support.project import ROOT

FOLDER = ROOT / "output" / "bench"
PEERS = ("typst", "prince", "weasyprint")
WARM = "press"
"""The rows of a warm process, which are no whole runs of the command."""


def measured(plan: Plan) -> Iterator[Measured]:
    """Everything planned, each row as it comes."""
    for size in sorted(plan.sizes):
        if "cold" in plan.rows or (plan.kept_rows and size == plan.kept):
            yield from _from_nothing(plan, size)
        if "cold" in plan.rows and size <= MANY:
            yield ours.judged_from_nothing(plan, size)
        if plan.kept_rows and size == plan.kept:
            yield from ours.changes(plan)
            if "word" in plan.rows:
                for peer in plan.peers:
                    yield from theirs.one_word(plan, peer)
    if plan.rows & {"long", "copies"}:
        yield from long_pack(plan)
    yield from long_text(plan)


def _from_nothing(plan: Plan, size: int) -> Iterator[Measured]:
    """The libraries of all, one run of each in turn: what else the machine is at then falls on all alike."""
    peers = plan.peers if "cold" in plan.rows else ()
    others = [theirs.FromNothing(plan, size, peer) for peer in peers]
    everybody: list[ours.FromNothing | theirs.FromNothing] = [ours.FromNothing(plan, size), *others]
    take_turns(everybody, plan.times(size))
    for one in everybody:
        yield from one.measured()


def take_turns(everybody: Sequence[ours.FromNothing | theirs.FromNothing], times: int) -> None:
    """One run of each, then the next of each."""
    for _ in range(times):
        for one in everybody:
            one.again()


def notes(plan: Plan) -> list[str]:
    """How it was measured."""
    load = f", load {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    return [
        f"{plan.cores} cores{load}; Python {sys.version.split()[0]}; {', '.join(versions(plan.peers))}. "
        "All run in turn. Each figure is the middle of its runs, memory the most of any. Peak memory adds up all "
        "processes, pages that they share each time.",
        "Briefings are invented: three pages in our layout, fifteen citations, a table, a chart, a note. "
        "The other pipelines get the same text, and set less of it: no findings, no dates, no box at the end. "
        "They check nothing. Ours checks every file; page-validation and outloud are asked only where a row says so, "
        "and in the rows 'No change' and 'Tomorrow's date', where their verdicts stand in the store.",
    ]


def _asked() -> argparse.Namespace:
    options = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    options.add_argument("--sizes", default="10,100,300", help="briefings of each library (default: %(default)s)")
    options.add_argument("--count", type=int, help="the same as --sizes with one size")
    options.add_argument("--rows", default=f"{','.join(TITLES)},{WARM}", help="what to measure (default: %(default)s)")
    options.add_argument("--peers", default=",".join(PEERS), help="others to measure, or none (default: %(default)s)")
    options.add_argument("--runs", type=int, default=3, help="runs of short rows (default: %(default)s)")
    options.add_argument("--long-runs", type=int, default=3, help="of libraries of up to 100 (default: %(default)s)")
    options.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="processes (default: one a core)")
    options.add_argument("--members", type=int, default=40, help="briefings of the long pack (default: %(default)s)")
    options.add_argument("--keep", action="store_true", help="leave libraries and files in output/bench/work")
    asked = options.parse_args()
    for name, allowed in (("rows", {*TITLES, WARM}), ("peers", {*PEERS, "none"})):
        if wrong := sorted(set(getattr(asked, name).split(",")) - allowed):
            options.error(f"--{name} knows no '{wrong[0]}'; it knows {', '.join(sorted(allowed))}.")
    if asked.count is None and not all(size.isdigit() and int(size) for size in asked.sizes.split(",")):
        options.error("--sizes are whole numbers with commas between them, such as 10,100.")
    return asked


def main() -> None:
    """Measure, print the table and leave it with the plot."""
    asked = _asked()
    peers, missing = found(asked.peers.split(","))
    rows = frozenset(asked.rows.split(","))
    sizes = (asked.count,) if asked.count else tuple(map(int, asked.sizes.split(",")))
    plan = Plan(
        *(FOLDER / "work", sizes, rows, tuple(peers), asked.runs, asked.long_runs, asked.jobs, asked.members),
    )
    shutil.rmtree(plan.folder, ignore_errors=True)
    made: list[Measured] = []
    broken = _measure(plan, made)
    warm = _warm() if WARM in rows else []
    results = Results(made)
    report = table(results, [*notes(plan), *missing, *broken], warm)
    _leave(FOLDER / "speed.md", report)
    _leave(FOLDER / "speed.svg", plot(results))
    if not asked.keep:
        shutil.rmtree(plan.folder, ignore_errors=True)
    sys.stdout.write(f"{report}\nThis table and a plot of it: output/bench/speed.md, speed.svg\n")
    sys.exit(bool(broken))


def _measure(plan: Plan, made: list[Measured]) -> list[str]:
    """Measure row by row; gives a note if a command failed, with which the run ends."""
    try:
        ours.begin(plan)
        for row in measured(plan):
            made.append(row)
            time = f"{row.seconds:8.2f} s" if row.runs else "         –"
            sys.stderr.write(f"{row.row:12}{row.size:6}  {row.by:40}{time}  {row.remark}\n")
    except Failed as failure:
        return [f"Broken off: {failure}"]
    return []


def _warm() -> list[str]:
    from bench.warm import binding, pressing

    return [*pressing(), *binding()]


def _leave(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
