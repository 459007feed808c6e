"""The works that a document cites, and names in citations compared with theirs."""

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import lru_cache
from itertools import accumulate
from string import ascii_lowercase
from typing import Any, Literal, NamedTuple

from pipeline.core.diagnostics import Diagnostics, Location
from pipeline.load.references.records import read_record
from pipeline.model.bibliography import compared_doi

# Works are the same by DOI, else by their address in the manager, else by title, year and a name that both records
# have: two forces have an 'Annual report' of 2019 each. A manager's own number says nothing: each library counts alone.

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
                if not compared_title(csl) or compared_title(csl) != compared_title(older):
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
    read = read_record({"type": "document", **kept, "id": "work"}, lambda *_: Location(), Diagnostics())
    return {name: said for name, said in read.csl.items() if name != "id"} if read else {}


def _names_of(csl: Csl, address: str) -> Iterator[str]:
    """The names by which a work is known, the surest first."""
    if doi := compared_doi(str(csl.get("DOI") or "")):
        yield f"doi {doi}"
    if address:
        yield f"at {address}"
    if title := compared_title(csl):
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


def compared_title(csl: Csl) -> str:
    """Return the title of a work without marks, folded."""
    return folded(re.sub(r"<[^<>]*>", "", str(csl.get("title") or "")))


def _first(csl: Csl) -> str:
    """The first author's family name as keys have it: 'Home Office' gives 'home'."""
    person = people_of(csl)[0] if people_of(csl) else {}
    name = str(person.get("family") or "") or (str(person.get("literal") or "").split() or [""])[0]
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[^a-z]", "", plain.encode("ascii", "ignore").decode().lower())[:24]


_OTHERS = re.compile(
    r"(?:(?:,|\band\b|&)|(?<!\s))\s*\b(?:et\.?\s?al\b\.?|others|colleagues|ac eraill|u\.\s?a\.)\s*\Z", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"[’']s?\Z")
_BETWEEN = re.compile(r",\s*(?:and|&|a|und)\s|\s(?:and|&|und)\s|,")
_INITIALS = re.compile(r"\A(?:[A-Z](?:\.[ -]?|[ -])){1,3}(?=[A-Z][\w’'])|(?<=\w)(?:,?\s[A-Z]\.?){1,3}\Z")
_ALONE = re.compile(r"(?:-?[A-Z](?:\.\s?|\s|(?=-)|\Z)){1,3}")
_SHORT_FORM = re.compile(r"\(([A-Z][A-Za-z]*[A-Z])\)|\[([A-Z][A-Za-z]*[A-Z])\]")

SAME, SLIP, OTHER = 2, 1, 0
_ALIKE = 0.8
"""Share of letters that a name with a slip has in common with the right one."""


@dataclass(frozen=True, slots=True)
class CitedNames:
    """The names of a citation, and whether it says that there are others."""

    names: tuple[str, ...]
    others: bool


@dataclass(frozen=True, slots=True)
class NamedWork:
    """A work as citations name it: for each author the forms that mean them, and the year."""

    key: str
    authors: tuple[tuple[str, ...], ...]
    year: str


def named_work(key: str, csl: Csl) -> NamedWork:
    """A work as citations name it."""
    return NamedWork(key, tuple(tuple(_forms(person)) for person in people_of(csl)), year_of(csl))


def cited_names(words: str) -> CitedNames:
    """The names in words such as 'Braga, Welsh & Schnell' or 'Braga et al.'."""
    words = _POSSESSIVE.sub("", words.strip(" ,"))
    others = _OTHERS.search(words)
    plain = _POSSESSIVE.sub("", words[: others.start()].strip(" ,")) if others else words
    names = (_INITIALS.sub("", name.strip()).strip() for name in _BETWEEN.split(plain))
    return CitedNames(
        tuple(folded(name) for name in names if folded(name) and not _ALONE.fullmatch(name)), bool(others)
    )


def stands_in(name: str, words: str) -> bool:
    """Whether some words have a folded name, from the beginning of one word to the end of another."""
    whole, starts = _letters_of_words(words)
    found = whole.find(name) if name else -1
    while found >= 0:
        if found in starts and found + len(name) in starts:
            return True
        found = whole.find(name, found + 1)
    return False


