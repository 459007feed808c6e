"""What is to be measured, and with what."""

import os
from dataclasses import dataclass
from pathlib import Path

from bench.peers import Peer
from bench.results import TITLES

FIRST_DAY = "2027-03-01"
MANY = 100
"""A library of more briefings is made from nothing once, and not with other people's validators."""

DAYS = tuple(f"2027-03-{day:02}" for day in range(2, 29))
"""The days after, each used once."""


@dataclass(frozen=True)
class Plan:
    """A run of the benchmark."""

    folder: Path
    """Where libraries and what peers make are put."""
    sizes: tuple[int, ...] = (10, 100, 300)
    rows: frozenset[str] = frozenset(TITLES)
    peers: tuple[Peer, ...] = ()
    runs: int = 3
    long_runs: int = 3
    """Runs of a library of up to `MANY` briefings from nothing."""
    cores: int = os.cpu_count() or 1
    members: int = 40
    """Briefings of the long pack."""
    copies: int = 50

    @property
    def kept(self) -> int:
        """The size of the library in which changes are measured: 300, or the nearest below it, or the smallest."""
        return max((size for size in self.sizes if size <= 300), default=min(self.sizes))

    @property
    def kept_rows(self) -> frozenset[str]:
        """The rows to be measured in that library, with its packs."""
        return self.rows & {"packs", "again", "word", "date", "check"}

    def times(self, size: int) -> int:
        """How often a library is made from nothing."""
        return self.long_runs if size <= MANY and "cold" in self.rows else 1
