"""The works that a document cites: those that the library has, and new ones, each told apart from all others.

By DOI, else by the address in the manager, else by title, year and a name that both records have: two forces have an
'Annual report' of 2019 each. A manager's own number tells nothing: two authors have two libraries, and each counts its
own works.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from string import ascii_lowercase
from typing import Any

from pipeline.core.diagnostics import Desk, Place
from pipeline.load.references.records import read_record
from pipeline.model.bibliography import compared_doi

Csl = Mapping[str, Any]
"""A record of CSL-JSON."""

SHORTEST_TITLE = 12
"""Letters of a title that may tell a work: 'Introduction' is the title of many."""

_NOT_OURS = (
    "id", "abstract", "annote", "note", "source", "citation-key", "citation-label", "citation-number", "year-suffix",
    "keyword", "categories", "locator", "first-reference-note-number",
)  # fmt: skip
"""Fields that are the manager's, or somebody's notes."""


@dataclass
class CitedWorks:
    """The works of the library by key, with the addresses that they were imported from, and those that are new."""

    known: Mapping[str, Csl]
    addresses: dict[str, str]
    """Keys by the address of a work in a manager."""
    document: str
    """The document's name, which stands for the address of a work that has none."""
    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    _by: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, csl in self.known.items():
            self._enter(key, csl, "")
        for address, key in self.addresses.items():
            self._by.setdefault(f"at {address}", key)

    def key_of(self, csl: Csl, address: str = "") -> str:
        """The key of a work, which is entered where nobody has it."""
        plain = _clean(csl)
        for name in _names_of(plain, address):
            if name in self._by and (name.startswith("doi ") or _agrees(plain, self.record(self._by[name]))):
                return self._by[name]
        key = self._free_key(plain)
        self.new[key] = {"id": key, **plain, "custom": {"imported_from": address or self.document}}
        self._enter(key, plain, address)
        return key

    def record(self, key: str) -> Csl:
        """The record of a work by its key."""
        return self.new.get(key) or self.known.get(key) or {}

    @property
    def all(self) -> Mapping[str, Csl]:
        """Every work, those of the library first."""
        return {**self.known, **self.new}

    def near(self) -> Iterator[tuple[str, str, str]]:
        """The pairs of an older work and a new one that differ only in the year or the authors, and in which."""
        for key, csl in self.new.items():
            for other, older in self.all.items():
                if other == key:
                    break
                if not _title(csl) or _title(csl) != _title(older):
                    continue
                if year_of(csl) != year_of(older):
                    if _first(csl) == _first(older):
                        yield other, key, "the year"
                elif _agrees(csl, older) and _people(csl) != _people(older):
                    yield other, key, "the authors"

    def _enter(self, key: str, csl: Csl, address: str) -> None:
        for name in _names_of(csl, address):
            self._by.setdefault(name, key)

    def _free_key(self, csl: Csl) -> str:
        stem = f"{_first(csl) or 'work'}{year_of(csl)}"
        letters = ("", *ascii_lowercase[1:], *(f"-{number}" for number in range(1, 1000)))
        keys = (f"{stem}{letter}" for letter in letters)
        return next(key for key in keys if key not in self.known and key not in self.new)


def year_of(csl: Csl) -> str:
    """The year of a work as four figures, or nothing."""
    issued = csl.get("issued")
    if not isinstance(issued, Mapping):
        return ""
    parts = issued.get("date-parts") or [[]]
    first = parts[0] if isinstance(parts, list) and parts else []
    said = str(first[0]) if isinstance(first, list) and first else str(issued.get("literal") or issued.get("raw") or "")
    found = re.search(r"\d{4}", said)
    return found[0] if found else ""


def folded(words: str) -> str:
    """Small letters and figures alone, without accents: 'Ó Súilleabháin' and 'O Suilleabhain' are one name."""
    spelled = words.translate(
        {ord("ø"): "o", ord("Ø"): "o", ord("ß"): "ss", ord("ł"): "l", ord("Ł"): "l", ord("æ"): "ae"}
    )
    plain = unicodedata.normalize("NFKD", spelled).casefold()
    return "".join(c for c in plain if c.isalnum())


def people_of(csl: Csl) -> list[Mapping[str, Any]]:
    """The people that a citation names: authors, else editors; else the title stands for them."""
    for name in ("author", "editor"):
        people = csl.get(name)
        if isinstance(people, list) and people:
            return [person for person in people if isinstance(person, Mapping)]
    return [{"literal": str(csl.get("title") or "")}]


def _clean(csl: Csl) -> dict[str, Any]:
    """The fields of a record that CSL has, in its one form; what cannot be read is left out."""
    kept = {name: said for name, said in csl.items() if name not in _NOT_OURS}
    read = read_record({"type": "document", **kept, "id": "work"}, lambda *_: Place(), Desk())
    return {name: said for name, said in read.csl.items() if name != "id"} if read else {}


def _names_of(csl: Csl, address: str) -> Iterator[str]:
    """The names by which a work is known, the surest first."""
    if doi := compared_doi(str(csl.get("DOI") or "")):
        yield f"doi {doi}"
    if address:
        yield f"at {address}"
    if title := _title(csl):
        within = folded(str(csl.get("container-title") or "")) if len(title) < SHORTEST_TITLE else ""
        yield from (f"called {title} {year_of(csl)} {within} {name}" for name in sorted(_people(csl)) or ("",))


def _agrees(csl: Csl, other: Csl) -> bool:
    """False where two records have a DOI each, and these differ: whatever else they share they are two works."""
    dois = [compared_doi(str(one.get("DOI") or "")) for one in (csl, other)]
    return not all(dois) or dois[0] == dois[1]


def _people(csl: Csl) -> frozenset[str]:
    """Names of the authors, else the editors, of a work: one that two records share makes them one work's."""
    if not csl.get("author") and not csl.get("editor"):
        return frozenset()
    said = (str(person.get("family") or person.get("literal") or "") for person in people_of(csl))
    return frozenset(filter(None, map(folded, said)))


def _title(csl: Csl) -> str:
    return folded(re.sub(r"<[^<>]*>", "", str(csl.get("title") or "")))


def _first(csl: Csl) -> str:
    """The first author's family name as keys have it: 'Home Office' gives 'home'."""
    person = people_of(csl)[0] if people_of(csl) else {}
    name = str(person.get("family") or "") or (str(person.get("literal") or "").split() or [""])[0]
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[^a-z]", "", plain.encode("ascii", "ignore").decode().lower())[:24]
