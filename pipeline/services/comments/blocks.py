"""The blocks of a text in the order of reading, each with its words in units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, assert_never

from pipeline.core.diagnostics import Location
from pipeline.load.briefing import parse_briefing
from pipeline.load.markdown.maths import Declared
from pipeline.model import body as tree
from pipeline.model.bibliography import Bibliography
from pipeline.model.body import Body, plain_text, walk
from pipeline.model.source.briefing import Briefing
from pipeline.model.words import Phrases
from pipeline.services.comments.units import LockLabel, SourceText, SourceUnit, digest_of, locked, source_text, units_of

_MOST_NAMES = 2
"""More authors than these are 'and others'."""


def labels(body: tree.Body, works: Bibliography, name: Callable[[str, int], str]) -> Callable[[tree.Inline], str]:
    """The words for each locked part of a text's lines; `name` is what the house calls its second figure or table.

    Whether there are any depends on the text alone.
    """
    named = dict(_names(body, name))

    def label(node: tree.Inline) -> str:
        match node:
            case tree.CitationGroup():
                return _citation(node, works)
            case tree.CrossReference(target=target) | tree.NumberReference(target=target):
                return plain_text(node.children) or named.get(target, target)
            case tree.Link():
                return "".join(map(label, node.children)) or node.href or "[]"
            case tree.FootnoteCall():
                return f"[{node.number}]"
            case tree.Image():
                return node.alt
            case tree.LineBreak():
                return "\n"
            case tree.Emphasis() | tree.Strong() | tree.Span() | tree.Marked():
                return "".join(map(label, node.children))
            case _:
                return plain_text(node)

    return label


def house_labels(works: Bibliography, words: Phrases) -> Callable[[tree.Body], Callable[[tree.Inline], str]]:
    """Return the labels of a body, with the house's names of figures and tables."""
    return partial(labels, works=works, name=lambda kind, number: words.say(kind, number=number))


def _names(body: tree.Body, name: Callable[[str, int], str]) -> Iterator[tuple[str, str]]:
    """Names that references give to figures, tables, equations and headings, by their ids."""
    counted = {"figure": 0, "table": 0}
    for node in walk(body):
        match node:
            case tree.Figure() | tree.Table() if node.id:
                kind = "figure" if isinstance(node, tree.Figure) else "table"
                counted[kind] += 1
                yield node.id, name(kind, counted[kind])
            case tree.Heading():
                yield node.id, plain_text(node.children)
            case tree.Equation() if node.id:
                yield node.id, plain_text(node.children)
            case _:
                pass


def _citation(group: tree.CitationGroup, works: Bibliography) -> str:
    if group.narrative:
        one = group.citations[0]
        rest = _rest(one)
        year = ", ".join(filter(None, (_year(works, one.key), *rest)))
        return f"{_authors(works, one.key)} ({year})" if year else _authors(works, one.key)
    return f"({'; '.join(_one(citation, works) for citation in group.citations)})"


def _one(citation: tree.Citation, works: Bibliography) -> str:
    authors = "" if citation.suppress_author else _authors(works, citation.key)
    said = ", ".join(filter(None, (authors, _year(works, citation.key), *_rest(citation))))
    return " ".join(filter(None, (citation.prefix.strip(), said)))


def _rest(citation: tree.Citation) -> tuple[str, ...]:
    locator = f"{citation.label} {citation.locator}" if citation.locator else ""
    return locator, citation.suffix.strip(" ,")


def _csl(works: Bibliography, key: str) -> Mapping[str, Any]:
    return works[key].csl if key in works else {}


def _authors(works: Bibliography, key: str) -> str:
    csl = _csl(works, key)
    people: Sequence[Mapping[str, Any]] = csl.get("author") or csl.get("editor") or ()
    names = [str(one.get("family") or one.get("literal") or one.get("given") or "") for one in people]
    if not names:
        return str(csl.get("title", "")) or key
    return " and ".join(names) if len(names) <= _MOST_NAMES else f"{names[0]} and others"


