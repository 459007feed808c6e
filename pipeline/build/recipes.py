"""Recipes: each file to be made, with its job and the stamps that it needs."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial

from pipeline.bind.chapters import list_reflowing_chapters
from pipeline.bind.pdf.pack import section_running_lines
from pipeline.bind.pdf.stamps import find_covered_text
from pipeline.bind.running_lines import briefing_running_lines
from pipeline.build.formats import FORMAT_HANDLERS, FileInputs, Job, PackJob, PdfJob
from pipeline.build.pack_layout import PackLayout, book_chapters
from pipeline.build.texts import BuildContext
from pipeline.build.up_to_date import separate_parts
from pipeline.compose.briefing import briefing_claim, compose_series, pack_claim
from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.digests import digest
from pipeline.core.messages import message
from pipeline.model.formats import FORMATS, PDF_VARIANTS, Asset, Claim, Format, FormatRow, PdfVariant, path_of
from pipeline.model.manuscript import Chapter, Manuscript, StampText
from pipeline.model.publication import PackPublication, Publication, SeriesPublication
from pipeline.model.sheets import Addresses, Identity, MarginText, Section
from pipeline.proof.expected_content import ExpectedContent, expected_briefing, expected_pack, with_page_marks


@dataclass(frozen=True, slots=True)
class FileRecipe:
    """A file to be bound: its path, its job, and the stamps that it needs."""

    path: str
    owner: str
    format: Format
    pages: int
    source: str
    job: Job
    stamps: tuple[StampText, ...] = ()
    thing: Publication | PackPublication | None = None
    """Its briefing or pack; the cover of an EPUB shows its findings."""
    promise: ExpectedContent | None = None
    """Contents that the finished file is checked against."""
    outliers: tuple[MarginText, ...] = ()
    """In a numbered pack, words near the head and foot of its pages, with page numbers of the file."""


def stamp_remarks(recipe: FileRecipe) -> Iterator[Diagnostic]:
    """Report words that a running line would cover, at the page of the finished file."""
    job = recipe.job
    if isinstance(job, PdfJob):
        parts = [(job.sheets, briefing_running_lines(job.identity, job.produced, job.sheets.pages, job.variant), 0)]
    elif isinstance(job, PackJob):
        parts = [
            (section.sheets, tuple(section_running_lines(section, job.identity, job.produced, job.variant)), before)
            for section, before in _sections_with_offset(job.sections, job.variant)
        ]
    else:
        return
    for sheets, lines, before in parts:
        for conflict in find_covered_text(sheets.outliers, lines, dict(job.stamps)) if sheets.outliers else ():
            page = FORMATS[recipe.format].page(before + conflict.page)
            place = Location(f"output/{recipe.path}", page)
            yield message("made-stamp-covers", place, stamp=conflict.stamp, words=conflict.words[:60])


def _sections_with_offset(sections: Iterable[Section], variant: PdfVariant) -> Iterator[tuple[Section, int]]:
    """Yield the sections of a pack, each with the number of pages before it."""
    pages = 0
    for section in sections:
        yield section, section.first - 1 if PDF_VARIANTS[variant].both_sides else pages
        pages += section.sheets.pages


def words_near_copy_line(sections: Iterable[Section], variant: PdfVariant) -> tuple[MarginText, ...]:
    """Return words near the head and foot of pages that show the copy's line: all but the cover."""
    return tuple(
        replace(words, page=before + words.page)
        for section, before in _sections_with_offset(sections, variant)
        for words in section.sheets.outliers
        if not (section.cover and words.page == 1)
    )


def briefing_recipes(publication: Publication, context: BuildContext) -> Iterable[FileRecipe]:
    """Return the recipes of a briefing in the listed formats that are to be made and could be pressed."""
    for kind in publication.formats:
        row = FORMATS[kind]
        if kind in context.formats and publication.id in context.pressed[row.variant]:
            yield briefing_recipe(publication, row, context)


def briefing_recipe(publication: Publication, row: FormatRow, context: BuildContext) -> FileRecipe:
    """Return the recipe of a briefing in one format."""
    text, sheets = context.texts[row.variant][publication.id], context.pressed[row.variant][publication.id]
    identity, handler = publication.identity, FORMAT_HANDLERS[row.kind]
    addresses = linked_addresses(text.chapters, context.addresses)
    claim = briefing_claim(publication, context.library, row.variant) if row.paged else None
    chapters, images = partial(list_reflowing_chapters, text, sheets.starts), lambda: text.images
    inputs = _file_inputs(row.variant, identity, addresses, claim, context)
    job = handler.job(inputs(text=text, chapters=chapters, images=images, sheets=sheets))
    promise = expected_briefing(text, sheets.pages, identity, context.produced, addresses)
    return FileRecipe(
        *_path_owner_format(f"briefings/{publication.id}", row),
        pages=_pages_of_file(row, sheets.pages),
        source=digest(text, identity),
        job=job,
        stamps=handler.stamps(job),
        thing=publication,
        promise=with_page_marks(promise, [(1, sheets.pages)]) if row.kind.marks_pages else promise,
    )


