"""Works cited, in the CSL-JSON data model, with the place each stands at."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from pipeline.core.diagnostics import Place


class Verification(StrEnum):
    """State of checking that an entry is right (CSL's `custom.status`)."""

    CONFIRMED = "confirmed"
    PARTLY = "partly-confirmed"
    UNRESOLVED = "unresolved"
    NOT_RECORDED = "not-recorded"


@dataclass(frozen=True, slots=True)
class Reference:
    """One work: its key, its CSL-JSON record (with `id`, without `custom`), its state and its place."""

    key: str
    csl: Mapping[str, Any] = field(hash=False)
    place: Place
    verification: Verification = Verification.NOT_RECORDED

    @property
    def title(self) -> str:
        """The title, or the empty string."""
        return str(self.csl.get("title", ""))

    @property
    def doi(self) -> str:
        """The DOI in lower case without its resolver's address, or the empty string."""
        said = str(self.csl.get("DOI", "")).strip().lower()
        for lead in ("https://doi.org/", "http://doi.org/", "http://dx.doi.org/", "https://dx.doi.org/", "doi:"):
            said = said.removeprefix(lead)
        return said.strip()


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
