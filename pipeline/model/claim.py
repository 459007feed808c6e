"""Claims of a finished file: its standards, the files attached to it, and its contents by its own tags."""

from dataclasses import dataclass, field
from typing import Literal

Attached = Literal["source", "references"]
"""Kind of file attached to a PDF: the Markdown it is made of, the works it cites as CSL-JSON."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file put into a PDF."""

    name: str
    media_type: str
    relationship: Literal["Source", "Data", "Supplement"]
    """Relationship to the document (ISO 32000-2, 7.11.3, AFRelationship)."""
    description: str
    modified: str
    """ISO date of its last change, or empty. Never the clock."""
    content: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Claim:
    """The claim of PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2), with attachments PDF/A-3a (ISO 19005-3)."""

    attachments: tuple[Attachment, ...] = ()

    @property
    def part(self) -> int:
        """The part of ISO 19005."""
        return 3 if self.attachments else 2

    @property
    def standards(self) -> tuple[str, ...]:
        """Their names: 'PDF/UA-1', 'PDF/A-2a'."""
        return "PDF/UA-1", f"PDF/A-{self.part}a"


USUAL = Claim()
"""PDF/UA-1 and PDF/A-2a."""


@dataclass(frozen=True, slots=True)
class FileContents:
    """Claims and contents of a file. What bears no tags has no numbers."""

    claims: tuple[str, ...] = ()
    """The standards that it says it keeps to."""
    pictures: int = 0
    told: int = 0
    """Pictures with words in their place."""
    tables: int = 0
    notes: int = 0
