"""Finished files put into their places and on record, some at a time: what a broken-off build has made is not lost."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import date

from pipeline.build.output import outputs
from pipeline.build.output.outputs import Output
from pipeline.build.planning.up_to_date import UpToDate
from pipeline.build.project import Project
from pipeline.build.summary import remember
from pipeline.core.diagnostics import Diagnostic
from pipeline.store.toolchain import tools

BATCH = 128
"""Files that are put into their places at a time: the record is written once for all of them."""


class Placing:
    """Places of the files of one build; `key` is the build's key in the cache."""

    def __init__(self, project: Project, up_to_date: UpToDate, produced: date, key: str) -> None:
        self._project, self.up_to_date, self._key, self._produced = project, up_to_date, key, produced
        self._waiting: list[tuple[Output, Callable[[], bytes]]] = []
        self.day = produced.isoformat()
        self.written: list[Output] = []
        self.refused: list[Output] = []
        """Files in which the proof has found what must not lie about."""

    def put(self, output: Output, read: Callable[[], bytes]) -> None:
        """Have a file put into its place."""
        self._waiting.append((output, read))
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Put what waits into its place, and on record."""
        if not self._waiting:
            return
        made, self._waiting = self._waiting, []
        outputs.place(self._project.output, made, self._produced, tools())
        self.written += (output for output, _ in made)
        outputs.add_to_record(self._project.output, (output for output, _ in made), self._produced, tools())
        remember(self._project.store, self._key, self._project.rests_on)

    def lay_aside(self, output: Output, read: Callable[[], bytes], said: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Put a file where nobody takes it for finished; gives what is said with the place where it lies."""
        outputs.lay_aside(self._project.output, output, read())
        self.refused.append(output)
        place, aside = f"output/{output.path}", f"output/{outputs.REFUSED}/{output.path}"
        return (replace(one, place=replace(one.place, path=aside)) if one.place.path == place else one for one in said)
