"""What was measured: rows of runs, their middle, and how they stand to each other."""

import statistics
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bench.timing import Run

OURS = "ours"
JUDGED = "ours, with other people's validators"
WHOLE = "ours, whole process"

TITLES: Mapping[str, str] = {
    "cold": "Nothing remembered: screen PDF and EPUB of every briefing",
    "packs": "The packs of the library, bound from pressed briefings",
    "again": "No change",
    "word": "One word changed: its PDF and EPUB, and those of its pack",
    "date": "Tomorrow's date on everything",
    "long": "A pack of about 150 pages, from pressed briefings or typeset from scratch",
    "copies": "50 numbered copies of that pack",
    "long-text": "A text of over 120 pages with 300 formulas and 200 citations: PDF, EPUB, web page, plain text",
    "long-text-twice": "Twice that text",
    "check-cold": "Check, nothing remembered",
    "check": "Check",
}
"""The rows in the order of the table."""

FROM_NOTHING = {"again": "cold", "date": "cold"}
"""Rows in which a pipeline that remembers nothing does the work of another row."""


@dataclass(frozen=True)
class Measured:
    """One row, by one pipeline, for a library of one size."""

    row: str
    by: str
    size: int
    """Briefings."""
    runs: tuple[Run, ...] = ()
    pages: int = 0
    remark: str = ""

    @property
    def seconds(self) -> float:
        """The middle of the runs."""
        return statistics.median(run.seconds for run in self.runs)

    @property
    def cpu(self) -> float:
        """The middle of their processor seconds."""
        return statistics.median(run.cpu for run in self.runs)

    @property
    def peak(self) -> int:
        """The most memory of any run, in bytes."""
        return max(run.peak for run in self.runs)

    @property
    def is_ours(self) -> bool:
        """Whether this is our own pipeline."""
        return self.by.startswith(OURS)


class Results:
    """Everything that was measured."""

    def __init__(self, measured: Iterable[Measured]) -> None:
        order = list(TITLES)
        self.rows = tuple(sorted((m for m in measured), key=lambda m: (order.index(m.row), m.size)))

    def find(self, row: str, size: int, by: str = OURS) -> Measured | None:
        """What was measured of a row, if it was."""
        return next((m for m in self.rows if (m.row, m.size, m.by) == (row, size, by) and m.runs), None)

    def sizes(self, row: str) -> tuple[int, ...]:
        """The sizes for which we have a row of our own, smallest first."""
        return tuple(sorted({m.size for m in self.rows if m.row == row and m.is_ours and m.runs}))

    def fastest_peer(self, row: str, size: int) -> Measured | None:
        """The quickest of the others in a row."""
        row = FROM_NOTHING.get(row, row)
        peers = [m for m in self.rows if (m.row, m.size) == (row, size) and m.runs and not m.is_ours]
        return min(peers, key=lambda m: m.seconds, default=None)

    def ratio(self, row: str, size: int, by: str = OURS) -> float | None:
        """How many times as long the fastest peer takes."""
        ours, peer = self.find(row, size, by), self.fastest_peer(row, size)
        return peer.seconds / ours.seconds if ours and peer else None

    def growth(self) -> tuple[int, int, float, float] | None:
        """From which size to which, and how time a briefing and memory grow between them (0.1: by a tenth)."""
        sizes = [size for size in self.sizes("cold") if size >= 100]
        if len(sizes) < 2:
            return None
        small, large = self.find("cold", sizes[0]), self.find("cold", sizes[-1])
        if not small or not large:
            return None
        time = (large.seconds / large.size) / (small.seconds / small.size) - 1
        return small.size, large.size, time, large.peak / small.peak - 1
