"""Recipes: each finished file with its job and the stamps that it needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from pipeline.bind.epub.documents import epub_chapters
from pipeline.bind.identifiers import pdf_identifier
from pipeline.bind.pdf.pack import BLANKS, pack_stamps, section_lines
from pipeline.bind.stamps.overlap import covered
from pipeline.bind.stamps.running import briefing_stamps, page_lines
from pipeline.build.bind_jobs import EpubJob, Job, PackJob, PackPageJob, PageJob, PdfJob
from pipeline.build.formats import judged_beside, path_of, rests_on
from pipeline.build.materials import Materials
from pipeline.build.pack_layout import PackLayout, book_chapters
from pipeline.codes import made
from pipeline.compose.attachments import briefing_claim, pack_claim
from pipeline.compose.series import compose_series
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.digest import digest
from pipeline.model.edition import PDF_FORMATS, Edition, Format
from pipeline.model.identity import Addresses
from pipeline.model.manuscript import Chapter, Manuscript, StampText
from pipeline.model.publication import PackPublication, Publication, SeriesPublication
from pipeline.model.sheets import Outlier, Section, Sheets
from pipeline.proof.parity.promise import Promise, briefing_promise, pack_promise


@dataclass(frozen=True, slots=True)
class Recipe:
    """One file to be bound: where it goes, what it is made of, and the stamps it needs."""

    path: str
    owner: str
    format: Format
    pages: int
    source: str
    job: Job
    stamps: tuple[StampText, ...] = ()
    cased: Publication | PackPublication | None = None
    """The publication of an EPUB: it is cased once all are known."""
    promise: Promise | None = None
    """Promise that the file is held to when it is proofed."""
    marked: tuple[tuple[int, Sheets], ...] = ()
    """The sheets whose pages an EPUB or a web page marks, each with its first folio."""
    parts: tuple[str, ...] = ()
    """Of a pack for each of its parts the path of its own file of the same format; "" for what has none."""
    outliers: tuple[Outlier, ...] = ()
    """Of a numbered pack what stands near the head and foot of its pages, by their numbers in the file."""


def stamp_remarks(recipe: Recipe) -> Iterator[Diagnostic]:
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
            page = 1 if job.edition == "booklet" else before + one.page
            place = Place(f"output/{recipe.path}", page)
            yield made.STAMP_COVERS.at(place, stamp=one.stamp, words=one.words[:60])


def _placed(sections: Iterable[Section], edition: Edition) -> Iterator[tuple[Section, int]]:
    """The sections of a pack, each with the number of pages before it."""
    first = 0
    for section in sections:
        yield section, section.first_folio - 1 if edition in BLANKS else first
        first += section.sheets.pages


def beside_copy_line(sections: Iterable[Section], edition: Edition) -> tuple[Outlier, ...]:
    """Words near the head and foot of the pages that say which copy they are of: all but the cover."""
    return tuple(
        replace(one, page=before + one.page)
        for section, before in _placed(sections, edition)
        for one in section.sheets.outliers
        if not (section.cover and one.page == 1)
    )


def briefing_recipes(publication: Publication, given: Materials) -> Iterable[Recipe]:
    """The files of a briefing in the formats that it lists and that are wanted, as far as it could be pressed."""
    for kind in publication.formats:
        if kind in given.wanted and publication.id in given.pressed[rests_on(kind)]:
            yield _briefing(publication, kind, given)


def _briefing(publication: Publication, kind: Format, given: Materials) -> Recipe:
    edition = rests_on(kind)
    text, sheets = given.texts[edition][publication.id], given.pressed[edition][publication.id]
    identity, produced = publication.identity, given.produced
    addresses = linked_addresses(text.chapters, given.addresses)
    stamps: tuple[StampText, ...] = ()
    marked: tuple[tuple[int, Sheets], ...] = ((1, sheets),)
    claim = briefing_claim(publication, given.library, edition) if kind in PDF_FORMATS else None
    promise = briefing_promise(text, sheets.pages, identity, produced, claim, addresses)
    cased: Publication | None = None
    pages = sheets.pages
    job: Job
    if kind == "epub":
        job = EpubJob(
            metadata=text.metadata,
            chapters=epub_chapters(text, sheets.starts),
            style=text.epub_style,
            images=text.images,
            identity=identity,
            produced=produced,
            addresses=addresses,
            page_source=pdf_identifier(text.metadata),
            layouts=given.templates("epub"),
        )
        cased = publication
    elif kind == "html":
        job = PageJob(text, sheets.starts, identity, produced, addresses, given.templates("web"))
    else:
        job = PdfJob(sheets, text.metadata, identity, produced, (), addresses, edition, _profile(edition, given), claim)
        stamps = briefing_stamps(identity, produced, sheets.pages, edition)
        pages = _sides(pages, edition)
        marked = ()
    recipe = _recipe(f"briefings/{publication.id}", kind, pages, digest(text, identity), job, stamps)
    return replace(recipe, promise=promise, marked=marked, cased=cased)


def series_recipes(series: SeriesPublication, given: Materials) -> Iterable[Recipe]:
    """The landing page of a series, where web pages are wanted."""
    if "html" not in given.wanted:
        return
    text = compose_series(series, given.layouts)
    addresses = linked_addresses(text.chapters, given.addresses)
    job = PageJob(text, (), series.identity, given.produced, addresses, given.templates("web"))
    recipe = _recipe(f"series/{series.identity.id}", "html", 0, digest(text, series.identity), job)
    yield replace(recipe, promise=briefing_promise(text, 0, series.identity, given.produced, None, addresses))


def pack_recipes(pack: PackPublication, edition: Edition, matter: PackLayout, given: Materials) -> Iterable[Recipe]:
    """The files of a pack that rest on an edition, in the formats that it lists and that are wanted."""
    kinds = (kind for kind in pack.formats if kind in given.wanted)
    return (_pack(pack, kind, matter, given) for kind in kinds if rests_on(kind) == edition)


def _pack(pack: PackPublication, kind: Format, matter: PackLayout, given: Materials) -> Recipe:
    edition = rests_on(kind)
    identity, produced, metadata = pack.identity, given.produced, matter.front.metadata
    files = [insert.file.sha256 for insert in pack.inserts]
    source = digest(pack.identity, _texts(pack, edition, given), matter.front, matter.back, *files)
    pages = sum(section.sheets.pages for section in matter.sections)
    claim = pack_claim(pack, given.library, edition) if kind in PDF_FORMATS else None
    addresses = _outside(pack, matter, given)
    own = {member.id: given.texts[edition][member.key] for member in pack.members}
    held = {"front": matter.front, "back": matter.back, **own, **matter.stand_ins}
    promise = pack_promise(matter.sections, held, identity, produced, claim, addresses)
    if kind == "epub" or kind == "html":
        recipe = _recipe(f"packs/{pack.id}", kind, pages, source, _book(pack, kind, matter, given))
        marked = tuple((section.first_folio, _to_mark(section)) for section in matter.sections)
        return replace(recipe, cased=pack if kind == "epub" else None, promise=promise, marked=marked)
    last = matter.sections[-1]
    pages = _sides(last.first_folio + last.sheets.pages - 1 if edition in BLANKS else pages, edition)
    job = PackJob(
        matter.sections, metadata, identity, produced, (), addresses, edition, _profile(edition, given), claim
    )
    stamps = pack_stamps(matter.sections, identity, produced, edition)
    recipe = _recipe(f"packs/{pack.id}", kind, pages, source, job, stamps)
    parts = judged_beside(pack, kind)
    outliers = beside_copy_line(matter.sections, edition) if identity.copy else ()
    return replace(recipe, promise=promise, parts=parts, outliers=outliers)


def _to_mark(section: Section) -> Sheets:
    """The sheets that a book marks; how the pages of an insert begin is not known to it."""
    return replace(section.sheets, pdf=b"") if section.kind == "insert" else section.sheets


def _book(pack: PackPublication, kind: Format, matter: PackLayout, given: Materials) -> EpubJob | PackPageJob:
    """The pack as one text that reflows: an EPUB or a web page."""
    of_texts = [text.images for text in _texts(pack, "screen", given)]
    of_series = [series.assets for series in pack.series]
    images = {image.sha256: image for held in (*of_texts, *of_series) for image in held}
    chapters = book_chapters(pack, given.texts["screen"], matter)
    pictures = tuple(images[name] for name in sorted(images))
    metadata, identity, produced = matter.front.metadata, pack.identity, given.produced
    addresses = _outside(pack, matter, given)
    if kind == "html":
        style, layouts = matter.front.web_style, given.templates("web")
        return PackPageJob(metadata, chapters, style, pictures, identity, produced, addresses, layouts)
    return EpubJob(
        metadata=metadata,
        chapters=chapters,
        style=matter.front.epub_style,
        images=pictures,
        identity=identity,
        produced=produced,
        addresses=addresses,
        page_source=pdf_identifier(metadata),
        layouts=given.templates("epub"),
    )


def _texts(pack: PackPublication, edition: Edition, given: Materials) -> list[Manuscript]:
    return [given.texts[edition][member.key] for member in pack.members]


def _outside(pack: PackPublication, matter: PackLayout, given: Materials) -> Addresses:
    """The addresses of the briefings that a pack links to and does not hold."""
    texts = (given.texts[matter.front.edition][member.key] for member in pack.members)
    chapters = [chapter for text in (matter.front, *texts, matter.back) for chapter in text.chapters]
    held = {member.id for member in pack.members}
    return linked_addresses(chapters, {name: to for name, to in given.addresses.items() if name not in held})


def _profile(edition: Edition, given: Materials) -> bytes | None:
    return given.profile if edition == "print" else None


def _sides(pages: int, edition: Edition) -> int:
    """The pages of the file: a booklet's sheet of four pages has two sides."""
    return -(-pages // 4) * 2 if edition == "booklet" else pages


def _recipe(owner: str, kind: Format, pages: int, source: str, job: Job, stamps: tuple[StampText, ...] = ()) -> Recipe:
    return Recipe(path_of(owner, kind), owner, kind, pages, source, job, stamps)


def linked_addresses(chapters: Iterable[Chapter], addresses: Mapping[str, str]) -> Addresses:
    """The addresses of the briefings that the chapters link to, and no others."""
    linked = {name for chapter in chapters for name in re.findall(r'"briefing:([a-z0-9-]+)', chapter.body)}
    return tuple((name, addresses[name]) for name in sorted(linked) if addresses.get(name))
