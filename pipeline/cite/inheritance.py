"""Entries of BibTeX that take fields from others, and abbreviations that stand for others, measured beforehand.

The engine follows a pointer as often as it comes upon it, and for ever where an entry leads to itself.
"""

import re
from collections.abc import Iterable, Mapping, Sequence

POINTERS = frozenset({"crossref", "xdata", "xref", "related", "entryset"})
"""The fields that name other entries."""

FOLLOWED = frozenset({"crossref", "xdata"})
"""Those of them whose entries give their fields to the one that names them."""

MOST_PARENTS = 50
"""So many entries one may take fields from, those that they take theirs from included."""

MOST_LETTERS = 100_000
"""So many letters an entry may have, its abbreviations written out."""

MOST_IN_ALL = 20_000_000
"""So many letters all entries of a file may have."""

_NAME = re.compile(r"[^\s\"#%'(),={}]+")


def pointed_keys(value: str) -> tuple[str, ...]:
    """The keys that a pointer names; none where its value is no plain word in braces or quotation marks."""
    value = value.strip()
    if len(value) > 1 and (value[0], value[-1]) in (("{", "}"), ('"', '"')):
        value = value[1:-1]
    elif not value.isdigit():
        return ()
    return () if re.search(r"[{}\"\\]", value) else tuple(key.strip() for key in value.split(","))


def in_a_circle(parents: Mapping[str, Iterable[str]]) -> frozenset[str]:
    """Those that lead to themselves, by way of others or directly."""
    left = {name: {parent for parent in named if parent in parents} for name, named in parents.items()}
    _peel(left)
    children: dict[str, set[str]] = {name: set() for name in left}
    for name, named in left.items():
        for parent in named:
            children[parent].add(name)
    _peel(children)
    return frozenset(children)


def _peel(left: dict[str, set[str]]) -> None:
    """Take away all that lead to nothing that is left."""
    pointing: dict[str, list[str]] = {name: [] for name in left}
    for name, named in left.items():
        for parent in named:
            pointing[parent].append(name)
    ends = [name for name, named in left.items() if not named]
    while ends:
        end = ends.pop()
        del left[end]
        for name in pointing[end]:
            left[name].discard(end)
            if not left[name]:
                ends.append(name)


def numbers_of_parents(parents: Mapping[str, Sequence[str]]) -> dict[str, int]:
    """Number of entries that the engine reads for each entry, without circles; one named twice is read twice."""
    numbers: dict[str, int] = {}
    for start in parents:
        waiting = [start]
        while waiting:
            name = waiting[-1]
            named = [parent for parent in parents[name] if parent in parents]
            unknown = [parent for parent in named if parent not in numbers]
            if unknown:
                waiting += unknown
            else:
                numbers[name] = sum(1 + numbers[parent] for parent in named)
                waiting.pop()
    return numbers


def letters_of(value: str, abbreviations: Mapping[str, int]) -> int:
    """Length of a value in characters once its abbreviations, of the given lengths, are written out."""
    letters = depth = 0
    quoted = False
    start = 0
    for found in re.finditer(r"[{}\"]", value):
        sign = found[0]
        if not depth and not quoted:
            letters += _bare_letters(value[start : found.start()], abbreviations)
            start = found.start()
        depth += (sign == "{") - (sign == "}")
        quoted ^= sign == '"' and not depth
        if not depth and not quoted:
            letters += found.end() - start
            start = found.end()
    rest = value[start:]
    return letters + (len(rest) if depth or quoted else _bare_letters(rest, abbreviations))


def _bare_letters(words: str, abbreviations: Mapping[str, int]) -> int:
    return sum(abbreviations.get(name.lower(), len(name)) for name in _NAME.findall(words))
