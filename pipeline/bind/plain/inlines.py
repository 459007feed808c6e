"""Words within a line as plain text: what a page shows by its type or by a picture is said, or left out."""

import re
from collections.abc import Iterator

from lxml import etree

from pipeline.bind.links import says_address
from pipeline.markup.plain import NOTE_NUMBER, is_left_out
from pipeline.markup.roles import FLOW
from pipeline.markup.xhtml import MATHML, SVG, local
from pipeline.text.filling import COLUMNS, columns

_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_ORDINALS = frozenset({"st", "nd", "rd", "th"})
"""The endings of '1st' and '2nd', which need not be raised."""
_SPACE = re.compile(r"[ \t\r\n\f]+")
_BESIDE_BREAK = re.compile(r" *\v[ \v]*")

_UNBROKEN = frozenset({"part", "unbroken"})
"""Classes of words that stand on one line, if they are few."""

_BELOW = frozenset({"cited-in", "part-of"})
"""Classes of words that begin a line."""

BREAK = "\v"
"""Stands for the end of a line within a paragraph until it is filled."""


def said(element: etree._Element) -> str:
    """The words of an element, with a `BREAK` where a line ends."""
    return tidied("".join(_said(element)))


def tidied(words: str) -> str:
    """Words with single spaces, and none beside the end of a line."""
    return _BESIDE_BREAK.sub(BREAK, _SPACE.sub(" ", words)).strip()


def picture(element: etree._Element) -> str:
    """The words for a picture, in brackets; nothing of one that is decoration."""
    title = next((kid.text for kid in element if isinstance(kid.tag, str) and local(kid) == "title"), None)
    words = element.get("alt") or element.get("aria-label") or title or ""
    if element.get("role") in ("presentation", "none") or not words.strip():
        return ""
    return f"[{_SPACE.sub(' ', words).strip()}]"


def element_said(element: etree._Element) -> str:
    """An element within a line, as it is said in plain text."""
    name = local(element)
    if is_left_out(element):
        return ""
    if element.tag == f"{{{MATHML}}}math":
        return element.get("alttext") or ""
    if name == "img" or element.tag == f"{{{SVG}}}svg":
        return picture(element)
    if name == "br":
        return BREAK
    words = "".join(_said(element))
    if name in FLOW:  # among the words of a cell or a fact
        return f"{BREAK}{words}{BREAK}"
    classes = element.get("class", "").split()
    if not _BELOW.isdisjoint(classes):
        return BREAK + words
    if not _UNBROKEN.isdisjoint(classes) and columns(words) < COLUMNS // 2:
        return words.strip().replace(" ", "\u00a0")
    match name:
        case "sup" | "sub":
            return _beside_the_line(words, name)
        case "a" if element.get("role") == "doc-noteref" or NOTE_NUMBER in classes:
            return f"[{words}]"
        case "a":
            return _with_address(words, element.get("href", ""))
    return words


def _said(element: etree._Element) -> Iterator[str]:
    yield element.text or ""
    for child in element:
        if isinstance(child.tag, str):
            yield element_said(child)
        yield child.tail or ""


def _beside_the_line(words: str, name: str) -> str:
    """Raised or lowered words: in signs that are so of themselves, else behind a mark."""
    bare = words.strip()
    signs, mark = (_RAISED, "^") if name == "sup" else (_LOWERED, "_")
    if all(ord(sign) in signs for sign in bare):
        return bare.translate(signs)
    if name == "sup" and bare in _ORDINALS:
        return bare
    return mark + (bare if bare.isalnum() else f"({bare})")


def _with_address(words: str, href: str) -> str:
    """A link with the address that it leads to outside, unless its words say it."""
    if href.startswith(("http://", "https://")) and not says_address(words, href):
        return f"{words} <{href}>"
    if href.startswith("mailto:") and href.removeprefix("mailto:") not in words:
        return f"{words} <{href.removeprefix('mailto:')}>"
    return words
