"""The works that a document cites, and typed names compared with their authors."""

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
from pipeline.load.references.csl_records import read_csl_record
from pipeline.model.bibliography import normalise_doi

# Works are the same by DOI, else by their address in the manager, else by title, year and a name in both records, as
# two forces may have an 'Annual report' of 2019 each. A manager's own number is not used: each library has its own.

Csl = Mapping[str, Any]
"""A record of CSL-JSON."""

SHORTEST_TITLE = 12
"""Letters of a title that identifies a work: 'Introduction' is the title of many."""

_DROPPED_FIELDS = (
    "id", "abstract", "annote", "note", "source", "citation-key", "citation-label", "citation-number", "year-suffix",
    "keyword", "categories", "locator", "first-reference-note-number",
)  # fmt: skip
"""Fields that belong to the manager, or are notes."""


@dataclass
class CitedWorks:
    """The works of the library by key, and new ones from a document."""

    known: Mapping[str, Csl]
    addresses: dict[str, str]
    """Keys by the address of a work in a manager."""
    document: str
    """The document's name, which replaces the address of a work that has none."""
    new: dict[str, dict[str, Any]] = field(default_factory=dict)
    _keys_by_name: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for key, csl in self.known.items():
            self._add(key, csl, "")
        for address, key in self.addresses.items():
            self._keys_by_name.setdefault(f"at {address}", key)

    def key_of(self, csl: Csl, address: str = "") -> str:
        """Return the key of a work, which is added if it is new."""
        cleaned = _clean(csl)
        for name in _names_of(cleaned, address):
            key = self._keys_by_name.get(name)
            if key and (name.startswith("doi ") or _agrees(cleaned, self.record(key))):
                return key
        key = self._free_key(cleaned)
        self.new[key] = {"id": key, **cleaned, "custom": {"imported_from": address or self.document}}
        self._add(key, cleaned, address)
        return key

    def record(self, key: str) -> Csl:
        """Return the record of a work by its key."""
        return self.new.get(key) or self.known.get(key) or {}

    @property
    def all(self) -> Mapping[str, Csl]:
        """All works; the works of the library come first."""
        return {**self.known, **self.new}

    def near(self) -> Iterator[tuple[str, str, str]]:
        """Yield pairs of an older and a new work that differ only in the year or the authors, and in which."""
        for key, csl in self.new.items():
            for other, older in self.all.items():
                if other == key:
                    break
                if not compared_title(csl) or compared_title(csl) != compared_title(older):
                    continue
                if year_of(csl) != year_of(older):
                    if _first_name(csl) == _first_name(older):
                        yield other, key, "the year"
                elif _agrees(csl, older) and _people(csl) != _people(older):
                    yield other, key, "the authors"

    def _add(self, key: str, csl: Csl, address: str) -> None:
        for name in _names_of(csl, address):
            self._keys_by_name.setdefault(name, key)

    def _free_key(self, csl: Csl) -> str:
        stem = f"{_first_name(csl) or 'work'}{year_of(csl)}"
        letters = ("", *ascii_lowercase[1:], *(f"-{number}" for number in range(1, 1000)))
        keys = (f"{stem}{letter}" for letter in letters)
        return next(key for key in keys if key not in self.known and key not in self.new)


def year_of(csl: Csl) -> str:
    """Return the year of a work as four figures, or nothing."""
    issued = csl.get("issued")
    if not isinstance(issued, Mapping):
        return ""
    parts = issued.get("date-parts") or [[]]
    first = parts[0] if isinstance(parts, list) and parts else []
    text = str(first[0]) if isinstance(first, list) and first else str(issued.get("literal") or issued.get("raw") or "")
    year = re.search(r"\d{4}", text)
    return year[0] if year else ""


def fold_name(words: str) -> str:
    """Return small letters and figures without accents: 'Ó Súilleabháin' and 'O Suilleabhain' are one name."""
    spelled = words.translate(
        {ord("ø"): "o", ord("Ø"): "o", ord("ß"): "ss", ord("ł"): "l", ord("Ł"): "l", ord("æ"): "ae"}
    )
    plain = unicodedata.normalize("NFKD", spelled).casefold()
    return "".join(c for c in plain if c.isalnum())


def people_of(csl: Csl) -> list[Mapping[str, Any]]:
    """Return the people that a citation names: authors, else editors; else the title replaces them."""
    for name in ("author", "editor"):
        people = csl.get(name)
        if isinstance(people, list) and people:
            return [person for person in people if isinstance(person, Mapping)]
    return [{"literal": str(csl.get("title") or "")}]


