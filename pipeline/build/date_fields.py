"""What a build keeps of a thing that it has made: its files, what was said of them, and where they bear the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pipeline.build.outputs import Output
from pipeline.core.diagnostics import Diagnostic
from pipeline.model.manuscript import StampText


@dataclass(frozen=True, slots=True)
class Dated:
    """Where a file bears the date produced."""

    path: str
    """Under `output/`."""
    language: str
    """Of its texts, in whose words the day is said."""
    stamps: tuple[StampText, ...] = ()
    """Of a PDF its stamps that bear it, without their words."""
    sentences: int = 0
    """How often a text that reflows says it."""
    lacking: frozenset[str] = frozenset()
    """Of a print edition the dates of its text for which that of the copy stands."""


@dataclass(frozen=True, slots=True)
class Made:
    """What was made of a thing and said of its files, on which day, and the key of the build that made it."""

    outputs: tuple[Output, ...]
    remarks: tuple[Diagnostic, ...]
    build: str
    produced: date
    dated: tuple[Dated, ...] = ()
    """Where its files bear the day, if it can be exchanged in all of them."""
    dated_by: str = ""
    """The key of the build that gave them this day, if another one made them."""

    @property
    def builds(self) -> frozenset[str]:
        """The builds that it rests on."""
        return frozenset(filter(None, (self.build, self.dated_by)))
