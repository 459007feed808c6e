"""A list of references that was typed at the end of a document, matched to works by DOI, else by title and year."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pipeline.model.bibliography import compared_doi
from pipeline.word.citations.judged import ListedWorks
from pipeline.word.citations.works import SHORTEST_TITLE, Csl, folded, year_of

_HEADING = re.compile(
    r"(?:\d+\.?\s+)?(?:list of )?(?:references?|bibliography|works cited|literature(?: cited)?|reference list|sources)"
    r"(?: cited| and notes)?:?",
    re.IGNORECASE,
)
_DOI = re.compile(r"10\.\d{4,9}/[^\s<>\"]+")
_LETTER = re.compile(r"\b(?:1[5-9]|20)\d\d[a-z]\b")
_NUMBER = re.compile(r"[\[(]?(\d{1,3})[\]).]\s")


def heads_list(words: str) -> bool:
    """Whether a heading is that of a list of references."""
    return bool(_HEADING.fullmatch(words.strip()))


@dataclass(frozen=True, slots=True)
class MatchedList:
    """Matches of a typed list: the works by letter and number, and the entries that are in no file."""

    listed: ListedWorks = field(default_factory=ListedWorks)
    unknown: tuple[str, ...] = ()


def match_list(entries: Sequence[str], works: Mapping[str, Csl], numbered: bool = False) -> MatchedList:
    """The entries of a list by their works; `numbered` says that the word processor counts them."""
    letters: dict[str, tuple[str, ...]] = {}
    numbers: dict[int, str] = {}
    unknown = []
    by_doi = {doi: key for key, csl in works.items() if (doi := compared_doi(str(csl.get("DOI") or "")))}
    titles = {key: title for key, csl in works.items() if len(title := _title(csl)) >= SHORTEST_TITLE}
    for count, entry in enumerate(entries, 1):
        key = _work_of(entry, works, by_doi, titles)
        if not key:
            unknown.append(entry)
            continue
        if lettered := _LETTER.search(entry):
            letters[lettered[0]] = (*letters.get(lettered[0], ()), key)
        typed = _NUMBER.match(entry)
        if numbered or typed:
            numbers[int(typed[1]) if typed else count] = key
    return MatchedList(ListedWorks(letters, numbers), tuple(unknown))


def _work_of(entry: str, works: Mapping[str, Csl], by_doi: Mapping[str, str], titles: Mapping[str, str]) -> str:
    """The key of the one work that an entry is of, or nothing."""
    for found in _DOI.findall(entry):
        doi = compared_doi(found.rstrip(").,;]"))
        if doi in by_doi:
            return by_doi[doi]
        if doi:
            return ""
    plain = folded(entry)
    fits = [key for key, title in titles.items() if title in plain and (year_of(works[key]) or "") in entry]
    if not fits:
        return ""
    longest = max(len(titles[key]) for key in fits)
    best = [key for key in fits if len(titles[key]) == longest]
    return best[0] if len(best) == 1 else ""


def _title(csl: Csl) -> str:
    return folded(re.sub(r"<[^<>]*>", "", str(csl.get("title") or "")))
