"""Split a text into its blocks in reading order, each with its words in units."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Literal, assert_never

from pipeline.core.diagnostics import Location
from pipeline.load.briefing import parse_briefing
from pipeline.load.markdown.maths import DeclaredMacros
from pipeline.model import body as tree
from pipeline.model.bibliography import Bibliography
from pipeline.model.body import Body, plain_text, walk_nodes
from pipeline.model.source.briefing import Briefing
from pipeline.model.words import Phrases
from pipeline.services.comments.units import LockLabel, SourceText, SourceUnit, digest_of, locked, source_text, units_of

_MOST_NAMES = 2
"""More authors than these become 'and others'."""


def labels(body: Body, works: Bibliography, name: Callable[[str, int], str]) -> LockLabel:
    """Return the function that words each locked part of a body; `name("table", 2)` names the second table.

    Whether a label is empty depends on the text alone, not on `works` or `name`.
    """
    names = dict(_names(body, name))

    def label(node: tree.Inline) -> str:
        match node:
            case tree.CitationGroup():
                return _cite_group(node, works)
            case tree.CrossReference(target=target) | tree.NumberReference(target=target):
                return plain_text(node.children) or names.get(target, target)
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


def house_labels(works: Bibliography, words: Phrases) -> Callable[[Body], LockLabel]:
    """Return the labels of a body, with the library's names of figures and tables."""
    return partial(labels, works=works, name=lambda kind, number: words.say(kind, number=number))


def plain_labels(body: Body) -> LockLabel:
    """Return labels made from the source alone, which are enough to compare texts."""
    return labels(body, Bibliography(), "{} {}".format)


def _names(body: Body, name: Callable[[str, int], str]) -> Iterator[tuple[str, str]]:
    """Yield the id and name of each figure, table, equation and heading that a reference can lead to."""
    counts = {"figure": 0, "table": 0}
    for node in walk_nodes(body):
        match node:
            case tree.Figure() | tree.Table() if node.id:
                kind = "figure" if isinstance(node, tree.Figure) else "table"
                counts[kind] += 1
                yield node.id, name(kind, counts[kind])
            case tree.Heading():
                yield node.id, plain_text(node.children)
            case tree.Equation() if node.id:
                yield node.id, plain_text(node.children)
            case _:
                pass


def _cite_group(group: tree.CitationGroup, works: Bibliography) -> str:
    if group.narrative:
        citation = group.citations[0]
        authors = _authors(works, citation.key)
        year = ", ".join(filter(None, (_year(works, citation.key), *_locator_and_suffix(citation))))
        return f"{authors} ({year})" if year else authors
    return f"({'; '.join(_cite(citation, works) for citation in group.citations)})"


def _cite(citation: tree.Citation, works: Bibliography) -> str:
    authors = "" if citation.suppress_author else _authors(works, citation.key)
    parts = (authors, _year(works, citation.key), *_locator_and_suffix(citation))
    return " ".join(filter(None, (citation.prefix.strip(), ", ".join(filter(None, parts)))))


def _locator_and_suffix(citation: tree.Citation) -> tuple[str, str]:
    locator = f"{citation.label} {citation.locator}" if citation.locator else ""
    return locator, citation.suffix.strip(" ,")


def _csl(works: Bibliography, key: str) -> Mapping[str, Any]:
    return works[key].csl if key in works else {}


def _authors(works: Bibliography, key: str) -> str:
    csl = _csl(works, key)
    people: Sequence[Mapping[str, Any]] = csl.get("author") or csl.get("editor") or ()
    names = [str(person.get("family") or person.get("literal") or person.get("given") or "") for person in people]
    if not names:
        return str(csl.get("title", "")) or key
    return " and ".join(names) if len(names) <= _MOST_NAMES else f"{names[0]} and others"


def _year(works: Bibliography, key: str) -> str:
    issued = _csl(works, key).get("issued") or {}
    parts = issued.get("date-parts") or ((),)
    return str(parts[0][0]) if parts[0] else str(issued.get("literal", ""))