def series_recipes(series: SeriesPublication, context: BuildContext) -> Iterable[FileRecipe]:
    """Return the recipes of a series' landing page."""
    for row in FORMATS.values():
        if not row.of_series or row.name not in context.formats:
            continue
        text, identity = compose_series(series, context.layouts), series.identity
        addresses = linked_addresses(text.chapters, context.addresses)
        inputs = _file_inputs(row.variant, identity, addresses, None, context)
        yield FileRecipe(
            *_path_owner_format(f"series/{identity.id}", row),
            pages=0,
            source=digest(text, identity),
            job=FORMAT_HANDLERS[row.kind].job(
                inputs(text=text, chapters=partial(list_reflowing_chapters, text, ()), images=tuple)
            ),
            promise=expected_briefing(text, 0, identity, context.produced, addresses),
        )


def pack_recipes(
    pack: PackPublication, variant: PdfVariant, layout: PackLayout, context: BuildContext
) -> Iterable[FileRecipe]:
    """Return the recipes of a pack in the listed formats that need this variant."""
    rows = (FORMATS[kind] for kind in pack.formats if kind in context.formats)
    return (_pack_recipe(pack, row, layout, context) for row in rows if row.variant == variant)


def _pack_recipe(pack: PackPublication, row: FormatRow, layout: PackLayout, context: BuildContext) -> FileRecipe:
    variant, identity, handler = row.variant, pack.identity, FORMAT_HANDLERS[row.kind]
    insert_digests = [insert.file.sha256 for insert in pack.inserts]
    claim = pack_claim(pack, context.library, variant) if row.paged else None
    texts = {member.id: context.texts[variant][member.key] for member in pack.members}
    linking = [chapter for text in (layout.front, *texts.values(), layout.back) for chapter in text.chapters]
    addresses = linked_addresses(linking, {name: to for name, to in context.addresses.items() if name not in texts})
    manuscripts = {"front": layout.front, "back": layout.back, **texts, **layout.stand_ins}
    inputs = _file_inputs(variant, identity, addresses, claim, context)
    chapters = partial(book_chapters, pack, context.texts[variant], layout)
    images = partial(_images, pack, texts.values())
    job = handler.job(inputs(text=layout.front, chapters=chapters, images=images, sections=layout.sections))
    sections = [(section.first, section.sheets.pages) for section in layout.sections]
    separate = separate_parts(pack, row.name)
    promise = expected_pack(layout.sections, manuscripts, identity, context.produced, addresses, separate)
    if row.paged and PDF_VARIANTS[variant].both_sides:  # with the blank pages where it is bound
        pages = layout.sections[-1].first + layout.sections[-1].sheets.pages - 1
    else:
        pages = sum(section.sheets.pages for section in layout.sections)
    return FileRecipe(
        *_path_owner_format(f"packs/{pack.id}", row),
        pages=_pages_of_file(row, pages),
        source=digest(identity, [*texts.values()], layout.front, layout.back, *insert_digests),
        job=job,
        stamps=handler.stamps(job),
        thing=pack,
        promise=with_page_marks(promise, sections) if row.kind.marks_pages else promise,
        outliers=words_near_copy_line(layout.sections, variant) if row.paged and identity.copy else (),
    )


def _path_owner_format(owner: str, row: FormatRow) -> tuple[str, str, Format]:
    return path_of(owner, row.name), owner, row.name


def _pages_of_file(row: FormatRow, pages: int) -> int:
    """Return the number of pages of the file, or of the PDF whose page marks it has."""
    return PDF_VARIANTS[row.variant].sides(pages) if row.paged else pages if row.kind.marks_pages else 0


def _images(pack: PackPublication, texts: Iterable[Manuscript]) -> tuple[Asset, ...]:
    """Return the pictures of a pack's texts and series, each once."""
    groups = (*(text.images for text in texts), *(series.assets for series in pack.series))
    images = {image.sha256: image for group in groups for image in group}
    return tuple(images[name] for name in sorted(images))


def _file_inputs(
    variant: PdfVariant, identity: Identity, addresses: Addresses, claim: Claim | None, context: BuildContext
) -> Callable[..., FileInputs]:
    """Return a constructor of a file's inputs that lacks only its text."""
    profile = context.profile if PDF_VARIANTS[variant].inked else None
    return partial(FileInputs, variant, identity, context.produced, addresses, claim, profile, context.templates)


def linked_addresses(chapters: Iterable[Chapter], addresses: Mapping[str, str]) -> Addresses:
    """Return the addresses of the briefings that the chapters link to."""
    linked = {name for chapter in chapters for name in re.findall(r'"briefing:([a-z0-9-]+)', chapter.body)}
    return tuple((name, addresses[name]) for name in sorted(linked) if addresses.get(name))
