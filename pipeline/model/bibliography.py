"""Works cited (CSL-JSON) and identifiers."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from pipeline.core.diagnostics import Location

_RESOLVER = re.compile(r"(?:https?://)?(?:dx\.|www\.)?doi\.org/|doi:\s*|info:doi/", re.IGNORECASE)
_PUBMED = re.compile(r"(?:pmid:?\s*)?0*([1-9]\d{0,7})(?:\.0)?", re.IGNORECASE)


def strip_doi_resolver(text: str) -> str:
    """Return a DOI without the address of its resolver."""
    doi = text.strip()
    resolver = _RESOLVER.match(doi)
    return doi[resolver.end() :] if resolver else doi


def normalise_doi(text: str) -> str:
    """Normalise a DOI for comparison: bare, in small letters, without escapes; "" if it is invalid."""
    doi = html.unescape(unquote(strip_doi_resolver(text))).casefold().rstrip(".,; ")
    return doi if doi.startswith("10.") and "/" in doi else ""


def work_identifiers(doi: str, pubmed: str) -> tuple[str, ...]:
    """Return the keys by which works are matched, from a DOI and a PubMed number; invalid ones are left out."""
    normal, number = normalise_doi(doi), _PUBMED.fullmatch(pubmed.strip())
    return (*((f"doi:{normal}",) if normal else ()), *((f"pmid:{number[1]}",) if number else ()))


class Verification(StrEnum):
    """Whether somebody has checked that an entry is right (CSL's `custom.status`)."""

    CONFIRMED = "confirmed"
    PARTLY = "partly-confirmed"
    UNRESOLVED = "unresolved"
    NOT_RECORDED = "not-recorded"


class WorkState(StrEnum):
    """State of a work by later notices of its publisher, the lightest first."""

    REINSTATED = "reinstated"
    CORRECTED = "corrected"
    CONCERN = "concern"
    RETRACTED = "retracted"


ACKNOWLEDGEABLE_STATES = (WorkState.CORRECTED, WorkState.CONCERN, WorkState.RETRACTED)
"""States that an author may acknowledge (`custom.cited_as`), the lightest first."""


PRINTED_STATES = (WorkState.CONCERN, WorkState.RETRACTED)
"""States that reference lists print, and that the author must acknowledge before publication."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice on a work: the new state of the work, its date, its own DOI, and its reasons."""

    state: WorkState
    day: date | None = None
    """None if it has no readable date."""
    doi: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Reference:
    """One work: its key, its CSL-JSON record (with `id`, without `custom`), its state and its place."""

    key: str
    csl: Mapping[str, Any] = field(hash=False)
    place: Location
    verification: Verification = Verification.NOT_RECORDED
    cited_as: WorkState | None = None
    """State that the author acknowledges (CSL's `custom.cited_as`)."""
    notice: Notice | None = None
    """The notice that decides its state, from any source."""

    @property
    def title(self) -> str:
        """The title, or the empty string."""
        return str(self.csl.get("title", ""))

    @property
    def doi(self) -> str:
        """The normalised DOI, or the empty string."""
        return normalise_doi(str(self.csl.get("DOI", "")))

    @property
    def identifiers(self) -> tuple[str, ...]:
        """The keys by which works are matched: of its DOI and its PubMed number."""
        return work_identifiers(str(self.csl.get("DOI", "")), str(self.csl.get("PMID", "")))

    @property
    def state(self) -> WorkState | None:
        """Its state: the worse of the notice's and the acknowledged one; a notice of reinstatement decides alone."""
        noticed = self.notice.state if self.notice else None
        if noticed is WorkState.REINSTATED:
            return noticed
        return max(
            (state for state in (noticed, self.cited_as) if state), key=ACKNOWLEDGEABLE_STATES.index, default=None
        )

    @property
    def state_day(self) -> date | None:
        """The day since which it is in its state, if a notice has one."""
        return self.notice.day if self.notice and self.notice.state is self.state else None

    @property
    def is_cited_knowingly(self) -> bool:
        """True if the author acknowledges the state in the notice, or a worse one."""
        return self.notice is not None and self.cited_as is not None and self.state is self.cited_as


@dataclass(frozen=True, slots=True)
class Bibliography:
    """All works of a library, by key."""

    entries: Mapping[str, Reference] = field(default_factory=dict, hash=False)

    def __contains__(self, key: object) -> bool:
        return key in self.entries

    def __getitem__(self, key: str) -> Reference:
        return self.entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.entries)

    def __len__(self) -> int:
        return len(self.entries)


def isbn_digits(isbn: str) -> str:
    """Return an ISBN without hyphens and spaces."""
    return re.sub(r"[- ]", "", isbn)
