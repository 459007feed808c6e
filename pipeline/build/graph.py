"""Build graph: what is made of a briefing, a pack, a series."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import TypeVar

from pipeline.build import output as outputs
from pipeline.build.builder import Builder, StampLayouts
from pipeline.build.checks import File, checked, hold
from pipeline.build.formats import bind
from pipeline.build.jobs import EpubJob, Job, PackJob, PdfJob, Seal, Stamps, sealed
from pipeline.build.output import Output
from pipeline.build.pack_layout import laid_out
from pipeline.build.project import Project
from pipeline.build.recipes import FileRecipe, briefing_recipes, pack_recipes, series_recipes, stamp_remarks
from pipeline.build.redate import dated_in
from pipeline.build.rules import BIND, COVER, STAMPS, SUBSET, Failure
from pipeline.build.summary import remember
from pipeline.build.texts import BuildContext, Notes, at_their_files, reporting, set_texts, source_of
from pipeline.build.up_to_date import UpToDate, editions_of
from pipeline.build.versions import with_measures as measured
from pipeline.compose.cover import compose_briefing_cover, compose_pack_cover
from pipeline.compose.design.book_fonts import characters_of, fonts_of_book, letters_of, letters_used
from pipeline.compose.design.typeface import font_set
from pipeline.compose.layouts import fault_remark
from pipeline.core.diagnostics import Diagnostic, Location, errors
from pipeline.core.digests import tools
from pipeline.core.messages import message
from pipeline.core.text.fonts import font_licence
from pipeline.model.formats import FORMATS, SLOTS, Edition, Format, Layouts, path_of
from pipeline.model.manuscript import BookFont, EpubAssets, FontFace, FontLicence, SubsetFont
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.model.source.versions import RECORD, folder_of
from pipeline.resolve.resolve import ResolveResult
from pipeline.resolve.status import as_draft


@dataclass(frozen=True, slots=True)
class BoundFile:
    """A finished file, of which the bytes are read when they are asked for."""

    seal: Seal
    read: Callable[[], bytes]


async def bound(b: Builder, job: Job, origin: str, weight: int = 1) -> BoundFile | Failure:
    """The finished file of a job, under its key: its origin and what bears the day."""
    name = (origin, *of_its_day(job))
    key = b.store.key(BIND.module, name)
    place = b.store.key(BIND.module, "seal", key)
    seal = b.store.find(place, Seal) if b.store.holds(key) else None
    if seal is None:
        content = await b(BIND, job, name, weight)
        if isinstance(content, Failure):
            return content
        seal = sealed(content)
        b.store.keep(place, seal)
    return BoundFile(seal, partial(_content, b, key, job))


def _content(b: Builder, key: str, job: Job) -> bytes:
    """The bytes of a file that was bound; made again in the rare case that the cache was damaged since."""
    content = b.store.find(key, bytes)
    return bind(job) if content is None else content


def of_its_day(job: Job) -> tuple[date, Stamps]:
    """The part of a job's key that the day decides: the day, and the stamps that bear it."""
    return job.produced, dated(job)


def origin_of(b: Builder, job: Job, layouts: StampLayouts) -> str:
    """The key of all that a file is bound from but the day: of stamps that bear it their layout alone."""
    set_in = sorted({b.store.key(STAMPS.module, layouts[text.sheet]) for text, _ in dated(job)})
    return b.store.key(BIND.module, undated(job), set_in)


def undated(job: Job) -> Job:
    """A job without all that depends on the date produced."""
    if not isinstance(job, PdfJob | PackJob):
        return replace(job, produced=date.min)
    stamps = tuple((text, sheet) for text, sheet in job.stamps if not SLOTS[text.slot].dated)
    return replace(job, produced=date.min, stamps=stamps)


def dated(job: Job) -> Stamps:
    """The stamps of a job that bear the date produced."""
    return (
        tuple(stamp for stamp in job.stamps if SLOTS[stamp[0].slot].dated) if isinstance(job, PdfJob | PackJob) else ()
    )


