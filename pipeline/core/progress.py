"""Progress reports: bars on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Tick(Protocol):
    """Called once for each thing done."""

    def __call__(self) -> None:
        """Count one more."""


class Voice:
    """Says how far the work is; this one says nothing."""

    @contextmanager
    def stage(self, verb: str, total: int) -> Iterator[Tick]:
        """Announce a stage of so many things; each call of the tick counts one."""
        yield lambda: None

    @contextmanager
    def work(self) -> Iterator[None]:
        """While it lasts, tasks are counted by their verbs."""
        yield

    def started(self, verb: str) -> None:
        """Count a task that waits to be run."""

    def done(self, verb: str) -> None:
        """Count a task that was run."""

    def say(self, line: str) -> None:
        """Say one line now."""


class Lines(Voice):
    """Plain lines, for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started: Counter[str] = Counter()

    def started(self, verb: str) -> None:
        """One line a verb, as soon as there are two tasks of it."""
        self._started[verb] += 1
        if verb and self._started[verb] == 2:
            self.say(verb)

    @contextmanager
    def stage(self, verb: str, total: int) -> Iterator[Tick]:
        """One line a stage; a stage of one thing is not worth a line."""
        if total > 1:
            self.say(f"{verb} {total}")
        yield lambda: None

    def say(self, line: str) -> None:
        """Print the line."""
        print(line, file=self._stream, flush=True)


class Bars(Voice):
    """A bar a stage, for people watching. The bar goes when the stage is done."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console

        self._console = Console(file=stream)
        self._progress: Progress | None = None
        self._bars: dict[str, TaskID] = {}
        self._started: Counter[str] = Counter()

    def _new(self) -> Progress:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("{task.description:<12}"), BarColumn(40), MofNCompleteColumn())
        return Progress(*columns, console=self._console, transient=True)

    @contextmanager
    def work(self) -> Iterator[None]:
        """Draw a bar for each verb, which grows with the tasks that come."""
        self._bars.clear()
        self._started.clear()
        with self._new() as self._progress:
            yield
        self._progress = None

    def started(self, verb: str) -> None:
        """Count a task at the end of its bar."""
        if self._progress and verb:
            self._started[verb] += 1
            if verb not in self._bars:
                self._bars[verb] = self._progress.add_task(verb)
            self._progress.update(self._bars[verb], total=self._started[verb])

    def done(self, verb: str) -> None:
        """Move the bar of a verb."""
        if self._progress and verb in self._bars:
            self._progress.advance(self._bars[verb])

    @contextmanager
    def stage(self, verb: str, total: int) -> Iterator[Tick]:
        """Draw a bar while the stage lasts."""
        if not total:
            yield lambda: None
            return
        with self._new() as progress:
            task = progress.add_task(verb, total=total)
            yield lambda: progress.advance(task)

    def say(self, line: str) -> None:
        """Print the line above the bars."""
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)
