"""Build graph: how the files of briefings, packs and series are made and placed.

`make_all` calls `make_briefing`, `make_pack` and `make_series` side by side. Each gives recipes to
`make_and_place`, which calls `make_file` for all files of a thing side by side. Each function awaits steps of the build
through the builder `b` (`builder.py`): a result comes from the cache, from an equal call in flight, or from a worker.
Its cache key is a digest of the job and of the code and packages: a step whose input has not changed costs one lookup.

An example: the summary of one briefing has changed. `plan.py` has resolved all texts again, as others may print a
summary, and removed everything that is up to date: left are this briefing, its packs, and the pages of series that
show the summary. Its text is composed and pressed once a variant. The cover of its EPUB and the front matter of its
packs show the summary and are made again too. The other texts of these packs come from the cache, and so do stamps,
covers and fonts, unless the change affects them: another number of pages, a new letter.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar

from pipeline.build import output as outputs
from pipeline.build.builder import BIND, COVER, STAMPS, SUBSET, Builder, Failure, StampLayouts
from pipeline.build.checks import FileToCheck, run_own_checks, store_expected_content
from pipeline.build.formats import EpubJob, Job, Seal, StampedJob, Stamps, bind, seal_of
from pipeline.build.output import Output
from pipeline.build.pack_layout import lay_out_pack
from pipeline.build.recipes import FileRecipe, briefing_recipes, pack_recipes, series_recipes, stamp_remarks
from pipeline.build.redate import date_fields_in
from pipeline.build.summary import remember_build
from pipeline.build.texts import (
    BuildContext,
    CollectedRemarks,
    move_to_files,
    report_failures,
    source_path_of,
    typeset_texts,
)
from pipeline.build.up_to_date import BuildRequest, UpToDate, variants_of
from pipeline.build.versions import add_change_measures
from pipeline.compose.cover import compose_briefing_cover, compose_pack_cover
from pipeline.compose.design.faces import (
    characters_of_face,
    characters_used,
    choose_book_fonts,
    letters_of_text_faces,
)
from pipeline.compose.design.typeface import choose_fonts
from pipeline.compose.layouts import fault_remark
from pipeline.core.diagnostics import Diagnostic, Location, errors
from pipeline.core.digests import tool_versions
from pipeline.core.messages import message
from pipeline.core.text.fonts import read_font_licence
from pipeline.model.formats import FORMATS, SLOTS, Format, Layouts, PdfVariant, path_of
from pipeline.model.manuscript import BookFont, EpubAssets, FontFace, FontLicence, SubsetFont
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.model.source.versions import RECORD, folder_of
from pipeline.resolve.resolve import ResolveResult
from pipeline.resolve.status import add_draft_status

# Bound files: cached by their input without the date, and by the date


@dataclass(frozen=True, slots=True)
class BoundFile:
    """A bound file, whose bytes are read on demand."""

    seal: Seal
    read: Callable[[], bytes]


async def bind_cached(b: Builder, job: Job, origin: str, weight: int = 1) -> BoundFile | Failure:
    """Bind the file of a job, or find it in the cache.

    `origin` is the key of its input without the date; a job of a greater `weight` runs first.
    """
    name = (origin, *date_inputs(job))
    key = b.store.key(BIND.function, name)
    seal_key = b.store.key(BIND.function, "seal", key)
    seal = b.store.find(seal_key, Seal) if b.store.holds(key) else None
    if seal is None:
        content = await b(BIND, job, name, weight)
        if isinstance(content, Failure):
            return content
        seal = seal_of(content)
        b.store.keep(seal_key, seal)
    return BoundFile(seal, partial(_read_or_bind, b, key, job))


def _read_or_bind(b: Builder, key: str, job: Job) -> bytes:
    """Return the bytes of a bound file; bind it again in the rare case that the cache entry was damaged since."""
    content = b.store.find(key, bytes)
    return bind(job) if content is None else content


def date_inputs(job: Job) -> tuple[date, Stamps]:
    """Return the part of a job's key that depends on the date: the date, and the stamps that show it."""
    return job.produced, _dated_stamps(job)


