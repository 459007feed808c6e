"""Parts of a file before its kind puts them together, the job that does, and the seal of the file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar, Protocol

from pipeline.bind.epub.archive import content_digest
from pipeline.bind.epub.documents import EpubChapter
from pipeline.core.digest import sha256
from pipeline.model.asset import Asset
from pipeline.model.claim import Claim
from pipeline.model.formats import Edition, FileKind
from pipeline.model.identity import Addresses, Identity
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import Section, Sheets


class Job(Protocol):
    """A file to be bound: a frozen dataclass that holds all it needs. Each kind of file has its own."""

    __dataclass_fields__: ClassVar[dict[str, Any]]
    kind: ClassVar[FileKind]

    @property
    def identity(self) -> Identity:
        """Identity of the text."""

    @property
    def produced(self) -> date:
        """The day on its pages."""


@dataclass(frozen=True, slots=True)
class Parts:
    """Parts of a file, whatever its kind; its chapters and pictures are gathered where they are asked for."""

    edition: Edition
    identity: Identity
    produced: date
    addresses: Addresses
    claim: Claim | None
    """Claim and attachments of a PDF."""
    profile: bytes | None = field(repr=False)
    """The colour profile of an edition in the printer's inks."""
    templates: Callable[[str], Layouts]
    """The layouts of one folder."""
    text: Manuscript
    """The text; of a pack its front matter."""
    chapters: Callable[[], tuple[EpubChapter, ...]]
    images: Callable[[], tuple[Asset, ...]]
    sheets: Sheets | None = None
    """The sheets of a briefing."""
    sections: tuple[Section, ...] = ()
    """The sections of a pack."""


@dataclass(frozen=True, slots=True)
class Seal:
    """Seal of a finished file: its digest, its size, and of an archive the digest of what it holds."""

    sha256: str
    bytes: int
    content: str = ""


def sealed(content: bytes) -> Seal:
    """The seal of a file."""
    is_archive = content.startswith(b"PK")
    return Seal(sha256(content), len(content), content_digest(content) if is_archive else "")
