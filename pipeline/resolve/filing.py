"""Forms of names and titles in an alphabet: 'Rahman, Aisha', 'Effects of patrol, The'."""

import re
from collections.abc import Iterable

from pipeline.core.text.typography import is_english

# A name that is plainly a person's by British usage, given name first, is turned round; any other name stays as it is
# written, and its author can set `file_as`.

BEFORE_NAMES = frozenset(
    {
        "dr", "dame", "lady", "lord", "mr", "mrs", "ms", "miss", "prof", "professor", "rev", "sir",
        "pc", "ps", "dc", "ds", "di", "dci", "supt",
    }
)  # fmt: skip
"""Titles and ranks that are written before a name and do not count in an alphabet."""

PARTICLES = frozenset(
    {
        "ab", "ap", "da", "de", "del", "den", "der", "di", "dos", "du", "ferch", "la", "le", "ten", "ter", "van", "von",
    }
)  # fmt: skip
"""Small words with which a family name may begin."""

OF_BODIES = frozenset(
    {
        "academy", "agency", "association", "authority", "board", "branch", "bureau", "center", "centre", "charity",
        "college", "commission", "committee", "consortium", "constabulary", "council", "department", "division",
        "faculty", "federation", "force", "forum", "foundation", "group", "institute", "institution", "laboratory",
        "limited", "ltd", "ministry", "network", "office", "organisation", "organization", "panel", "partnership",
        "plc", "police", "programme", "project", "school", "service", "services", "society", "team", "trust", "unit",
        "university",
    }
)  # fmt: skip
"""Words that no person is called by."""

_PROPER = re.compile(r"[^\W\d_](?:[^\W\d_]|[-.'’])*")
_ARTICLE = re.compile(r"(The|An|A(?!\s+(?:to|and|or|levels?)\b))\s+(\S.*)")


def filed_name(name: str, bodies: Iterable[str] = ()) -> str:
    """Form of a name in an alphabet; `bodies` are organisations by their names in small letters."""
    if name.casefold() in bodies or not (person := _person(name.split())):
        return filed_title(name, "en")
    return person


def _person(words: list[str]) -> str:
    """'Family, Given' of what is plainly a person's name; else nothing."""
    names = words
    while names and names[0].rstrip(".").casefold() in BEFORE_NAMES:
        names = names[1:]
    if not 2 <= len(names) <= 5 or any(word.casefold() in OF_BODIES for word in names):
        return ""
    first = next((n for n, word in enumerate(names[1:], 1) if word in PARTICLES), len(names) - 1)
    given, family = names[:first], names[first:]
    proper = [*given, *(word for word in family if word not in PARTICLES)]
    if family[-1] in PARTICLES or not all(word[0].isupper() and _PROPER.fullmatch(word) for word in proper):
        return ""
    return f"{' '.join(family)}, {' '.join(given)}"


def filed_title(title: str, language: str) -> str:
    """Form of a title in an alphabet: an English article goes to its end."""
    found = _ARTICLE.fullmatch(title) if is_english(language) else None
    return f"{found[2][0].upper()}{found[2][1:]}, {found[1]}" if found else title
