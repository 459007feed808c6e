"""Recipes: each finished file with its job and the stamps that it needs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from pipeline.bind.epub.documents import epub_chapters
from pipeline.bind.pdf.pack import section_lines
from pipeline.bind.pdf.stamps import covered
from pipeline.bind.running_lines import page_lines
from pipeline.build.formats import MAKERS
from pipeline.build.jobs import FileInputs, Job, PackJob, PdfJob
from pipeline.build.pack_layout import PackLayout, book_chapters
from pipeline.build.texts import BuildContext
from pipeline.build.up_to_date import made_apart
from pipeline.compose.briefing import briefing_claim, compose_series, pack_claim
from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.digests import digest
from pipeline.core.messages import message
from pipeline.model.formats import EDITIONS, FORMATS, Asset, Claim, Edition, Format, FormatRow, path_of
from pipeline.model.manuscript import Chapter, Manuscript, StampText
from pipeline.model.publication import PackPublication, Publication, SeriesPublication
from pipeline.model.sheets import Addresses, Identity, MarginText, Section
from pipeline.proof.promise import ExpectedContent, briefing_promise, pack_promise, with_pages


@dataclass(frozen=True, slots=True)
class FileRecipe:
    """One file to be bound: where it goes, what it is made of, and the stamps it needs."""

    path: str
    owner: str
    format: Format
    pages: int
    source: str
    job: Job
    stamps: tuple[StampText, ...] = ()
    thing: Publication | PackPublication | None = None
    """The briefing or pack of the file; of a book its cover shows findings of it."""
    promise: ExpectedContent | None = None
    """Promise that the file is held to when it is proofed."""
    outliers: tuple[MarginText, ...] = ()
    """Of a numbered pack what stands near the head and foot of its pages, by their numbers in the file."""


def stamp_remarks(recipe: FileRecipe) -> Iterator[Diagnostic]:
    """Words of a page that a running line would cover, at the page of the finished file."""
    job = recipe.job
    if isinstance(job, PdfJob):
        parts = [(job.sheets, page_lines(job.identity, job.produced, job.sheets.pages, job.edition), 0)]
    elif isinstance(job, PackJob):
        parts = [
            (section.sheets, tuple(section_lines(section, job.identity, job.produced, job.edition)), before)
            for section, before in _placed(job.sections, job.edition)
        ]
    else:
        return
    for sheets, lines, before in parts:
        for one in covered(sheets.outliers, lines, dict(job.stamps)) if sheets.outliers else ():
            page = FORMATS[recipe.format].page(before + one.page)
            place = Location(f"output/{recipe.path}", page)
            yield message("made-stamp-covers", place, stamp=one.stamp, words=one.words[:60])


def _placed(sections: Iterable[Section], edition: Edition) -> Iterator[tuple[Section, int]]:
    """The sections of a pack, each with the number of pages before it."""
    first = 0
    for section in sections:
        yield section, section.first - 1 if EDITIONS[edition].both_sides else first
        first += section.sheets.pages


def beside_copy_line(sections: Iterable[Section], edition: Edition) -> tuple[MarginText, ...]:
    """Words near the head and foot of the pages that say which copy they are of: all but the cover."""
    return tuple(
        replace(one, page=before + one.page)
        for section, before in _placed(sections, edition)
        for one in section.sheets.outliers
        if not (section.cover and one.page == 1)
    )


def briefing_recipes(publication: Publication, given: BuildContext) -> Iterable[FileRecipe]:
    """The files of a briefing in the formats that it lists and that are wanted, as far as it could be pressed."""
    for kind in publication.formats:
        row = FORMATS[kind]
        if kind in given.formats and publication.id in given.pressed[row.edition]:
            yield briefing_recipe(publication, row, given)


def briefing_recipe(publication: Publication, row: FormatRow, given: BuildContext) -> FileRecipe:
    """The file of a briefing in a format, of its text as it was composed and pressed."""
    text, sheets = given.texts[row.edition][publication.id], given.pressed[row.edition][publication.id]
    identity, maker = publication.identity, MAKERS[row.kind]
    addresses = linked_addresses(text.chapters, given.addresses)
    claim = briefing_claim(publication, given.library, row.edition) if row.paged else None
    chapters, images = partial(epub_chapters, text, sheets.starts), lambda: text.images
    parts = _parts_of(row.edition, identity, addresses, claim, given)
    job = maker.job(parts(text=text, chapters=chapters, images=images, sheets=sheets))
    promise = briefing_promise(text, sheets.pages, identity, given.produced, addresses)
    return FileRecipe(
        *_placed_at(f"briefings/{publication.id}", row),
        pages=_pages(row, sheets.pages),
        source=digest(text, identity),
        job=job,
        stamps=maker.stamps(job),
        thing=publication,
        promise=with_pages(promise, [(1, sheets.pages)]) if row.kind.marks_pages else promise,
    )


def series_recipes(series: SeriesPublication, given: BuildContext) -> Iterable[FileRecipe]:
    """The landing page of a series, where the formats are wanted that it is made in."""
    for row in FORMATS.values():
        if not row.of_series or row.name not in given.formats:
            continue
        text, identity = compose_series(series, given.layouts), series.identity
        addresses = linked_addresses(text.chapters, given.addresses)
        parts = _parts_of(row.edition, identity, addresses, None, given)
        yield FileRecipe(
            *_placed_at(f"series/{identity.id}", row),
            pages=0,
            source=digest(text, identity),
            job=MAKERS[row.kind].job(parts(text=text, chapters=partial(epub_chapters, text, ()), images=tuple)),
            promise=briefing_promise(text, 0, identity, given.produced, addresses),
        )


def pack_recipes(
    pack: PackPublication, edition: Edition, matter: PackLayout, given: BuildContext
) -> Iterable[FileRecipe]:
    """The files of a pack that rest on an edition, in the formats that it lists and that are wanted."""
    rows = (FORMATS[kind] for kind in pack.formats if kind in given.formats)
    return (_pack(pack, row, matter, given) for row in rows if row.edition == edition)


def _pack(pack: PackPublication, row: FormatRow, matter: PackLayout, given: BuildContext) -> FileRecipe:
    edition, identity, maker = row.edition, pack.identity, MAKERS[row.kind]
    files = [insert.file.sha256 for insert in pack.inserts]
    claim = pack_claim(pack, given.library, edition) if row.paged else None
    own = {member.id: given.texts[edition][member.key] for member in pack.members}
    linking = [chapter for text in (matter.front, *own.values(), matter.back) for chapter in text.chapters]
    addresses = linked_addresses(linking, {name: to for name, to in given.addresses.items() if name not in own})
    held = {"front": matter.front, "back": matter.back, **own, **matter.stand_ins}
    parts = _parts_of(edition, identity, addresses, claim, given)
    chapters = partial(book_chapters, pack, given.texts[edition], matter)
    images = partial(_images, pack, own.values())
    job = maker.job(parts(text=matter.front, chapters=chapters, images=images, sections=matter.sections))
    sections = [(section.first, section.sheets.pages) for section in matter.sections]
    apart = made_apart(pack, row.name)
    promise = pack_promise(matter.sections, held, identity, given.produced, addresses, apart)
    if row.paged and EDITIONS[edition].both_sides:  # with the blank pages where it is bound
        pages = matter.sections[-1].first + matter.sections[-1].sheets.pages - 1
    else:
        pages = sum(section.sheets.pages for section in matter.sections)
    return FileRecipe(
        *_placed_at(f"packs/{pack.id}", row),
        pages=_pages(row, pages),
        source=digest(identity, [*own.values()], matter.front, matter.back, *files),
        job=job,
        stamps=maker.stamps(job),
        thing=pack,
        promise=with_pages(promise, sections) if row.kind.marks_pages else promise,
        outliers=beside_copy_line(matter.sections, edition) if row.paged and identity.copy else (),
    )


def _placed_at(owner: str, row: FormatRow) -> tuple[str, str, Format]:
    return path_of(owner, row.name), owner, row.name


def _pages(row: FormatRow, pages: int) -> int:
    """The pages of the file, or those of the PDF that it tells."""
    return EDITIONS[row.edition].sides(pages) if row.paged else pages if row.kind.marks_pages else 0


def _images(pack: PackPublication, texts: Iterable[Manuscript]) -> tuple[Asset, ...]:
    """The pictures of the texts of a pack and of its series, each once."""
    held = (*(text.images for text in texts), *(series.assets for series in pack.series))
    images = {image.sha256: image for some in held for image in some}
    return tuple(images[name] for name in sorted(images))


def _parts_of(
    edition: Edition, identity: Identity, addresses: Addresses, claim: Claim | None, given: BuildContext
) -> Callable[..., FileInputs]:
    """The parts of a file but for its text."""
    profile = given.profile if EDITIONS[edition].inked else None
    return partial(FileInputs, edition, identity, given.produced, addresses, claim, profile, given.templates)


def linked_addresses(chapters: Iterable[Chapter], addresses: Mapping[str, str]) -> Addresses:
    """The addresses of the briefings that the chapters link to, and no others."""
    linked = {name for chapter in chapters for name in re.findall(r'"briefing:([a-z0-9-]+)', chapter.body)}
    return tuple((name, addresses[name]) for name in sorted(linked) if addresses.get(name))
