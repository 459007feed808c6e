"""Build single texts for the live page, with the rules of a build, from one reading of the sources at a time."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from itertools import compress, zip_longest
from operator import not_

from pipeline.build.builder import BIND, Builder
from pipeline.build.formats import Job, PackJob, PdfJob
from pipeline.build.graph import complete_job
from pipeline.build.pack_layout import lay_out_pack
from pipeline.build.plan import owner_of_path
from pipeline.build.project import Project
from pipeline.build.recipes import FileRecipe, briefing_recipe, pack_recipes
from pipeline.build.resolve_cache import open_resolve_cache
from pipeline.build.texts import BuildContext, CollectedRemarks, compose_cached, move_to_files, typeset_texts
from pipeline.build.versions import add_change_measures as measured
from pipeline.compose.design.style import compose_stamps
from pipeline.compose.layouts import fault_remark, move_flaws_to_layouts
from pipeline.core.cache import SessionCache
from pipeline.core.diagnostics import LayoutFault, Location, Remarks, has_fault, ordered
from pipeline.core.faults import catch_faults, report_fault
from pipeline.core.progress import ProgressReporter
from pipeline.core.workers import Workers
from pipeline.load.briefing import BRIEFINGS_FOLDER, briefing_id
from pipeline.load.words import phrase_table
from pipeline.model.formats import PAGE, PDF_VARIANTS, Format, Order, format_row
from pipeline.model.publication import PackPublication, Publication
from pipeline.model.sheets import SourceMark, TypesetPages
from pipeline.resolve.resolve import ResolveMemory, ResolveResult, resolve
from pipeline.services.preview.live_state import Contents, Listed

RemarksOn = Callable[[Project, tuple[str, ...], date], Remarks]
"""Returns all remarks on the texts of some names, like the verb `check`."""


@dataclass(frozen=True, slots=True)
class PreviewFile:
    """A file of a text, with the title of the text and the source marks of its pages."""

    title: str
    content: bytes
    spots: tuple[SourceMark, ...]


_UNPRESSED = TypesetPages(pdf=b"", pages=0, starts=())
"""Empty pages of a text for its web page, which looks the same without page marks."""


class LiveBuilder:
    """Makes files of briefings and packs in this process, with a cache in memory."""

    def __init__(self, project: Project, day: date, remarks_on: RemarksOn) -> None:
        self._original = project
        self._day, self._remarks_on = day, remarks_on
        self._store = SessionCache(project.output / ".store")
        self._before: dict[str, bytes] = {}
        self._now: dict[str, bytes] = {}
        """The sources of texts viewed, before the last save and now."""
        self.round = 0
        """The number of the current reading."""
        self.read()

    def read(self) -> None:
        """Read the sources again."""
        self.round += 1
        self._store.next_round()
        self.project = Project(self._original.folder, self._original.shipped, ProgressReporter(), 1)
        self.project.store = self._store
        self._before |= self._now
        self._now = {}
        self._resolved: dict[str, ResolveResult] = {}
        self._remarks: dict[tuple[str, Format], Remarks] = {}

    def contents(self) -> Contents:
        """Return the list of everything that can be shown. The title of a text that cannot be read is its id."""
        library = self.project.loaded[0]
        texts = (text for text in library.briefings.values() if not text.manual)
        briefings = (Listed(text.id, text.fields.title, False, text.path) for text in texts)
        packs = (Listed(pack.id, pack.fields.title, True, pack.path) for pack in library.packs.values())
        files = (path for path in self.project.files if path.startswith(BRIEFINGS_FOLDER) and path.endswith(".md"))
        paths = {briefing_id(path): path for path in files}
        broken = (Listed(name, name, False, paths.get(name, "")) for name in sorted(library.broken))
        words = phrase_table(self.project.layouts).english
        return Contents(words, library.imprint.fields.title, (*briefings, *packs, *broken), library)

    def file(self, name: str, format: Format) -> PreviewFile | None:
        """Return the file of a text in a format; None if faults in the sources prevent it.

        Raises `PipelineError` for other failures.
        """
        return next((self._run(thing, format) for thing in self._things(name)), None)

    def changed(self, name: str) -> Location | None:
        """Return the first line of a text's source that the last save changed; None if it changed none."""
        files = self.project.files
        paths = (text.briefing.path for thing in self._things(name) for text in _texts(thing))
        sources = {path: files[path] for path in paths if path in files}
        self._now |= sources
        changes = (_first_change(path, self._before.get(path), content) for path, content in sources.items())
        return next(filter(None, changes), None)

    def remarks(self, name: str, format: Format) -> tuple[Remarks, Remarks]:
        """Return the remarks of `check` and of building a text's file: on the text itself, and on other files."""
        remarks = self._remarks_on(self.project, (name,), self._day)
        remarks = ordered((*remarks, *self._resolution(name).remarks, *self._remarks.get((name, format), ())))
        ids = {name, *(text.id for thing in self._things(name) for text in _texts(thing))}
        is_own = [owner_of_path(remark.place.path) in ids for remark in remarks]
        return tuple(compress(remarks, is_own)), tuple(compress(remarks, map(not_, is_own)))

    def _things(self, name: str) -> Iterator[Publication | PackPublication]:
        """Yield the briefing or pack of a name, if it can be read."""
        resolved = self._resolution(name)
        yield from (text for text in resolved.publications if text.id == name)
        yield from (pack for pack in resolved.packs if pack.id == name)

    def _resolution(self, name: str) -> ResolveResult:
        if name not in self._resolved:
            project, library = self.project, self.project.loaded[0]
            cache, faults = open_resolve_cache(project, library, self._day)
            memory = ResolveMemory(cache.texts_around((name,)), wordings=cache.wordings())
            resolution = resolve(library, Order((name,), (), self._day), project.resolve_resources, memory)
            if not has_fault((*faults, *resolution.remarks)):
                cache.keep_texts(resolution.texts)
                cache.keep_wordings(resolution.wordings)
            self._resolved[name] = resolution
        return self._resolved[name]

    def _run(self, thing: Publication | PackPublication, format: Format) -> PreviewFile | None:
        builder, notes = Builder(self.project, Workers(None, 1)), CollectedRemarks()
        place = Location(thing.pack.path if isinstance(thing, PackPublication) else thing.briefing.path)
        try:
            with catch_faults(lambda fault: builder.report(report_fault(place, fault, "made this text"))):
                return asyncio.run(_make(builder, thing, format, self._materials(thing, format), notes))
            return None
        except LayoutFault as fault:
            builder.report(fault_remark(fault))
            return None
        finally:
            pack = thing if isinstance(thing, PackPublication) else None
            remarks = (*builder.remarks, *move_to_files(notes.of_engine, pack))
            self._remarks[thing.id, format] = tuple(move_flaws_to_layouts(remarks, self.project.layouts))

    def _materials(self, thing: Publication | PackPublication, format: Format) -> BuildContext:
        library, layouts = self.project.loaded[0], self.project.layouts
        return BuildContext(
            layouts=layouts,
            stamps=compose_stamps(library.imprint, layouts),
            addresses={text.id: text.identity.address for text in _texts(thing)},
            produced=self._day,
            formats=frozenset({format}),
            library=replace(library, briefings={}, series={}, packs={}, assets={}),
            profile=library.profile.content if library.profile else None,
            with_places=True,
        )


