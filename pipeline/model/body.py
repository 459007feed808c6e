"""The body of a briefing as a tree: blocks that hold inlines.

Closed families: walk them with `match` and close with `assert_never`. Authors' nodes come from
`load`; `resolve` replaces `CitationGroup`, `CrossReference` and `FootnoteCall` children where needed
and puts a `Placeholder` where a mistake stood. Every node that may be complained about has a place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import StrEnum

from pipeline.diagnostics import Place

NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Attributes:
    """`{#id .class key=value}` as written."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str, default: str = "") -> str:
        """The value of a key, or the default."""
        return dict(self.pairs).get(key, default)


# Inlines -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Text:
    """Words. A soft line break is a newline in them."""

    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Emphasis:
    """Stressed words."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """Important words."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Words set as code; typography leaves them alone."""

    text: str
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class LineBreak:
    """A forced line break."""


@dataclass(frozen=True, slots=True)
class Span:
    """Words with attributes of their own, such as a language."""

    children: tuple[Inline, ...]
    attributes: Attributes = Attributes()


@dataclass(frozen=True, slots=True)
class Link:
    """A link. `href` is http(s):, mailto:, `#anchor` or `briefing:ID#anchor`."""

    href: str
    children: tuple[Inline, ...]
    title: str = ""
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CrossReference:
    """`[](#target)`: says 'Figure 2', or the words of the heading. `children` is filled by resolve."""

    target: str
    children: tuple[Inline, ...] = ()
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Image:
    """A picture within a line. A picture alone in its paragraph is a `Figure`."""

    source: str
    alt: str
    decorative: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class FootnoteCall:
    """The call of a footnote, by its label; `number` is given by load, in order of calls, from 1."""

    label: str
    number: int
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class Citation:
    """One work in a citation, as the author wrote it. `label` is a CSL locator label (page, chapter …)."""

    key: str
    prefix: str = ""
    locator: str = ""
    label: str = "page"
    suffix: str = ""
    suppress_author: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CitationGroup:
    """Works cited together: `[@a; @b]`, or in running text `@a [p 12]` (then `narrative`)."""

    citations: tuple[Citation, ...]
    narrative: bool = False
    place: Place = NOWHERE


@dataclass(frozen=True, slots=True)
class CitationLink:
    """Part of a formatted citation that leads to one entry: `key`, and which call of it this is, from 1."""

    key: str
    occurrence: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class CitedText:
    """A formatted citation: text and links, e.g. '(', link, '; ', link, ')'. Made by resolve."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Abbreviated:
    """A short form with its expansion (every use; made by resolve)."""

    text: str
    expansion: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """Shows the reader of a draft that something is missing here. Made where a mistake stood."""

    text: str


Inline = (
    Text
    | Emphasis
    | Strong
    | Code
    | LineBreak
    | Span
    | Link
    | CrossReference
    | Image
    | FootnoteCall
    | CitationGroup
    | CitationLink
    | CitedText
    | Abbreviated
    | Placeholder
)


# Blocks --------------------------------------------------------------------------------------


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
    """A picture with a caption. `source` is the path as written, from the briefing's folder."""

    source: str
    alt: str
    caption: tuple[Inline, ...] = ()
    id: str = ""
    number: int | None = None
    decorative: bool = False
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
    if isinstance(node, tuple):
        for part in node:
            yield from walk(part)
    elif hasattr(node, "__dataclass_fields__") and not isinstance(node, Place | Attributes):
        yield node
        for field in fields(node):  # type: ignore[arg-type]
            value = getattr(node, field.name)
            if isinstance(value, tuple):
                yield from walk(value)


def plain_text(node: object) -> str:
    """The words of a node without any markup."""
    words = []
    for part in walk(node):
        match part:
            case Text(text=text) | Code(text=text) | Abbreviated(text=text) | Placeholder(text=text):
                words.append(text)
            case LineBreak():
                words.append(" ")
            case _:
                pass
    return "".join(words)
