"""A project: the folders, cache, workers and library that one command works with."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pipeline.core.cache import Cache
from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location, has_fault
from pipeline.core.digests import digest
from pipeline.core.limits import DEFAULT_LIMITS, Limit
from pipeline.core.progress import ProgressReporter
from pipeline.core.services import service_records
from pipeline.load.folders import RETRACTIONS_FOLDER, read_files, read_layouts, report_skipped_links
from pipeline.model.formats import Layouts

if TYPE_CHECKING:
    from pipeline.core.workers import Workers
    from pipeline.load.briefing import ParsedBriefing
    from pipeline.load.references.retractions import Notices
    from pipeline.model.bibliography import Reference
    from pipeline.model.formats import Asset
    from pipeline.model.library import Library, PublishedVersion
    from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument
    from pipeline.resolve.resolve import ResolveResources


# Runs of the citation engine

D = TypeVar("D")
F = TypeVar("F")

MAX_DOCUMENTS_PER_RUN = 100
"""Documents in one run: the engine's output takes much memory until it is read."""

MIN_DOCUMENTS_PER_ENGINE = 12
"""Documents for which a second engine is worth its start: a tenth of a second, as long as a dozen documents take."""

CITATION_ENGINES = 2
"""Engines that run at the same time, while nothing else can be done."""