def origin_of(b: Builder, job: Job, layouts: StampLayouts) -> str:
    """Return the key of a file's input without the date; a stamp that shows the date counts by its layout."""
    layout_keys = sorted({b.store.key(STAMPS.function, layouts[text.sheet]) for text, _ in _dated_stamps(job)})
    return b.store.key(BIND.function, without_date(job), layout_keys)


def without_date(job: Job) -> Job:
    """Return a job without all that depends on the date produced."""
    if not isinstance(job, StampedJob):
        return replace(job, produced=date.min)
    stamps = tuple((text, sheet) for text, sheet in job.stamps if not SLOTS[text.slot].dated)
    return replace(job, produced=date.min, stamps=stamps)


def _dated_stamps(job: Job) -> Stamps:
    stamps = job.stamps if isinstance(job, StampedJob) else ()
    return tuple((text, sheet) for text, sheet in stamps if SLOTS[text.slot].dated)


FILES_PER_BATCH = 128
"""Files that are placed together, because the record is written once for all of them."""


class OutputPlacer:
    """Writes finished files to the output folder, some at a time, so that an interrupted build keeps them."""

    def __init__(self, request: BuildRequest, up_to_date: UpToDate) -> None:
        self._project, self._key, self._produced = request.project, request.key, request.order.produced
        self.up_to_date = up_to_date
        self._waiting: list[tuple[Output, Callable[[], bytes]]] = []
        self.day = self._produced.isoformat()
        self.written: list[Output] = []
        self.refused: list[Output] = []
        """Files that failed a check in `WITHHELD`."""

    def put(self, output: Output, read: Callable[[], bytes]) -> None:
        """Write a file to its place, with others."""
        self._waiting.append((output, read))
        if len(self._waiting) >= FILES_PER_BATCH:
            self.flush()

    def flush(self) -> None:
        """Write the files that wait, and record them."""
        if not self._waiting:
            return
        files, self._waiting = self._waiting, []
        outputs.place(self._project.output, files, self._produced, tool_versions())
        self.written += (output for output, _ in files)
        outputs.add_to_record(self._project.output, (output for output, _ in files), self._produced, tool_versions())
        remember_build(self._project.store, self._key, self._project.rests_on)

    def withhold(
        self, output: Output, read: Callable[[], bytes], remarks: Iterable[Diagnostic]
    ) -> Iterator[Diagnostic]:
        """Write a file to the folder of refused files; returns the remarks with its path there."""
        outputs.write_refused(self._project.output, output, read())
        self.refused.append(output)
        path, refused_path = f"output/{output.path}", f"output/{outputs.REFUSED}/{output.path}"
        for remark in remarks:
            is_of_file = remark.place.path == path
            yield replace(remark, place=replace(remark.place, path=refused_path)) if is_of_file else remark


# The graph

WITHHELD = frozenset({
    *("proof-text-active", "proof-picture-notes", "proof-foot"),
    *("proof-unreadable", "job-too-large"),
})  # fmt: skip
"""Codes of files that are refused: active content, metadata of pictures, a page without status, marking, version or
copy, and an inspection that did not finish."""

Listing = TypeVar("Listing", Publication, PackPublication, SeriesPublication)

RecipesOf = Callable[[Listing, CollectedRemarks], Awaitable[Sequence[FileRecipe]]]
"""Returns the recipes of a thing's files, or of the same thing as a draft, and notes the remarks of the press."""

PACK_WEIGHT = 4
"""The heaviest task that waits runs first, and binding a pack takes a second."""


async def make_all(b: Builder, unmade: ResolveResult, context: BuildContext, placer: OutputPlacer) -> None:
    """Make all that is not up to date, side by side."""
    briefings = (make_briefing(b, publication, context, placer) for publication in unmade.publications)
    packs = (make_pack(b, pack, context, placer) for pack in unmade.packs)
    await asyncio.gather(*briefings, *packs, *(make_series(b, page, context, placer) for page in unmade.series))


async def make_briefing(b: Builder, publication: Publication, context: BuildContext, placer: OutputPlacer) -> None:
    """Make the files of a briefing from its text, composed and pressed for each variant of the PDF."""

    async def recipes(text: Publication, notes: CollectedRemarks) -> Sequence[FileRecipe]:
        with_texts = await typeset_texts(b, [text], variants_of(text, context.formats), context, notes)
        return tuple(briefing_recipes(text, with_texts))

    async with b.live:  # limits memory; packs have a limit of their own, as they wait for briefings
        with report_failures(b, Location(source_path_of(publication)), "press-failed"):
            await make_and_place(b, publication, recipes, context, placer)