def _texts(thing: Publication | PackPublication) -> tuple[Publication, ...]:
    return thing.members if isinstance(thing, PackPublication) else (thing,)


async def _make(
    b: Builder, thing: Publication | PackPublication, format: Format, shared: BuildContext, notes: CollectedRemarks
) -> PreviewFile | None:
    """Return the file of a text, and the source marks of its pages. Raises `TypesettingFailure`."""
    row = format_row(format)
    if isinstance(thing, PackPublication):
        recipe = await _pack_recipe(b, thing, shared, format, notes)
    elif row.kind == PAGE:
        text = compose_cached(b, thing, row.variant, with_places=True)
        context = replace(shared, texts={row.variant: {thing.id: text}}, pressed={row.variant: {thing.id: _UNPRESSED}})
        recipe = briefing_recipe(thing, row, context)
    else:
        context = await typeset_texts(b, [thing], [row.variant], shared, notes)
        if thing.key not in context.pressed[row.variant]:
            return None
        recipe = briefing_recipe(thing, row, context)
    if recipe is None:
        return None
    job = await complete_job(b, recipe, shared)
    return PreviewFile(thing.identity.title, await b.result(BIND, job), tuple(spots_of(job)))


async def _pack_recipe(
    b: Builder, pack: PackPublication, shared: BuildContext, format: Format, notes: CollectedRemarks
) -> FileRecipe | None:
    edition = format_row(format).variant
    pack = replace(measured(b.project, pack, shared.produced), formats=(format,))
    context = await typeset_texts(b, pack.members, [edition], shared, notes)
    if any(member.key not in context.pressed[edition] for member in pack.members):
        return None
    layout = await lay_out_pack(b, pack, context, edition, notes.of_engine)
    return next(iter(pack_recipes(pack, edition, layout, context)), None)


def _first_change(path: str, before: bytes | None, content: bytes) -> Location | None:
    """Return the first changed line of a file; None if nothing changed, or the file was not read before."""
    if before is None or before == content:
        return None
    lines = content.splitlines()
    pairs = zip_longest(before.splitlines(), lines)
    first = next((line for line, (old, new) in enumerate(pairs, 1) if old != new), 1)
    return Location(path, min(first, len(lines) or 1))


def spots_of(job: Job) -> Iterator[SourceMark]:
    """Yield the source marks of a file's pages, with page numbers in the file."""
    if isinstance(job, PdfJob):
        yield from job.sheets.spots
    elif isinstance(job, PackJob):
        before = 0
        for section in job.sections:
            if PDF_VARIANTS[job.variant].both_sides:
                before = section.first - 1
            yield from (replace(spot, page=before + spot.page) for spot in section.sheets.spots)
            before += section.sheets.pages
