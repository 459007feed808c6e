"""Lists whose levels are said by styles alone: to a reader of the XML 'List Bullet 2' is a list of its own."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping

from lxml import etree

from pipeline.word.document.names import PARAGRAPH, BrokenXml, Element, W, as_bytes, parse, value

_LEVELLED = re.compile(r"list (?:bullet|number) ([2-5])", re.IGNORECASE)
"""Names of Word's own styles, which are English in every language of its window."""


def level_lists(root: Element, styles: bytes, numbering: bytes) -> bytes:
    """Give the entries of such lists their level; gives the part of numberings, with that level of each list in it."""
    try:
        levels, lists = dict(_levels(parse(styles or b"<none/>"))), parse(numbering or b"<none/>")
    except BrokenXml:
        return numbering
    used = {one for paragraph in root.iter(PARAGRAPH) if (one := _put_level(paragraph, levels))}
    for number, level in used:
        _deepen(lists, number, level)
    return as_bytes(lists) if used else numbering


def _levels(styles: Element) -> Iterator[tuple[str, tuple[str, int]]]:
    """The list and the level of each such style, by its id."""
    for style in styles.iter(f"{W}style"):
        found = _LEVELLED.fullmatch(value(style, "name"))
        number = value(style, "pPr/numPr/numId")
        if found and number and value(style, "pPr/numPr/ilvl") in ("", "0"):
            yield str(style.get(f"{W}styleId")), (number, int(found[1]) - 1)


def _put_level(paragraph: Element, levels: Mapping[str, tuple[str, int]]) -> tuple[str, int] | None:
    """Give an entry the level of its style; one that says a level or a list itself stays as it is."""
    found = levels.get(value(paragraph, "pPr/pStyle"))
    if found is None or paragraph.find(f"{W}pPr/{W}numPr") is not None:
        return None
    place = etree.SubElement(paragraph.find(f"{W}pPr"), f"{W}numPr")
    etree.SubElement(place, f"{W}ilvl").set(f"{W}val", str(found[1]))
    etree.SubElement(place, f"{W}numId").set(f"{W}val", found[0])
    return found


def _deepen(lists: Element, number: str, level: int) -> None:
    """Give a list a level like its first, where it has none."""
    one = next((one for one in lists.iter(f"{W}num") if one.get(f"{W}numId") == number), None)
    wanted = "" if one is None else value(one, "abstractNumId")
    whole = next((one for one in lists.iter(f"{W}abstractNum") if one.get(f"{W}abstractNumId") == wanted), None)
    first = None if whole is None else whole.find(f"{W}lvl[@{W}ilvl='0']")
    if whole is None or first is None or whole.find(f"{W}lvl[@{W}ilvl='{level}']") is not None:
        return
    made = copy.deepcopy(first)
    made.set(f"{W}ilvl", str(level))
    for text in made.iter(f"{W}lvlText"):
        text.set(f"{W}val", str(text.get(f"{W}val", "")).replace("%1", f"%{level + 1}"))
    whole.append(made)