# Files in their places and on record, some at a time: what a broken-off build has made is not lost

BATCH = 128
"""Files that are put into their places at a time: the record is written once for all of them."""


class Placing:
    """Places of the files of one build; `key` is the build's key in the cache."""

    def __init__(self, project: Project, up_to_date: UpToDate, produced: date, key: str) -> None:
        self._project, self.up_to_date, self._key, self._produced = project, up_to_date, key, produced
        self._waiting: list[tuple[Output, Callable[[], bytes]]] = []
        self.day = produced.isoformat()
        self.written: list[Output] = []
        self.refused: list[Output] = []
        """Files in which the proof has found what must not lie about."""

    def put(self, output: Output, read: Callable[[], bytes]) -> None:
        """Have a file put into its place."""
        self._waiting.append((output, read))
        if len(self._waiting) >= BATCH:
            self.flush()

    def flush(self) -> None:
        """Put what waits into its place, and on record."""
        if not self._waiting:
            return
        made, self._waiting = self._waiting, []
        outputs.place(self._project.output, made, self._produced, tools())
        self.written += (output for output, _ in made)
        outputs.add_to_record(self._project.output, (output for output, _ in made), self._produced, tools())
        remember(self._project.store, self._key, self._project.rests_on)

    def lay_aside(self, output: Output, read: Callable[[], bytes], said: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
        """Put a file where nobody takes it for finished; gives what is said with the place where it lies."""
        outputs.lay_aside(self._project.output, output, read())
        self.refused.append(output)
        place, aside = f"output/{output.path}", f"output/{outputs.REFUSED}/{output.path}"
        return (replace(one, place=replace(one.place, path=aside)) if one.place.path == place else one for one in said)


# The graph: make_all -> briefing, pack, series -> place_or_draft -> make_file (of all files of a thing side by side).
# Each function awaits rules (`rules.py`) through the builder `b`: a result comes from the cache, from an equal call in
# flight, or from a worker. Its cache key is a digest of the job and of the code and packages that decide it, so a step
# whose input has not changed costs one look.
#
# An example: the summary of one briefing has changed. `plan.py` has resolved all texts again, as others may print a
# summary, and set aside everything that came out as before: `left` holds this briefing, its packs, and the pages of
# series that show the summary. Its text is composed and pressed once an edition. The cover of its EPUB and the front
# matter of its packs show the summary and are made again too. The other texts of these packs come from the cache, and
# so do stamps, covers and fonts, unless the change shows in them: another number of pages, a new letter.

WITHHELD = frozenset({
    *("proof-text-active", "proof-picture-notes", "proof-status-late", "proof-foot"),
    *("proof-unreadable", "job-too-large"),
})  # fmt: skip
"""Faults of files that are laid aside: what does something, fetches something or tells on somebody, what does not say
that it is a draft, how it is marked or which version and copy it is, and whatever was not inspected to its end."""

Listing = TypeVar("Listing", Publication, PackPublication, SeriesPublication)


def faults_of(thing: Thing, codes: Mapping[str, Set[str]], path: str, kind: Format) -> frozenset[str]:
    """The codes of what is wrong with a file of a thing, and of a pack with the texts that it is bound of.

    `codes` has what is wrong by the paths that it is told at.
    """
    found = frozenset(codes.get(f"output/{path}", ()))
    if not isinstance(thing, PackPublication) or not FORMATS[kind].paged:
        return found
    told_at = (
        f"{folder_of(m.id, m.kept)}/{RECORD}" if m.kept else f"output/{path_of(f'briefings/{m.id}', kind)}"
        for m in thing.members
    )
    return found | {code for place in told_at for code in codes.get(place, ()) if _is_of_the_text(code)}


def _is_of_the_text(code: str) -> bool:
    """Whether it is a fault of a text's pages, which a pack has too that is bound of them."""
    return code in ("press-failed", "bind-failed") or (code.startswith("made-") and code != "made-stamp-covers")


def draft_of(thing: Listing, formats: tuple[Format, ...]) -> Listing:
    """A thing as a draft, in these formats and in no other. A pack has its texts as they were, under the same names."""
    identity = as_draft(thing.identity, thing.imprint.fields.notice)
    if isinstance(thing, SeriesPublication):
        return replace(thing, identity=identity)
    return replace(thing, identity=identity, formats=formats)


RecipesOf = Callable[[Listing, Notes], Awaitable[Sequence[FileRecipe]]]
"""Gives the recipes of the files of a thing, or of the same thing as a draft, and notes remarks of the press."""

PACK = 4
"""The weight of a pack: of tasks that wait the heaviest is run first, and to bind a pack takes a second."""


async def make_all(b: Builder, left: ResolveResult, shared: BuildContext, placing: Placing) -> None:
    """Make all that is not up to date, side by side."""
    briefings = (briefing(b, one, shared, placing) for one in left.publications)
    packs = (pack(b, one, shared, placing) for one in left.packs)
    await asyncio.gather(*briefings, *packs, *(series(b, one, shared, placing) for one in left.series))


async def briefing(b: Builder, one: Publication, shared: BuildContext, placing: Placing) -> None:
    """A briefing: its text is composed and pressed in each edition, and its files are made of that."""

    async def recipes(text: Publication, notes: Notes) -> Sequence[FileRecipe]:
        materials = await set_texts(b, [text], editions_of(text, shared.formats), shared, notes)
        return tuple(briefing_recipes(text, materials))

    async with b.live:  # so many at a time; packs have places of their own, as they wait for briefings
        with reporting(b, Location(source_of(one)), "press-failed"):
            await place_or_draft(b, one, recipes, shared, placing)


async def pack(b: Builder, one: PackPublication, shared: BuildContext, placing: Placing) -> None:
    """A pack: the texts of its briefings, front and back matter set around them, and its files made of all that."""

    async def recipes(whole: PackPublication, notes: Notes) -> Sequence[FileRecipe]:
        whole = measured(b.project, whole, shared.produced)
        editions = editions_of(whole, shared.formats)
        materials = await set_texts(b, whole.members, editions, shared, notes)
        missing = [m.id for m in whole.members for edition in editions if m.key not in materials.pressed[edition]]
        if missing:
            sentence = f"Of its briefings '{missing[0]}' could not be made."
            b.report(message("bind-failed", Location(whole.pack.path), sentence=sentence))
            return ()

        async def of(edition: Edition) -> Sequence[FileRecipe]:
            with reporting(b, Location(whole.pack.path), "press-failed"):
                layout = await laid_out(b, whole, materials, edition, notes.of_engine)
                return tuple(pack_recipes(whole, edition, layout, materials))
            return ()

        return [one for some in await asyncio.gather(*map(of, editions)) for one in some]

    async with b.live_packs:
        with reporting(b, Location(one.pack.path), "press-failed"):
            await place_or_draft(b, one, recipes, shared, placing)


async def series(b: Builder, one: SeriesPublication, shared: BuildContext, placing: Placing) -> None:
    """The landing page of a series: it is composed of titles and summaries, and nothing of it is pressed."""

    async def recipes(page: SeriesPublication, notes: Notes) -> Sequence[FileRecipe]:
        return tuple(series_recipes(page, shared))

    with reporting(b, Location(one.series.path), "press-failed"):
        await place_or_draft(b, one, recipes, shared, placing)


@dataclass(frozen=True)
class Finished:
    """A file that was bound and checked."""

    recipe: FileRecipe
    file: BoundFile
    remarks: tuple[Diagnostic, ...] = ()
    """Of a file with a fault what was said of it. It is told unless its draft has faults, which are told instead."""
    faults: frozenset[str] = frozenset()
    """The codes of what is wrong with it."""

    def output(self, produced: str, faulty: Iterable[str] = ()) -> Output:
        """Its row in `build.json`."""
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


async def place_or_draft(
    b: Builder, thing: Listing, recipes: RecipesOf[Listing], shared: BuildContext, placing: Placing
) -> None:
    """Make the files of a thing and put them into their places.

    All are checked before any is placed. Sound ones are placed. One with a fault that nobody may meet, such as a page
    that does not say its status, is laid aside. Any other with a fault is made again, marked as a draft, and stands
    under the same name: it is not recorded as up to date, so the next build tries again.
    """
    notes = Notes()
    files = await _make_files(b, await recipes(thing, notes), shared, notes)
    to_draft = _place(b, thing, files, placing, notes)
    if to_draft:
        draft, again = draft_of(thing, tuple(one.recipe.format for one in to_draft)), Notes()
        drafts = await _make_files(b, await recipes(draft, again), shared, again)
        _place_drafts(b, thing, to_draft, drafts, placing, again)


async def _make_files(b: Builder, recipes: Sequence[FileRecipe], shared: BuildContext, notes: Notes) -> list[Finished]:
    """The files of recipes, made side by side, as far as they can be."""

    async def file(recipe: FileRecipe) -> Finished | None:
        with reporting(b, Location(f"output/{recipe.path}"), "bind-failed"):
            return await make_file(b, recipe, shared, notes)
        return None

    files = await asyncio.gather(*map(file, recipes))
    return [one for one in files if one]


async def make_file(b: Builder, recipe: FileRecipe, shared: BuildContext, notes: Notes) -> Finished | None:
    """One file, bound with its stamps, or with its cover and fonts, and checked. Nothing where it cannot be made."""
    path = f"output/{recipe.path}"
    job = None
    with reporting(b, Location(path), "press-failed"):
        job = await complete(b, recipe, shared)
    if job is None:
        return None
    origin = origin_of(b, job, shared.stamps)
    file = await bound(b, job, origin, PACK if isinstance(recipe.thing, PackPublication) else 1)
    if isinstance(file, Failure):
        b.report(fault_remark(file.fault) if file.fault else file.as_remark(Location(path), "bind-failed"))
        return None
    recipe = replace(recipe, job=job)
    to_check = File(path, file.seal.sha256, recipe.format, origin, recipe.promise, recipe.outliers, read=file.read)
    hold(b.store, to_check)  # so that `briefings proof` can check it again, whatever it is called by then
    notes.of_files.extend((*stamp_remarks(recipe), *await checked(b, to_check)))
    return Finished(recipe, file)


async def complete(b: Builder, recipe: FileRecipe, shared: BuildContext) -> Job:
    """The job of a recipe with what is made for it: of a PDF its stamps, of an EPUB its cover and fonts."""
    job = recipe.job
    if isinstance(job, PdfJob | PackJob):
        sheets = await b.stamps(shared.stamps, recipe.stamps)
        return replace(job, stamps=tuple((text, sheets[text]) for text in dict.fromkeys(recipe.stamps)))
    if isinstance(job, EpubJob) and recipe.thing is not None:
        return replace(job, assets=await assets_of(b, job, recipe.thing, shared.layouts))
    return job


def _place(b: Builder, thing: Thing, files: Sequence[Finished], placing: Placing, notes: Notes) -> list[Finished]:
    """Put sound files into their places, and lay aside what nobody may meet; gives what is to be made as a draft."""
    engine = tuple(at_their_files(notes.of_engine, thing if isinstance(thing, PackPublication) else None))
    b.note_faults((*notes.of_files, *engine))
    remarks = dict.fromkeys((*notes.of_files, *engine))
    sound: list[Finished] = []
    to_draft: list[Finished] = []
    for one in files:
        faults = faults_of(thing, b.faults, one.recipe.path, one.recipe.format)
        if not faults:
            sound.append(one)
            placing.put(one.output(placing.day), one.file.read)
            continue
        own = _at(one, remarks)
        remarks = dict.fromkeys(remark for remark in remarks if remark not in own)
        if faults & WITHHELD:
            b.report(*placing.lay_aside(one.output(placing.day, faults), one.file.read, own))
        else:
            to_draft.append(replace(one, remarks=own, faults=faults))
    known = [one for one in sound if f"output/{one.recipe.path}" not in b.unchecked]
    made_of = {one.output(placing.day): dated_in(one.recipe) for one in known}
    placing.up_to_date.record(thing, made_of, notes.of_files, engine)
    b.report(*remarks)
    return to_draft


def _place_drafts(
    b: Builder, thing: Thing, faulty: Sequence[Finished], drafts: Sequence[Finished], placing: Placing, notes: Notes
) -> None:
    """Put files with a fault into their places as drafts. They are not kept as made: the next build tries again.

    Laid aside is what could not be made as a draft, or what nobody may meet as a draft either.
    """
    by_path = {one.recipe.path: one for one in drafts}
    pack = thing if isinstance(thing, PackPublication) else None
    said = (*notes.of_files, *at_their_files(notes.of_engine, pack))
    for before in faulty:
        path = before.recipe.path
        own = _at(before, said)
        remarks: Iterable[Diagnostic] = own if any(errors(own)) else before.remarks
        faults = before.faults | {remark.code for remark in errors(own)}
        last = by_path.get(path, before)
        if path not in by_path or faults & WITHHELD:
            remarks = placing.lay_aside(last.output(placing.day, faults), last.file.read, remarks)
        else:
            placing.put(last.output(placing.day, faults), last.file.read)
        b.report(*remarks)


def _at(file: Finished, remarks: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    return tuple(dict.fromkeys(remark for remark in remarks if remark.place.path == f"output/{file.recipe.path}"))


async def assets_of(b: Builder, job: EpubJob, of: Publication | PackPublication, layouts: Layouts) -> EpubAssets:
    """The cover, the fonts and their licences.

    Raises:
        LayoutFault: if the cover cannot be composed.
        PressFailure: if it cannot be drawn.
    """
    subsets = _subsets(b, job, of, layouts)
    cover = compose_pack_cover(of, layouts) if isinstance(of, PackPublication) else compose_briefing_cover(of, layouts)
    drawn, fonts = await asyncio.gather(
        b.result(COVER, cover), asyncio.gather(*(b.result(SUBSET, subset) for subset in subsets))
    )
    b.report(*drawn.remarks)
    packages = dict.fromkeys(subset.face.package for subset in subsets)
    enclosed = (
        BookFont(subset.family, subset.face.weight, subset.face.italic, font)
        for subset, font in zip(subsets, fonts, strict=True)
    )
    licences = (FontLicence(package, font_licence(package)) for package in packages)
    return EpubAssets(drawn.picture, tuple(enclosed), tuple(licences))


def _subsets(b: Builder, job: EpubJob, of: Publication | PackPublication, layouts: Layouts) -> tuple[SubsetFont, ...]:
    """The subset fonts of a book; a pack has those of the screen edition, as each of its briefings has."""

    def characters(face: FontFace) -> frozenset[int]:
        asked = "characters", face.package, face.file
        return b.store.remember(
            "pipeline.compose.design.book_fonts", asked, frozenset[int], lambda: characters_of(face)
        )

    chapters = [bound.chapter for bound in job.chapters]
    words = (job.metadata.title, *job.identity.statuses, job.identity.marking, *(chapter.title for chapter in chapters))
    fonts = font_set(of.imprint, layouts)
    lacking = letters_used(chapters, words) - letters_of(fonts.text.faces, characters)
    if any(letter.isprintable() for letter in lacking):
        fonts = fonts.for_text("".join(sorted(lacking)), of.imprint)
    return fonts_of_book(chapters, words, fonts.book_faces, job.style, characters, fonts.head_faces)
