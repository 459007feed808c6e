"""A text as rules see it: nodes by kind, tree rewriting."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import accumulate
from types import MappingProxyType
from typing import Any, TypeVar

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.processes import blamed_on
from pipeline.load.markdown.citations import is_target
from pipeline.model import body as tree
from pipeline.model.body import (
    Code,
    Emphasis,
    Figure,
    Heading,
    Link,
    Marked,
    Paragraph,
    Span,
    Strong,
    Table,
    Text,
    unpacked,
    walk,
)
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.library_file import LibrarySettings, Series
from pipeline.model.source.pack import Insert, Pack
from pipeline.model.source.record import KeyPath
from pipeline.model.source.versions import RECORD, folder_of, version_ref
from pipeline.resolve.environment import Environment, environment_of

Node = TypeVar("Node")

MADE_ANCHORS = frozenset({"references"})
"""Anchors that composing makes, so that an author may link to them: the list of references, where there is one."""


def out_of_the_way(anchor: str) -> str:
    """An author's anchor beside one of the same name that composing makes."""
    return f"{anchor}-text"


@dataclass(frozen=True, slots=True)
class NodeIndex:
    """Some texts of one file: their nodes by kind, in reading order, and the anchors that links may lead to."""

    kinds: Mapping[type, tuple[Any, ...]] = field(default_factory=dict)
    anchors: frozenset[str] = MADE_ANCHORS

    def every(self, kind: type[Node]) -> tuple[Node, ...]:
        """The nodes of a kind, in reading order."""
        return self.kinds.get(kind, ())


@dataclass(frozen=True, slots=True)
class BriefingView:
    """A briefing as the rules read it: itself whole, and its environment."""

    environment: Environment
    briefing: Briefing
    series: Series | None
    passage: NodeIndex
    produced: date
    body_anchors: frozenset[str] = MADE_ANCHORS
    """The anchors of the body alone, which keep their names."""
    kept: str = ""
    """The number of a kept version; nothing for the present text."""

    @property
    def key(self) -> str:
        """Name in a run: its id, of a kept version 'id@version'."""
        return version_ref(self.briefing.id, self.kept) if self.kept else self.briefing.id

    @property
    def path(self) -> str:
        """Its file; of a kept version its record."""
        return f"{folder_of(self.briefing.id, self.kept)}/{RECORD}" if self.kept else self.briefing.path


@dataclass(frozen=True, slots=True)
class Examined:
    """Facts known of a briefing's text: its anchors, and the remarks of the rules on it."""

    anchors: frozenset[str]
    remarks: tuple[Diagnostic, ...]


def bodies(briefing: Briefing) -> tuple[tree.Body, ...]:
    """All texts of a briefing's own file, in the order they are printed."""
    texts = briefing.texts
    caveats = tuple(caveat for _, caveat in texts.caveats)
    described = tuple(description for _, description in texts.descriptions)
    return (texts.key_finding, texts.recommendation, briefing.body, *caveats, *described, texts.method_note)


def pictures_in(text: tree.Body) -> Iterator[tree.Figure | tree.Image]:
    """The figures and pictures of a text, wherever they stand in it."""
    yield from (node for node in walk((text.blocks, text.footnotes)) if isinstance(node, tree.Figure | tree.Image))


def by_kind(texts: Iterable[tree.Body]) -> dict[type, tuple[Any, ...]]:
    """The nodes of some texts by kind, in reading order."""
    return sorted_by_kind(tuple((body.blocks, body.footnotes) for body in texts))


def sorted_by_kind(roots: tuple[Any, ...]) -> dict[type, tuple[Any, ...]]:
    """These nodes and all below them by kind, in reading order."""
    found: dict[type, list[Any]] = {}
    for node in walk(roots):
        kind = type(node)
        if kind in found:
            found[kind].append(node)
        else:
            found[kind] = [node]
    return {kind: tuple(those) for kind, those in found.items()}


NAMED_KINDS = (tree.Heading, tree.Figure, tree.Table, tree.Equation, tree.EquationLabel)
"""Kinds of nodes with an id of their own."""