WordsKind = Literal["paragraph", "heading", "bullets", "ordered", "term", "caption", "cell", "box-heading"]
LockedKind = Literal["picture", "code", "equation", "evidence", "apart", "note"]
BlockKind = WordsKind | LockedKind
"""Kinds of blocks whose words can be changed, and of blocks that are locked as a whole; `apart` is a rule or mark."""


@dataclass(frozen=True, slots=True)
class SentBlock:
    """A paragraph, heading, entry, cell, caption or picture of a text: what has a bookmark in the document."""

    kind: BlockKind
    units: tuple[SourceUnit, ...]
    within: tuple[str, ...] = ()
    """Its containers from the outermost inwards, such as `box caution` and `list 1`: no edit may change them."""
    level: int = 0
    place: Location = Location()
    node: object = field(default=None, compare=False, repr=False)
    """The node of a locked block, such as a picture, from which the document is written."""
    cell: tuple[int, int, int, int] = (0, 0, 0, 0)
    """Row and column of a cell, and the number of rows and columns."""
    is_locked: bool = False
    """True if none of its words can be changed: a note, a displayed formula, code."""
    id: str = field(default="", compare=False)
    """The id of a heading."""
    is_named: bool = field(default=False, compare=False)
    """True if its author wrote that id."""

    @property
    def seen(self) -> str:
        """Words that a reader sees."""
        return "".join(unit.seen for unit in self.units)

    @property
    def box(self) -> str:
        """The kind of the innermost box that contains it; empty outside boxes."""
        return next((name.split()[1] for name in reversed(self.within) if name.startswith("box ")), "")


def blocks_of(body: Body, source: SourceText, label: LockLabel) -> tuple[SentBlock, ...]:
    """Return the blocks of a body, followed by the blocks of its notes."""
    splitter = _Splitter(source, label)
    blocks = [*splitter.blocks(body.blocks, ())]
    for note in body.footnotes:
        content = splitter.blocks(note.children, (f"note {note.number}",))
        blocks += (replace(block, kind="note", is_locked=True) for block in content)
    return tuple(blocks)


