"""The cache of resolving, asked before anything is resolved: what rules say of texts, and what things come to.

To resolve a library of 300 briefings takes seconds, and almost nothing comes out otherwise after a change of a few
words. A key is of texts and of their environment. Rules and publications are given just these, so they can read nothing
that is not in the key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic, Diagnostics, Remarks
from pipeline.core.digests import digest
from pipeline.core.processes import blamed_on
from pipeline.core.services import records_of_services
from pipeline.load.folders import NOTICES
from pipeline.load.yaml.front_matter import split_front_matter
from pipeline.model.formats import Format, Order
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.resolve.environment import Environment, choose, texts_of
from pipeline.resolve.reading import Examined, bodies, by_kind, read_library, text_anchors
from pipeline.resolve.resolve import isolated

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Trace:
    """The trace of resolving one briefing, pack or series."""

    artifacts: str
    """The cache key of what is made of it."""
    formats: tuple[Format, ...]
    cited: tuple[Diagnostic, ...]
    """Remarks of the citation engine on it."""
    rules: tuple[Diagnostic, ...]
    """Of a pack what the rules say."""
    addresses: tuple[tuple[str, str, str], ...]
    """Of each text its key, its id and its address."""
    ids: frozenset[str]
    """Itself and the texts in it."""
    faulty: frozenset[str]
    """Those of them that had a mistake, their own or an inherited one."""


_EXAMINED = dict[str, tuple[str, Examined]]
"""The kind of what the rules say of all texts, each beside the key of the text."""

_WORDINGS = dict[str, tuple[str, str]]
"""The kind of the digests of all wordings, each beside the key of the text."""

_TRACES = dict[str, tuple[str, Trace]]
"""The kind of all traces, each beside the digest of its texts."""


class ResolveCache:
    """Cache of findings on texts and things, asked before they are resolved.

    That of all texts is one result in the store, and that of all things another: a library has many.
    """

    def __init__(self, project: Project, library: Library, produced: date) -> None:
        self._library = library
        self._store = project.store
        texts = library.briefings.values()
        self._own = {one.id: self._store.key("text", one.path, project.files[one.path]) for one in texts}
        self._anchors = self._anchored(texts)
        environment, _ = read_library(library, produced, self._anchors)
        known = environment_digest(environment, project.files)
        self._environment = digest(known, project.aside, project.layouts, produced)
        self._wordings = self._store.key("wordings", known)
        self._examined = self._store.key("examined", self._environment)

    def _anchored(self, texts: Iterable[Briefing]) -> dict[str, frozenset[str]]:
        key = self._store.key("anchors")
        known: Mapping[str, frozenset[str]] = self._store.find(key, dict[str, frozenset[str]]) or {}
        found = {}
        for one in texts:
            own = self._own[one.id]
            with blamed_on(one.path):
                found[own] = known[own] if own in known else text_anchors(one, by_kind(bodies(one)))
        if found != known:
            self._store.keep(key, found, dict[str, frozenset[str]])
        return {one.id: found[self._own[one.id]] for one in texts}

    def texts(self) -> dict[str, Examined]:
        """Remarks of the rules on texts as far as they are cached, by the texts' ids."""
        return self._known(self._examined, _EXAMINED)

    def _known(self, key: str, kind: type[dict[str, tuple[str, T]]]) -> dict[str, T]:
        """The values of texts that are as they were, by the texts' ids."""
        cached = self._store.find(key, kind) or {}
        return {name: value for name, (own, value) in cached.items() if self._own.get(name) == own}

    def _keep(self, key: str, kind: type[dict[str, tuple[str, T]]], values: Mapping[str, T]) -> None:
        """Keep the values of texts, beside what is known of others."""
        before = self._known(key, kind)
        if any(name not in before for name in values):
            self._store.keep(key, {name: (self._own[name], one) for name, one in {**before, **values}.items()}, kind)

    def texts_around(self, names: tuple[str, ...]) -> dict[str, Examined]:
        """The same for whoever asks of some names: of texts that these do not rest on only the anchors are known."""
        needed = choose(self._library, names).needed
        beside = {name: Examined(anchors, ()) for name, anchors in self._anchors.items() if name not in needed}
        return beside | self.texts()

    def keep_texts(self, texts: Mapping[str, Examined]) -> None:
        """Remember what the rules say of texts, beside what is known of others."""
        self._keep(self._examined, _EXAMINED, texts)

    def wordings(self) -> dict[str, str]:
        """The digests of wordings as far as they are cached, by the texts' ids: no day and no layout decides them."""
        return self._known(self._wordings, _WORDINGS)

    def keep_wordings(self, wordings: Mapping[str, str]) -> None:
        """Remember the digests of wordings, beside what is known of others."""
        self._keep(self._wordings, _WORDINGS, wordings)

    def traces(self, order: Order) -> dict[str, Trace]:
        """The traces of things whose texts and environment are as they were, by owner."""
        found = self._store.find(self._of_things(order), _TRACES) or {}
        return {owner: trace for owner, (texts, trace) in found.items() if self._texts_of(owner) == texts}

    def keep_traces(self, order: Order, traces: Mapping[str, Trace]) -> None:
        """Remember the traces of all things."""
        known = {owner: (self._texts_of(owner), trace) for owner, trace in traces.items()}
        self._store.keep(self._of_things(order), known, _TRACES)

    def _of_things(self, order: Order) -> str:
        return self._store.key("traces", self._environment, order)

    def _texts_of(self, owner: str) -> str:
        """The digest of the texts that a thing is made of; nothing for one that is gone."""
        folder, _, name = owner.partition("/")
        library = self._library
        texts: tuple[str, ...] = (name,)
        if folder == "packs" and name in library.packs:
            texts = texts_of(library, library.packs[name])
        elif folder == "series" and name in library.series:
            texts = tuple(library.series[name].fields.briefings)
        return digest([self._own.get(text, text) for text in texts])


def cache_of(project: Project, library: Library, produced: date) -> tuple[ResolveCache, Remarks]:
    """The cache of resolving, without the texts in which the program fails, and a remark on each of these."""
    return isolated(library, lambda sound: ResolveCache(project, sound, produced))


def environment_digest(environment: Environment, files: Mapping[str, bytes]) -> str:
    """The digest of an environment, by the files that it is read from: of texts their front matter, all else whole.

    Their bytes count, not what was read of them, because remarks tell places and a digest of values passes these over.
    What comes out of texts and of notices on works counts by its value; records of services decide nothing.
    """
    texts = {one.path for one in environment.briefings.values()}
    read = {
        path: front_matter(files[path], path) if path in texts else files[path]
        for path in files
        if path not in records_of_services() and not path.startswith(NOTICES)
    }
    kept = (one.library.bibliography for one in environment.kept.values())
    states = [
        [(key, work.cited_as, work.notice) for key, work in works.entries.items()]
        for works in (environment.bibliography, *kept)
    ]
    pictures, faults = frozenset(environment.assets), {name: str(fault) for name, fault in environment.faults.items()}
    return digest(read, environment.anchors, pictures, faults, environment.issued, environment.unread, states)


def front_matter(content: bytes, path: str) -> str:
    """A text's front matter; all of a file that has none."""
    text = content.decode("utf-8", "replace")
    parts = split_front_matter(text, path, Diagnostics())
    return parts.front if parts else text
