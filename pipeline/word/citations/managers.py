"""The traces of reference managers in a document, told by their first words: citations, and lists that they made."""

import base64
import binascii
import json
import re
from typing import Literal, NamedTuple

from pipeline.word.citations.endnote import endnote_items
from pipeline.word.citations.items import CitedItem, is_record, items_of_csl
from pipeline.word.citations.word_sources import WordSources, word_items

_CITATION = re.compile(r"\bCSL_CITATION\b")
_LIST = re.compile(r"\bCSL_BIBLIOGRAPHY\b|\bEN\.REFLIST\b|^\s*BIBLIOGRAPHY\b|^\s*(?:ADDIN\s+)?ZOTERO_BIBL\b")
_ENDNOTE = re.compile(r"^\s*(?:ADDIN\s+)?EN\.CITE(?!\.DATA)\b")
_WORD = re.compile(r"^\s*CITATION\s")
_MENDELEY = "MENDELEY_CITATION_v"
_MENDELEY_LIST = "MENDELEY_BIBLIOGRAPHY"


class Left(NamedTuple):
    """Trace of a manager in a place: the works of a citation, or a list, which is made anew.

    A citation is `unread` where one of its works has no record: its words stay.
    """

    kind: Literal["citation", "unread", "list", "other"]
    items: tuple[CitedItem, ...] = ()
    says: str = ""
    """The words that the manager wrote there, if it keeps them."""


OTHER = Left("other")
"""A field that is no manager's: it stays."""


def field_left(code: str, kept: str, sources: WordSources) -> Left:
    """The trace that a field is, from its code and the data kept beside that."""
    if _LIST.search(code):
        return Left("list")
    if _CITATION.search(code):
        return _csl(_json(code))
    if _ENDNOTE.search(code):
        return _cited(*endnote_items(code, kept))
    if _WORD.search(code):
        return _cited(word_items(code, sources))
    return OTHER


def control_left(tag: str) -> Left:
    """The trace that a content control is, from its tag."""
    if tag.startswith(_MENDELEY_LIST):
        return Left("list")
    if not tag.startswith(_MENDELEY):
        return OTHER
    kept = tag.removeprefix(_MENDELEY).partition("_")[2]
    try:
        said = base64.b64decode(kept + "=" * (-len(kept) % 4)).decode("utf-8")
    except (binascii.Error, ValueError):
        return Left("unread")
    return _csl(_json(said), "mendeley:")


def _csl(said: dict[str, object], manager: str = "") -> Left:
    """A citation in CSL-JSON, with the words that Zotero, Mendeley Desktop or Mendeley Cite keeps."""
    for part, name in _SAYS:
        inner = said.get(part)
        if isinstance(inner, dict) and isinstance(inner.get(name), str):
            return _cited(items_of_csl(said, manager), str(inner[name]))
    return _cited(items_of_csl(said, manager))


_SAYS = (
    ("properties", "plainCitation"),
    ("mendeley", "plainTextFormattedCitation"),
    ("manualOverride", "citeprocText"),
)


def _cited(items: tuple[CitedItem, ...], says: str = "") -> Left:
    known = tuple(item for item in items if is_record(item.record))
    return Left("citation", items, says) if items and known == items else Left("unread", known, says)


def _json(said: str) -> dict[str, object]:
    """The first object in some words; whatever stands behind it is passed over."""
    start = said.find("{")
    if start < 0:
        return {}
    try:
        found, _ = json.JSONDecoder().raw_decode(said, start)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
