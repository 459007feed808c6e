"""Emoji and signs that are pictures: each is called by its name, as not every program knows what it reads out.

The names are Unicode's, which are English; in other languages a sign is left to the program that reads it out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from unicodedata import category, name

from lxml import etree

from pipeline.typography import is_english

_PICTURE = "[\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001f1e5\U0001f300-\U0001f3fa\U0001f400-\U0001faff]"
_TONE = "[\U0001f3fb-\U0001f3ff]"
_SIGN = re.compile(f"{_PICTURE}{_TONE}?(?:\u200d{_PICTURE}{_TONE}?)*")
"""A sign, with the tone of a skin, or several that are joined to one."""

_AS_TYPED = frozenset({"code", "pre", "kbd", "samp", "title", "script", "style"})


def name_emoji(root: etree._Element, language: str) -> None:
    """Give each sign in the words below an element an element of its own, with its name, in place."""
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
    """Whether the words of an element are read as words: no code, no drawing or formula, nothing that is silent."""
    if not isinstance(element.tag, str) or element.tag in _AS_TYPED or element.tag.startswith("{"):
        return False
    return element.get("aria-hidden") != "true" and element.get("role") not in ("img", "math")


def _put(parent: etree._Element, text: str, language: str, after: etree._Element | None) -> None:
    """Put words behind an element, or at the beginning of their parent, their signs as elements."""
    for word, said in _pieces(text, language):
        if said:
            sign = etree.Element("span", {"role": "img", "aria-label": said})
            sign.text = word
            parent.insert(0 if after is None else parent.index(after) + 1, sign)
            after = sign
        elif after is None:
            parent.text = word
        else:
            after.tail = word


def _pieces(text: str, language: str) -> Iterator[tuple[str, str]]:
    """The words and signs of a text, each sign with its name."""
    start = 0
    for found in _SIGN.finditer(text) if text and is_english(language) else ():
        if said := _named(found[0]):
            if found.start() > start:
                yield text[start : found.start()], ""
            yield found[0], said
            start = found.end()
    if start < len(text):
        yield text[start:], ""


def _named(sign: str) -> str:
    """'warning sign'; of several that are joined, the names of all. The tone of a skin is not printed, nor said."""
    names = (name(part, "").lower() for part in sign if category(part) == "So")
    return ", ".join(filter(None, names))