def anchors(kinds: Mapping[type, tuple[Any, ...]]) -> frozenset[str]:
    """The ids that a link may lead to."""
    named = [node.id for kind in NAMED_KINDS for node in kinds.get(kind, ())]
    attributed = [node.attributes.id for kind in (tree.Span, tree.Division) for node in kinds.get(kind, ())]
    own = frozenset(filter(None, named + attributed))
    return own.union(map(out_of_the_way, own & MADE_ANCHORS))


def text_anchors(briefing: Briefing, kinds: Mapping[type, tuple[Any, ...]]) -> frozenset[str]:
    """The ids that a link may lead to in a briefing, as far as its own file says."""
    fields = briefing.fields
    findings, practice = fields.evidence.findings, fields.practice
    named = [fields.references, fields.evidence.base, *(one.sources or one.via for one in findings)]
    own = anchors(kinds)
    cited = any(not is_target(one.key) or one.key not in own for one in kinds.get(tree.Citation, ()))
    listed = cited or any(named) or any(one.sources for one in practice)
    return own | (MADE_ANCHORS if listed else frozenset())


def read_library(
    library: Library, produced: date, anchored: Mapping[str, frozenset[str]] = MappingProxyType({})
) -> tuple[Environment, dict[str, BriefingView]]:
    """The environment of a library's texts, and every briefing as the rules read it, by id.

    Of those in `anchored` nothing is asked but where links may lead, which is given: their texts are not read.
    """
    environment = environment_of(library)
    readings = {}
    for name, briefing in library.briefings.items():
        with blamed_on(briefing.path):
            readings[name] = read_briefing(environment, briefing, produced, anchored.get(name))
    environment = replace(environment, anchors={name: one.passage.anchors for name, one in readings.items()})
    return environment, {name: replace(one, environment=environment) for name, one in readings.items()}


def read_briefings(library: Library, produced: date) -> dict[str, BriefingView]:
    """Every briefing of a library as the rules read it, by id."""
    return read_library(library, produced)[1]


def read_briefing(
    environment: Environment, briefing: Briefing, produced: date, known: frozenset[str] | None = None, kept: str = ""
) -> BriefingView:
    """A briefing as the rules read it; if its own anchors are known its text is not read."""
    series = environment.series_of(briefing.id)
    imprint = environment.imprint
    notes = [imprint.method_note, imprint.practice_caveat]
    notes += [series.method_note, series.practice_caveat] if series else []
    noted = MADE_ANCHORS if tree.Citation in by_kind(notes) else frozenset()
    if known is not None:
        return BriefingView(environment, briefing, series, NodeIndex({}, known | noted), produced, known | noted, kept)
    briefing = replace(briefing, body=unpacked(briefing.body))
    kinds = by_kind(bodies(briefing))
    own = text_anchors(briefing, kinds) | noted
    of_body = own if sum(map(bool, bodies(briefing))) == 1 else anchors(by_kind((briefing.body,)))
    return BriefingView(environment, briefing, series, NodeIndex(kinds, own), produced, of_body, kept)


def read_series(series: Series) -> NodeIndex:
    """The texts of a series as the rules read them."""
    return _passage((series.landing, series.method_note, series.practice_caveat))


def read_imprint(imprint: LibrarySettings) -> NodeIndex:
    """The texts of `library.yaml` as the rules read them."""
    return _passage((imprint.method_note, imprint.practice_caveat))


def read_loose(body: tree.Body) -> NodeIndex:
    """The body of a briefing whose front matter could not be read, as the rules read it."""
    return _passage((unpacked(body),))


def _passage(texts: tuple[tree.Body, ...]) -> NodeIndex:
    kinds = by_kind(texts)
    return NodeIndex(kinds, anchors(kinds) | MADE_ANCHORS)