def _clean(csl: Csl) -> dict[str, Any]:
    """Return the fields of a record that CSL has, in its normal form; unreadable ones are left out."""
    fields = {name: value for name, value in csl.items() if name not in _DROPPED_FIELDS}
    read = read_csl_record({"type": "document", **fields, "id": "work"}, lambda *_: Location(), Diagnostics())
    return {name: value for name, value in read.csl.items() if name != "id"} if read else {}


def _names_of(csl: Csl, address: str) -> Iterator[str]:
    """Yield the names by which a work is known, the surest first."""
    if doi := normalise_doi(str(csl.get("DOI") or "")):
        yield f"doi {doi}"
    if address:
        yield f"at {address}"
    if title := compared_title(csl):
        container = fold_name(str(csl.get("container-title") or "")) if len(title) < SHORTEST_TITLE else ""
        yield from (f"called {title} {year_of(csl)} {container} {name}" for name in sorted(_people(csl)) or ("",))


def _agrees(csl: Csl, other: Csl) -> bool:
    """Return False if both records have a DOI and these differ: then they are two works."""
    dois = [normalise_doi(str(record.get("DOI") or "")) for record in (csl, other)]
    return not all(dois) or dois[0] == dois[1]


def _people(csl: Csl) -> frozenset[str]:
    """Return the names of a work's authors, else editors: a work with one of them in common may be the same."""
    if not csl.get("author") and not csl.get("editor"):
        return frozenset()
    names = (str(person.get("family") or person.get("literal") or "") for person in people_of(csl))
    return frozenset(filter(None, map(fold_name, names)))


def compared_title(csl: Csl) -> str:
    """Return the title of a work without markup, folded."""
    return fold_name(re.sub(r"<[^<>]*>", "", str(csl.get("title") or "")))


def _first_name(csl: Csl) -> str:
    """Return the first author's family name as keys have it: 'Home Office' gives 'home'."""
    person = people_of(csl)[0] if people_of(csl) else {}
    name = str(person.get("family") or "") or (str(person.get("literal") or "").split() or [""])[0]
    plain = unicodedata.normalize("NFKD", name.replace("ø", "o").replace("ß", "ss").replace("ł", "l"))
    return re.sub(r"[^a-z]", "", plain.encode("ascii", "ignore").decode().lower())[:24]


_AND_OTHERS = re.compile(
    r"(?:(?:,|\band\b|&)|(?<!\s))\s*\b(?:et\.?\s?al\b\.?|others|colleagues|ac eraill|u\.\s?a\.)\s*\Z", re.IGNORECASE
)
_POSSESSIVE = re.compile(r"[’']s?\Z")
_BETWEEN_NAMES = re.compile(r",\s*(?:and|&|a|und)\s|\s(?:and|&|und)\s|,")
_INITIALS = re.compile(r"\A(?:[A-Z](?:\.[ -]?|[ -])){1,3}(?=[A-Z][\w’'])|(?<=\w)(?:,?\s[A-Z]\.?){1,3}\Z")
_INITIALS_ALONE = re.compile(r"(?:-?[A-Z](?:\.\s?|\s|(?=-)|\Z)){1,3}")
_SHORT_FORM = re.compile(r"\(([A-Z][A-Za-z]*[A-Z])\)|\[([A-Z][A-Za-z]*[A-Z])\]")

SAME, SLIP, OTHER = 2, 1, 0
_MIN_RATIO = 0.8
"""Share of letters that a misspelt name has in common with the right one."""


@dataclass(frozen=True, slots=True)
class CitedNames:
    """The names of a citation, and whether it says that there are others."""

    names: tuple[str, ...]
    others: bool


@dataclass(frozen=True, slots=True)
class NamedWork:
    """A work as citations name it: the forms of each author's name, and the year."""

    key: str
    authors: tuple[tuple[str, ...], ...]
    year: str


def named_work(key: str, csl: Csl) -> NamedWork:
    """Return a work as citations name it."""
    return NamedWork(key, tuple(tuple(_forms(person)) for person in people_of(csl)), year_of(csl))


def cited_names(words: str) -> CitedNames:
    """Read the names in words such as 'Braga, Welsh & Schnell' or 'Braga et al.'."""
    words = _POSSESSIVE.sub("", words.strip(" ,"))
    others = _AND_OTHERS.search(words)
    plain = _POSSESSIVE.sub("", words[: others.start()].strip(" ,")) if others else words
    names = (_INITIALS.sub("", name.strip()).strip() for name in _BETWEEN_NAMES.split(plain))
    return CitedNames(
        tuple(fold_name(name) for name in names if fold_name(name) and not _INITIALS_ALONE.fullmatch(name)),
        bool(others),
    )


def stands_in(name: str, words: str) -> bool:
    """Return whether some words have a folded name, as whole words."""
    letters, starts = _letters_of_words(words)
    place = letters.find(name) if name else -1
    while place >= 0:
        if place in starts and place + len(name) in starts:
            return True
        place = letters.find(name, place + 1)
    return False


