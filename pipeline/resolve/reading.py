"""Briefings and packs as the rules read them: nodes by kind, anchors, runs of words."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from itertools import accumulate, groupby
from types import MappingProxyType
from typing import Any, TypeVar

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.faults import blame_faults_on
from pipeline.load.markdown.citations import looks_like_target
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
    unpack_body,
    walk_nodes,
)
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.library_file import Series
from pipeline.model.source.pack import Insert, Pack
from pipeline.model.source.record import KeyPath
from pipeline.model.source.versions import RECORD, folder_of, version_ref
from pipeline.resolve.environment import Environment, environment_of

NodeType = TypeVar("NodeType")

COMPOSED_ANCHORS = frozenset({"references"})
"""Anchors that composing adds and an author may link to: the list of references, if there is one."""


def avoid_composed_anchor(anchor: str) -> str:
    """Rename an author's anchor that has the name of one that composing adds."""
    return f"{anchor}-text"


@dataclass(frozen=True, slots=True)
class NodeIndex:
    """The nodes of some texts of one file, by kind in reading order, and their anchors."""

    kinds: Mapping[type, tuple[Any, ...]] = field(default_factory=dict)
    anchors: frozenset[str] = COMPOSED_ANCHORS

    def every(self, kind: type[NodeType]) -> tuple[NodeType, ...]:
        """The nodes of a kind, in reading order."""
        return self.kinds.get(kind, ())


@dataclass(frozen=True, slots=True)
class BriefingView:
    """A briefing as the rules read it, with its environment."""

    environment: Environment
    briefing: Briefing
    series: Series | None
    passage: NodeIndex
    produced: date
    body_anchors: frozenset[str] = COMPOSED_ANCHORS
    """Anchors of the body alone, which are never renamed."""
    kept: str = ""
    """The number of a kept version; '' for the present text."""

    @property
    def key(self) -> str:
        """Its id, or 'id@version' for a kept version."""
        return version_ref(self.briefing.id, self.kept) if self.kept else self.briefing.id

    @property
    def path(self) -> str:
        """The path of its file, or of its record for a kept version."""
        return f"{folder_of(self.briefing.id, self.kept)}/{RECORD}" if self.kept else self.briefing.path


@dataclass(frozen=True, slots=True)
class CheckedText:
    """Anchors of a briefing's text, and the remarks of the rules on it."""

    anchors: frozenset[str]
    remarks: tuple[Diagnostic, ...]


def texts_of_briefing(briefing: Briefing) -> tuple[tree.Body, ...]:
    """All texts in a briefing's own file, in printed order."""
    texts = briefing.texts
    caveats = (caveat for _, caveat in texts.caveats)
    descriptions = (description for _, description in texts.descriptions)
    return (texts.key_finding, texts.recommendation, briefing.body, *caveats, *descriptions, texts.method_note)


def pictures_in_text(text: tree.Body) -> Iterator[tree.Figure | tree.Image]:
    """The figures and pictures of a text, at any depth."""
    yield from (
        node for node in walk_nodes((text.blocks, text.footnotes)) if isinstance(node, tree.Figure | tree.Image)
    )


def nodes_by_kind(texts: Iterable[tree.Body]) -> dict[type, tuple[Any, ...]]:
    """The nodes of some texts by kind, in reading order."""
    return group_nodes_by_kind(tuple((body.blocks, body.footnotes) for body in texts))


def group_nodes_by_kind(roots: tuple[Any, ...]) -> dict[type, tuple[Any, ...]]:
    """These nodes and all below them by kind, in reading order."""
    by_kind: dict[type, list[Any]] = {}
    for node in walk_nodes(roots):
        by_kind.setdefault(type(node), []).append(node)
    return {kind: tuple(nodes) for kind, nodes in by_kind.items()}


NAMED_KINDS = (tree.Heading, tree.Figure, tree.Table, tree.Equation, tree.EquationLabel)
"""Kinds of nodes that have an id."""


def anchors_in(kinds: Mapping[type, tuple[Any, ...]]) -> frozenset[str]:
    """The ids that a link may lead to."""
    named = [node.id for kind in NAMED_KINDS for node in kinds.get(kind, ())]
    attributed = [node.attributes.id for kind in (tree.Span, tree.Division) for node in kinds.get(kind, ())]
    ids = frozenset(filter(None, named + attributed))
    return ids.union(map(avoid_composed_anchor, ids & COMPOSED_ANCHORS))


def anchors_of_briefing(briefing: Briefing, kinds: Mapping[type, tuple[Any, ...]]) -> frozenset[str]:
    """The ids that a link may lead to in a briefing, by its own file alone."""
    fields = briefing.fields
    ids = anchors_in(kinds)
    cites_works = (
        any(not looks_like_target(citation.key) or citation.key not in ids for citation in kinds.get(tree.Citation, ()))
        or fields.references
        or fields.evidence.base
        or any(finding.sources or finding.via for finding in fields.evidence.findings)
        or any(record.sources for record in fields.practice)
    )
    return ids | COMPOSED_ANCHORS if cites_works else ids


def view_library(
    library: Library, produced: date, anchored: Mapping[str, frozenset[str]] = MappingProxyType({})
) -> tuple[Environment, dict[str, BriefingView]]:
    """Return the environment of a library's texts, and a view of every briefing by id.

    The texts of briefings in `anchored` are not read: it has their anchors.
    """
    environment = environment_of(library)
    views = {}
    for name, briefing in library.briefings.items():
        with blame_faults_on(briefing.path):
            views[name] = view_briefing(environment, briefing, produced, anchored.get(name))
    environment = replace(environment, anchors={name: view.passage.anchors for name, view in views.items()})
    return environment, {name: replace(view, environment=environment) for name, view in views.items()}


