"""A file to be inspected, a PDF, an EPUB or a web page, and what it is held to."""

from dataclasses import dataclass, field

from pipeline.model.formats import USUAL_EDITION, Edition
from pipeline.proof.promise import Promise


@dataclass(frozen=True, slots=True)
class ProofJob:
    """A file: its path as it is told, its bytes, its edition, and what it is held to, if that is known."""

    path: str
    content: bytes = field(repr=False)
    edition: Edition = USUAL_EDITION
    promise: Promise | None = None
