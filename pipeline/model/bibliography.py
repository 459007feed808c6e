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


def bare_doi(written: str) -> str:
    """A DOI without the address of its resolver."""
    return _RESOLVER.sub("", written.strip(), count=1) if _RESOLVER.match(written.strip()) else written.strip()


def compared_doi(written: str) -> str:
    """A DOI as it is compared: bare, in small letters, without escapes; the empty string for what is none."""
    plain = html.unescape(unquote(bare_doi(written))).casefold().rstrip(".,; ")
    return plain if plain.startswith("10.") and "/" in plain else ""


def identifiers(doi: str, pubmed: str) -> tuple[str, ...]:
    """A DOI and a number in PubMed as keys by which works are matched; what stands for none gives none."""
    plain, number = compared_doi(doi), _PUBMED.fullmatch(pubmed.strip())
    return (*((f"doi:{plain}",) if plain else ()), *((f"pmid:{number[1]}",) if number else ()))


class Verification(StrEnum):
    """State of checking that an entry is right (CSL's `custom.status`)."""

    CONFIRMED = "confirmed"
    PARTLY = "partly-confirmed"
    UNRESOLVED = "unresolved"
    NOT_RECORDED = "not-recorded"


class WorkState(StrEnum):
    """State of a work by what its publisher has said of it since, the lightest first."""

    REINSTATED = "reinstated"
    CORRECTED = "corrected"
    CONCERN = "concern"
    RETRACTED = "retracted"


CITABLE_AS = (WorkState.CORRECTED, WorkState.CONCERN, WorkState.RETRACTED)
"""States that an author may know of (`custom.cited_as`), the lightest first."""


PRINTED_STATES = (WorkState.CONCERN, WorkState.RETRACTED)
"""States that lists of references tell, and of which a text may not be published unless its author knows."""


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice on a work: the state that it puts the work into, its day, its own DOI, and the reasons that it gives."""

    state: WorkState
    day: date | None = None
    """Nothing where no day is told that can be read."""
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
    """State that its author knows of (CSL's `custom.cited_as`)."""
    notice: Notice | None = None
    """The notice that decides its state, wherever it was found."""

    @property
    def title(self) -> str:
        """The title, or the empty string."""
        return str(self.csl.get("title", ""))

    @property
    def doi(self) -> str:
        """The DOI as it is compared, or the empty string."""
        return compared_doi(str(self.csl.get("DOI", "")))

    @property
    def identifiers(self) -> tuple[str, ...]:
        """Its DOI and its number in PubMed, as far as it has them, as keys by which works are matched."""
        return identifiers(str(self.csl.get("DOI", "")), str(self.csl.get("PMID", "")))

    @property
    def state(self) -> WorkState | None:
        """Its state: the worse of what the notice says and what its author knows of; a reinstated work is that only."""
        told = self.notice.state if self.notice else None
        if told is WorkState.REINSTATED:
            return told
        return max((one for one in (told, self.cited_as) if one), key=CITABLE_AS.index, default=None)

    @property
    def state_day(self) -> date | None:
        """The day since which it is in its state, if a notice tells one."""
        return self.notice.day if self.notice and self.notice.state is self.state else None

    @property
    def is_cited_knowingly(self) -> bool:
        """Whether its author knows of the state that the notice tells, or of a worse one."""
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


def digits_of(isbn: str) -> str:
    """An ISBN without its hyphens and spaces."""
    return re.sub(r"[- ]", "", isbn)