def view_briefings(library: Library, produced: date) -> dict[str, BriefingView]:
    """Return a view of every briefing of a library, by id."""
    return view_library(library, produced)[1]


def view_briefing(
    environment: Environment, briefing: Briefing, produced: date, known: frozenset[str] | None = None, kept: str = ""
) -> BriefingView:
    """Return a view of a briefing; its text is not read if its own anchors are `known`."""
    series = environment.series_of(briefing.id)
    imprint = environment.imprint
    notes = [imprint.method_note, imprint.practice_caveat]
    notes += [series.method_note, series.practice_caveat] if series else []
    of_notes = COMPOSED_ANCHORS if tree.Citation in nodes_by_kind(notes) else frozenset()
    if known is not None:
        ids = known | of_notes
        return BriefingView(environment, briefing, series, NodeIndex({}, ids), produced, ids, kept)
    briefing = replace(briefing, body=unpack_body(briefing.body))
    kinds = nodes_by_kind(texts_of_briefing(briefing))
    ids = anchors_of_briefing(briefing, kinds) | of_notes
    of_body = ids if sum(map(bool, texts_of_briefing(briefing))) == 1 else anchors_in(nodes_by_kind((briefing.body,)))
    return BriefingView(environment, briefing, series, NodeIndex(kinds, ids), produced, of_body, kept)


def index_nodes(*texts: tree.Body) -> NodeIndex:
    """Index the nodes of texts that are in no briefing."""
    kinds = nodes_by_kind(map(unpack_body, texts))
    return NodeIndex(kinds, anchors_in(kinds) | COMPOSED_ANCHORS)


@dataclass(frozen=True, slots=True)
class Member:
    """A line of a pack: id, version or '', and its path in the pack's file."""

    id: str
    version: str
    path: KeyPath

    @property
    def key(self) -> str:
        """The key of the view of its text."""
        return version_ref(self.id, self.version) if self.version else self.id


@dataclass(frozen=True, slots=True)
class PackView:
    """A pack as the rules read it; `members` are all its lines."""

    environment: Environment
    pack: Pack
    members: tuple[Member, ...]
    inserts: tuple[tuple[Insert, KeyPath], ...]
    readings: Mapping[str, BriefingView]
    """Views of the texts that exist, by key."""
    produced: date

    @property
    def present(self) -> tuple[BriefingView, ...]:
        """Views of the texts that exist, each briefing once, in order."""
        keys = {member.id: member.key for member in reversed(self.members)}
        names = dict.fromkeys(member.id for member in self.members)
        return tuple(self.readings[key] for name in names if (key := keys[name]) in self.readings)

    def place_of(self, member: Member) -> Location:
        """The location of a line of the pack."""
        return self.pack.marks.at(*member.path)


def view_pack(environment: Environment, pack: Pack, views: Mapping[str, BriefingView], produced: date) -> PackView:
    """Return a view of a pack."""
    members, inserts = [], []
    for line, path in pack_lines_with_paths(pack):
        if isinstance(line, Insert):
            inserts.append((line, path))
        else:
            name, _, version = line.partition("@")
            members.append(Member(name, version, path))
    present = {member.key: views[member.key] for member in members if member.key in views}
    return PackView(environment, pack, tuple(members), tuple(inserts), present, produced)


def pack_lines_with_paths(pack: Pack) -> Iterator[tuple[str | Insert, KeyPath]]:
    """The lines of a pack in order, each with its path in the pack's file."""
    key = "pages" if pack.manual else "briefings"
    for index, line in enumerate(pack.fields.briefings):
        yield line, (key, index)
    for number, part in enumerate(pack.fields.parts):
        for index, line in enumerate(part.briefings):
            yield line, ("parts", number, key, index)


# Places within words


def place_in(text: Text | Code, offset: int) -> Location:
    """The place of a character in a text; a new line starts at column 1."""
    before = text.text[:offset]
    lines = before.count("\n")
    column = offset - before.rfind("\n") if lines else text.place.column + offset
    return Location(text.place.path, text.place.line + lines, column)


@dataclass(frozen=True)
class WordRun:
    """Words without mark-up between them, on any number of lines."""

    texts: tuple[Text, ...]
    behind: Any = None
    """The node directly before them."""

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
        return tuple(match.start() for match in re.finditer("\n", self.words))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *accumulate(len(text.text) for text in self.texts))


def runs(nodes: NodeIndex) -> Iterator[WordRun]:
    """All words of a text in runs."""
    for kind in (Paragraph, Heading, Emphasis, Strong, Span, Marked, Link):
        for node in nodes.every(kind):
            yield from _runs_in(node.children)  # type: ignore[attr-defined]
    for table in nodes.every(Table):
        for cell in (*table.head, *(cell for row in table.rows for cell in row), table.caption):
            yield from _runs_in(cell)
    for figure in nodes.every(Figure):
        yield from _runs_in(figure.caption)


def unlinked_runs(nodes: NodeIndex) -> Iterator[WordRun]:
    """Yield the words of a text in runs, without the words of links."""
    linked = {id(child) for link in nodes.every(Link) for child in link.children}
    yield from (run for run in runs(nodes) if id(run.texts[0]) not in linked)


def _runs_in(children: tuple[Any, ...]) -> Iterator[WordRun]:
    behind: Any = None
    for is_text, group in groupby(children, key=lambda child: isinstance(child, Text)):
        run = tuple(group)
        if is_text:
            yield WordRun(run, behind)
        behind = run[-1]
