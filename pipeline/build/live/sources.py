"""Sources of a live text: what a saving changed in them, and where on its pages each line of them stands."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import zip_longest

from pipeline.build.kinds.jobs import Job
from pipeline.build.kinds.pdf import PackJob, PdfJob
from pipeline.core.diagnostics import Place
from pipeline.model.formats import EDITIONS
from pipeline.model.sheets import SourceSpot


class LiveSources:
    """The files that live texts are made of, as they were before the last saving and as they are."""

    def __init__(self) -> None:
        self._before: dict[str, bytes] = {}
        self._now: dict[str, bytes] = {}

    def read(self) -> None:
        """Begin another reading: what was read is what was before."""
        self._before |= self._now
        self._now = {}

    def changed(self, path: str, content: bytes) -> Place | None:
        """The first line of a file that is not as it was; None where nothing is, or nothing was known of it."""
        self._now[path] = content
        before = self._before.get(path)
        if before is None or before == content:
            return None
        lines = content.splitlines()
        pairs = zip_longest(before.splitlines(), lines)
        first = next((line for line, (old, new) in enumerate(pairs, 1) if old != new), 1)
        return Place(path, min(first, len(lines) or 1))


def spots_of(job: Job) -> Iterator[SourceSpot]:
    """The spots of a file's pages, by the numbers that these have in the file."""
    if isinstance(job, PdfJob):
        yield from job.sheets.spots
    elif isinstance(job, PackJob):
        before = 0
        for section in job.sections:
            if EDITIONS[job.edition].both_sides:
                before = section.first - 1
            yield from (replace(spot, page=before + spot.page) for spot in section.sheets.spots)
            before += section.sheets.pages
