"""Forms that words alone do not tell, in one line each: numbers of lists, lines of code, formulas."""

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pipeline.press.tags.lists import KINDS
from pipeline.proof.pdf.list_numbers import listed_numbers, numbers_of

_ODD_SPACE = re.compile(r"(?<= ) |^ | (?= )| $", re.MULTILINE)
_SAID_APART = frozenset({"alttext", "id", "class", "lang", "xmlns"})
"""Attributes of a formula that are compared elsewhere, or say nothing of how it is put together."""


def list_in_words(element: Element) -> str:
    """The numbers of a numbered list, and in what they are written."""
    kind = KINDS.get(element.get("type", "1"), "decimal")
    return f"list {listed_numbers(numbers_of(element, frozenset()))}" + (f" in {kind}" if kind != "decimal" else "")


def code_in_words(text: str) -> str:
    """A block of code in one line."""
    return _ODD_SPACE.sub("·", text.rstrip("\n")).replace("\t", "→").replace("\n", " ⏎ ")


def formula_in_words(element: Element) -> str:
    """A formula as it is put together: 'msup(x 2)'. The TeX that is noted beside it is no part of it."""
    return " ".join(_parts(element))


def _parts(element: Element) -> Iterator[str]:
    name = str(element.tag).rpartition("}")[2]
    if name == "annotation":
        return
    own = ((key.rpartition("}")[2], said) for key, said in sorted(element.items()))
    about = "".join(f" {key}={said}" for key, said in own if key not in _SAID_APART)
    text = " ".join((element.text or "").split())
    yield f"{name}{about}({' '.join(filter(None, (text, *(part for kid in element for part in _parts(kid)))))})"
