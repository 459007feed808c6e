"""Progress reports: bars on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class ProgressReporter:
    """Reports progress; this one reports nothing."""

    @contextmanager
    def work(self) -> Iterator[None]:
        """Count tasks by their verbs within the block."""
        yield

    def started(self, verb: str, tasks: int = 1) -> None:
        """Count tasks that are to be run."""

    def done(self, verb: str) -> None:
        """Count a finished task."""

    def say(self, line: str) -> None:
        """Print a line at once."""


class LineProgress(ProgressReporter):
    """Plain lines, for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._started: Counter[str] = Counter()

    def started(self, verb: str, tasks: int = 1) -> None:
        """Print the verb once it has two tasks."""
        before = self._started[verb]
        self._started[verb] += tasks
        if verb and before < 2 <= self._started[verb]:
            self.say(verb)

    def say(self, line: str) -> None:
        """Print the line."""
        print(line, file=self._stream, flush=True)


class BarProgress(ProgressReporter):
    """A bar for each verb, on a terminal. The bars disappear when the work is done."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console

        self._console = Console(file=stream)
        self._progress: Progress | None = None
        self._bars: dict[str, TaskID] = {}
        self._started: Counter[str] = Counter()

    @contextmanager
    def work(self) -> Iterator[None]:
        """Draw a bar for each verb; its total grows with the tasks."""
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        self._bars.clear()
        self._started.clear()
        columns = (TextColumn("{task.description:<12}"), BarColumn(40), MofNCompleteColumn())
        with Progress(*columns, console=self._console, transient=True) as self._progress:
            yield
        self._progress = None

    def started(self, verb: str, tasks: int = 1) -> None:
        """Add tasks to the total of their bar."""
        if self._progress and verb:
            self._started[verb] += tasks
            if verb not in self._bars:
                self._bars[verb] = self._progress.add_task(verb)
            self._progress.update(self._bars[verb], total=self._started[verb])

    def done(self, verb: str) -> None:
        """Advance the bar of a verb."""
        if self._progress and verb in self._bars:
            self._progress.advance(self._bars[verb])

    def say(self, line: str) -> None:
        """Print the line above the bars."""
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)
