"""The body of a briefing as a tree: blocks that hold inlines.

The families are closed: use `match`, and end with `assert_never`. `load` makes the nodes that authors write; `resolve`
fills in citations and cross-references, and puts a `Placeholder` in place of a mistake. Every node that a diagnostic
may be about has a place. Each block has the `noun` by which messages call it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, is_dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, get_args, get_origin, get_type_hints

from pipeline.core.diagnostics import Location
from pipeline.core.records import decode_record, encode_as, encode_record

NOWHERE = Location()


@dataclass(frozen=True, slots=True)
class Attributes:
    """`{#id .class key=value}` as written."""

    id: str = ""
    classes: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, key: str, default: str = "") -> str:
        """The value of a key, or the default."""
        return dict(self.pairs).get(key, default)


@dataclass(frozen=True, slots=True)
class Text:
    """Words. A soft line break is a newline in them."""

    text: str
    place: Location = NOWHERE


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
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Formula:
    """Mathematics: its TeX, and the same in one line of plain characters. `display` if it is set apart."""

    tex: str
    words: str
    display: bool = False
    place: Location = NOWHERE


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
    """A link. `href` is http(s):, mailto:, `#anchor` or `briefing:ID#anchor`; before resolve also a path to a text."""

    href: str
    children: tuple[Inline, ...]
    title: str = ""
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class CrossReference:
    """`[](#target)`: says 'Figure 2', or the words of the heading. `children` is filled by resolve."""

    target: str
    children: tuple[Inline, ...] = ()
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class NumberReference:
    r"""`\ref{target}`: says '2' where a cross-reference says 'Figure 2', `bracketed` '(2)'; else what that says."""

    target: str
    bracketed: bool = False
    children: tuple[Inline, ...] = ()
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class EquationLabel:
    """The name of one row of a formula: 'Equation 2', or the author's own `tag`. Empty for a row without."""

    id: str = ""
    number: int | None = None
    tag: str = ""
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Image:
    """A picture within a line. A picture alone in its paragraph is a `Figure`."""

    source: str
    alt: str
    decorative: bool = False
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class FootnoteCall:
    """The call of a footnote, by its label; `number` is given by load, in order of calls, from 1."""

    label: str
    number: int
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Citation:
    """One work in a citation, as the author wrote it. `label` is a CSL locator label (page, chapter …)."""

    key: str
    prefix: str = ""
    locator: str = ""
    label: str = "page"
    suffix: str = ""
    suppress_author: bool = False
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class CitationGroup:
    """Works cited together: `[@a; @b]`, or in running text `@a [p 12]` (then `narrative`)."""

    citations: tuple[Citation, ...]
    narrative: bool = False
    place: Location = NOWHERE


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
    """Shows readers of a draft that something is missing, in place of a mistake."""

    text: str


class TextRole(StrEnum):
    """Roles of words, named as HTML's elements."""

    SUBSCRIPT = "sub"
    SUPERSCRIPT = "sup"
    DELETED = "del"
    INSERTED = "ins"
    HIGHLIGHTED = "mark"
    KEYS = "kbd"
    SHORT_FORM = "abbr"
    WORK_TITLE = "cite"


@dataclass(frozen=True, slots=True)
class Marked:
    """Words with a role; `title` is the long form of a short one, or says more of them."""

    role: TextRole
    children: tuple[Inline, ...]
    title: str = ""
    language: str = ""


Inline = (
    Text
    | Emphasis
    | Strong
    | Code
    | Formula
    | LineBreak
    | Span
    | Link
    | CrossReference
    | NumberReference
    | EquationLabel
    | Image
    | FootnoteCall
    | CitationGroup
    | CitationLink
    | CitedText
    | Abbreviated
    | Placeholder
    | Marked
)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    noun: ClassVar = "paragraph"
    children: tuple[Inline, ...]
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, level 2 to 6 (level 1 is the title). Every heading has an id, unique in its body."""

    noun: ClassVar = "heading"
    level: int
    id: str
    children: tuple[Inline, ...]
    place: Location = NOWHERE
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ListItem:
    """One entry of a list; of a list of tasks, `done` says whether it is."""

    children: tuple[Block, ...]
    place: Location = NOWHERE
    done: bool | None = None


@dataclass(frozen=True, slots=True)
class ListBlock:
    """A list, ordered from `start` or not. In a tight list a lone paragraph is set without its own space.

    `form` is how its first number would look, such as 'a.' or '(i)'; empty for the usual '1.'.
    """

    noun: ClassVar = "list"
    ordered: bool
    items: tuple[ListItem, ...]
    start: int = 1
    tight: bool = True
    place: Location = NOWHERE
    form: str = ""


@dataclass(frozen=True, slots=True)
class Definition:
    """A term and what it means."""

    term: tuple[Inline, ...]
    meanings: tuple[tuple[Block, ...], ...]


@dataclass(frozen=True, slots=True)
class DefinitionList:
    """Terms with their meanings."""

    noun: ClassVar = "list"
    entries: tuple[Definition, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    """A quotation set apart."""

    noun: ClassVar = "quotation"
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Lines of code."""

    noun: ClassVar = "code"
    text: str
    language: str = ""
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class ThematicBreak:
    """A thematic break."""

    noun: ClassVar = "passage"


