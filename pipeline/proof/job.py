"""A file to be inspected, a PDF, an EPUB, a web page or a plain text, and what it is held to."""

from dataclasses import dataclass, field

from pipeline.model.formats import USUAL_EDITION, Edition, FileKind
from pipeline.proof.parity.promise import Promise


@dataclass(frozen=True, slots=True)
class ProofJob:
    """A PDF: its path as it is told, its bytes, its edition, and what it is held to, if that is known."""

    path: str
    pdf: bytes
    edition: Edition = USUAL_EDITION
    promise: Promise | None = None


@dataclass(frozen=True, slots=True)
class BookJob:
    """An EPUB: its path as it is told, and its bytes."""

    path: str
    book: bytes


@dataclass(frozen=True, slots=True)
class WebJob:
    """A web page: its path as it is told, and its bytes."""

    path: str
    page: bytes


@dataclass(frozen=True, slots=True)
class ParityJob:
    """A file to be compared with its text: its path as it is told, its bytes, its kind, what it is held to."""

    path: str
    content: bytes = field(repr=False)
    kind: FileKind
    promise: Promise
