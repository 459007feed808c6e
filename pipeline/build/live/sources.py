"""Sources of a live text: what a saving changed in them, and where on its pages each line of them stands."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest
from pathlib import Path

from pipeline.build.kinds.jobs import Job
from pipeline.build.kinds.pdf import PackJob, PdfJob
from pipeline.core.diagnostics import Place
from pipeline.model.formats import EDITIONS
from pipeline.model.sheets import SourceSpot


class LiveSources:
    """The files that live texts are made of, as they were before the last saving and as they are."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._before: dict[str, str] = {}
        self._now: dict[str, str] = {}

    def read(self) -> None:
        """Begin another reading: what was read is what was before."""
        self._before |= self._now
        self._now = {}

    def changed(self, path: str) -> Place | None:
        """The first line of a file that is not as it was; None where nothing is, or nothing was known of it."""
        if path not in self._now:
            try:
                self._now[path] = (self._folder / path).read_text(encoding="utf-8", errors="replace")
            except OSError:
                return None
        before, now = self._before.get(path), self._now[path]
        if before is None or before == now:
            return None
        pairs = zip_longest(before.splitlines(), now.splitlines())
        first = next((line for line, (old, new) in enumerate(pairs, 1) if old != new), 1)
        return Place(path, min(first, len(now.splitlines()) or 1))


def spots_of(job: Job) -> Iterator[SourceSpot]:
    """The spots of a file's pages, by the numbers that these have in the file."""
    if isinstance(job, PdfJob):
        yield from job.sheets.spots
    elif isinstance(job, PackJob):
        before = 0
        for section in job.sections:
            if EDITIONS[job.edition].both_sides:
                before = section.folios.first - 1
            yield from (replace(spot, page=before + spot.page) for spot in section.sheets.spots)
            before += section.sheets.pages
