"""Our rows: the command as a whole process, on a generated library."""

import sys
from collections.abc import Iterator
from pathlib import Path

from bench import library
from bench.aside import put_aside
from bench.complete import Made, faults, pages
from bench.plan import DAYS, FIRST_DAY, Plan
from bench.results import JUDGED, OURS, Measured
from bench.texts import text_of
from bench.timing import Run, run, surroundings
from tests.support.libraries import COMMAND

OWN_CHECKS = (sys.executable, "-m", "bench.own_checks")


def command(project: Path, *arguments: str, judged: bool = False) -> Run:
    """The command on a library, without other people's validators unless `judged`."""
    start = COMMAND if judged else OWN_CHECKS
    return run((*start, "--project", str(project), "--quiet", *arguments), surroundings())


def build(project: Path, plan: Plan, day: str, *names: str, judged: bool = False) -> Run:
    """A build for a day."""
    return command(project, "build", *names, "--jobs", str(plan.cores), "--date", day, judged=judged)


def begin(plan: Plan) -> None:
    """Start everything once, so that what comes first does not pay for Python's byte code and for cold disks."""
    project = plan.folder / "first"
    library.write_library(project, plan.cores * 2)
    build(project, plan, FIRST_DAY, judged=True)
    put_aside(project)


class FromNothing:
    """A library built with nothing remembered, several times; the last of it is left for the rows that follow."""

    def __init__(self, plan: Plan, size: int) -> None:
        self._plan, self._size = plan, size
        self._project = plan.folder / f"library-{size}"
        self._runs: list[Run] = []

    def again(self) -> None:
        """Build it once more."""
        _anew(self._project, self._size)
        self._runs.append(build(self._project, self._plan, FIRST_DAY))

    def measured(self) -> Iterator[Measured]:
        """What all runs took, and its packs."""
        project, size = self._project, self._size
        yield Measured("cold", OURS, size, tuple(self._runs), _pages(project), _whole(project, size))
        if self._plan.kept_rows and size == self._plan.kept:
            yield from _packs(self._plan, project, size)


def _anew(project: Path, size: int) -> None:
    put_aside(project)
    library.write_library(project, size)


def _packs(plan: Plan, project: Path, size: int) -> Iterator[Measured]:
    names = library.write_packs(project, size)
    made = build(project, plan, FIRST_DAY)
    sheets = pages(project / "output" / "packs" / name / f"{name}.pdf" for name in names)
    number = "1 pack" if len(names) == 1 else f"{len(names)} packs"
    yield Measured("packs", OURS, size, (made,), sheets, number)


def judged_from_nothing(plan: Plan, size: int) -> Measured:
    """The same with other people's validators, once."""
    project = plan.folder / f"judged-{size}"
    _anew(project, size)
    made = build(project, plan, FIRST_DAY, judged=True)
    measured = Measured("cold", JUDGED, size, (made,), _pages(project))
    put_aside(project)
    return measured


def changes(plan: Plan) -> Iterator[Measured]:
    """What a library that was built takes when nothing, a word or the day has changed."""
    size = plan.kept
    project = plan.folder / f"library-{size}"
    build(project, plan, FIRST_DAY)
    if "again" in plan.rows:
        runs = tuple(build(project, plan, FIRST_DAY, judged=True) for _ in range(plan.runs))
        yield Measured("again", OURS, size, runs)
    if "word" in plan.rows:
        yield Measured("word", OURS, size, tuple(_reworded(plan, project, n, False) for n in range(plan.runs)))
        yield Measured("word", JUDGED, size, (_reworded(plan, project, plan.runs, True),))
    if "date" in plan.rows:
        runs = tuple(build(project, plan, day, judged=True) for day in DAYS[: min(plan.runs, 2)])
        yield Measured("date", OURS, size, runs)
    if "check" in plan.rows:
        yield from _checks(plan, project, size)


def _reworded(plan: Plan, project: Path, number: int, judged: bool) -> Run:
    """One briefing with another word, another one each time."""
    library.change_a_word(project, number % plan.kept, f"Change {number}:")
    return build(project, plan, FIRST_DAY, judged=judged)


def _checks(plan: Plan, project: Path, size: int) -> Iterator[Measured]:
    fresh = plan.folder / "unread"
    library.write_library(fresh, size)
    yield Measured("check-cold", OURS, size, (command(fresh, "check", judged=True),))
    put_aside(fresh)
    yield Measured("check", OURS, size, tuple(command(project, "check", judged=True) for _ in range(plan.runs)))


def _pages(project: Path) -> int:
    return pages(sorted((project / "output" / "briefings").glob("*/*.pdf")))


def _whole(project: Path, size: int) -> str:
    """What is missing in what we made: held to the same as the others."""
    made = project / "output" / "briefings"
    names = [library.name_of(number) for number in range(size)]
    files = [Made(text_of(project, name), made / name / f"{name}.pdf", made / name / f"{name}.epub") for name in names]
    return " ".join(faults(files))
