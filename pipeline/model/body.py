"""The body of a briefing as a tree: blocks that hold inlines.

Closed families: walk them with `match` and close with `assert_never`. Authors' nodes come from
`load`; `resolve` replaces `CitationGroup`, `CrossReference` and `FootnoteCall` children where needed
and puts a `Placeholder` where a mistake stood. Every node that may be complained about has a place.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from functools import cache

from pipeline.diagnostics import Place
from pipeline.model.inline import (
    NOWHERE,
    Abbreviated,
    Attributes,
    Citation,
    CitationGroup,
    CitationLink,
    CitedText,
    Code,
    CrossReference,
    Emphasis,
    FootnoteCall,
    Formula,
    Image,
    Inline,
    LineBreak,
    Link,
    Placeholder,
    Span,
    Strong,
    Text,
)

__all__ = [
    "NOWHERE",
    "Abbreviated",
    "Align",
    "Attributes",
    "Block",
    "Body",
    "Box",
    "BoxKind",
    "Citation",
    "CitationGroup",
    "CitationLink",
    "CitedText",
    "Code",
    "CodeBlock",
    "CrossReference",
    "Definition",
    "DefinitionList",
    "Division",
    "Emphasis",
    "Equation",
    "EvidenceMark",
    "Figure",
    "Footnote",
    "FootnoteCall",
    "Formula",
    "Heading",
    "Image",
    "Inline",
    "LineBreak",
    "Link",
    "ListBlock",
    "ListItem",
    "Paragraph",
    "Placeholder",
    "PlaceholderBlock",
    "Quote",
    "Rule",
    "Span",
    "Strong",
    "Table",
    "Text",
    "plain_text",
    "walk",
]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    children: tuple[Inline, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, level 2 to 6 (level 1 is the title). Every heading has an id, unique in its body."""

    level: int
    id: str
    children: tuple[Inline, ...]
    place: Place = NOWHERE
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListItem:
    """One entry of a list."""

    children: tuple[Block, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list, ordered from `start` or not. In a tight list a lone paragraph is set without its own space."""

    ordered: bool
    items: tuple[ListItem, ...]
    start: int = 1
    tight: bool = True
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means."""

    term: tuple[Inline, ...]
    meanings: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """Terms with their meanings."""

    entries: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation set apart."""

    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of code."""

    text: str
    language: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Rule:
    """A thematic break."""


class Align(StrEnum):
    """How a column is aligned."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of heads. The first cell of a row is its head when `row_heads`."""

    head: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    aligns: tuple[Align, ...]
    id: str = ""
    caption: tuple[Inline, ...] = ()
    number: int | None = None
    row_heads: bool = True
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with a caption. `source` is the path as written, from the briefing's folder.

    Credit, licence and `described` (the id of the record whose long description it has) come from the front matter.
    """

    source: str
    alt: str
    caption: tuple[Inline, ...] = ()
    id: str = ""
    number: int | None = None
    decorative: bool = False
    place: Place = NOWHERE
    credit: str = ""
    licence: str = ""
    described: str = ""


@dataclass(frozen=True, slots=True)
class Equation:
    """A formula set apart, and the stop behind it. It is numbered if it has an id."""

    children: tuple[Inline, ...]
    id: str = ""
    number: int | None = None
    place: Place = NOWHERE


class BoxKind(StrEnum):
    """The boxes an author may write."""

    PRACTICE = "practice"
    NOTE = "note"
    CAUTION = "caution"
    QUESTIONS = "questions"
    OUTCOMES = "outcomes"


@dataclass(frozen=True, slots=True)
class Box:
    """A fenced div of a known kind; `ref` names the record of a practice example."""

    kind: BoxKind
    children: tuple[Block, ...]
    ref: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Division:
    """A fenced div of no known kind: kept, with its attributes."""

    children: tuple[Block, ...]
    attributes: Attributes = Attributes()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class EvidenceMark:
    """Where the evidence table (`plot` false) or plot stands."""

    plot: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class PlaceholderBlock:
    """Shows the reader of a draft that a whole block is missing here."""

    text: str


Block = (
    Paragraph
    | Heading
    | ListBlock
    | DefinitionList
    | Quote
    | CodeBlock
    | Rule
    | Table
    | Figure
    | Equation
    | Box
    | Division
    | EvidenceMark
    | PlaceholderBlock
)


@dataclass(frozen=True, slots=True)
class Footnote:
    """A note, in the order of first calls; `number` from 1."""

    label: str
    number: int
    children: tuple[Block, ...]
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Body:
    """The blocks of a text and its footnotes."""

    blocks: tuple[Block, ...] = ()
    footnotes: tuple[Footnote, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.blocks)


def walk(node: object) -> Iterator[object]:
    """The node and everything below it, in reading order (any node, or a tuple of nodes)."""
    todo = [node]
    while todo:
        node = todo.pop()
        if isinstance(node, tuple):
            todo.extend(reversed(node))
        elif (names := _holding(type(node))) is not None:  # type: ignore[arg-type]
            yield node
            todo.extend(value for name in names if isinstance(value := getattr(node, name), tuple))


_SINGLE = frozenset({"str", "int", "float", "bool", "str | None", "int | None", "Place"})
"""The types of fields that hold no nodes."""


@cache
def _holding(kind: Hashable) -> tuple[str, ...] | None:
    """The fields of a kind of node that may hold others, the last one first; nothing for what is no node."""
    if not is_dataclass(kind) or kind in (Place, Attributes):
        return None
    return tuple(field.name for field in reversed(fields(kind)) if field.type not in _SINGLE)


def plain_text(node: object) -> str:
    """The words of a node without any markup."""
    words = []
    for part in walk(node):
        match part:
            case Text(text=text) | Code(text=text) | Abbreviated(text=text) | Placeholder(text=text):
                words.append(text)
            case Formula(words=text):
                words.append(text)
            case LineBreak():
                words.append(" ")
            case _:
                pass
    return "".join(words)
