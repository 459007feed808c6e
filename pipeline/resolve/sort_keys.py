"""Forms of names and titles to sort by: 'Rahman, Aisha', 'Effects of patrol, The'."""

import re
from collections.abc import Iterable

from pipeline.core.text.typography import is_english

# A name that is clearly a person's by British usage, given name first, is inverted. Any other name stays as written;
# authors can set `file_as`.

BEFORE_NAMES = frozenset(
    {
        "dr", "dame", "lady", "lord", "mr", "mrs", "ms", "miss", "prof", "professor", "rev", "sir",
        "pc", "ps", "dc", "ds", "di", "dci", "supt",
    }
)  # fmt: skip
"""Titles and ranks before a name, which do not count for sorting."""

PARTICLES = frozenset(
    {
        "ab", "ap", "da", "de", "del", "den", "der", "di", "dos", "du", "ferch", "la", "le", "ten", "ter", "van", "von",
    }
)  # fmt: skip
"""Words that a family name may begin with."""

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
"""Words in the names of organisations."""

_PROPER = re.compile(r"[^\W\d_](?:[^\W\d_]|[-.'’])*")
_ARTICLE = re.compile(r"(The|An|A(?!\s+(?:to|and|or|levels?)\b))\s+(\S.*)")


def sortable_name(name: str, organisations: Iterable[str] = ()) -> str:
    """The form of a name to sort by; `organisations` are known names in small letters."""
    person = "" if name.casefold() in organisations else _person(name.split())
    return person or sortable_title(name, "en")


def _person(words: list[str]) -> str:
    """'Family, Given' for words that are clearly a person's name, else ''."""
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


def sortable_title(title: str, language: str) -> str:
    """The form of a title to sort by: an English article goes to the end."""
    match = _ARTICLE.fullmatch(title) if is_english(language) else None
    return f"{match[2][0].upper()}{match[2][1:]}, {match[1]}" if match else title
