"""Blocks that are written from right to left: each says so, and in which language it is, for eyes and ears."""

import re
import unicodedata
from collections.abc import Iterator

from lxml import etree

LEAVES = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "dt", "dd", "th", "td", "caption", "figcaption"})
"""Blocks that run as their first letter does (Unicode Bidirectional Algorithm, P2 and P3)."""
HOLDERS = frozenset({"ul", "ol", "dl", "table", "blockquote"})
"""Blocks that run as most of their letters do: on that side are the marks of a list and the first column of a table.

The entries of a list all run as it does.
"""
_SPOKEN = LEAVES | {"li"}
"""Blocks whose language is taken from their letters."""

_BACKWARDS = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")
_AS_TYPED = frozenset({"code", "pre", "kbd", "samp"})
_WRITTEN_SO = {
    "he": (re.compile("[\u0590-\u05ff\ufb1d-\ufb4f]"), frozenset({"he", "iw", "yi", "lad"})),
    "ar": (
        re.compile("[\u0600-\u06ff\u0750-\u077f\u0870-\u08ff\ufb50-\ufdff\ufe70-\ufefe]"),
        frozenset({"ar", "fa", "ur", "ps", "sd", "ug", "ckb", "ku", "ks", "pnb"}),
    ),
}
"""The language that is taken for that of a script, the letters of the script, and all languages that have it."""


def direction_of(language: str) -> str:
    """The direction in which a language is written: `rtl` or `ltr`."""
    base = language.partition("-")[0].lower()
    return "rtl" if any(base in languages for _, languages in _WRITTEN_SO.values()) else "ltr"


def direct_blocks(root: etree._Element, language: str) -> None:
    """Give each block below an element that runs otherwise than what is around it its direction, in place.

    One that is taken for Hebrew or Arabic gets its language, unless a language of its script is given already. In a
    text in such a language every block says its direction, because its file may be in another language.
    """
    own = direction_of(language)
    if own == "rtl" or _BACKWARDS.search("".join(map(str, root.itertext()))):
        _direct(root, "" if own == "rtl" else own, language, language)


def _direct(element: etree._Element, around: str, language: str, given: str) -> None:
    """The same within a direction and a language, which is the one that was given or has been taken for it."""
    for child in element:
        if not isinstance(child.tag, str) or child.tag in _AS_TYPED or child.tag.startswith("{"):
            continue
        direction, own, said = child.get("dir") or around, language, given
        if child.get("lang"):
            own = said = str(child.get("lang"))
            if child.tag == "div" and not around and direction_of(own) == "ltr":
                child.set("dir", direction := "ltr")
        if child.tag in LEAVES or child.tag in HOLDERS:
            direction = child.get("dir") or _direction(child) or around
            if direction != around:
                child.set("dir", direction)
        if child.tag in _SPOKEN:
            spoken = _language(child, own) if _direction(child) == "rtl" else said
            if spoken != own:
                child.set("lang", spoken)
                own = spoken
        _direct(child, direction, own, said)


def _direction(block: etree._Element) -> str:
    """The direction of a block, by its letters; nothing where it has none."""
    sides = _sides(block)
    if block.tag in _SPOKEN:
        return next(sides, "")
    found = list(sides)
    return max(("ltr", "rtl"), key=found.count) if found else ""


def _sides(element: etree._Element) -> Iterator[str]:
    """The directions of the letters of an element, code and formulas left out."""
    if isinstance(element.tag, str) and element.tag not in _AS_TYPED and not element.tag.startswith("{"):
        yield from _of_letters(element.text or "")
        for child in element:
            yield from _sides(child)
            yield from _of_letters(child.tail or "")


def _of_letters(text: str) -> Iterator[str]:
    for letter in text:
        match unicodedata.bidirectional(letter):
            case "R" | "AL":
                yield "rtl"
            case "L":
                yield "ltr"


def _language(block: etree._Element, language: str) -> str:
    """The language of a block that runs from right to left: as given, or that of most texts in its script."""
    text = "".join(map(str, block.itertext()))
    found = [name for name, (letters, _) in _WRITTEN_SO.items() if letters.search(text)]
    base = language.partition("-")[0].lower()
    return language if len(found) != 1 or base in _WRITTEN_SO[found[0]][1] else found[0]
