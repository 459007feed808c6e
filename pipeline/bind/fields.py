"""Inputs that all binders share, and the fields of a finished file that can be given other values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from pipeline.bind.running_lines import PRODUCED_SLOT
from pipeline.model.formats import EDITIONS, FORMATS, EditionRow, Format, Layouts
from pipeline.model.manuscript import Chapter, Metadata, StampText
from pipeline.model.sheets import Identity
from pipeline.model.words import Phrases


@dataclass(frozen=True, slots=True)
class BindContext:
    """Everything that a binder needs besides the content of the file."""

    metadata: Metadata
    identity: Identity
    produced: date
    addresses: Mapping[str, str]
    """Canonical addresses of other briefings, by id."""
    layouts: Layouts = Layouts()
    """Templates of EPUBs and web pages."""


@dataclass(frozen=True, slots=True)
class DateFields:
    """The fields of a file that show the date produced."""

    path: str
    """Path under `output/`."""
    language: str
    """Language of the file, in which the date is written."""
    stamps: tuple[StampText, ...] = ()
    """Stamps of a PDF that show the date, without their texts."""
    sentences: int = 0
    """Number of sentences with the date in an EPUB, web page or text file."""
    lacking: frozenset[str] = frozenset()
    """Dates that the metadata of a print edition lacks, 'created' or 'modified': the date produced replaces them."""


@dataclass(frozen=True, slots=True)
class FieldValues:
    """Values of the fields of a file."""

    produced: date
    copy: str = ""
    """Label of a numbered copy: 'Copy 7, held by Northmoor Learning Unit'."""
    stamps: tuple[tuple[StampText, bytes], ...] = field(default=(), repr=False)
    """Stamps of a PDF that show the values, with their pages."""
    code: str = ""
    """Label of the printed code: 'Code 5ZK8D-R07N1'."""


@dataclass(frozen=True, slots=True)
class FieldReplacement:
    """A finished file, the values of its fields, and the values for each file to be made from it."""

    content: bytes = field(repr=False)
    format: Format
    words: Phrases = field(repr=False)
    """Fixed phrases in the language of the file."""
    before: FieldValues
    after: tuple[FieldValues, ...]
    dated: DateFields | None = None
    """Fields that show the date; None for copies of a numbered pack, whose date does not change."""
    profile: bytes | None = field(default=None, repr=False)
    """Colour profile of a print edition."""
    sha256: str = ""
    """Recorded digest of the file, if it may have been changed since."""

    @property
    def edition(self) -> EditionRow:
        """The edition of the PDF, or of the PDF that the file is made from."""
        return EDITIONS[FORMATS[self.format].edition]


def count_date_slots(chapters: Iterable[Chapter]) -> int:
    """Return the number of slots for the sentence that names the date produced."""
    return sum(chapter.body.count(PRODUCED_SLOT) for chapter in chapters)
