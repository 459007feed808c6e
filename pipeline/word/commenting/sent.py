"""Names that tie a document to its source: its identifier, its bookmarks, and the copy that is kept."""

from __future__ import annotations

import hashlib
import re
from typing import NamedTuple

FOLDER = "source/sent"
"""The folder of the sources of documents that are out for comment."""

_DIGITS = 16
"""So many digits of a digest name the copy."""

_IDENTIFIER = re.compile(r"briefing:([a-z0-9]+(?:-[a-z0-9]+)*):sha256:([0-9a-f]{64})")
_BOOKMARK = re.compile(r"_(?P<kind>[baf])(?P<number>\d{1,6})(?:_(?P<part>\d{1,6}))?_(?P<digest>[0-9a-f]{8})")


class Sent(NamedTuple):
    """Origin of a document: the briefing's id, and the digest of its source."""

    id: str
    digest: str

    @property
    def identifier(self) -> str:
        """The document's `dc:identifier`."""
        return f"briefing:{self.id}:sha256:{self.digest}"

    @property
    def copy(self) -> str:
        """The path of the copy of the source."""
        return f"{FOLDER}/{self.id}/{self.digest[:_DIGITS]}.md"


class SentMark(NamedTuple):
    """A bookmark of ours: of a block (`b`), of something locked in one (`a`), or of words of no block (`f`)."""

    kind: str
    number: int
    part: int
    """Number of the unit that is locked; of words of no block how many such paragraphs there are; 0 for others."""
    digest: str
    """Digest of the words that stood there."""

    @property
    def name(self) -> str:
        """Its name in the document; Word hides what begins with a low line."""
        part = f"_{self.part}" if self.kind == "a" or self.part else ""
        return f"_{self.kind}{self.number}{part}_{self.digest}"


def sent_of(id_: str, content: bytes) -> Sent:
    """Origin of a document that is made from a source."""
    return Sent(id_, hashlib.sha256(content).hexdigest())


def read_identifier(written: str) -> Sent | None:
    """Origin that an identifier names; nothing where it is none of ours."""
    found = _IDENTIFIER.fullmatch(written.strip())
    return Sent(found[1], found[2]) if found else None


def read_bookmark(name: str) -> SentMark | None:
    """Bookmark of a name; nothing where it is none of ours."""
    found = _BOOKMARK.fullmatch(name)
    if found is None:
        return None
    return SentMark(found["kind"], int(found["number"]), int(found["part"] or 0), found["digest"])


def digest_of_words(words: str) -> str:
    """Digest of words by which a bookmark tells whether they are still the same."""
    return hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:8]
