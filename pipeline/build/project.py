"""A project: folders, cache, workers; shared materials."""

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
from pipeline.core.processes import USUAL, Limit
from pipeline.core.progress import ProgressReporter
from pipeline.core.services import records_of_services
from pipeline.load.folders import NOTICES, left_aside, read_files, read_layouts
from pipeline.model.formats import Layouts

if TYPE_CHECKING:
    from pipeline.core.workers import Workers
    from pipeline.load.briefing import ParsedBriefing
    from pipeline.load.references.retractions import Notices
    from pipeline.model.bibliography import Reference
    from pipeline.model.formats import Asset
    from pipeline.model.library import Library, PublishedVersion
    from pipeline.resolve.citations.citeproc import CitedDocument, FormattedDocument


# Runs of the citation engine

D = TypeVar("D")
F = TypeVar("F")

MOST = 100
"""Documents in one run: what the engine says of them takes much room until it is read."""

FEWEST = 12
"""Documents for which another engine is worth its start: a tenth of a second, as long as a dozen documents take."""

ENGINES = 2
"""Engines at once. While they work nothing else is known yet that could be done."""


def in_runs(documents: Sequence[D], run: Callable[[tuple[D, ...]], F], jobs: int) -> Iterator[tuple[tuple[D, ...], F]]:
    """Results of the runs, in order, each with its documents.

    What one engine may be asked for at a time is shared between two, which run side by side where so many `jobs` are
    allowed; of more than that each run waits for the one before, as it takes room.
    """
    if len(documents) > MOST or len(documents) < ENGINES * FEWEST or jobs < ENGINES:
        for start in range(0, len(documents), MOST):
            part = tuple(documents[start : start + MOST])
            yield part, run(part)
        return
    from concurrent.futures import ThreadPoolExecutor

    size = -(-len(documents) // ENGINES)
    parts = [tuple(documents[start : start + size]) for start in range(0, len(documents), size)]
    with ThreadPoolExecutor(ENGINES) as engines:
        yield from zip(parts, engines.map(run, parts), strict=True)


# A project. What reads a library is loaded where something is to be read: a build that was done before reads nothing.

DEFAULT_ZONE = "Europe/London"


PRESS = ("pipeline.press.press", "pipeline.press.stamps")
"""The modules that set texts."""


def load_press(given: None) -> None:
    """Load the press, in a process that will most likely need it."""
    for name in PRESS:
        import_module(name)


MEMORY = 2 * 1024**3
"""Bytes that the store may take; beyond that the oldest goes that no last build rests on."""


class Project:
    """A project, its layouts, its store, and the voice that tells how far the work is."""

    def __init__(
        self,
        folder: Path,
        shipped: Path,
        progress: ProgressReporter,
        jobs: int = 1,
        executor: str = "",
        memory: int = MEMORY,
        read: Callable[[Path], Mapping[str, bytes]] = read_files,
    ) -> None:
        self.folder, self.shipped, self.progress = folder, shipped, progress
        self.jobs, self.url, self.memory = jobs, executor, memory
        self._read_files = read
        self.output = folder / "output"
        self.store = Cache(self.output / ".store")
        self._limits = USUAL
        self.rests_on: set[str] = set()
        """The keys of earlier builds of which something is left standing."""

    @property
    def output_name(self) -> str:
        """The output folder as the user would type it."""
        return str(self.output)

    @cached_property
    def files(self) -> Mapping[str, bytes]:
        """Every file of `source/`, read once; records of services through a link too, as services read them."""
        files = dict(self._read_files(self.folder))
        for path in records_of_services():
            if path not in files and (self.folder / path).is_file():
                files[path] = (self.folder / path).read_bytes()
        return files

    @cached_property
    def layouts(self) -> Layouts:
        """The layouts, the project's own files before the shipped ones."""
        return read_layouts(self.folder, self.shipped, self.files)

    @cached_property
    def layouts_digest(self) -> str:
        """The digest of the layouts, citation styles left out: they have spoken by the time a text is composed."""
        return digest(self.layouts.files)

    @cached_property
    def loaded(self) -> tuple[Library, tuple[Diagnostic, ...]]:
        """The library and what load said; parsed files are remembered."""
        from pipeline.load.library import load

        library, remarks = load(
            self.files,
            parse=self._parse,
            references=self._references,
            retractions=self.notices,
            kept=self._kept,
            examine=self._insert,
            picture=self._picture,
        )
        said = library.imprint.fields.limits
        self._limits = {name: Limit(share.seconds, share.memory) for name, share in said}
        return library, (*remarks, *self.aside)

    def part_of_library(self, names: Collection[str]) -> Library:
        """The library with only the heads of these briefings, and of those that supersede them.

        No text, series, pack, work or kept version is read; which versions are kept is known.
        """
        from pipeline.load.library import load_part

        return load_part(self.files, names)

    def kept_versions(self, lines: Collection[str]) -> Mapping[str, PublishedVersion]:
        """Kept versions by 'id@version', as far as they can be read, and those that the library has read by itself."""
        from pipeline.load.versions import open_kept

        known = self.loaded[0].kept
        return {**known, **open_kept(self.files, [line for line in lines if line not in known], self._kept)}

    def doubted_works(self, texts: Collection[str]) -> Mapping[str, tuple[Reference, ...]]:
        """The works of kept versions that were retracted or are in doubt, by 'id@version'.

        Those are left out whose author knows, or for which a reason was given when the version was published.
        """
        if not texts or not any(path.startswith(NOTICES) for path in self.files):
            return {}
        from pipeline.load.library import load_bibliography
        from pipeline.load.references.retractions import doubted_works, with_states
        from pipeline.load.versions import open_kept

        kept = {text: one for text, one in open_kept(self.files, texts, self._kept).items() if text in texts}
        library = self.part_of_library({one.id for one in kept.values()})
        works = load_bibliography(self.files, self._references)
        library = replace(library, bibliography=works, kept=kept)
        return doubted_works(with_states(library, self.files, self.notices, Diagnostics()))

    def limit(self, kind: str) -> Limit:
        """Limit of a job of a kind: as the library says, once that is read."""
        return self._limits[kind]

    def workers(self) -> AbstractContextManager[Workers]:
        """The processes that a command works with."""
        from pipeline.core.workers import workers

        return workers(self.jobs, self.url)

    @cached_property
    def aside(self) -> tuple[Diagnostic, ...]:
        """Remarks on paths in `source/` that are not read, because they lead elsewhere."""
        return left_aside(self.folder)

    @cached_property
    def coverage(self) -> frozenset[int]:
        """The characters that every text face of the layouts has, and those that texts fall back on."""
        from pipeline.compose.design.typeface import letters_of, text_faces
        from pipeline.core.digests import fonts

        imprint = self.loaded[0].imprint
        asked = text_faces(imprint, self.layouts), imprint.fields.design.scripts, fonts()
        return self.store.remember("letters", asked, frozenset[int], lambda: letters_of(imprint, self.layouts))

    def time_zone(self) -> ZoneInfo:
        """The library's time zone, as `library.yaml` says it."""
        imprint = self.files.get("source/library.yaml", b"")

        def said() -> str:
            from pipeline.load.yaml.documents import read_yaml

            read = read_yaml(imprint.decode("utf-8", "replace"), "source/library.yaml", Diagnostics())
            zone = read[0].get("timezone") if read and isinstance(read[0], dict) else None
            return zone if isinstance(zone, str) else DEFAULT_ZONE

        try:
            zone = self.store.remember("zone", imprint, str, said) if self.output.is_dir() else said()
            return ZoneInfo(zone)
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(DEFAULT_ZONE)

    def cite(self, documents: tuple[CitedDocument, ...]) -> Mapping[str, FormattedDocument]:
        """The documents' citations; those not remembered are formatted by the engine, many at a time."""
        from pipeline.resolve.citations.citeproc import FormattedDocument

        keys = {document.id: self.store.key("pipeline.resolve.citations.citeproc", document) for document in documents}
        known = {name: self.store.find(key, FormattedDocument) for name, key in keys.items()}
        formatted = {name: found for name, found in known.items() if found}
        new = tuple(document for document in documents if document.id not in formatted)
        if new:
            from pipeline.core.processes import run_pandoc
            from pipeline.resolve.citations.citeproc import format_within_limits

            for some, made in in_runs(new, lambda part: format_within_limits(part, run_pandoc), self.jobs):
                for document in some:
                    formatted[document.id] = made[document.id]
                    if made[document.id].broken is None:
                        self.store.keep(keys[document.id], made[document.id])
        return formatted

    def notices(self, path: str, content: bytes, wanted: frozenset[str]) -> tuple[Notices, tuple[Diagnostic, ...]]:
        """The notices of a file on the works with these identifiers, remembered, and remarks."""
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
        from pipeline.model.body import packed

        def parse() -> ParsedBriefing:
            parsed = parse_briefing(path, content, macros)
            briefing = parsed.briefing
            return replace(parsed, briefing=replace(briefing, body=packed(briefing.body))) if briefing else parsed

        return self.store.remember("pipeline.load.briefing", (path, content, macros), ParsedBriefing, parse)

    def _kept(self, files: Mapping[str, bytes]) -> tuple[Library, tuple[Diagnostic, ...]]:
        from pipeline.load.library import load
        from pipeline.model.library import Library

        key = self.store.key("pipeline.load.library", files)
        found = self.store.find(key, tuple[Library, tuple[Diagnostic, ...]])
        if found is None:
            found = load(files)
            if not has_fault(found[1]):
                self.store.keep(key, found, tuple[Library, tuple[Diagnostic, ...]])
        return found

    def _insert(self, content: bytes) -> str:
        def trial() -> str:  # which loads what reads PDFs
            from pipeline.bind.pdf.inserts import insert_trial

            return insert_trial(content)

        return self.store.remember("pipeline.bind.pdf.inserts", content, str, trial)

    def _picture(self, path: str, content: bytes, place: Location) -> tuple[Asset | None, tuple[Diagnostic, ...]]:
        """A picture, remembered without its bytes where they are printed as they are."""
        from pipeline.load.pictures.picture import read_picture
        from pipeline.model.formats import Asset

        def look() -> tuple[Asset | None, tuple[Diagnostic, ...]]:
            asset, remarks = read_picture(path, content, place)
            return (replace(asset, content=b"") if asset and asset.content == content else asset), remarks

        asked = (path, content, str(place))
        asset, remarks = self.store.remember("picture", asked, tuple[Asset | None, tuple[Diagnostic, ...]], look)
        return (replace(asset, content=content) if asset and not asset.content else asset), remarks

    def _references(self, path: str, content: bytes) -> tuple[tuple[Reference, ...], tuple[Diagnostic, ...]]:
        from pipeline.load.references.files import read_reference_file
        from pipeline.model.bibliography import Reference

        return self.store.remember(
            "pipeline.load.references.files",
            (path, content),
            tuple[tuple[Reference, ...], tuple[Diagnostic, ...]],
            lambda: read_reference_file(path, content),
        )
