"""Parts of a file before its kind puts them together, the job that does, and the seal of the file."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, ClassVar

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file to be bound, with all it needs. Each kind of file has a class of its own."""

    kind: ClassVar[FileKind]
    identity: Identity
    produced: date
    addresses: Addresses


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

    @property
    def about(self) -> dict[str, Any]:
        """The fields of any job."""
        return {"identity": self.identity, "produced": self.produced, "addresses": self.addresses}


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
