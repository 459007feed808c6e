"""Progress reports: bars on a terminal, plain lines elsewhere, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol, TextIO


class Tick(Protocol):
    """Called once for each thing done."""

    def __call__(self) -> None:
        """Count one more."""


class Voice:
    """Says how far the work is; this one says nothing."""

    part = ""
    """Current batch of a large build: 'part 2 of 4'."""

    def _named(self, verb: str) -> str:
        return f"{self.part}: {verb}" if self.part else verb

    @contextmanager
    def stage(self, verb: str, total: int) -> Iterator[Tick]:
        """Announce a stage of so many things; each call of the tick counts one."""
        yield lambda: None

    def say(self, line: str) -> None:
        """Say one line now."""


class Lines(Voice):
    """Plain lines, for logs and pipes."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    @contextmanager
    def stage(self, verb: str, total: int) -> Iterator[Tick]:
        """One line a stage; a stage of one thing is not worth a line."""
        if total > 1:
            self.say(f"{self._named(verb)} {total}")
        yield lambda: None

    def say(self, line: str) -> None:
        """Print the line."""
        print(line, file=self._stream, flush=True)


class Bars(Voice):
    """A bar a stage, for people watching. The bar goes when the stage is done."""

    def __init__(self, stream: TextIO) -> None:
        from rich.console import Console

        self._console = Console(file=stream)

    @contextmanager
    def stage(self, verb: str, total: int) -> Iterator[Tick]:
        """Draw a bar while the stage lasts."""
        if not total:
            yield lambda: None
            return
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

        columns = (TextColumn("{task.description:<12}"), BarColumn(40), MofNCompleteColumn())
        with Progress(*columns, console=self._console, transient=True) as progress:
            task = progress.add_task(self._named(verb), total=total)
            yield lambda: progress.advance(task)

    def say(self, line: str) -> None:
        """Print the line above the bars."""
        self._console.print(line, highlight=False, markup=False, soft_wrap=True)
