"""A composed text read into what is compared: containers hold blocks, units hold words.

A row of a table is one unit, and so is a term with its meanings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from pipeline.core.documents.roles import FLOW, HEADINGS
from pipeline.core.documents.xhtml import local

Element: TypeAlias = etree._Element
Node: TypeAlias = Element | str
WordKey = tuple[object, ...]
"""The terms a word is compared by: its letters and how they are set, or what an element leads to."""

LISTS = frozenset({"ul", "ol", "dl", "table", "thead", "tbody"})
"""Elements that hold blocks alone, also where they are empty."""

BLOCKS = FLOW - {"footer", "nav", "address", "main", "hgroup", "details", "summary"} | LISTS | {"tr", "hr", "body"}

WHOLE = frozenset({"a", "img", "svg", "math", "br", "abbr", "wbr"})
"""Elements within a line that count as one word, whatever is in them: a citation is never marked in part."""

_EMPHASIS = frozenset({"em", "strong", "code", "sub", "sup", "q", "del", "ins"})
_OWN_KIND = frozenset({"caption", "figcaption", "pre", "dt"})
_MACHINERY = frozenset({"backlinks", "slot", "said", "stub"})
_NUMBERED = frozenset({"noteref", "xref", "label"})
_WORDS = re.compile(r"\s+|\w+(?:[’'‑.,–-]\w+)*|.", re.DOTALL)
SPACE: WordKey = (" ",)


@dataclass(eq=False, slots=True)
class Unit:
    """Words that are compared with each other."""

    element: Element | None
    """None for words that stand beside blocks, as in an item of a list."""
    nodes: list[Node]
    """The words and the elements within their lines; none of a row, whose cells have them."""
    kind: str
    words: list[WordKey] = field(default_factory=list)
    mate: Unit | None = None
    """The same unit of the other text."""


@dataclass(eq=False, slots=True)
class Container:
    """An element that holds blocks."""

    element: Element
    items: list[Container | Unit]
    mate: Container | None = None
    """The same container of the other text."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a blank, or an element that counts as a word."""

    key: WordKey | None
    """None for what is no word of the text: ways back, slots, words of ours."""
    text: str
    node: Element | None
    around: tuple[Element, ...]
    """The elements within the line that it stands in, from the outermost."""


def inner(element: Element) -> list[Node]:
    """The text and the elements in an element, without comments."""
    found: list[Node] = [element.text] if element.text else []
    for child in element:
        found += ([child] if isinstance(child.tag, str) else []) + ([child.tail] if child.tail else [])
    return found


def classes(element: Element) -> frozenset[str]:
    """The classes of an element."""
    return frozenset(element.get("class", "").split())


def is_machinery(element: Element) -> bool:
    """Whether an element is no word of the text: a way back, a slot for a stamp, a word of a mark."""
    return element.get("role") == "doc-backlink" or bool(_MACHINERY & classes(element))


def tokens(nodes: Iterable[Node], around: tuple[Element, ...] = ()) -> Iterator[Token]:
    """The words of what stands in a line, with those in its elements."""
    for node in nodes:
        if isinstance(node, str):
            marked = tuple(one.tag for one in around if one.tag in _EMPHASIS)
            for word in _WORDS.findall(node):
                yield Token(SPACE, " ", None, around) if word.isspace() else Token((word, *marked), word, None, around)
        elif is_machinery(node):
            yield Token(None, "", node, around)
        elif local(node) in WHOLE or "label" in classes(node):
            said = _said(node)
            yield Token(_key(node, said), said, node, around)
        else:
            yield from tokens(inner(node), (*around, node))


def _said(node: Element) -> str:
    """The words of an element: of a picture its description, of a formula what is read of it, without its source."""
    if local(node) == "img":
        return f"picture: {node.get('alt')}" if node.get("alt") else "picture"
    if local(node) == "math":
        return "".join(str(one.text or "").strip() for one in node.iter(etree.Element) if local(one) != "annotation")
    return " ".join("".join(map(str, node.itertext())).split())


def _key(node: Element, said: str) -> WordKey:
    """The terms an element is told apart by. Numbers of notes, tables and figures follow from an order: none counts."""
    if classes(node) & _NUMBERED:
        href = node.get("href")
        target = re.sub(r"\d+", "#", str(href)) if href and "noteref" in classes(node) else href
        return (node.tag, "numbered", target, re.sub(r"\d+", "#", said))
    drawn = etree.tostring(node, with_tail=False) if local(node) in ("svg", "math") else ""
    return (node.tag, said, node.get("href") or node.get("src") or node.get("class"), node.get("alt"), drawn)


def compared(words: Iterable[Token]) -> list[WordKey]:
    """The words of a line as they are compared, blanks at its ends left out."""
    keys = [token.key for token in words if token.key]
    while keys and keys[0] == SPACE:
        del keys[0]
    while keys and keys[-1] == SPACE:
        del keys[-1]
    return keys


def read_parts(element: Element) -> Container | Unit:
    """An element as a container of others or as a unit."""
    if element.tag == "tr" or _is_entry(element):
        cells = [compared(tokens(inner(cell))) for cell in element]
        words: list[WordKey] = [("cell", number, *word) for number, cell in enumerate(cells) for word in cell]
        return Unit(element, [], f"{'row' if element.tag == 'tr' else 'entry'} of {len(cells)}", words)
    if element.tag not in LISTS and not any(child.tag in BLOCKS for child in element):
        kind = "heading" if element.tag in HEADINGS else element.tag if element.tag in _OWN_KIND else "text"
        return Unit(element, inner(element), kind, compared(tokens(inner(element))))
    items: list[Container | Unit] = []
    line: list[Node] = []
    for node in (*inner(element), None):
        if node is not None and (isinstance(node, str) or node.tag not in BLOCKS):
            line.append(node)
            continue
        if words := compared(tokens(line)):
            items.append(Unit(None, line, "text", words))
        line = []
        if node is not None and not is_machinery(node):
            items.append(read_parts(node))
    return Container(element, items)


def _is_entry(element: Element) -> bool:
    """Whether an element is a term with its meanings, all of them words alone: one unit, as a row of a table is."""
    above = element.getparent()
    if element.tag != "div" or above is None or above.tag != "dl":
        return False
    return not any(child.tag in BLOCKS for part in element for child in part)


def units(part: Container | Unit) -> list[Unit]:
    """The units of a text, in order."""
    return [part] if isinstance(part, Unit) else [unit for one in part.items for unit in units(one)]


def containers(part: Container | Unit) -> list[Container]:
    """The containers of a text, each before those in it."""
    return [] if isinstance(part, Unit) else [part, *(container for one in part.items for container in containers(one))]


def nodes_of(unit: Unit) -> list[Node]:
    """The words and elements of a unit; those of a row are those of its cells, with a blank after each."""
    cells = list(unit.element) if unit.element is not None and not unit.nodes else []
    return unit.nodes or [node for cell in cells for node in (*inner(cell), " ")]


def text_of(unit: Unit) -> str:
    """The words of a unit."""
    return " ".join("".join(token.text for token in tokens(nodes_of(unit))).split())
