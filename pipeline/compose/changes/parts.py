"""A composed text as parts that can be compared: containers of blocks, and units of words.

A row of a table is one unit, and so is a term with its meanings.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TypeAlias

from lxml import etree

from pipeline.core.documents.roles import BLOCK_ELEMENTS, HEADINGS
from pipeline.core.documents.xhtml import xml_local_name

Element: TypeAlias = etree._Element
Node: TypeAlias = Element | str
WordKey = tuple[object, ...]
"""What words are compared by: letters and emphasis, or the target of an element."""

LISTS = frozenset({"ul", "ol", "dl", "table", "thead", "tbody"})
"""Elements that contain blocks alone, even if they are empty."""

BLOCKS = (
    BLOCK_ELEMENTS - {"footer", "nav", "address", "main", "hgroup", "details", "summary"} | LISTS | {"tr", "hr", "body"}
)

WHOLE = frozenset({"a", "img", "svg", "math", "br", "abbr", "wbr"})
"""Elements in a line that count as one word: a citation is never marked in part."""

_EMPHASIS = frozenset({"em", "strong", "code", "sub", "sup", "q", "del", "ins"})
_OWN_KIND = frozenset({"caption", "figcaption", "pre", "dt"})
_MACHINERY = frozenset({"backlinks", "slot", "said", "stub"})
_NUMBERED = frozenset({"noteref", "xref", "label"})
_WORDS = re.compile(r"\s+|\w+(?:[’'‑.,–-]\w+)*|.", re.DOTALL)
SPACE: WordKey = (" ",)


@dataclass(eq=False, slots=True)
class Unit:
    """Words that are compared with another unit."""

    element: Element | None
    """None for words next to blocks, as in an item of a list."""
    nodes: list[Node]
    """The words and the elements in their lines; empty for a row, whose cells have them."""
    kind: str
    words: list[WordKey] = field(default_factory=list)
    mate: Unit | None = None
    """The unit of the other text that it is paired with."""


@dataclass(eq=False, slots=True)
class Container:
    """An element with blocks in it."""

    element: Element
    items: list[Container | Unit]
    mate: Container | None = None
    """The container of the other text that it is paired with."""


@dataclass(frozen=True, slots=True)
class Token:
    """A word, a blank, or an element that counts as a word."""

    key: WordKey | None
    """None if it is no word of the text: links back, slots, words of marks."""
    text: str
    node: Element | None
    around: tuple[Element, ...]
    """The elements of the line that it is in, from the outermost."""


def inner(element: Element) -> list[Node]:
    """Return the text and the elements in an element, without comments."""
    nodes: list[Node] = [element.text] if element.text else []
    for child in element:
        nodes += ([child] if isinstance(child.tag, str) else []) + ([child.tail] if child.tail else [])
    return nodes


def classes_of(element: Element) -> frozenset[str]:
    """Return the classes of an element."""
    return frozenset(element.get("class", "").split())


def is_machinery(element: Element) -> bool:
    """Whether an element has no words of the text: a link back, a slot for a stamp, a word of a mark."""
    return element.get("role") == "doc-backlink" or bool(_MACHINERY & classes_of(element))


def tokens(nodes: Iterable[Node], around: tuple[Element, ...] = ()) -> Iterator[Token]:
    """Split a line into words, including those in its elements."""
    for node in nodes:
        if isinstance(node, str):
            emphasis = tuple(element.tag for element in around if element.tag in _EMPHASIS)
            for word in _WORDS.findall(node):
                is_space = word.isspace()
                yield Token(SPACE, " ", None, around) if is_space else Token((word, *emphasis), word, None, around)
        elif is_machinery(node):
            yield Token(None, "", node, around)
        elif xml_local_name(node) in WHOLE or "label" in classes_of(node):
            text = _spoken_text(node)
            yield Token(_word_key(node, text), text, node, around)
        else:
            yield from tokens(inner(node), (*around, node))


def _spoken_text(node: Element) -> str:
    """Return the words of an element: the alt text of a picture, and what is read aloud of a formula."""
    if xml_local_name(node) == "img":
        return f"picture: {node.get('alt')}" if node.get("alt") else "picture"
    if xml_local_name(node) == "math":
        parts = (part for part in node.iter(etree.Element) if xml_local_name(part) != "annotation")
        return "".join(str(part.text or "").strip() for part in parts)
    return " ".join("".join(map(str, node.itertext())).split())


def _word_key(node: Element, text: str) -> WordKey:
    """Return what tells an element apart; not the number of a note, table or figure, which follows from the order."""
    if classes_of(node) & _NUMBERED:
        href = node.get("href")
        target = re.sub(r"\d+", "#", str(href)) if href and "noteref" in classes_of(node) else href
        return (node.tag, "numbered", target, re.sub(r"\d+", "#", text))
    drawing = etree.tostring(node, with_tail=False) if xml_local_name(node) in ("svg", "math") else ""
    return (node.tag, text, node.get("href") or node.get("src") or node.get("class"), node.get("alt"), drawing)


def compared(words: Iterable[Token]) -> list[WordKey]:
    """Return the keys of a line's words, without blanks at its ends."""
    keys = [token.key for token in words if token.key]
    while keys and keys[0] == SPACE:
        del keys[0]
    while keys and keys[-1] == SPACE:
        del keys[-1]
    return keys


def read_parts(element: Element) -> Container | Unit:
    """Return an element as a container of others or as a unit."""
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
    """Whether an element is a term with its meanings without blocks in them: a unit, like a row of a table."""
    parent = element.getparent()
    if element.tag != "div" or parent is None or parent.tag != "dl":
        return False
    return not any(child.tag in BLOCKS for part in element for child in part)


def units(part: Container | Unit) -> list[Unit]:
    """Return the units of a text, in order."""
    return [part] if isinstance(part, Unit) else [unit for item in part.items for unit in units(item)]


def containers(part: Container | Unit) -> list[Container]:
    """Return the containers of a text, each before those in it."""
    return [] if isinstance(part, Unit) else [part, *(inside for item in part.items for inside in containers(item))]


def nodes_of(unit: Unit) -> list[Node]:
    """Return the words and elements of a unit; for a row those of its cells, with a blank after each."""
    cells = list(unit.element) if unit.element is not None and not unit.nodes else []
    return unit.nodes or [node for cell in cells for node in (*inner(cell), " ")]


def unit_text(unit: Unit) -> str:
    """Return the words of a unit."""
    return " ".join("".join(token.text for token in tokens(nodes_of(unit))).split())
