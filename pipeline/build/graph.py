"""The graph of a build: what is made of a briefing, a pack and a series, from composing to the file in its place.

Each function awaits what it needs, so what can start has started. Equal calls run once, and none that is cached.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from pipeline.build.bind_jobs import EpubJob, Job, PackJob, PdfJob
from pipeline.build.binding import Bound, bound, origin_of
from pipeline.build.builder import Builder
from pipeline.build.checks import File, checked, hold, page_openings
from pipeline.build.drafts import WITHHELD, draft_of, faults_of
from pipeline.build.epub_assets import assets_of
from pipeline.build.formats import editions_of
from pipeline.build.materials import Materials
from pipeline.build.outputs import Output
from pipeline.build.pack_layout import laid_out
from pipeline.build.placing import Placing
from pipeline.build.recipes import Recipe, briefing_recipes, pack_recipes, series_recipes, stamp_remarks
from pipeline.build.redate import dated_in
from pipeline.build.rules import Failure, failure_of
from pipeline.build.texts import Notes, at_their_files, set_texts
from pipeline.codes import made
from pipeline.compose.templates.layouts import fault_remark
from pipeline.core.diagnostics import Diagnostic, Place, errors
from pipeline.core.errors import LayoutFault, PressFailure
from pipeline.model.publication import PackPublication, Publication, SeriesPublication, Thing
from pipeline.proof.parity.promise import with_pages
from pipeline.resolve.resolve import Resolution


async def everything(b: Builder, wanted: Resolution, shared: Materials, placing: Placing) -> None:
    """All that is to be made, side by side."""
    briefings = {one.key: asyncio.create_task(briefing(b, one, shared, placing)) for one in wanted.publications}
    packs = (pack(b, one, shared, placing, briefings) for one in wanted.packs)
    await asyncio.gather(*briefings.values(), *packs, *(series(b, one, shared, placing) for one in wanted.series))


async def briefing(b: Builder, one: Publication, shared: Materials, placing: Placing) -> None:
    """A briefing: its text is set in each edition, and its files are made of that."""

    async def recipes(draft: Publication, notes: Notes) -> Sequence[Recipe]:
        materials = await set_texts(b, [draft], editions_of(draft, shared.wanted), shared, notes)
        return tuple(briefing_recipes(draft, materials))

    async with b.live:
        notes = Notes()
        faulty = await placed(b, one, await recipes(one, notes), shared, placing, notes)
        if faulty:
            draft, again = draft_of(one, tuple(left.recipe.format for left in faulty)), Notes()
            await placed_as_drafts(b, faulty, draft, await recipes(draft, again), shared, placing, again)


async def pack(
    b: Builder, one: PackPublication, shared: Materials, placing: Placing, beside: Mapping[str, Awaitable[None]]
) -> None:
    """A pack: the texts of its briefings, front and back matter set around them, and its files made of all that.

    What its briefings' own files have shown is known before its files are judged.
    """

    async def recipes(draft: PackPublication, notes: Notes) -> Sequence[Recipe]:
        editions = editions_of(draft, shared.wanted)
        materials = await set_texts(b, draft.members, editions, shared, notes)
        missing = [m.id for m in draft.members for edition in editions if m.key not in materials.pressed[edition]]
        if missing:
            sentence = f"Of its briefings '{missing[0]}' could not be made."
            b.report(made.BIND_FAILED.at(Place(draft.pack.path), sentence=sentence))
            return ()
        found: list[Recipe] = []
        try:
            layouts = (laid_out(b, draft, materials, edition, notes.of_engine) for edition in editions)
            for edition, layout in zip(editions, await asyncio.gather(*layouts), strict=True):
                found += pack_recipes(draft, edition, layout, materials)
        except LayoutFault as fault:
            b.report(fault_remark(fault))
        except PressFailure as failure:
            b.report(failure_of(failure).told(Place(draft.pack.path), made.PRESS_FAILED))
        return found

    members = [beside[member.key] for member in one.members if member.key in beside]
    notes = Notes()
    faulty = await placed(b, one, await recipes(one, notes), shared, placing, notes, members)
    if faulty:
        draft, again = draft_of(one, tuple(left.recipe.format for left in faulty)), Notes()
        await placed_as_drafts(b, faulty, draft, await recipes(draft, again), shared, placing, again)


async def series(b: Builder, one: SeriesPublication, shared: Materials, placing: Placing) -> None:
    """The landing page of a series."""

    def recipes(draft: SeriesPublication) -> Sequence[Recipe]:
        try:
            return tuple(series_recipes(draft, shared))
        except LayoutFault as fault:
            b.report(fault_remark(fault))
        except PressFailure as failure:
            b.report(failure_of(failure).told(Place(draft.series.path), made.PRESS_FAILED))
        return ()

    faulty = await placed(b, one, recipes(one), shared, placing, Notes())
    if faulty:
        draft = draft_of(one, ())
        await placed_as_drafts(b, faulty, draft, recipes(draft), shared, placing, Notes())


@dataclass(frozen=True)
class Finished:
    """A file that was bound and checked, and what is said at it."""

    recipe: Recipe
    file: Bound
    remarks: tuple[Diagnostic, ...]
    faults: frozenset[str] = frozenset()
    """The codes of what is wrong with it."""

    def output(self, produced: str, faulty: Iterable[str] = ()) -> Output:
        """Its row in `build.json`."""
        recipe, seal = self.recipe, self.file.seal
        return Output(
            *(recipe.path, recipe.owner, recipe.format, seal.sha256, seal.bytes, recipe.pages, recipe.source),
            *(produced, seal.content),
            title=recipe.job.identity.title,
            faulty=tuple(sorted(faulty)),
        )


async def finished(
    b: Builder, recipe: Recipe, shared: Materials, notes: Notes, members: Sequence[Awaitable[None]] = ()
) -> Finished | None:
    """The file of a recipe: stamped or cased, bound, checked. Nothing where it cannot be made, which is told."""
    path = f"output/{recipe.path}"
    try:
        recipe = replace(recipe, job=await completed(b, recipe, shared))
        openings = await page_openings(b, recipe.marked)
    except LayoutFault as fault:
        b.report(fault_remark(fault))
        return None
    except PressFailure as failure:
        b.report(failure_of(failure).told(Place(path), made.PRESS_FAILED))
        return None
    origin = origin_of(b, recipe.job, shared.stamps)
    file = await bound(b, recipe.job, origin)
    if isinstance(file, Failure):
        b.report(fault_remark(file.fault) if file.fault else file.told(Place(path), made.BIND_FAILED))
        return None
    promise = with_pages(recipe.promise, openings) if recipe.promise and openings else recipe.promise
    told = File(path, file.seal.sha256, recipe.format, origin, promise, recipe.parts, recipe.outliers, read=file.read)
    hold(b.store, told)
    await asyncio.gather(*members)
    said = (*stamp_remarks(recipe), *await checked(b, told, b.checked))
    b.checked.add(path)
    notes.of_files.extend(said)
    return Finished(recipe, file, said)


async def completed(b: Builder, recipe: Recipe, shared: Materials) -> Job:
    """The job of a recipe with what is made for it: of a PDF its stamps, of an EPUB its cover and fonts."""
    job = recipe.job
    if isinstance(job, PdfJob | PackJob):
        sheets = await b.stamps(shared.stamps, recipe.stamps)
        return replace(job, stamps=tuple((text, sheets[text]) for text in dict.fromkeys(recipe.stamps)))
    if isinstance(job, EpubJob) and recipe.cased is not None:
        return replace(job, casing=await assets_of(b, job, recipe.cased, shared.layouts))
    return job


async def placed(
    b: Builder,
    thing: Thing,
    recipes: Sequence[Recipe],
    shared: Materials,
    placing: Placing,
    notes: Notes,
    members: Sequence[Awaitable[None]] = (),
) -> list[Finished]:
    """Put the files of a thing into their places; gives those with a fault of ours, to be made again as drafts."""
    files = [one for one in await asyncio.gather(*(finished(b, r, shared, notes, members) for r in recipes)) if one]
    engine = tuple(at_their_files(notes.of_engine, thing if isinstance(thing, PackPublication) else None))
    b.note_faults((*notes.of_files, *engine))
    told = dict.fromkeys((*notes.of_files, *engine))
    sound: list[Finished] = []
    left: list[Finished] = []
    for one in files:
        faults = faults_of(thing, b.faults, one.recipe.path, one.recipe.format)
        if not faults:
            sound.append(one)
        elif faults & WITHHELD:
            told = dict.fromkeys(placing.lay_aside(one.output(placing.day, faults), one.file.read, told))
        else:
            own = tuple(said for said in told if said.place.path == f"output/{one.recipe.path}")
            told = dict.fromkeys(said for said in told if said not in own)
            left.append(replace(one, remarks=own, faults=faults))
    for one in sound:
        placing.put(one.output(placing.day), one.file.read)
    placing.record(thing, {one.output(placing.day): dated_in(one.recipe) for one in sound}, notes.of_files, engine)
    b.report(*told)
    return left


async def placed_as_drafts(
    b: Builder,
    faulty: Sequence[Finished],
    thing: Thing,
    recipes: Sequence[Recipe],
    shared: Materials,
    placing: Placing,
    notes: Notes,
) -> None:
    """Put the files with a fault into their places as drafts.

    Where a draft must not lie about either, or cannot be made, a file is laid aside. What was said of a file when it
    was no draft is told where nothing is wrong with the draft.
    """
    made_again = await asyncio.gather(*(finished(b, recipe, shared, notes) for recipe in recipes))
    drafts = {one.recipe.path: one for one in made_again if one}
    said = (*notes.of_files, *at_their_files(notes.of_engine, thing if isinstance(thing, PackPublication) else None))
    for before in faulty:
        path = before.recipe.path
        own = tuple(dict.fromkeys(remark for remark in said if remark.place.path == f"output/{path}"))
        told: Iterable[Diagnostic] = own if any(errors(own)) else before.remarks
        faults = before.faults | {remark.code for remark in errors(own)}
        last = drafts.get(path, before)
        if path not in drafts or faults & WITHHELD:
            told = placing.lay_aside(last.output(placing.day, faults), last.file.read, told)
        else:
            placing.put(last.output(placing.day, faults), last.file.read)
        b.report(*told)
