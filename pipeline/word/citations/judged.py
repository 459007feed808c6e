"""Judgement of a typed citation: sure, near, several or unknown. Only what is sure may be written without asking."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, NamedTuple

from pipeline.word.citations.names import CitedNames, NamedWork, agreement, stands_in

Sureness = Literal["sure", "near", "several", "unknown"]


class CitationJudgement(NamedTuple):
    """Sureness of a citation, and the keys of the works that may be meant."""

    sureness: Sureness
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
    """Judgement of names and a year. A letter behind the year is of another list: it is never guessed.

    Where names and year fit an entry of the text's own list that is in no file, that work may be the one that is meant.
    """
    if not said.names:
        return UNKNOWN
    scored = [(agreement(said, work), work.key) for work in works if _same_year(work.year, year)]
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


def _same_year(of_work: str, said: str) -> bool:
    return of_work == (said if said.isdigit() else "")
