"""Entries of a list of references that was typed, matched to works by DOI, else by title, first author and year."""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from pipeline.model.bibliography import compared_doi
from pipeline.word.citations.judged import ListedWorks
from pipeline.word.citations.names import named_work, stands_in
from pipeline.word.citations.works import SHORTEST_TITLE, Csl, folded, year_of

_HEADING = re.compile(
    r"(?:\d+\.?\s+)?(?:list of )?(?:references?|bibliography|works cited|literature(?: cited)?|reference list|sources)"
    r"(?: cited| and notes)?:?",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]+")
_LETTER = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]\b")
_NUMBER = re.compile(r"[\[(]?(\d{1,3})[\]).]\s")
_BEFORE = re.compile(r"(?:\A|[.;)\]?!\"“‘'«]|(?:[)\]\d.]|\b[A-Z]{1,3}|\bal)[:,])[\s\"“‘'«(\[]*\Z")
"""Signs before a title: the end of names or of a year, or a quotation mark."""
_BEHIND = re.compile(r"[\s)\]]*(?:\Z|[.,;?!\"”’'»(\[])")
"""Signs behind one. A colon is none: the title goes on."""
_DATED = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]?\b|\bn\.?\s?d\.?\b|\bin press\b|\bforthcoming\b|https?://|www\.|\bdoi\b")
_NAME = r"(?:[^\W\d_a-z][\w’'.-]*|v[ao]n|d[eiu]r?|de[lnr]|l[ae]|ten?r?|al|and|&|of|for|the|on|et|others)"
_NAMED = re.compile(rf"(?:[\[(]?\d{{1,3}}[\]).]?\s+)?(?:{_NAME},?\s){{0,11}}{_NAME}\s?[.,;:(\[\"“‘]")
"""The names with which a reference begins."""
_MOST_LETTERS = 700
_STOCK = frozenset(
    re.findall(
        r"\w+",
        "accessed available retrieved from online doi http https www last viewed visited cited press eds edn edition"
        " editor editors edited vol volume volumes issue number pages page chapter report paper working series"
        " journal and the for with others translated supplement suppl version revised reprint unpublished thesis"
        " dissertation presented conference proceedings published publisher article org com",
    )
)
"""Words that references have beside those of the work itself."""
_MOST_SMALL, _MOST_WORDS = 2, 10
"""So many words of its own a reference may have, with a small letter and in all; more are a note on the work."""


def heads_list(words: str) -> bool:
    """Whether a heading is that of a list of references."""
    return bool(_HEADING.fullmatch(words.strip()))


class TypedEntry(NamedTuple):
    """An entry of a typed list: its words, its number if it has one, and the key of its work if a file has that."""

    words: str
    number: int | None = None
    key: str = ""

    @property
    def is_reference(self) -> bool:
        """Whether it is a reference by its look, or is that of a work."""
        dated = len(self.words) <= _MOST_LETTERS and _DATED.search(self.words)
        return bool(self.key or (dated and _NAMED.match(self.words)))


def listed_works(entries: Iterable[TypedEntry]) -> ListedWorks:
    """Letters and numbers that the entries of a list say, and the references that are in no file."""
    letters: dict[str, tuple[str, ...]] = {}
    numbers: dict[int, str] = {}
    unknown: list[str] = []
    for entry in entries:
        if not entry.key:
            unknown.append(entry.words)
        elif lettered := _LETTER.search(entry.words):
            letters[lettered[0]] = (*letters.get(lettered[0], ()), entry.key)
        typed = _NUMBER.match(entry.words)
        number = int(typed[1]) if typed else entry.number
        if number is not None:
            numbers[number] = entry.key if numbers.get(number, entry.key) == entry.key else ""
    return ListedWorks(letters, numbers, tuple(unknown))


class EntryMatcher:
    """Finder of the works that entries are of."""

    def __init__(self, works: Mapping[str, Csl]) -> None:
        self._works = works
        self._dois = {doi: key for key, csl in works.items() if (doi := compared_doi(str(csl.get("DOI") or "")))}
        self._titles = {key: title for key, csl in works.items() if len(title := _title(csl)) >= SHORTEST_TITLE}

    def entry(self, words: str, number: int | None = None) -> TypedEntry:
        """An entry with the key of the one work that it is of, or none. With two DOIs there are two works."""
        dois = [doi for found in _DOI.findall(words) if (doi := compared_doi(found.rstrip(").,;]")))]
        if key := next((self._dois[doi] for doi in dois if doi in self._dois), ""):
            return TypedEntry(words, number, key)
        letters, offsets = _letters(words)
        fits = [
            key
            for key, title in self._titles.items()
            if title in letters
            and not (dois and self._works[key].get("DOI"))
            and self._is_of(words, key)
            and _is_whole(words, letters, offsets, title)
        ]
        longest = max((len(self._titles[key]) for key in fits), default=0)
        best = [key for key in fits if len(self._titles[key]) == longest]
        return TypedEntry(words, number, best[0] if len(best) == 1 else "")

    def is_bare(self, entry: TypedEntry) -> bool:
        """Whether an entry is the reference to a work and little more."""
        if not entry.key:
            return False
        known = _words_in(self._works[entry.key]) | _STOCK
        said = re.findall(r"[^\W\d_]{3,}", _without_addresses(entry.words))
        more = [word for word in said if folded(word) not in known]
        return len(more) <= _MOST_WORDS and sum(word[0].islower() for word in more) <= _MOST_SMALL

    def _is_of(self, words: str, key: str) -> bool:
        """Whether an entry has the year and the first author of a work."""
        csl = self._works[key]
        year = year_of(csl)
        if year and not re.search(rf"(?<!\d){year}(?!\d)", words):
            return False
        return any(stands_in(form, words) for form in named_work(key, csl).authors[0])


def _is_whole(words: str, letters: str, offsets: list[int], title: str) -> bool:
    """Whether a title stands in an entry as a whole one, and not as part of another."""
    at = letters.find(title)
    while at >= 0:
        start, end = offsets[at], offsets[at + len(title) - 1] + 1
        if _BEFORE.search(words[max(0, start - 12) : start]) and _BEHIND.match(words, end):
            return True
        at = letters.find(title, at + 1)
    return False


def _letters(words: str) -> tuple[str, list[int]]:
    """The folded letters of some words, and the offset of each."""
    pairs = [(letter, at) for at, sign in enumerate(words) for letter in folded(sign)]
    return "".join(letter for letter, _ in pairs), [at for _, at in pairs]


def _words_in(said: object) -> frozenset[str]:
    """All words of a record."""
    if isinstance(said, Mapping):
        return frozenset[str]().union(*(_words_in(inner) for inner in said.values()))
    if isinstance(said, list | tuple):
        return frozenset[str]().union(*map(_words_in, said))
    return frozenset(map(folded, re.findall(r"[^\W\d_]+", str(said))))


def _without_addresses(words: str) -> str:
    return re.sub(r"(?:https?://|www\.|doi:|10\.\d{4,9}/)\S+", " ", words)


def _title(csl: Csl) -> str:
    return folded(re.sub(r"<[^<>]*>", "", str(csl.get("title") or "")))
