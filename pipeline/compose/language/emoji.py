"""Names of emoji and flags for screen readers."""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from itertools import chain
from typing import NamedTuple
from unicodedata import category, name

from lxml import etree

from pipeline.core.text.fonts import KEYCAP, REGION, region_of, runs_right_to_left
from pipeline.core.text.typography import is_english

_REGIONAL_A = 0x1F1E6
"""The regional indicator for an A in the code of a country."""

_MORE_NAMES = {
    "GB": "United Kingdom",
    "GB-ENG": "England",
    "GB-SCT": "Scotland",
    "GB-WLS": "Wales",
    "EU": "European Union",
    "UN": "United Nations",
}
"""Names of flags that the list of countries does not have, or has in another form."""


def country_code(flag: str) -> str:
    """Return the country code of a flag: 'GB'."""
    return "".join(chr(ord(character) - _REGIONAL_A + ord("A")) for character in flag)


def flag_name(code: str) -> str:
    """Return 'flag: France', or the code if there is no name."""
    return f"flag: {_names().get(code, code)}"


@cache
def _names() -> Mapping[str, str]:
    table = resources.files("tzdata").joinpath("zoneinfo", "iso3166.tab").read_text(encoding="utf-8")
    rows = (line.split("\t")[:2] for line in table.splitlines() if line and not line.startswith("#"))
    return dict(chain(((code, name) for code, name in rows), _MORE_NAMES.items()))


# The names of signs are Unicode's, in English; in other languages a sign has an element without a name. A keycap is set
# as its letter in a box, and the flag of a part of a country as its code.

_PICTURE = "[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f1e5\U0001f300-\U0001f3fa\U0001f400-\U0001faff]"
_TONE = "[\U0001f3fb-\U0001f3ff]"
_REWRITTEN = re.compile(f"{KEYCAP.pattern}|{REGION.pattern}")
_SIGN = re.compile(
    f"{_REWRITTEN.pattern}|(?P<flag>[\U0001f1e6-\U0001f1ff]{{2}})|{_PICTURE}{_TONE}?(?:\u200d{_PICTURE}{_TONE}?)*"
)
"""A keycap, a flag, or a sign with a skin tone, or several that are joined."""

_KEYS = {"#": "number sign", "*": "asterisk"}

_UNCHANGED = frozenset({"code", "pre", "kbd", "samp", "title", "script", "style"})


def name_emoji(root: etree._Element, language: str) -> None:
    """Put each sign in the words below an element into an element with its name, in place."""
    if _SIGN.search("".join(map(str, root.itertext()))):
        _name(root, language)


def _name(element: etree._Element, language: str) -> None:
    language = str(element.get("lang") or language)
    for child in list(element):
        tail, child.tail = child.tail or "", None
        if _may_hold_signs(child):
            _name(child, language)
        _put(element, tail, language, after=child)
    text, element.text = element.text or "", None
    _put(element, text, language, after=None)


def _may_hold_signs(element: etree._Element) -> bool:
    """Whether a screen reader reads an element as words: not code, a drawing, a formula, or hidden content."""
    if not isinstance(element.tag, str) or element.tag in _UNCHANGED or element.tag.startswith("{"):
        return False
    return element.get("aria-hidden") != "true" and element.get("role") not in ("img", "math")


class _Piece(NamedTuple):
    """Words, or a sign with its name or a class; a box is drawn around a keycap or the code of a flag."""

    text: str
    name: str = ""
    kind: str = ""


def _put(parent: etree._Element, text: str, language: str, after: etree._Element | None) -> None:
    """Put words after an element, or at the beginning of their parent, with signs as elements."""
    for piece in _pieces(text, language):
        if piece.name or piece.kind:
            named = {"role": "img", "aria-label": piece.name} if piece.name else {}
            sign = etree.Element("span", {**({"class": piece.kind} if piece.kind else {}), **named})
            sign.text = piece.text
            parent.insert(0 if after is None else parent.index(after) + 1, sign)
            after = sign
        elif after is None:
            parent.text = (parent.text or "") + piece.text
        else:
            after.tail = (after.tail or "") + piece.text


def _pieces(text: str, language: str) -> Iterator[_Piece]:
    """Split a text into words and signs, with names if the words are English."""
    start, english = 0, is_english(language)
    for match in (_SIGN if english or not runs_right_to_left(text) else _REWRITTEN).finditer(text):
        sign = _sign(match)
        if sign.name or not sign.text:
            if match.start() > start:
                yield _Piece(text[start : match.start()])
            if sign.text:
                yield sign if english else sign._replace(name="", kind=sign.kind or "emoji")
            start = match.end()
    if start < len(text):
        yield _Piece(text[start:])


def _sign(match: re.Match[str]) -> _Piece:
    """Return a sign with its name, such as 'warning sign', or the names of all that are joined; no skin tone."""
    groups = match.groupdict()
    if (key := groups["key"]) is not None:
        return _Piece(key, f"keycap {_KEYS.get(key, key)}", "boxed") if key else _Piece("")
    if tags := groups["tags"]:
        return _Piece(region_of(tags), flag_name(region_of(tags)), "boxed")
    if flag := groups.get("flag"):
        return _Piece(flag, flag_name(country_code(flag)))
    names = (name(part, "").lower() for part in match[0] if category(part) == "So")
    return _Piece(match[0], ", ".join(filter(None, names)))