def run_in_batches(
    documents: Sequence[D], run: Callable[[tuple[D, ...]], F], jobs: int
) -> Iterator[tuple[tuple[D, ...], F]]:
    """Yield the results of the runs, in order, each with its documents.

    The documents of one run are shared between two engines, side by side, if there are enough and `jobs` allows it. Of
    more documents each run waits for the one before, to save memory.
    """
    if (
        len(documents) > MAX_DOCUMENTS_PER_RUN
        or len(documents) < CITATION_ENGINES * MIN_DOCUMENTS_PER_ENGINE
        or jobs < CITATION_ENGINES
    ):
        for start in range(0, len(documents), MAX_DOCUMENTS_PER_RUN):
            part = tuple(documents[start : start + MAX_DOCUMENTS_PER_RUN])
            yield part, run(part)
        return
    from concurrent.futures import ThreadPoolExecutor

    size = -(-len(documents) // CITATION_ENGINES)
    parts = [tuple(documents[start : start + size]) for start in range(0, len(documents), size)]
    with ThreadPoolExecutor(CITATION_ENGINES) as engines:
        yield from zip(parts, engines.map(run, parts), strict=True)


# Modules that read a library are imported in methods: a build that was done before reads nothing.

DEFAULT_ZONE = "Europe/London"

PRESS_MODULES = ("pipeline.press.press", "pipeline.press.stamps")
"""The modules that typeset texts."""


def load_press(given: None) -> None:
    """Load the press, in a process that will probably need it."""
    for name in PRESS_MODULES:
        import_module(name)


CACHE_LIMIT = 2 * 1024**3
"""Limit of the cache in bytes; above it the oldest entries that no last build uses are deleted."""


class Project:
    """The context of one command: folders, layouts, cache, workers, progress, and the library.

    Its parts are read on first use and then kept. Functions that need several of them take the project; others take the
    part.
    """

    def __init__(
        self,
        folder: Path,
        shipped: Path,
        progress: ProgressReporter,
        jobs: int = 1,
        executor: str = "",
        memory: int = CACHE_LIMIT,
        read: Callable[[Path], Mapping[str, bytes]] = read_files,
    ) -> None:
        self.folder, self.shipped, self.progress = folder, shipped, progress
        self.jobs, self.url, self.memory = jobs, executor, memory
        self._read_files = read
        self.output = folder / "output"
        self.store = Cache(self.output / ".store")
        self._limits = DEFAULT_LIMITS
        self.rests_on: set[str] = set()
        """Keys of earlier builds whose files are left alone."""

    @property
    def output_name(self) -> str:
        """The output folder as the user would type it."""
        return str(self.output)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """All files of `source/`, read once; records of services also through a link, as services read them."""
        files = dict(self._read_files(self.folder))
        for path in service_records():
            if path not in files and (self.folder / path).is_file():
                files[path] = (self.folder / path).read_bytes()
        return files

    @cached_property
    def layouts(self) -> Layouts:
        """The layouts, the project's own files before the shipped ones."""
        return read_layouts(self.folder, self.shipped, self.files)

    @cached_property
    def layouts_digest(self) -> str:
        """The digest of the layouts without citation styles, which do not change how a text is composed."""
        return digest(self.layouts.files)

    @cached_property
    def loaded(self) -> tuple[Library, tuple[Diagnostic, ...]]:
        """The library, and the remarks of loading it; parsed files are cached."""
        from pipeline.load.library import load_library

        library, remarks = load_library(
            self.files,
            parse=self._parse,
            references=self._read_references,
            retractions=self.notices,
            kept=self._load_kept,
            examine=self._examine_insert,
            picture=self._read_picture,
        )
        limits = library.imprint.fields.limits
        self._limits = {name: Limit(share.seconds, share.memory) for name, share in limits}
        return library, (*remarks, *self.aside)

    def part_of_library(self, names: Collection[str]) -> Library:
        """Return the library with the front matter of these briefings and of their successors alone.

        No text, series, pack, work or kept version is read, but the numbers of kept versions are known.
        """
        from pipeline.load.library import load_heads

        return load_heads(self.files, names)

    def kept_versions(self, lines: Collection[str]) -> Mapping[str, PublishedVersion]:
        """Return readable kept versions by 'id@version', with those that the library has already read."""
        from pipeline.load.versions import read_kept_versions

        known = self.loaded[0].kept
        return {
            **known,
            **read_kept_versions(self.files, [line for line in lines if line not in known], self._load_kept),
        }

    def doubted_works(self, texts: Collection[str]) -> Mapping[str, tuple[Reference, ...]]:
        """Return works of kept versions that were retracted or are in doubt, by 'id@version'.

        Works are left out if the author knows, or a reason was given when the version was published.
        """
        if not texts or not any(path.startswith(RETRACTIONS_FOLDER) for path in self.files):
            return {}
        from pipeline.load.library import load_bibliography
        from pipeline.load.references.retractions import add_work_states, doubted_works
        from pipeline.load.versions import read_kept_versions

        opened = read_kept_versions(self.files, texts, self._load_kept)
        kept = {line: version for line, version in opened.items() if line in texts}
        library = self.part_of_library({version.id for version in kept.values()})
        works = load_bibliography(self.files, self._read_references)
        library = replace(library, bibliography=works, kept=kept)
        return doubted_works(add_work_states(library, self.files, self.notices, Diagnostics()))

    def limit(self, kind: str) -> Limit:
        """Return the limit of a kind of job; the library's own once it is read."""
        return self._limits[kind]

    def workers(self) -> AbstractContextManager[Workers]:
        """Start the processes that a command works with."""
        from pipeline.core.workers import start_workers

        return start_workers(self.jobs, self.url)

    @cached_property
    def aside(self) -> tuple[Diagnostic, ...]:
        """Remarks on paths in `source/` that are not read, because they are links out of it."""
        return report_skipped_links(self.folder)

    @cached_property
    def coverage(self) -> frozenset[int]:
        """Characters that all text faces of the layouts have, or their fallbacks."""
        from pipeline.compose.design.typeface import faces_of_text, printable_points
        from pipeline.core.digests import installed_fonts

        imprint = self.loaded[0].imprint
        inputs = faces_of_text(imprint, self.layouts), imprint.fields.design.scripts, installed_fonts()
        return self.store.remember("letters", inputs, frozenset[int], lambda: printable_points(imprint, self.layouts))

    def time_zone(self) -> ZoneInfo:
        """Return the time zone in `library.yaml`, or the default."""
        imprint = self.files.get("source/library.yaml", b"")

        def read_zone() -> str:
            from pipeline.load.yaml.documents import read_yaml

            document = read_yaml(imprint.decode("utf-8", "replace"), "source/library.yaml", Diagnostics())
            name = document[0].get("timezone") if document and isinstance(document[0], dict) else None
            return name if isinstance(name, str) else DEFAULT_ZONE

        try:
            name = self.store.remember("zone", imprint, str, read_zone) if self.output.is_dir() else read_zone()
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(DEFAULT_ZONE)

    def cite(self, documents: tuple[CitedDocument, ...]) -> Mapping[str, FormattedDocument]:
        """Format the citations of documents; those not cached are formatted by the engine, many at a time."""
        from pipeline.resolve.citations.citeproc import FormattedDocument

        keys = {document.id: self.store.key("pipeline.resolve.citations.citeproc", document) for document in documents}
        known = {name: self.store.find(key, FormattedDocument) for name, key in keys.items()}
        formatted = {name: document for name, document in known.items() if document}
        unknown = tuple(document for document in documents if document.id not in formatted)
        if unknown:
            from pipeline.core.pandoc import run_pandoc
            from pipeline.resolve.citations.citeproc import format_within_limits

            def format_run(run: tuple[CitedDocument, ...]) -> Mapping[str, FormattedDocument]:
                return format_within_limits(run, run_pandoc)

            for run, results in run_in_batches(unknown, format_run, self.jobs):
                for document in run:
                    formatted[document.id] = results[document.id]
                    if results[document.id].broken is None:
                        self.store.keep(keys[document.id], results[document.id])
        return formatted

    @property
    def resolve_resources(self) -> ResolveResources:
        """What resolving needs besides the library: citation engine and styles, the fonts' characters, fixed words."""
        from pipeline.load.words import phrase_table
        from pipeline.resolve.resolve import ResolveResources

        return ResolveResources(self.cite, self.layouts.styles, self.coverage, phrase_table(self.layouts))

    def notices(self, path: str, content: bytes, wanted: frozenset[str]) -> tuple[Notices, tuple[Diagnostic, ...]]:
        """Return the notices on the works with these identifiers, and remarks; cached."""
        from pipeline.load.references.retractions import read_notices
        from pipeline.model.bibliography import Notice

        return self.store.remember(
            "pipeline.load.references.retractions",
            (path, content, wanted),
            tuple[dict[str, tuple[Notice, ...]], tuple[Diagnostic, ...]],
            lambda: read_notices(path, content, wanted),
        )

    def _parse(self, path: str, content: bytes, macros: tuple[tuple[str, str], ...]) -> ParsedBriefing:
        from pipeline.load.briefing import ParsedBriefing, parse_briefing
        from pipeline.model.body import pack_body

        def parse() -> ParsedBriefing:
            parsed = parse_briefing(path, content, macros)
            briefing = parsed.briefing
            return replace(parsed, briefing=replace(briefing, body=pack_body(briefing.body))) if briefing else parsed

        return self.store.remember("pipeline.load.briefing", (path, content, macros), ParsedBriefing, parse)

    def _load_kept(self, files: Mapping[str, bytes]) -> tuple[Library, tuple[Diagnostic, ...]]:
        from pipeline.load.library import load_library
        from pipeline.model.library import Library

        key = self.store.key("pipeline.load.library", files)
        found = self.store.find(key, tuple[Library, tuple[Diagnostic, ...]])
        if found is None:
            found = load_library(files)
            if not has_fault(found[1]):
                self.store.keep(key, found, tuple[Library, tuple[Diagnostic, ...]])
        return found

    def _examine_insert(self, content: bytes) -> str:
        def examine() -> str:  # which loads what reads PDFs
            from pipeline.bind.pdf.inserts import find_insert_problem

            return find_insert_problem(content)

        return self.store.remember("pipeline.bind.pdf.inserts", content, str, examine)

    def _read_picture(self, path: str, content: bytes, place: Location) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
        """Read a picture; its bytes are not cached if they are printed unchanged."""
        from pipeline.load.pictures.picture import read_picture
        from pipeline.model.formats import Asset

        def read() -> tuple[Asset | None, tuple[Diagnostic, ...]]:
            asset, remarks = read_picture(path, content, place)
            return (replace(asset, content=b"") if asset and asset.content == content else asset), remarks

        inputs = (path, content, str(place))
        asset, remarks = self.store.remember("picture", inputs, tuple[Asset | None, tuple[Diagnostic, ...]], read)
        return (replace(asset, content=content) if asset and not asset.content else asset), remarks

    def _read_references(self, path: str, content: bytes) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
        from pipeline.load.references.reference_files import read_reference_file
        from pipeline.model.bibliography import Reference

        return self.store.remember(
            "pipeline.load.references.reference_files",
            (path, content),
            tuple[tuple[Reference, ...], tuple[Diagnostic, ...]],
            lambda: read_reference_file(path, content),
        )