async def make_pack(b: Builder, publication: PackPublication, context: BuildContext, placer: OutputPlacer) -> None:
    """Make the files of a pack from the texts of its briefings, and front and back matter."""

    async def recipes(pack: PackPublication, notes: CollectedRemarks) -> Sequence[FileRecipe]:
        pack = add_change_measures(b.project, pack, context.produced)
        variants = variants_of(pack, context.formats)
        with_texts = await typeset_texts(b, pack.members, variants, context, notes)
        missing = [m.id for m in pack.members for variant in variants if m.key not in with_texts.pressed[variant]]
        if missing:
            sentence = f"Its briefing '{missing[0]}' could not be built."
            b.report(message("bind-failed", Location(pack.pack.path), sentence=sentence))
            return ()

        async def recipes_in(variant: PdfVariant) -> Sequence[FileRecipe]:
            with report_failures(b, Location(pack.pack.path), "press-failed"):
                layout = await lay_out_pack(b, pack, with_texts, variant, notes.of_engine)
                return tuple(pack_recipes(pack, variant, layout, with_texts))
            return ()

        return [recipe for group in await asyncio.gather(*map(recipes_in, variants)) for recipe in group]

    async with b.live_packs:
        with report_failures(b, Location(publication.pack.path), "press-failed"):
            await make_and_place(b, publication, recipes, context, placer)


async def make_series(b: Builder, publication: SeriesPublication, context: BuildContext, placer: OutputPlacer) -> None:
    """Make the landing page of a series; it has titles and summaries, and is not pressed."""

    async def recipes(page: SeriesPublication, notes: CollectedRemarks) -> Sequence[FileRecipe]:
        return tuple(series_recipes(page, context))

    with report_failures(b, Location(publication.series.path), "press-failed"):
        await make_and_place(b, publication, recipes, context, placer)