class Align(StrEnum):
    """Alignment of a column."""

    LEFT = "left"
    RIGHT = "right"
    CENTRE = "centre"


@dataclass(frozen=True, slots=True)
class Table:
    """A table with one row of heads. The first cell of a row is its head when `row_heads`."""

    noun: ClassVar = "table"
    head: tuple[tuple[Inline, ...], ...]
    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    aligns: tuple[Align, ...]
    id: str = ""
    caption: tuple[Inline, ...] = ()
    number: int | None = None
    row_heads: bool = True
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with a caption. `source` is the path as written, from the briefing's folder.

    `width` is per cent of the measure; 0 where the picture's own holds.
    Credit, licence and `described` (the id of the record whose long description it has) come from the front matter.
    """

    noun: ClassVar = "figure"
    source: str
    alt: str
    caption: tuple[Inline, ...] = ()
    id: str = ""
    number: int | None = None
    decorative: bool = False
    place: Location = NOWHERE
    credit: str = ""
    licence: str = ""
    described: str = ""
    width: int = 0


@dataclass(frozen=True, slots=True)
class Equation:
    """A formula set apart, and the stop behind it. It is numbered if it has an id."""

    noun: ClassVar = "formula"
    children: tuple[Inline, ...]
    id: str = ""
    number: int | None = None
    place: Location = NOWHERE


class BoxKind(StrEnum):
    """The boxes an author may write."""

    PRACTICE = "practice"
    NOTE = "note"
    CAUTION = "caution"
    QUESTIONS = "questions"
    OUTCOMES = "outcomes"


@dataclass(frozen=True, slots=True)
class Box:
    """A fenced div of a known kind, perhaps with a heading of its own; `ref` names the record of a practice example."""

    noun: ClassVar = "box"
    kind: BoxKind
    heading: tuple[Inline, ...] = field(default=(), kw_only=True)
    children: tuple[Block, ...]
    ref: str = ""
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class Division:
    """A fenced div of no known kind: kept, with its attributes."""

    noun: ClassVar = "passage"
    children: tuple[Block, ...]
    attributes: Attributes = Attributes()
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class EvidenceMark:
    """Place of the evidence figure."""

    noun: ClassVar = "passage"
    plot: bool = False
    """Whether it is the plot of older texts, which the evidence figure replaces."""
    place: Location = NOWHERE


@dataclass(frozen=True, slots=True)
class PlaceholderBlock:
    """Shows the reader of a draft that a whole block is missing here."""

    noun: ClassVar = "passage"
    text: str


Block = (
    Paragraph
    | Heading
    | ListBlock
    | DefinitionList
    | Quote
    | CodeBlock
    | ThematicBreak
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

    noun: ClassVar = "note"
    label: str
    number: int
    children: tuple[Block, ...]
    place: Location = NOWHERE


class _Packable:
    """Has a slot for the bytes of a packed body."""

    __slots__ = ("_bytes",)

    _bytes: bytes


@dataclass(frozen=True, slots=True)
class Body(_Packable):
    """The blocks of a text and its footnotes.

    A library has many texts, and few of them are read at a time: a body may be packed as bytes. It then takes a quarter
    of the memory, and its parts are decoded whenever they are accessed.
    """

    blocks: tuple[Block, ...] = ()
    footnotes: tuple[Footnote, ...] = ()

    def __bool__(self) -> bool:
        return is_packed(self) or bool(self.blocks)

    if not TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any:
            """Decode a part of a packed body, whose fields are not set."""
            if name not in _PARTS or not is_packed(self):
                raise AttributeError(name)
            return _parts_of(self._bytes)[_PARTS.index(name)]


_PARTS = ("blocks", "footnotes")


def _state_of(body: Body) -> object:
    return body._bytes if is_packed(body) else (body.blocks, body.footnotes)


def _fill(body: Body, state: bytes | tuple[Any, Any]) -> None:
    if isinstance(state, bytes):
        object.__setattr__(body, "_bytes", state)
    else:
        for name, part in zip(_PARTS, state, strict=True):
            object.__setattr__(body, name, part)


# Not in the class: before Python 3.11.4 `dataclass` replaced them.
Body.__getstate__ = _state_of  # type: ignore[method-assign, assignment]
Body.__setstate__ = _fill  # type: ignore[attr-defined]


def is_packed(body: Body) -> bool:
    """True if a body is packed as bytes."""
    return hasattr(body, "_bytes")


def pack_body(body: Body) -> Body:
    """Return the same body, packed as bytes."""
    return (
        body if is_packed(body) or not body else _body_from(encode_record((body.blocks, body.footnotes), _PARTS_TYPE))
    )


def _body_from(state: bytes | tuple[Any, Any]) -> Body:
    body = object.__new__(Body)
    _fill(body, state)
    return body


def _checked_body(state: bytes | tuple[Any, Any]) -> Body:
    """Return a body from the cache. Its bytes are checked here, because its parts are decoded without a check."""
    if isinstance(state, bytes):
        decode_record(state, _PARTS_TYPE)
    return _body_from(state)


_PARTS_TYPE: Any = tuple[tuple[Block, ...], tuple[Footnote, ...]]
encode_as(Body, bytes | _PARTS_TYPE, _state_of, _checked_body)


def unpack_body(body: Body) -> Body:
    """Return the same body with its parts decoded."""
    return Body(*_parts_of(body._bytes)) if is_packed(body) else body


@lru_cache(maxsize=1)
def _parts_of(content: bytes) -> Any:
    return decode_record(content, _PARTS_TYPE)


def walk_nodes(root: object) -> Iterator[Any]:
    """Yield a node, or the nodes of a tuple, and all descendants, in reading order."""
    stack = [root]
    while stack:
        node = stack.pop()
        if isinstance(node, tuple):
            stack.extend(reversed(node))
        elif is_dataclass(node):
            yield node
            stack.extend(getattr(node, name) for name in reversed(node_fields(type(node))))


def _branches(kind: type) -> tuple[str, ...]:
    hints = get_type_hints(kind).items()
    return tuple(name for name, hint in hints if get_origin(hint) is tuple and _contains_nodes(hint))


node_fields: Callable[[type], tuple[str, ...]] = cache(_branches)
"""The fields of a type of node that contain other nodes: tuples of records."""


def _contains_nodes(hint: Any) -> bool:
    return hint is Any or is_dataclass(hint) or any(map(_contains_nodes, get_args(hint)))


Replacement = Callable[[Any], "tuple[Any, ...] | None"]
"""Returns the replacement of a node, or None to keep it and continue with its children."""


def rebuild_nodes(roots: tuple[Any, ...], change: Replacement) -> tuple[Any, ...]:
    """Return the nodes with all replacements made, in reading order; replacements are not visited again."""
    rebuilt: list[Any] = []
    changed = False
    for node in roots:
        if isinstance(node, tuple):
            after: tuple[Any, ...] = (rebuild_nodes(node, change),)
        else:
            replacement = change(node)
            after = (rebuild_children(node, change),) if replacement is None else replacement
        changed = changed or len(after) != 1 or after[0] is not node
        rebuilt.extend(after)
    return tuple(rebuilt) if changed else roots


def rebuild_children(node: Any, change: Replacement) -> Any:
    """Return the node with all replacements made in its descendants."""
    before = {name: getattr(node, name) for name in node_fields(type(node))}
    after = {name: rebuild_nodes(nodes, change) for name, nodes in before.items()}
    changed = {name: nodes for name, nodes in after.items() if nodes is not before[name]}
    return replace(node, **changed) if changed else node


def plain_text(node: object) -> str:
    """Return the words of a node without markup."""
    words = []
    for part in walk_nodes(node):
        match part:
            case Text(text) | Code(text) | Abbreviated(text) | Placeholder(text) | Formula(_, text):
                words.append(text)
            case LineBreak():
                words.append(" ")
    return "".join(words)
