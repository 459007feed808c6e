"""Names as citations say them, compared with those of works: the same, a slip of the pen, or somebody else."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from itertools import accumulate
from typing import Any

from pipeline.word.citations.works import Csl, folded, people_of, year_of

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
    return 3 if _number_fits(said, work) else 2


def _number_fits(said: CitedNames, work: NamedWork) -> bool:
    return len(said.names) < len(work.authors) if said.others else len(said.names) == len(work.authors)


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