@dataclass(frozen=True, slots=True)
class Member:
    """One line of a pack: the briefing it names, the version it asks for, and where the line stands."""

    id: str
    version: str
    way: KeyPath

    @property
    def key(self) -> str:
        """Name in a run of the text asked for."""
        return version_ref(self.id, self.version) if self.version else self.id


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack as the rules read it. `members` are all its lines, known or not."""

    environment: Environment
    pack: Pack
    members: tuple[Member, ...]
    inserts: tuple[tuple[Insert, KeyPath], ...]
    readings: Mapping[str, BriefingView]
    """Those of its texts that are there, by key."""
    produced: date

    @property
    def present(self) -> tuple[BriefingView, ...]:
        """The texts that are there, each briefing once, in order."""
        keys = {member.id: member.key for member in reversed(self.members)}
        names = dict.fromkeys(member.id for member in self.members)
        return tuple(self.readings[key] for name in names if (key := keys[name]) in self.readings)


def read_pack(environment: Environment, pack: Pack, readings: Mapping[str, BriefingView], produced: date) -> PackView:
    """A pack as the rules read it."""
    members, inserts = [], []
    for line, way in lines_with_ways(pack):
        if isinstance(line, Insert):
            inserts.append((line, way))
        else:
            name, _, version = line.partition("@")
            members.append(Member(name, version, way))
    own = {member.key: readings[member.key] for member in members if member.key in readings}
    return PackView(environment, pack, tuple(members), tuple(inserts), own, produced)


def lines_with_ways(pack: Pack) -> Iterator[tuple[str | Insert, KeyPath]]:
    """Briefings that a pack lists, in order, each with its place in the pack's file."""
    key = "pages" if pack.manual else "briefings"
    for index, line in enumerate(pack.fields.briefings):
        yield line, (key, index)
    for number, part in enumerate(pack.fields.parts):
        for index, line in enumerate(part.briefings):
            yield line, ("parts", number, key, index)


# Places within words


def place_in(text: Text | Code, offset: int) -> Location:
    """The place of a character of a text, given the text's own place; a new line starts at column 1."""
    before = text.text[:offset]
    lines = before.count("\n")
    column = offset - before.rfind("\n") if lines else text.place.column + offset
    return Location(text.place.path, text.place.line + lines, column)


@dataclass(frozen=True)
class WordRun:
    """Words that stand together without markup between them, over as many lines as they take."""

    texts: tuple[Text, ...]
    behind: Any = None
    """The mark-up that they follow directly."""

    @cached_property
    def words(self) -> str:
        """The words as one string."""
        return "".join(text.text for text in self.texts)

    def place(self, offset: int) -> Location:
        """The place of a character of the run."""
        number = min(bisect_right(self._starts, offset) - 1, len(self.texts) - 1)
        text, start = self.texts[number].place, self._starts[number]
        before = bisect_left(self._breaks, offset)
        lines = before - bisect_left(self._breaks, start)
        column = offset - self._breaks[before - 1] if lines else text.column + offset - start
        return Location(text.path, text.line + lines, column)

    @cached_property
    def _breaks(self) -> tuple[int, ...]:
        return tuple(found.start() for found in re.finditer("\n", self.words))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *accumulate(len(text.text) for text in self.texts))


def runs(passage: NodeIndex) -> Iterator[WordRun]:
    """All words of a passage in runs."""
    for kind in (Paragraph, Heading, Emphasis, Strong, Span, Marked, Link):
        for node in passage.every(kind):
            yield from _runs_in(node.children)  # type: ignore[attr-defined]
    for table in passage.every(Table):
        for cell in (*table.head, *(cell for row in table.rows for cell in row), table.caption):
            yield from _runs_in(cell)
    for figure in passage.every(Figure):
        yield from _runs_in(figure.caption)


def unlinked_runs(passage: NodeIndex) -> Iterator[WordRun]:
    """The words of a passage in runs, but for those of links."""
    linked = {id(child) for link in passage.every(Link) for child in link.children}
    yield from (run for run in runs(passage) if id(run.texts[0]) not in linked)


def _runs_in(children: tuple[Any, ...]) -> Iterator[WordRun]:
    together: list[Text] = []
    behind: Any = None
    for child in children:
        if isinstance(child, Text):
            together.append(child)
            continue
        if together:
            yield WordRun(tuple(together), behind)
            together = []
        behind = child
    if together:
        yield WordRun(tuple(together), behind)
