"""The keeper of sources: what the text field asks of whoever reads and writes them, and how it says no."""

from collections.abc import Callable
from hashlib import sha256
from typing import Protocol


class SourceRefused(Exception):
    """A source that is not read or written: its name in the words of the house."""


class StaleSource(Exception):
    """A source that has changed since it was read: its bytes as they are."""

    def __init__(self, content: bytes) -> None:
        super().__init__(content)
        self.content = content


class SourceKeeper(Protocol):
    """Keeper of the sources of a library, of which it gives one at a time."""

    def read(self, path: str) -> bytes:
        """The bytes of a source. Raises `SourceRefused`."""

    def save(self, path: str, digest: str, change: Callable[[bytes], bytes]) -> bytes:
        """Write a source as it is after a change, if it is still that of a digest; gives what was written.

        Raises `StaleSource` where it is another, and `SourceRefused`.
        """


def digest_of(content: bytes) -> str:
    """The digest of a source by which a save says what it is a change of: its SHA-256."""
    return sha256(content).hexdigest()