class _Splitter:
    def __init__(self, source: SourceText, label: LockLabel) -> None:
        self.source, self.label = source, label

    def blocks(self, blocks: Sequence[tree.Block], within: tuple[str, ...]) -> Iterator[SentBlock]:
        for block in blocks:
            yield from self.block(block, within)

    def words(
        self, kind: WordsKind, words: Sequence[tree.Inline], place: Location, within: tuple[str, ...], level: int = 0
    ) -> SentBlock:
        return SentBlock(kind, units_of(words, self.source, self.label), within, level, place)

    def locked(self, kind: LockedKind, block: object, seen: str, place: Location, within: tuple[str, ...]) -> SentBlock:
        return SentBlock(kind, (locked(block, self.source, seen),), within, 0, place, block, is_locked=True)

    def block(self, block: tree.Block, within: tuple[str, ...]) -> Iterator[SentBlock]:
        match block:
            case tree.Paragraph():
                yield self.words("paragraph", block.children, block.place, within)
            case tree.Heading():
                inside = (*within, *block.classes)
                heading = self.words("heading", block.children, block.place, inside, block.level)
                yield replace(heading, id=block.id, is_named=f"#{block.id}" in self.source.line(block.place))
            case tree.ListBlock():
                yield from self.entries(block, within)
            case tree.DefinitionList():
                yield from self.definitions(block, within)
            case tree.Quote():
                yield from self.blocks(block.children, (*within, "quote"))
            case tree.Table():
                yield from self.table(block, within)
            case tree.Figure():
                yield self.locked("picture", replace(block, caption=()), block.alt, block.place, within)
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
                yield self.locked("code", block, block.text.rstrip("\n"), block.place, within)
            case tree.Equation():
                yield self.locked("equation", block, plain_text(block.children), block.place, within)
            case tree.EvidenceMark():
                yield self.locked("evidence", block, "", block.place, within)
            case tree.PlaceholderBlock():
                yield self.locked("apart", block, block.text, Location(), within)
            case tree.ThematicBreak():
                yield self.locked("apart", block, "* * *", Location(), within)
            case _:
                assert_never(block)

    def entries(self, block: tree.ListBlock, within: tuple[str, ...]) -> Iterator[SentBlock]:
        """Yield the blocks of a list; the first block of an entry has its bullet or number."""
        kind: BlockKind = "ordered" if block.ordered else "bullets"
        depth = 1 + sum(name.startswith("list ") for name in within)
        for number, item in enumerate(block.items, block.start):
            inside = (*within, f"list {kind} {depth} {number} {block.form} {item.done}")
            for position, part in enumerate(self.blocks(item.children, inside)):
                has_bullet = position == 0 and part.kind == "paragraph"
                yield replace(part, kind=kind, level=depth) if has_bullet else part

    def definitions(self, block: tree.DefinitionList, within: tuple[str, ...]) -> Iterator[SentBlock]:
        for entry in block.entries:
            yield self.words("term", entry.term, Location(), within)
            for number, meaning in enumerate(entry.meanings):
                yield from self.blocks(meaning, (*within, f"meaning {number}"))

    def table(self, block: tree.Table, within: tuple[str, ...]) -> Iterator[SentBlock]:
        """Yield the caption of a table, then its cells row by row."""
        inside = (*within, f"table {block.id}")
        if block.caption:
            yield self.words("caption", block.caption, block.place, inside)
        rows = (block.head, *block.rows)
        for row, cells in enumerate(rows):
            for column, words in enumerate(cells):
                cell = self.words("cell", words, block.place, inside)
                start = next((unit.start for unit in cell.units if unit.start >= 0), None)
                place = block.place if start is None else self.source.place(block.place.path, start)
                yield replace(cell, place=place, cell=(row, column, len(rows), len(block.head)))


@dataclass(frozen=True, slots=True)
class TextBlocks:
    """A text with its path, its source and its blocks."""

    path: str
    source: SourceText
    blocks: tuple[SentBlock, ...]
    above: tuple[tuple[str, str], ...] = ()
    """The parts of the front matter that are read before the text: names such as `title`, and their words."""
    keys: Mapping[str, Location] = field(default_factory=dict, repr=False)
    """Places of their keys, by the same names."""


def read_text_blocks(
    path: str, content: bytes, macros: DeclaredMacros = (), label_body: Callable[[Body], LockLabel] = plain_labels
) -> TextBlocks | None:
    """Read the blocks of a text; None if the file cannot be read."""
    parsed = parse_briefing(path, content, macros)
    body = parsed.briefing.body if parsed.briefing else parsed.loose
    if body is None:
        return None
    source = source_text(content)
    blocks = blocks_of(body, source, label_body(body))
    if not parsed.briefing:
        return TextBlocks(path, source, blocks)
    above, marks = tuple(front_matter_parts(parsed.briefing)), parsed.briefing.marks
    return TextBlocks(path, source, blocks, above, {key: marks.key_at(key.replace("-", "_")) for key, _ in above})


def front_matter_parts(
    briefing: Briefing, words: Callable[[Body], str] = lambda body: " ".join(plain_text(body.blocks).split())
) -> Iterator[tuple[str, str]]:
    """Yield the name and words of each part of the front matter that is read before the text, in order."""
    yield "title", briefing.fields.title
    yield "summary", briefing.fields.summary
    for key, body in (("key-finding", briefing.texts.key_finding), ("recommendation", briefing.texts.recommendation)):
        if body:
            yield key, words(body)


def words_of_body(body: Body, label: LockLabel) -> str:
    """Return the words of a body on one line, with the labels of its locked parts."""
    return " ".join(" ".join(block.seen for block in blocks_of(body, source_text(b""), label)).split())
