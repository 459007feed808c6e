"""Fields of a file that bear the day on which it was produced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.model.manuscript import Chapter, StampText


@dataclass(frozen=True, slots=True)
class DateFields:
    """Fields of a file that bear the date produced."""

    path: str
    """Under `output/`."""
    language: str
    """Of its texts, in whose words the day is said."""
    stamps: tuple[StampText, ...] = ()
    """Of a PDF its stamps that bear it, without their words."""
    sentences: int = 0
    """Number of times that a text that reflows says it."""
    lacking: frozenset[str] = frozenset()
    """Of a print edition the dates of its text for which that of the copy stands."""


_SLOT = 'data-slot="produced"'


def sentences(chapters: Iterable[Chapter]) -> int:
    """Number of times that texts keep a place for the sentence that says when a copy was produced."""
    return sum(chapter.body.count(_SLOT) for chapter in chapters)
