"""The blocks of a text in the order of reading, each with its words in units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import assert_never

from pipeline.core.diagnostics import Place
from pipeline.model import body as tree
from pipeline.model.body import plain_text
from pipeline.word.commenting.source import SourceText
from pipeline.word.commenting.units import LockLabel, SourceUnit, digest_of, locked, units_of


@dataclass(frozen=True, slots=True)
class SentBlock:
    """A paragraph, heading, entry, cell, caption or picture of a text: what has a bookmark in the document."""

    kind: str
    units: tuple[SourceUnit, ...]
    within: tuple[str, ...] = ()
    """Names of what it stands in, from outside inwards, such as `box caution` and `list 1`: that may never change."""
    level: int = 0
    place: Place = Place()
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
    """The blocks of a body and, behind them, those of its notes; empty ones have none."""
    walk = _Walk(source, label)
    found = [*walk.blocks(body.blocks, ())]
    for note in body.footnotes:
        found += (
            replace(one, kind="note", is_locked=True) for one in walk.blocks(note.children, (f"note {note.number}",))
        )
    return tuple(found)


class _Walk:
    """Goes through the blocks of one text."""

    def __init__(self, source: SourceText, label: LockLabel) -> None:
        self.source, self.label = source, label

    def blocks(self, blocks: Sequence[tree.Block], within: tuple[str, ...]) -> Iterator[SentBlock]:
        for block in blocks:
            yield from self.block(block, within)

    def words(
        self, kind: str, words: Sequence[tree.Inline], place: Place, within: tuple[str, ...], level: int = 0
    ) -> SentBlock:
        """A block of words."""
        return SentBlock(kind, units_of(words, self.source, self.label), within, level, place)

    def fixed(self, kind: str, block: object, seen: str, place: Place, within: tuple[str, ...]) -> SentBlock:
        """A block of which nothing can be changed."""
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
                yield self.fixed("apart", block, block.text, Place(), within)
            case tree.ThematicBreak():
                yield self.fixed("apart", block, "* * *", Place(), within)
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
        """Terms and what they mean."""
        for entry in block.entries:
            yield self.words("term", entry.term, Place(), within)
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
