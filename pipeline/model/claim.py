"""Claims of a finished file: its standards, the files attached to it, and its contents by its own tags."""

from dataclasses import dataclass, field
from typing import Literal

Standard = Literal["ua-1", "ua-2"]
"""Edition of PDF/UA: ISO 14289-1 (with PDF/A-2a or 3a), or ISO 14289-2 (with PDF/A-4)."""

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
    """The standards that a file is held to, and its attachments by name.

    ua-1 is PDF/UA-1 and PDF/A-2a, with attachments PDF/A-3a; ua-2 is PDF/UA-2 and PDF/A-4, with attachments
    PDF/A-4f.
    """

    standard: Standard = "ua-1"
    attachments: tuple[Attachment, ...] = ()

    @property
    def part(self) -> int:
        """The part of ISO 19005."""
        if self.standard == "ua-2":
            return 4
        return 3 if self.attachments else 2

    @property
    def conformance(self) -> str:
        """The level of conformance; PDF/A-4 has none but for attachments."""
        if self.standard == "ua-2":
            return "F" if self.attachments else ""
        return "A"

    @property
    def standards(self) -> tuple[str, ...]:
        """Their names: 'PDF/UA-1', 'PDF/A-2a'."""
        return f"PDF/{self.standard.upper()}", f"PDF/A-{self.part}{self.conformance.lower()}"


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
