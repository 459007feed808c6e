"""Kinds of files: how each is put together from its parts, bound, checked and given another day."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.bind.epub.book import bind_epub
from pipeline.bind.epub.documents import EpubChapter, leaves_its_code
from pipeline.bind.fields import BindContext, DateFields, Exchange, sentences
from pipeline.bind.pdf.briefing import bind_pdf
from pipeline.bind.pdf.pack import bind_pack, pack_stamps
from pipeline.bind.pdf.record import pdf_date
from pipeline.bind.pdf.written_file import settle
from pipeline.bind.plain_text import bind_text
from pipeline.bind.print.booklet import impose
from pipeline.bind.print.print_file import prepress
from pipeline.bind.running_lines import briefing_stamps
from pipeline.bind.variable import exchange_books, exchange_pages, exchange_pdfs, exchange_texts
from pipeline.bind.web import bind_pack_page, bind_page
from pipeline.build.jobs import EpubJob, FileInputs, Job, PackJob, PackPageJob, PageJob, PdfJob, TextJob
from pipeline.build.rules import OWN_BOOK, OWN_PAGE, OWN_PDF, Rule
from pipeline.core.diagnostics import Remarks, TypesettingFailure
from pipeline.core.digests import digest, sha256
from pipeline.model.formats import EDITIONS, EPUB, FORMATS, PAGE, PDF, SLOTS, TEXT, FileKind, Layouts
from pipeline.model.manuscript import Metadata, StampText
from pipeline.model.sheets import Section, TypesetPages
from pipeline.proof.promise import ProofJob


@dataclass(frozen=True, slots=True)
class FormatHandler:
    """Functions that put files of one kind together, change and check them."""

    job: Callable[[FileInputs], Job]
    bind: Callable[[Any], bytes]
    """The finished file of a job of this kind."""
    check: Rule[ProofJob, Remarks] | None
    """Our own check of a file; plain text has none."""
    dated: Callable[[Any, str], DateFields | None]
    """Of a job and a path the places that bear the date produced; None where they cannot be exchanged."""
    exchange: Callable[[Exchange], Iterator[bytes]]
    """The files with other values of their fields, in order. Raises `TypesettingFailure` where those are not found."""
    stamps: Callable[[Any], tuple[StampText, ...]] = lambda job: ()
    """The stamps that a job needs."""


def says_day_once(job: Job, parts: Iterable[EpubChapter | Section]) -> bool:
    """Whether a file says its day in one language, and not which copy it is in the same places."""
    languages = {(part.identity or job.identity).words.language for part in parts}
    return not job.identity.copy and languages <= {job.identity.words.language}


def reflowing(parts: FileInputs, style: str, layouts: str) -> dict[str, Any]:
    """The fields of such a job; `layouts` is the folder of its own."""
    return {
        "metadata": parts.text.metadata,
        "chapters": parts.chapters(),
        "style": style,
        "images": parts.images(),
        "layouts": parts.templates(layouts),
        **parts.about,
    }


def dated_sentences(job: Job, path: str, chapters: Sequence[EpubChapter], least: int) -> DateFields | None:
    """The sentences that say the day: one for each place that a text keeps, and those that the file adds itself.

    It adds one with its code where none of its own chapters keeps a place for that, and else `least` where none does.
    """
    if not says_day_once(job, chapters):
        return None
    said = sentences(one.chapter for one in chapters) + leaves_its_code(chapters, job.identity)
    return DateFields(path, job.identity.language, sentences=said or least)


def _pdf_job(parts: FileInputs) -> PdfJob | PackJob:
    about = parts.about | {"metadata": parts.text.metadata, "edition": parts.edition}
    about |= {"profile": parts.profile, "claim": parts.claim}
    return PackJob(sections=parts.sections, **about) if parts.sheets is None else PdfJob(sheets=parts.sheets, **about)


def _stamps(job: PdfJob | PackJob) -> tuple[StampText, ...]:
    if isinstance(job, PackJob):
        return pack_stamps(job.sections, job.identity, job.produced, job.edition)
    return briefing_stamps(job.identity, job.produced, job.sheets.pages, job.edition)


def _context(job: Job, metadata: Metadata, **layouts: Layouts) -> BindContext:
    return BindContext(metadata, job.identity, job.produced, dict(job.addresses), **layouts)


def _bind_pdf(job: PdfJob | PackJob) -> bytes:
    """The file as it leaves the bindery: for the printer, with marks and inks; as a booklet, two pages on a side."""
    edition = EDITIONS[job.edition]
    about = (_context(job, job.metadata), dict(job.stamps), job.edition, job.claim)
    pdf = bind_pack(job.sections, *about) if isinstance(job, PackJob) else bind_pdf(job.sheets, *about)
    if edition.inked:  # the digest tells a file from others, but not from its copies of other days
        own = digest(job.metadata, [sheets.pdf for sheets in _sheets(job)]).encode()
        pdf = settle(prepress(pdf, job.profile, job.produced, own, edition.gutter))
    return settle(impose(pdf)) if edition.imposed else pdf


def _sheets(job: PdfJob | PackJob) -> Sequence[TypesetPages]:
    return [section.sheets for section in job.sections] if isinstance(job, PackJob) else [job.sheets]


def _dated_pdf(job: PdfJob | PackJob, path: str) -> DateFields | None:
    """The stamps that bear the day. An attached file that has no date bears that of the copy."""
    sections = job.sections if isinstance(job, PackJob) else ()
    attached = job.claim.attachments if job.claim else ()
    if not says_day_once(job, sections) or any(not one.modified for one in attached):
        return None
    kept = {slot.name for pressed in _sheets(job) for slot in pressed.slots}
    bearing = {slot.name for slot in SLOTS.values() if slot.dated and (not slot.in_text or slot.name in kept)}
    stamps = (replace(text, text="") for text, _ in job.stamps if text.slot in bearing)
    return DateFields(path, job.identity.language, tuple(stamps), lacking=_lacking(job))


def _lacking(job: PdfJob | PackJob) -> frozenset[str]:
    """Of a print edition the dates that are those of the day produced: both, where its text was never published."""
    if not EDITIONS[job.edition].inked:
        return frozenset()
    if not pdf_date(job.metadata.created):
        return frozenset({"created", "modified"})
    return frozenset() if pdf_date(job.metadata.modified) else frozenset({"modified"})


def _bind_epub(job: EpubJob) -> bytes:
    return bind_epub(job.chapters, _context(job, job.metadata, layouts=job.layouts), job.style, job.images, job.assets)


def _page_job(parts: FileInputs) -> PageJob | PackPageJob:
    if parts.sections:
        return PackPageJob(**reflowing(parts, parts.text.web_style, "web"))
    starts = parts.sheets.starts if parts.sheets else ()
    return PageJob(manuscript=parts.text, starts=starts, layouts=parts.templates("web"), **parts.about)


def _bind_page(job: PageJob | PackPageJob) -> bytes:
    if isinstance(job, PageJob):
        return bind_page(job.manuscript, _context(job, job.manuscript.metadata, layouts=job.layouts), job.starts)
    return bind_pack_page(job.chapters, _context(job, job.metadata, layouts=job.layouts), job.style, job.images)


def _dated_page(job: PageJob | PackPageJob, path: str) -> DateFields | None:
    """The sentences that say the day, and where no text has one that of the page. A layout may say it elsewhere too."""
    if any("page.produced" in text for text in job.layouts.files.values()):
        return None
    whole = job.chapters if isinstance(job, PackPageJob) else tuple(map(EpubChapter, job.manuscript.chapters))
    return dated_sentences(job, path, whole, least=1)


MAKERS: Mapping[FileKind, FormatHandler] = {
    PDF: FormatHandler(
        job=_pdf_job, bind=_bind_pdf, check=OWN_PDF, dated=_dated_pdf, exchange=exchange_pdfs, stamps=_stamps
    ),
    EPUB: FormatHandler(
        job=lambda parts: EpubJob(**reflowing(parts, parts.text.epub_style, "epub")),
        bind=_bind_epub,
        check=OWN_BOOK,
        dated=lambda job, path: dated_sentences(job, path, job.chapters, least=0),
        exchange=exchange_books,
    ),
    PAGE: FormatHandler(job=_page_job, bind=_bind_page, check=OWN_PAGE, dated=_dated_page, exchange=exchange_pages),
    TEXT: FormatHandler(
        job=lambda parts: TextJob(chapters=parts.chapters(), **parts.about),
        bind=lambda job: bind_text(job.chapters, job.identity, job.produced, dict(job.addresses)),
        check=None,
        dated=lambda job, path: dated_sentences(job, path, job.chapters, least=1),  # in its foot
        exchange=exchange_texts,
    ),
}


def bind(job: Job) -> bytes:
    """The finished file."""
    return MAKERS[job.kind].bind(job)


def exchange(job: Exchange) -> tuple[bytes, ...]:
    """The files with other values of their fields, in order. Raises `TypesettingFailure` where those are not found."""
    if job.sha256 and sha256(job.content) != job.sha256:
        raise TypesettingFailure("Somebody has changed the file meanwhile.")
    return tuple(MAKERS[FORMATS[job.format].kind].exchange(job))