def _year(works: Bibliography, key: str) -> str:
    issued = _csl(works, key).get("issued") or {}
    parts = issued.get("date-parts") or ((),)
    return str(parts[0][0]) if parts[0] else str(issued.get("literal", ""))


@dataclass(frozen=True, slots=True)
class SentBlock:
    """A paragraph, heading, entry, cell, caption or picture of a text: what has a bookmark in the document."""

    kind: str
    units: tuple[SourceUnit, ...]
    within: tuple[str, ...] = ()
    """Names of what it stands in, from outside inwards, such as `box caution` and `list 1`: that may never change."""
    level: int = 0
    place: Location = Location()
    node: object = field(default=None, compare=False, repr=False)
    """A picture or a mark of the evidence figure, for whoever writes the document."""
    cell: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Of a cell its row and column, and how many rows and columns there are."""
    is_locked: bool = False
    """Whether none of its words may be changed: a note, a formula set apart, code."""
    id: str = field(default="", compare=False)
    """The id of a heading."""
    is_named: bool = field(default=False, compare=False)
    """Whether its author wrote that id."""

    @property
    def seen(self) -> str:
        """Words that a reader sees."""
        return "".join(unit.seen for unit in self.units)

    @property
    def box(self) -> str:
        """The kind of the innermost box that it stands in."""
        return next((name.split()[1] for name in reversed(self.within) if name.startswith("box ")), "")


def blocks_of(body: tree.Body, source: SourceText, label: LockLabel) -> tuple[SentBlock, ...]:
    """Return the blocks of a body and, behind them, those of its notes."""
    walk = _Walk(source, label)
    found = [*walk.blocks(body.blocks, ())]
    for note in body.footnotes:
        found += (
            replace(one, kind="note", is_locked=True) for one in walk.blocks(note.children, (f"note {note.number}",))
        )
    return tuple(found)


class _Walk:
    def __init__(self, source: SourceText, label: LockLabel) -> None:
        self.source, self.label = source, label

    def blocks(self, blocks: Sequence[tree.Block], within: tuple[str, ...]) -> Iterator[SentBlock]:
        for block in blocks:
            yield from self.block(block, within)

    def words(
        self, kind: str, words: Sequence[tree.Inline], place: Location, within: tuple[str, ...], level: int = 0
    ) -> SentBlock:
        return SentBlock(kind, units_of(words, self.source, self.label), within, level, place)

    def fixed(self, kind: str, block: object, seen: str, place: Location, within: tuple[str, ...]) -> SentBlock:
        return SentBlock(kind, (locked(block, self.source, seen),), within, 0, place, block, is_locked=True)

    def block(self, block: tree.Block, within: tuple[str, ...]) -> Iterator[SentBlock]:
        match block:
            case tree.Paragraph():
                yield self.words("paragraph", block.children, block.place, within)
            case tree.Heading():
                inside = (*within, *block.classes)
                found = self.words("heading", block.children, block.place, inside, block.level)
                yield replace(found, id=block.id, is_named=f"#{block.id}" in self.source.line(block.place))
            case tree.ListBlock():
                yield from self.entries(block, within)
            case tree.DefinitionList():
                yield from self.definitions(block, within)
            case tree.Quote():
                yield from self.blocks(block.children, (*within, "quote"))
            case tree.Table():
                yield from self.table(block, within)
            case tree.Figure():
                yield self.fixed("picture", replace(block, caption=()), block.alt, block.place, within)
                if block.caption:
                    yield self.words("caption", block.caption, block.place, (*within, f"figure {block.id}"))
            case tree.Box():
                inside = (*within, f"box {block.kind} {block.ref}")
                if block.heading:
                    yield self.words("box-heading", block.heading, block.place, inside)
                yield from self.blocks(block.children, inside)
            case tree.Division():
                yield from self.blocks(block.children, (*within, f"division {digest_of(block.attributes)}"))
            case tree.CodeBlock():
                yield self.fixed("code", block, block.text.rstrip("\n"), block.place, within)
            case tree.Equation():
                yield self.fixed("equation", block, plain_text(block.children), block.place, within)
            case tree.EvidenceMark():
                yield self.fixed("evidence", block, "", block.place, within)
            case tree.PlaceholderBlock():
                yield self.fixed("apart", block, block.text, Location(), within)
            case tree.ThematicBreak():
                yield self.fixed("apart", block, "* * *", Location(), within)
            case _:
                assert_never(block)

    def entries(self, block: tree.ListBlock, within: tuple[str, ...]) -> Iterator[SentBlock]:
        """The blocks of a list; the first of an entry has its bullet or number."""
        kind = "ordered" if block.ordered else "bullets"
        depth = 1 + sum(name.startswith("list ") for name in within)
        for number, item in enumerate(block.items, block.start):
            inside = (*within, f"list {kind} {depth} {number} {block.form} {item.done}")
            for one, found in enumerate(self.blocks(item.children, inside)):
                first = not one and found.kind == "paragraph"
                yield replace(found, kind=kind, level=depth) if first else found

    def definitions(self, block: tree.DefinitionList, within: tuple[str, ...]) -> Iterator[SentBlock]:
        for entry in block.entries:
            yield self.words("term", entry.term, Location(), within)
            for number, meaning in enumerate(entry.meanings):
                yield from self.blocks(meaning, (*within, f"meaning {number}"))

    def table(self, block: tree.Table, within: tuple[str, ...]) -> Iterator[SentBlock]:
        """The cells of a table, row by row, and its caption before them."""
        inside = (*within, f"table {block.id}")
        if block.caption:
            yield self.words("caption", block.caption, block.place, inside)
        rows = (block.head, *block.rows)
        for row, cells in enumerate(rows):
            for column, words in enumerate(cells):
                found = self.words("cell", words, block.place, inside)
                place = next(
                    (self.source.place(block.place.path, unit.start) for unit in found.units if unit.start >= 0),
                    block.place,
                )
                yield replace(found, place=place, cell=(row, column, len(rows), len(block.head)))


@dataclass(frozen=True, slots=True)
class TextInUnits:
    """A text by its path: its source and its blocks."""

    path: str
    source: SourceText
    blocks: tuple[SentBlock, ...]
    above: tuple[tuple[str, str], ...] = ()
    """Parts of the front matter that are read before the text, by their names: `title`, `summary` and so on."""
    keys: Mapping[str, Location] = field(default_factory=dict, repr=False)
    """Places of their keys, by the same names."""


def plain_labels(body: Body) -> LockLabel:
    """Labels that rest on the source alone, for whoever only compares."""
    return labels(body, Bibliography(), "{} {}".format)


def in_units(
    path: str, content: bytes, macros: Declared = (), labelled: Callable[[Body], LockLabel] = plain_labels
) -> TextInUnits | None:
    """The blocks of a text; nothing where the file cannot be read."""
    parsed = parse_briefing(path, content, macros)
    body = parsed.briefing.body if parsed.briefing else parsed.loose
    if body is None:
        return None
    source = source_text(content)
    blocks = blocks_of(body, source, labelled(body))
    if not parsed.briefing:
        return TextInUnits(path, source, blocks)
    above, marks = tuple(above_of(parsed.briefing)), parsed.briefing.marks
    return TextInUnits(path, source, blocks, above, {key: marks.key_at(key.replace("-", "_")) for key, _ in above})


def above_of(
    briefing: Briefing, words: Callable[[Body], str] = lambda body: " ".join(plain_text(body.blocks).split())
) -> Iterator[tuple[str, str]]:
    """The parts of the front matter that a reader meets before the text, in their order, each with its words."""
    yield "title", briefing.fields.title
    yield "summary", briefing.fields.summary
    for key, body in (("key-finding", briefing.texts.key_finding), ("recommendation", briefing.texts.recommendation)):
        if body:
            yield key, words(body)


def words_of_body(body: Body, label: LockLabel) -> str:
    """The words of a body on one line, with those that stand for what would be locked."""
    return " ".join(" ".join(block.seen for block in blocks_of(body, source_text(b""), label)).split())