@dataclass(frozen=True)
class CheckedFile:
    """A file that was bound and checked."""

    recipe: FileRecipe
    file: BoundFile
    remarks: tuple[Diagnostic, ...] = ()
    """Remarks on a faulty file. They are reported unless its draft has errors, which are reported instead."""
    faults: frozenset[str] = frozenset()
    """Codes of its errors."""

    @property
    def path(self) -> str:
        """Its path in remarks."""
        return f"output/{self.recipe.path}"

    def output(self, produced: str, faulty: Iterable[str] = ()) -> Output:
        """Return its row in `build.json`."""
        recipe, seal = self.recipe, self.file.seal
        return Output(
            path=recipe.path,
            owner=recipe.owner,
            format=recipe.format,
            sha256=seal.sha256,
            bytes=seal.bytes,
            pages=recipe.pages,
            source=recipe.source,
            produced=produced,
            content=seal.content,
            title=recipe.job.identity.title,
            faulty=tuple(sorted(faulty)),
        )

    def own_remarks(self, remarks: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
        """Return the remarks on this file, each once."""
        return tuple(dict.fromkeys(remark for remark in remarks if remark.place.path == self.path))


async def make_and_place(
    b: Builder, thing: Listing, recipes: RecipesOf[Listing], context: BuildContext, placer: OutputPlacer
) -> None:
    """Make the files of a thing and write them to their places.

    All are checked before any is placed. A file with a fault in `WITHHELD` goes to the folder of refused files. A file
    with another fault is made again, marked as a draft, under the same name. It is not recorded as up to date, so the
    next build tries again.
    """
    notes = CollectedRemarks()
    files = await _make_files(b, await recipes(thing, notes), context, notes)
    faulty = _place_sound_files(b, thing, files, placer, notes)
    if faulty:
        draft, draft_notes = draft_of(thing, tuple(file.recipe.format for file in faulty)), CollectedRemarks()
        drafts = await _make_files(b, await recipes(draft, draft_notes), context, draft_notes)
        _place_drafts(b, thing, faulty, drafts, placer, draft_notes)


def draft_of(thing: Listing, formats: tuple[Format, ...]) -> Listing:
    """Return a thing as a draft, in these formats alone. The texts of a pack stay as they are."""
    identity = add_draft_status(thing.identity, thing.imprint.fields.notice)
    if isinstance(thing, SeriesPublication):
        return replace(thing, identity=identity)
    return replace(thing, identity=identity, formats=formats)


async def _make_files(
    b: Builder, recipes: Sequence[FileRecipe], context: BuildContext, notes: CollectedRemarks
) -> list[CheckedFile]:
    """Make the files of recipes side by side; files that fail are reported and left out."""

    async def make(recipe: FileRecipe) -> CheckedFile | None:
        with report_failures(b, Location(f"output/{recipe.path}"), "bind-failed"):
            return await make_file(b, recipe, context, notes)
        return None

    return [file for file in await asyncio.gather(*map(make, recipes)) if file]


async def make_file(
    b: Builder, recipe: FileRecipe, context: BuildContext, notes: CollectedRemarks
) -> CheckedFile | None:
    """Bind a file with its stamps, or with its cover and fonts, and check it; None, after a report, if that fails."""
    path = f"output/{recipe.path}"
    job = None
    with report_failures(b, Location(path), "press-failed"):
        job = await complete_job(b, recipe, context)
    if job is None:
        return None
    origin = origin_of(b, job, context.stamps)
    file = await bind_cached(b, job, origin, PACK_WEIGHT if isinstance(recipe.thing, PackPublication) else 1)
    if isinstance(file, Failure):
        b.report(fault_remark(file.fault) if file.fault else file.as_remark(Location(path), "bind-failed"))
        return None
    recipe = replace(recipe, job=job)
    to_check = FileToCheck(
        path, file.seal.sha256, recipe.format, origin, recipe.promise, recipe.outliers, read=file.read
    )
    store_expected_content(b.store, to_check)  # so that `briefings proof` can check it again, under any name
    notes.of_files.extend((*stamp_remarks(recipe), *await run_own_checks(b, to_check)))
    return CheckedFile(recipe, file)


async def complete_job(b: Builder, recipe: FileRecipe, context: BuildContext) -> Job:
    """Return the job of a recipe with its stamps (PDF), or its cover and fonts (EPUB)."""
    job = recipe.job
    if isinstance(job, StampedJob):
        sheets = await b.stamps(context.stamps, recipe.stamps)
        return replace(job, stamps=tuple((text, sheets[text]) for text in dict.fromkeys(recipe.stamps)))
    if isinstance(job, EpubJob) and recipe.thing is not None:
        return replace(job, assets=await _epub_assets(b, job, recipe.thing, context.layouts))
    return job


def _place_sound_files(
    b: Builder, thing: Thing, files: Sequence[CheckedFile], placer: OutputPlacer, notes: CollectedRemarks
) -> list[CheckedFile]:
    """Place sound files, withhold those with a fault in `WITHHELD`; returns the files to be made as drafts."""
    engine = tuple(move_to_files(notes.of_engine, thing if isinstance(thing, PackPublication) else None))
    b.note_faults((*notes.of_files, *engine))
    remarks = dict.fromkeys((*notes.of_files, *engine))
    sound: list[CheckedFile] = []
    to_draft: list[CheckedFile] = []
    for file in files:
        faults = faults_of(thing, b.faults, file.path, file.recipe.format)
        if not faults:
            sound.append(file)
            placer.put(file.output(placer.day), file.file.read)
            continue
        own = file.own_remarks(remarks)
        remarks = dict.fromkeys(remark for remark in remarks if remark not in own)
        if faults & WITHHELD:
            b.report(*placer.withhold(file.output(placer.day, faults), file.file.read, own))
        else:
            to_draft.append(replace(file, remarks=own, faults=faults))
    date_fields = {f.output(placer.day): date_fields_in(f.recipe) for f in sound if f.path not in b.unchecked}
    placer.up_to_date.record(thing, date_fields, notes.of_files, engine)
    b.report(*remarks)
    return to_draft


def faults_of(thing: Thing, codes: Mapping[str, Set[str]], path: str, kind: Format) -> frozenset[str]:
    """Return the codes of the errors in a file of a thing; a PDF of a pack has those of its texts too.

    `codes` are those of all errors so far, by path.
    """
    faults = frozenset(codes.get(path, ()))
    if not isinstance(thing, PackPublication) or not FORMATS[kind].paged:
        return faults
    text_paths = (
        f"{folder_of(m.id, m.kept)}/{RECORD}" if m.kept else f"output/{path_of(f'briefings/{m.id}', kind)}"
        for m in thing.members
    )
    return faults | {code for text_path in text_paths for code in codes.get(text_path, ()) if _is_of_pages(code)}


def _is_of_pages(code: str) -> bool:
    """Return whether an error of a text's pages is also one of a pack that they are bound into."""
    return code in ("press-failed", "bind-failed") or (code.startswith("made-") and code != "made-stamp-covers")


def _place_drafts(
    b: Builder,
    thing: Thing,
    faulty: Sequence[CheckedFile],
    drafts: Sequence[CheckedFile],
    placer: OutputPlacer,
    notes: CollectedRemarks,
) -> None:
    """Place the drafts of faulty files; withhold a file whose draft could not be made, or has a fault in `WITHHELD`."""
    drafts_by_path = {draft.path: draft for draft in drafts}
    pack = thing if isinstance(thing, PackPublication) else None
    draft_remarks = (*notes.of_files, *move_to_files(notes.of_engine, pack))
    for file in faulty:
        own = file.own_remarks(draft_remarks)
        remarks: Iterable[Diagnostic] = own if any(errors(own)) else file.remarks
        faults = file.faults | {remark.code for remark in errors(own)}
        draft = drafts_by_path.get(file.path, file)
        if draft is file or faults & WITHHELD:
            remarks = placer.withhold(draft.output(placer.day, faults), draft.file.read, remarks)
        else:
            placer.put(draft.output(placer.day, faults), draft.file.read)
        b.report(*remarks)


# Cover and fonts of an EPUB


async def _epub_assets(b: Builder, job: EpubJob, thing: Publication | PackPublication, layouts: Layouts) -> EpubAssets:
    """Make the cover and the subset fonts of an EPUB, with the fonts' licences.

    Raises:
        LayoutFault: if the cover cannot be composed.
        TypesettingFailure: if it cannot be drawn.
    """
    subsets = _subset_fonts(b, job, thing, layouts)
    if isinstance(thing, PackPublication):
        cover = compose_pack_cover(thing, layouts)
    else:
        cover = compose_briefing_cover(thing, layouts)
    drawn, fonts = await asyncio.gather(
        b.result(COVER, cover), asyncio.gather(*(b.result(SUBSET, subset) for subset in subsets))
    )
    b.report(*drawn.remarks)
    packages = dict.fromkeys(subset.face.package for subset in subsets)
    book_fonts = (
        BookFont(subset.family, subset.face.weight, subset.face.italic, font)
        for subset, font in zip(subsets, fonts, strict=True)
    )
    licences = (FontLicence(package, read_font_licence(package)) for package in packages)
    return EpubAssets(drawn.picture, tuple(book_fonts), tuple(licences))


def _subset_fonts(
    b: Builder, job: EpubJob, thing: Publication | PackPublication, layouts: Layouts
) -> tuple[SubsetFont, ...]:
    """Choose the fonts of an EPUB, with the letters that it uses; a pack has the fonts of the screen PDF."""

    def characters(face: FontFace) -> frozenset[int]:
        name = "characters", face.package, face.file
        return b.store.remember("pipeline.compose.design.faces", name, frozenset[int], lambda: characters_of_face(face))

    chapters = [epub_chapter.chapter for epub_chapter in job.chapters]
    words = (job.metadata.title, *job.identity.statuses, job.identity.marking, *(chapter.title for chapter in chapters))
    fonts = choose_fonts(thing.imprint, layouts)
    lacking = characters_used(chapters, words) - letters_of_text_faces(fonts.text.faces, characters)
    if any(letter.isprintable() for letter in lacking):
        fonts = fonts.for_text("".join(sorted(lacking)), thing.imprint)
    return choose_book_fonts(chapters, words, fonts.book_faces, job.style, characters, fonts.head_faces)
