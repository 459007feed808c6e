"""Jobs of binding: a class for each kind of file, the inputs that they are made from, and a file's seal."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

from pipeline.bind.chapters import EpubChapter
from pipeline.bind.epub.book import digest_archive_content
from pipeline.core.digests import sha256
from pipeline.model.formats import EPUB, PAGE, PDF, TEXT, USUAL, USUAL_EDITION, Asset, Claim, Edition, FileKind, Layouts
from pipeline.model.manuscript import NO_ASSETS, EpubAssets, Manuscript, Metadata, StampText
from pipeline.model.sheets import Addresses, Identity, PageStart, Section, TypesetPages

Stamps = tuple[tuple[StampText, bytes], ...]
"""The stamps a document needs, each with its pressed sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file to be bound, with all that this takes."""

    kind: ClassVar[FileKind]
    identity: Identity
    produced: date
    addresses: Addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class StampedJob(Job):
    """A PDF: stamp its sheets, add marks and inks for the printer, or impose them, as the edition requires."""

    kind: ClassVar[FileKind] = PDF
    metadata: Metadata
    stamps: Stamps = ()
    edition: Edition = USUAL_EDITION
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of a print edition."""
    claim: Claim | None = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfJob(StampedJob):
    """Stamp the sheets of a briefing."""

    sheets: TypesetPages


@dataclass(frozen=True, slots=True, kw_only=True)
class PackJob(StampedJob):
    """Join and stamp the sheets of a pack."""

    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflowingJob(Job):
    """Bind chapters with their pictures, as a book or as one page."""

    metadata: Metadata
    chapters: tuple[EpubChapter, ...]
    style: str
    images: tuple[Asset, ...]
    layouts: Layouts


@dataclass(frozen=True, slots=True, kw_only=True)
class EpubJob(ReflowingJob):
    """Pack an EPUB."""

    kind: ClassVar[FileKind] = EPUB
    assets: EpubAssets = NO_ASSETS


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob(Job):
    """Make a web page."""

    kind: ClassVar[FileKind] = PAGE
    manuscript: Manuscript
    starts: tuple[PageStart, ...]
    layouts: Layouts


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPageJob(ReflowingJob):
    """Make the web page of a pack."""

    kind: ClassVar[FileKind] = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class TextJob(Job):
    """Write a file of plain text."""

    kind: ClassVar[FileKind] = TEXT
    chapters: tuple[EpubChapter, ...]


@dataclass(frozen=True, slots=True)
class FileInputs:
    """Inputs of a file of any kind; chapters and pictures are collected on demand."""

    edition: Edition
    identity: Identity
    produced: date
    addresses: Addresses
    claim: Claim | None
    """Claim and attachments of a PDF."""
    profile: bytes | None = field(repr=False)
    """The colour profile of an edition in the printer's inks."""
    templates: Callable[[str], Layouts]
    """Returns the layouts of one folder."""
    text: Manuscript
    """The text; for a pack its front matter."""
    chapters: Callable[[], tuple[EpubChapter, ...]]
    images: Callable[[], tuple[Asset, ...]]
    sheets: TypesetPages | None = None
    """The sheets of a briefing."""
    sections: tuple[Section, ...] = ()
    """The sections of a pack."""

    @property
    def common_fields(self) -> dict[str, Any]:
        """The fields of any job."""
        return {"identity": self.identity, "produced": self.produced, "addresses": self.addresses}


@dataclass(frozen=True, slots=True)
class Seal:
    """Digest and size of a finished file, and of an archive also the digest of its contents."""

    sha256: str
    bytes: int
    content: str = ""


def seal_of(content: bytes) -> Seal:
    """Return the seal of a file."""
    is_archive = content.startswith(b"PK")
    return Seal(sha256(content), len(content), digest_archive_content(content) if is_archive else "")
