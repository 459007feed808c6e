"""Fields of finished files, their values, and a file to be given other values."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from pipeline.bind.running_lines import SLOT
from pipeline.model.formats import EDITIONS, FORMATS, EditionRow, Format
from pipeline.model.manuscript import Chapter, StampText
from pipeline.model.words import Phrases


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
    """Of a print edition the dates of its text, 'created' or 'modified', for which that of the copy stands."""


@dataclass(frozen=True, slots=True)
class Values:
    """Values of the fields of a file."""

    produced: date
    copy: str = ""
    """Words of a numbered copy on itself: 'Copy 7, held by Northmoor Learning Unit'."""
    stamps: tuple[tuple[StampText, bytes], ...] = field(default=(), repr=False)
    """Of a PDF the stamps that say them, with their sheets."""
    code: str = ""
    """Words of its code: 'Code 5ZK8D-R07N1'."""


@dataclass(frozen=True, slots=True)
class Exchange:
    """A finished file, the values of its fields, and those of each file to be made of it."""

    content: bytes = field(repr=False)
    format: Format
    words: Phrases = field(repr=False)
    """The fixed words of its texts, in which the values are said."""
    before: Values
    after: tuple[Values, ...]
    dated: DateFields | None = None
    """Its fields that bear the day; nothing of a numbered pack, whose day stays."""
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of a print edition."""
    sha256: str = ""
    """Its digest on record, if it may have been changed since."""

    @property
    def edition(self) -> EditionRow:
        """The edition of the PDF that it is, or whose sheets it rests on."""
        return EDITIONS[FORMATS[self.format].edition]


def sentences(chapters: Iterable[Chapter]) -> int:
    """Number of times that texts keep a place for the sentence that says when a copy was produced."""
    return sum(chapter.body.count(SLOT) for chapter in chapters)