@lru_cache(maxsize=4096)
def _letters_of_words(words: str) -> tuple[str, frozenset[int]]:
    """The folded letters of some words, and the offsets at which one begins or the last ends."""
    parts = [folded(word) for word in re.findall(r"[^\W_]+", words)]
    return "".join(parts), frozenset(accumulate(map(len, parts), initial=0))


def agreement(said: CitedNames, work: NamedWork) -> int:
    """Degree to which names fit a work: 3 with their number, 2 without that, 1 but for a slip, 0 not at all."""
    whole = "".join(said.names)
    if len(said.names) > 1 and len(work.authors) == 1 and _alike(whole, work.authors[0]) == SAME:
        return 3  # 'Ministry of Housing, Communities and Local Government'
    if not said.names or len(said.names) > len(work.authors):
        return 0
    alike = [_alike(name, forms) for name, forms in zip(said.names, work.authors, strict=False)]
    if min(alike) != SAME:
        return min(alike)
    fewer = len(said.names) < len(work.authors)
    return 3 if fewer == said.others else 2


def _alike(name: str, forms: Sequence[str]) -> int:
    if name in forms:
        return SAME
    return SLIP if get_close_matches(name, [form for form in forms if len(form) > 3], 1, _ALIKE) else OTHER


def _forms(person: Mapping[str, Any]) -> Iterator[str]:
    """The folded forms that mean somebody: a family name with its particles or without, a body's initials."""
    literal = str(person.get("literal") or "")
    if literal:
        yield from _forms_of_body(literal)
        return
    family = str(person.get("family") or "")
    particles = f"{person.get('dropping-particle', '')} {person.get('non-dropping-particle', '')}"
    yield folded(family)
    if particles.strip():
        yield folded(particles + family)
    if given := str(person.get("given") or ""):
        yield folded(given + family)
    if person.get("suffix"):
        yield folded(family + str(person["suffix"]))


def _forms_of_body(literal: str) -> Iterator[str]:
    yield folded(literal)
    if bracketed := _SHORT_FORM.search(literal):
        yield folded(bracketed[1] or bracketed[2])
        literal = literal.replace(bracketed[0], " ")
        yield folded(literal)
    if literal.lower().startswith("the "):
        yield folded(literal[4:])
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", literal) if word[0].isupper())
    if len(initials) > 2:
        yield folded(initials)


class CitationJudgement(NamedTuple):
    """Sureness of a citation, and the keys of the works that may be meant. Only what is sure is written unasked."""

    sureness: Literal["sure", "near", "several", "unknown"]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedWorks:
    """Works of a list that was typed at the end: by the letter behind the year, by number, and those of no file."""

    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Keys by year and letter, such as '2020a'."""
    numbers: Mapping[int, str] = field(default_factory=dict, hash=False)
    """Keys by number; nothing where the work is in no file, or two have the number."""
    unknown: tuple[str, ...] = ()
    """Entries that are in no file."""

    def has_other(self, said: CitedNames, year: str) -> bool:
        """Whether names and a year fit an entry that is in no file."""
        for entry in self.unknown:
            found = re.search(rf"(?<!\d){re.escape(year)}", entry) if year else None
            if found and all(stands_in(name, entry) for name in said.names):
                return True
        return False


UNKNOWN = CitationJudgement("unknown")


def judge(
    said: CitedNames, year: str, letter: str, works: Sequence[NamedWork], listed: ListedWorks
) -> CitationJudgement:
    """Judge names and a year. A letter behind the year is of another list: it is never guessed."""
    if not said.names:
        return UNKNOWN
    year_said = year if year.isdigit() else ""
    scored = [(agreement(said, work), work.key) for work in works if work.year == year_said]
    best = max((score for score, _ in scored), default=0)
    keys = tuple(sorted(key for score, key in scored if score == best)) if best else ()
    if not keys:
        return UNKNOWN
    if letter:
        meant = [key for key in listed.letters.get(f"{year}{letter}", ()) if key in keys]
        if len(meant) == 1 and best == 3:
            return CitationJudgement("sure", (meant[0],))
        return CitationJudgement("several" if len(keys) > 1 else "near", keys)
    if len(keys) > 1:
        return CitationJudgement("several", keys)
    return CitationJudgement("sure" if best == 3 and not listed.has_other(said, year) else "near", keys)
