"""Cache of resolving, read before anything is resolved: what rules report on texts, and what things resolve to.

Resolving a library of 300 briefings takes seconds, and a change of a few words changes almost nothing of the result.
A key covers the texts and their environment. Rules and publications are given only these, so they can read nothing
that is not in the key.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic, Diagnostics, Remarks
from pipeline.core.digests import digest
from pipeline.core.faults import blame_faults_on
from pipeline.core.services import service_records
from pipeline.load.folders import RETRACTIONS_FOLDER
from pipeline.load.text import split_front_matter
from pipeline.model.formats import Format, Order
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing
from pipeline.resolve.environment import Environment, choose_things, texts_needed_by_pack
from pipeline.resolve.reading import CheckedText, anchors_of_briefing, nodes_by_kind, texts_of_briefing, view_library
from pipeline.resolve.resolve import run_without_faulty_files

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class ResolveTrace:
    """What is known of a briefing, pack or series that was resolved before."""

    artifacts: str
    """The cache key of its artifacts."""
    formats: tuple[Format, ...]
    cited: tuple[Diagnostic, ...]
    """Remarks of the citation engine on it."""
    rules: tuple[Diagnostic, ...]
    """Remarks of the rules on a pack."""
    addresses: tuple[tuple[str, str, str], ...]
    """Key, id and address of each text."""
    ids: frozenset[str]
    """Itself and its texts."""
    faulty: frozenset[str]
    """Those of them with a mistake, their own or an inherited one."""


# Types of the cached values of all texts or things: each value has with it the key or digest of its text or texts

_CHECKED_TEXTS = dict[str, tuple[str, CheckedText]]
_WORDINGS = dict[str, tuple[str, str]]
_TRACES = dict[str, tuple[str, ResolveTrace]]


class ResolveCache:
    """Cache of what rules report on texts, and of what things resolve to.

    A library has many texts, so the values of all texts are one result in the store, and those of all things another.
    """

    def __init__(self, project: Project, library: Library, produced: date) -> None:
        self._library = library
        self._store = project.store
        texts = library.briefings.values()
        self._text_keys = {text.id: self._store.key("text", text.path, project.files[text.path]) for text in texts}
        self._anchors = self._read_anchors(texts)
        environment, _ = view_library(library, produced, self._anchors)
        known = environment_digest(environment, project.files)
        self._environment = digest(known, project.aside, project.layouts, produced)
        self._wordings = self._store.key("wordings", known)
        self._examined = self._store.key("examined", self._environment)

    def _read_anchors(self, texts: Iterable[Briefing]) -> dict[str, frozenset[str]]:
        cache_key = self._store.key("anchors")
        known: Mapping[str, frozenset[str]] = self._store.find(cache_key, dict[str, frozenset[str]]) or {}
        anchors = {}
        for text in texts:
            key = self._text_keys[text.id]
            with blame_faults_on(text.path):
                anchors[key] = (
                    known[key] if key in known else anchors_of_briefing(text, nodes_by_kind(texts_of_briefing(text)))
                )
        if anchors != known:
            self._store.keep(cache_key, anchors, dict[str, frozenset[str]])
        return {text.id: anchors[self._text_keys[text.id]] for text in texts}

    def texts(self) -> dict[str, CheckedText]:
        """Return the cached remarks of the rules on texts, by id."""
        return self._find(self._examined, _CHECKED_TEXTS)

    def _find(self, key: str, kind: type[dict[str, tuple[str, T]]]) -> dict[str, T]:
        """Return the cached values of texts that have not changed, by id."""
        cached = self._store.find(key, kind) or {}
        return {name: value for name, (text_key, value) in cached.items() if self._text_keys.get(name) == text_key}

    def _keep(self, key: str, kind: type[dict[str, tuple[str, T]]], new: Mapping[str, T]) -> None:
        """Keep the values of texts; values of other texts stay."""
        before = self._find(key, kind)
        if any(name not in before for name in new):
            values = {**before, **new}
            self._store.keep(key, {name: (self._text_keys[name], value) for name, value in values.items()}, kind)

    def texts_around(self, names: tuple[str, ...]) -> dict[str, CheckedText]:
        """Return the same for some names; for texts that they do not depend on, the anchors alone are enough."""
        needed = choose_things(self._library, names).needed
        others = {name: CheckedText(anchors, ()) for name, anchors in self._anchors.items() if name not in needed}
        return others | self.texts()

    def keep_texts(self, texts: Mapping[str, CheckedText]) -> None:
        """Keep what the rules report on texts."""
        self._keep(self._examined, _CHECKED_TEXTS, texts)

    def wordings(self) -> dict[str, str]:
        """Return the cached digests of wordings, by id; they do not depend on day or layouts."""
        return self._find(self._wordings, _WORDINGS)

    def keep_wordings(self, wordings: Mapping[str, str]) -> None:
        """Keep the digests of wordings."""
        self._keep(self._wordings, _WORDINGS, wordings)

    def traces(self, order: Order) -> dict[str, ResolveTrace]:
        """Return the traces of things whose texts and environment have not changed, by owner."""
        cached = self._store.find(self._traces_key(order), _TRACES) or {}
        return {owner: trace for owner, (texts, trace) in cached.items() if self._texts_digest(owner) == texts}

    def keep_traces(self, order: Order, traces: Mapping[str, ResolveTrace]) -> None:
        """Keep the traces of all things."""
        values = {owner: (self._texts_digest(owner), trace) for owner, trace in traces.items()}
        self._store.keep(self._traces_key(order), values, _TRACES)

    def _traces_key(self, order: Order) -> str:
        return self._store.key("traces", self._environment, order)

    def _texts_digest(self, owner: str) -> str:
        """Return the digest of the texts of a thing."""
        folder, _, name = owner.partition("/")
        library = self._library
        texts: tuple[str, ...] = (name,)
        if folder == "packs" and name in library.packs:
            texts = texts_needed_by_pack(library, library.packs[name])
        elif folder == "series" and name in library.series:
            texts = tuple(library.series[name].fields.briefings)
        return digest([self._text_keys.get(text, text) for text in texts])


def open_resolve_cache(project: Project, library: Library, produced: date) -> tuple[ResolveCache, Remarks]:
    """Return the cache without the texts in which the program fails, and a remark on each of these."""
    return run_without_faulty_files(library, lambda sound: ResolveCache(project, sound, produced))


def environment_digest(environment: Environment, files: Mapping[str, bytes]) -> str:
    """Return the digest of an environment by the files that it is read from: of texts the front matter.

    The bytes count, because remarks have line numbers, which a digest of the values leaves out. Results of texts, and
    of notices on works, count by their value; records of services are left out.
    """
    texts = {kept_version.path for kept_version in environment.briefings.values()}
    read = {
        path: read_front_matter(files[path], path) if path in texts else files[path]
        for path in files
        if path not in service_records() and not path.startswith(RETRACTIONS_FOLDER)
    }
    kept = (kept_version.library.bibliography for kept_version in environment.kept.values())
    states = [
        [(key, work.cited_as, work.notice) for key, work in works.entries.items()]
        for works in (environment.bibliography, *kept)
    ]
    pictures, faults = frozenset(environment.assets), {name: str(fault) for name, fault in environment.faults.items()}
    return digest(read, environment.anchors, pictures, faults, environment.issued, environment.unread, states)


def read_front_matter(content: bytes, path: str) -> str:
    """Return a text's front matter; the whole file if it has none."""
    text = content.decode("utf-8", "replace")
    parts = split_front_matter(text, path, Diagnostics())
    return parts.front if parts else text
