"""A file that a text uses."""

from dataclasses import dataclass, field

ASSET = "asset:"
"""Prefix of a file's digest where a text names the file."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file used by a text: its media type, its bytes and their SHA-256."""

    path: str
    """Relative to the project with `/`; of a made asset its name."""
    media_type: str
    sha256: str
    content: bytes = field(repr=False)
