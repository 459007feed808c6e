"""Small works on marked texts: elements copied without what makes them reachable, words and labels put in."""

import copy
from collections.abc import Iterable

from lxml import etree

from pipeline.markup.changes.parts import BLOCKS, LISTS, Element, Token, Unit, classes
from pipeline.markup.item_numbers import item_numbers
from pipeline.markup.xhtml import local

TokenPair = tuple[Token, Token | None]
"""A word of the new text, and the word of the old that it equals."""

REACHED_BY = ("id", "href", "role", "aria-label", "aria-labelledby", "aria-details", "aria-describedby", "tabindex")
"""Attributes that words which are gone must not have: nothing leads to them, and they lead nowhere."""

_NAMED = frozenset({"img", "svg", "math", "table", "ul", "ol"})
"""Elements whose role and name say what they are, also where they are gone."""

MARK = "data-mark"
"""Attribute of deletions and insertions that are marks, as those of authors are not."""

BLANK = "blank"
"""Its value where nothing but a blank came or went: it has no words of a mark around it, and may stand behind one."""

_HOLDING_BLOCKS = LISTS | {"tr", "section", "div", "aside", "figure", "header", "article"}


def is_cells(unit: Unit) -> bool:
    """Whether the words of a unit stand in parts of it, as those of a row do, and those of a term with its meanings."""
    return unit.element is not None and unit.kind.startswith(("row of", "entry of"))


def cells_of(unit: Unit) -> list[Element]:
    """The cells of a unit that has some."""
    return list(unit.element) if unit.element is not None else []


def shell(element: Element | None, bare: bool = False) -> Element:
    """An element without its content; for nothing a `holder`, whose content goes into its parent."""
    if element is None:
        return etree.Element("holder")
    lost = _lost(element) if bare else frozenset()
    kept = {str(name): str(value) for name, value in element.attrib.items() if name not in lost}
    if lost and local(element) in _NAMED and (name := _name_of(element)):
        kept["aria-label"] = name
    return etree.Element(element.tag, kept)


def _name_of(element: Element) -> str:
    """The name that an element has from the words of others: those keep their ids, and may have become others."""
    named_by = str(element.get("aria-labelledby", "")).split()
    root = element.getroottree().getroot()
    return " ".join(
        " ".join("".join(map(str, one.itertext())).split())
        for name in named_by
        for one in root.iter(etree.Element)
        if one.get("id") == name
    )


def _lost(element: Element) -> frozenset[str]:
    """The attributes that an element which is gone does without."""
    return frozenset(REACHED_BY) - ({"role", "aria-label"} if local(element) in _NAMED else set())


def append_text(into: Element, text: str) -> None:
    """Put text at the end of an element."""
    if len(into):
        into[-1].tail = (into[-1].tail or "") + text
    elif text:
        into.text = (into.text or "") + text


def said_in(element: Element) -> str:
    """The words that an element holds so far."""
    return "".join(map(str, element.itertext()))


def fill(target: Element, pairs: Iterable[TokenPair], bare: bool = False) -> None:
    """Put words in, the elements around them opened again. A number that was another keeps that in `data-was`."""
    path: list[Element] = []
    opened: list[Element] = []
    for token, old in pairs:
        keep = 0
        while keep < min(len(path), len(token.around)) and path[keep] is token.around[keep]:
            keep += 1
        path, opened = path[:keep], opened[:keep]
        for element in token.around[keep:]:
            again = etree.SubElement(
                opened[-1] if opened else target,
                element.tag,
                {str(n): str(v) for n, v in element.attrib.items() if n != "id"},
            )
            path, opened = [*path, element], [*opened, again]
        into = opened[-1] if opened else target
        if token.node is None:
            append_text(into, token.text)
        else:
            into.append(_copied(token.node, bare, old.text if old and old.text != token.text else None))


def _copied(node: Element, bare: bool, was: str | None) -> Element:
    """An element that counts as a word; of what is gone, one that leads nowhere."""
    made = copy.deepcopy(node)
    made.tail = None
    for one in made.iter(etree.Element) if bare else ():
        for name in _lost(one) & set(one.attrib):
            del one.attrib[name]
        one.tag = "span" if one.tag == "a" else one.tag
    if was is not None and not bare:
        made.set("data-was", was)
    return made


def is_numbered(element: Element) -> bool:
    """Whether an element is a list whose entries have numbers."""
    return bool(element.tag == "ol" and element.get("role") != "list" and "references" not in classes(element))


def keep_numbers(listed: Element) -> None:
    """Have the entries of the newer text keep their numbers: those behind one that is gone say theirs."""
    entries, behind = [one for one in listed if one.tag == "li"], False
    for entry, number in zip(entries, item_numbers(listed, entries), strict=True):
        if number is not None and behind:
            entry.set("value", str(number))
        behind = number is None


def put_label(out: Element, words: str, first: bool = False) -> None:
    """Put words of a mark into the first element that holds words, or at the end of its text."""
    home = out
    while home.tag in _HOLDING_BLOCKS and len(home):
        inside = home[0] if first else home[-1]
        if inside.tag not in BLOCKS:  # a picture that stands by itself: the words stand beside it
            break
        home = inside
    said = etree.Element("span", {"class": "said"})
    said.text = words
    if first:
        said.tail, home.text = home.text, None
        home.insert(0, said)
    else:
        home.append(said)
