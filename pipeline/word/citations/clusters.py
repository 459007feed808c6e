"""A citation in the dialect: `[see @hughes2018, pp 12-15; -@king2006]`."""

import re
from collections.abc import Sequence

from pipeline.load.markdown.citations import split_locator
from pipeline.word.citations.items import CitedItem

_SEVERAL = re.compile(r"[-–—,&]|\band\b")
_MARKS = re.compile(r"[\[\]{};@\\`]")
_TAGS = re.compile(r"</?(?:i|b|em|strong|sub|sup|sc|span)\b[^<>]*>")
_STANDS_FOR = {"[": "(", "]": ")", "{": "(", "}": ")", ";": ",", "@": "at ", "\\": "", "`": "'"}
"""Signs that mean something in a citation, and what is written for them among an author's words."""


def written_cluster(items: Sequence[CitedItem], keys: Sequence[str]) -> str:
    """A citation of works by their keys, as an author would write it."""
    if len(items) == 1 and items[0].in_text and not items[0].prefix:
        tail = _tail(items[0], keys[0])[len(keys[0]) + 1 :].lstrip(", ")
        return f"@{keys[0]} [{tail}]" if tail else f"@{keys[0]}"
    return "[" + "; ".join(_part(item, key) for item, key in zip(items, keys, strict=True)) + "]"


def _part(item: CitedItem, key: str) -> str:
    prefix = f"{_plain(item.prefix)} " if item.prefix else ""
    return f"{prefix}{'-' if item.without_author else ''}{_tail(item, key)}"


def _tail(item: CitedItem, key: str) -> str:
    """The key with its locator and the words behind it, in a form that is read as the same again."""
    suffix = _plain(item.suffix)
    locator = _plain(item.locator)
    behind = f"{'' if suffix[:1] in (',', '.', ':') else ', ' if locator else ' '}{suffix}" if suffix else ""
    if not locator:
        said = behind if split_locator(behind)[0] == "" else f"{{}}{behind}"
        return f"@{key}{said}"
    label = _label(item.label, locator)
    plain = f", {label} {locator}{behind}"
    wanted = (locator, _csl_label(item.label), behind.strip())
    found = split_locator(plain)
    same = (found[0], found[1], found[2].strip()) == wanted
    return f"@{key}{plain}" if same else f"@{key}, {{{label} {locator}}}{behind}"


def _label(label: str, locator: str) -> str:
    if label in ("page", ""):
        return "pp" if _SEVERAL.search(locator) else "p"
    return "s.v." if label == "sub-verbo" else label


def _csl_label(label: str) -> str:
    return label or "page"


def _plain(words: str) -> str:
    return _MARKS.sub(lambda found: _STANDS_FOR[found[0]], _TAGS.sub("", words)).strip()