@lru_cache(maxsize=4096)
def _letters_of_words(words: str) -> tuple[str, frozenset[int]]:
    """Return the folded letters of some words, and the offsets of their beginnings and of the end."""
    parts = [fold_name(word) for word in re.findall(r"[^\W_]+", words)]
    return "".join(parts), frozenset(accumulate(map(len, parts), initial=0))


def agreement(cited: CitedNames, work: NamedWork) -> int:
    """Return how well names fit a work: 3 with their number, 2 without it, 1 with a slip, 0 not at all."""
    joined = "".join(cited.names)
    if len(cited.names) > 1 and len(work.authors) == 1 and _compare_name(joined, work.authors[0]) == SAME:
        return 3  # 'Ministry of Housing, Communities and Local Government'
    if not cited.names or len(cited.names) > len(work.authors):
        return 0
    matches = [_compare_name(name, forms) for name, forms in zip(cited.names, work.authors, strict=False)]
    if min(matches) != SAME:
        return min(matches)
    fewer = len(cited.names) < len(work.authors)
    return 3 if fewer == cited.others else 2


def _compare_name(name: str, forms: Sequence[str]) -> int:
    if name in forms:
        return SAME
    return SLIP if get_close_matches(name, [form for form in forms if len(form) > 3], 1, _MIN_RATIO) else OTHER


def _forms(person: Mapping[str, Any]) -> Iterator[str]:
    """Yield the folded forms of a name: a family name with and without particles, an organisation's initials."""
    literal = str(person.get("literal") or "")
    if literal:
        yield from _forms_of_organisation(literal)
        return
    family = str(person.get("family") or "")
    particles = f"{person.get('dropping-particle', '')} {person.get('non-dropping-particle', '')}"
    yield fold_name(family)
    if particles.strip():
        yield fold_name(particles + family)
    if given := str(person.get("given") or ""):
        yield fold_name(given + family)
    if person.get("suffix"):
        yield fold_name(family + str(person["suffix"]))


def _forms_of_organisation(literal: str) -> Iterator[str]:
    yield fold_name(literal)
    if bracketed := _SHORT_FORM.search(literal):
        yield fold_name(bracketed[1] or bracketed[2])
        literal = literal.replace(bracketed[0], " ")
        yield fold_name(literal)
    if literal.lower().startswith("the "):
        yield fold_name(literal[4:])
    initials = "".join(word[0] for word in re.findall(r"[^\W\d_]+", literal) if word[0].isupper())
    if len(initials) > 2:
        yield fold_name(initials)


class CitationJudgement(NamedTuple):
    """How sure a citation is, and the keys of the works that it may mean. Only sure ones are written."""

    sureness: Literal["sure", "near", "several", "unknown"]
    keys: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListedWorks:
    """What a typed list of works says: works by letter and by number, and those that are in no file."""

    letters: Mapping[str, tuple[str, ...]] = field(default_factory=dict, hash=False)
    """Keys by year and letter, such as '2020a'."""
    numbers: Mapping[int, str] = field(default_factory=dict, hash=False)
    """Keys by number; empty if the work is in no file, or two works have the number."""
    unknown: tuple[str, ...] = ()
    """Entries that are in no file."""

    def has_other(self, cited: CitedNames, year: str) -> bool:
        """Return whether names and a year fit an entry that is in no file."""
        for entry in self.unknown:
            has_year = re.search(rf"(?<!\d){re.escape(year)}", entry) if year else None
            if has_year and all(stands_in(name, entry) for name in cited.names):
                return True
        return False


UNKNOWN = CitationJudgement("unknown")


def judge_citation(
    cited: CitedNames, year: str, letter: str, works: Sequence[NamedWork], listed: ListedWorks
) -> CitationJudgement:
    """Judge names and a year. A letter after the year comes from a list, and is never guessed."""
    if not cited.names:
        return UNKNOWN
    work_year = year if year.isdigit() else ""
    scored = [(agreement(cited, work), work.key) for work in works if work.year == work_year]
    best = max((score for score, _ in scored), default=0)
    keys = tuple(sorted(key for score, key in scored if score == best)) if best else ()
    if not keys:
        return UNKNOWN
    if letter:
        lettered = [key for key in listed.letters.get(f"{year}{letter}", ()) if key in keys]
        if len(lettered) == 1 and best == 3:
            return CitationJudgement("sure", (lettered[0],))
        return CitationJudgement("several" if len(keys) > 1 else "near", keys)
    if len(keys) > 1:
        return CitationJudgement("several", keys)
    return CitationJudgement("sure" if best == 3 and not listed.has_other(cited, year) else "near", keys)
