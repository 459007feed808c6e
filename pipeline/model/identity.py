"""Identity of a text on its pages."""

from dataclasses import dataclass

from pipeline.model.words import Words

Addresses = tuple[tuple[str, str], ...]
"""Canonical addresses of the briefings that a text links to, by id."""


@dataclass(frozen=True, slots=True)
class Identity:
    """Identity of a text on its pages: everything but the date produced, the folio and the holder."""

    id: str
    title: str
    short_title: str
    version: str
    words: Words
    """The fixed words around the text."""
    edition: str = ""
    publisher: str = ""
    language: str = "en-GB"
    statuses: tuple[str, ...] = ()
    """Words across the page head, in order: SAMPLE, DRAFT, DUE FOR REVIEW, SUPERSEDED BY …, WITHDRAWN."""
    marking: str = ""
    """The marking as printed top and bottom, or nothing where it is not shown."""
    address: str = ""
    """The canonical address, or nothing."""
    copy: str = ""
    """Of a pack whose copies are numbered: which copy this is, and who holds it; else nothing."""

    code: str = ""
    """The code of its words as its pages bear it, or nothing; of a numbered copy that of the copy."""
    status_page: str = ""
    """The address of the page on what that code is of, or nothing."""

    @property
    def coded(self) -> tuple[str, str]:
        """Its code and the address of its status page."""
        return self.code, self.status_page

    def has(self, status: str) -> bool:
        """Whether the pages carry a status, named as in the table of words: `draft`, `due-for-review`."""
        return self.words.say(status) in self.statuses
