"""Names of the countries of flags, in English, from tzdata, which comes with the program and is read here."""

from collections.abc import Mapping
from functools import cache
from importlib import resources
from itertools import chain

_FIRST = 0x1F1E6
"""The character that stands for an A in the code of a country."""

_OTHERS = {
    "GB": "United Kingdom",
    "GB-ENG": "England",
    "GB-SCT": "Scotland",
    "GB-WLS": "Wales",
    "EU": "European Union",
    "UN": "United Nations",
}
"""Names of flags that the list of countries lacks or has in another form."""


def country_code(flag: str) -> str:
    """The letters that the two characters of a flag stand for: 'GB'."""
    return "".join(chr(ord(character) - _FIRST + ord("A")) for character in flag)


def flag_name(code: str) -> str:
    """'flag: France'; of what has no name its code is said."""
    return f"flag: {_names().get(code, code)}"


@cache
def _names() -> Mapping[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t")[:2] for line in table.splitlines() if line and not line.startswith("#"))
    return dict(chain(((code, name) for code, name in rows), _OTHERS.items()))
