"""Kinds of files: the job of each, and how it is made from its inputs, bound, checked and given another day."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, ClassVar

from pipeline.bind.chapters import BindContext, ReflowingChapter, count_date_slots, lacks_code_slot
from pipeline.bind.epub.book import bind_epub, digest_archive_content
from pipeline.bind.late_fields import (
    replace_epub_fields,
    replace_pdf_fields,
    replace_plain_text_fields,
    replace_web_page_fields,
)
from pipeline.bind.pdf.briefing import bind_briefing_pdf
from pipeline.bind.pdf.pack import bind_pack_pdf, list_pack_stamps
from pipeline.bind.pdf.record import format_pdf_date
from pipeline.bind.pdf.written_file import normalise_pdf
from pipeline.bind.plain_text import bind_plain_text
from pipeline.bind.print.print_file import impose_booklet, make_print_file
from pipeline.bind.running_lines import DateFields, FieldReplacement, list_briefing_stamps
from pipeline.bind.web import bind_pack_web_page, bind_web_page
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.digests import digest, sha256
from pipeline.model.formats import (
    EPUB,
    FORMATS,
    PAGE,
    PDF,
    PDF_VARIANTS,
    SLOTS,
    TEXT,
    USUAL,
    USUAL_VARIANT,
    Asset,
    Claim,
    FileKind,
    Layouts,
    PdfVariant,
)
from pipeline.model.manuscript import NO_ASSETS, EpubAssets, Manuscript, Metadata, StampText
from pipeline.model.sheets import Addresses, Identity, PageStart, Section, TypesetPages

# Jobs of binding

Stamps = tuple[tuple[StampText, bytes], ...]
"""The stamps a document needs, each with its pressed sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A file to be bound, with all that this takes."""

    kind: ClassVar[FileKind]
    identity: Identity
    produced: date
    addresses: Addresses


@dataclass(frozen=True, slots=True, kw_only=True)
class StampedJob(Job):
    """A PDF: stamp its sheets, add marks and inks for the printer, or impose them, as the variant requires."""

    kind: ClassVar[FileKind] = PDF
    metadata: Metadata
    stamps: Stamps = ()
    variant: PdfVariant = USUAL_VARIANT
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of a print PDF."""
    claim: Claim | None = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfJob(StampedJob):
    """Stamp the sheets of a briefing."""

    sheets: TypesetPages


@dataclass(frozen=True, slots=True, kw_only=True)
class PackJob(StampedJob):
    """Join and stamp the sheets of a pack."""

    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReflowingJob(Job):
    """Bind chapters with their pictures, as a book or as one page."""

    metadata: Metadata
    chapters: tuple[ReflowingChapter, ...]
    style: str
    images: tuple[Asset, ...]
    layouts: Layouts


@dataclass(frozen=True, slots=True, kw_only=True)
class EpubJob(ReflowingJob):
    """Pack an EPUB."""

    kind: ClassVar[FileKind] = EPUB
    assets: EpubAssets = NO_ASSETS


@dataclass(frozen=True, slots=True, kw_only=True)
class PageJob(Job):
    """Make a web page."""

    kind: ClassVar[FileKind] = PAGE
    manuscript: Manuscript
    starts: tuple[PageStart, ...]
    layouts: Layouts


@dataclass(frozen=True, slots=True, kw_only=True)
class PackPageJob(ReflowingJob):
    """Make the web page of a pack."""

    kind: ClassVar[FileKind] = PAGE


@dataclass(frozen=True, slots=True, kw_only=True)
class TextJob(Job):
    """Write a file of plain text."""

    kind: ClassVar[FileKind] = TEXT
    chapters: tuple[ReflowingChapter, ...]


@dataclass(frozen=True, slots=True)
class FileInputs:
    """Inputs of a file of any kind; chapters and pictures are collected on demand."""

    variant: PdfVariant
    identity: Identity
    produced: date
    addresses: Addresses
    claim: Claim | None
    """Claim and attachments of a PDF."""
    profile: bytes | None = field(repr=False)
    """The colour profile of a PDF in the printer's inks."""
    templates: Callable[[str], Layouts]
    """Returns the layouts of one folder."""
    text: Manuscript
    """The text; for a pack its front matter."""
    chapters: Callable[[], tuple[ReflowingChapter, ...]]
    images: Callable[[], tuple[Asset, ...]]
    sheets: TypesetPages | None = None
    """The sheets of a briefing."""
    sections: tuple[Section, ...] = ()
    """The sections of a pack."""

    @property
    def common_fields(self) -> dict[str, Any]:
        """The fields of any job."""
        return {"identity": self.identity, "produced": self.produced, "addresses": self.addresses}


@dataclass(frozen=True, slots=True)
class Seal:
    """Digest and size of a finished file, and of an archive also the digest of its contents."""

    sha256: str
    bytes: int
    content: str = ""


def seal_of(content: bytes) -> Seal:
    """Return the seal of a file."""
    is_archive = content.startswith(b"PK")
    return Seal(sha256(content), len(content), digest_archive_content(content) if is_archive else "")


# Handlers


def _exchange_nothing(request: FieldReplacement) -> Iterator[bytes]:
    raise TypesettingFailure(f"A file of the format '{request.format}' cannot be given other values.")


@dataclass(frozen=True, slots=True)
class FormatHandler:
    """Functions for one kind of file. The last four may be left out, for a file that is bound again each day."""

    job: Callable[[FileInputs], Job]
    bind: Callable[[Any], bytes]
    """Binds a job of this kind."""
    exchange: Callable[[FieldReplacement], Iterator[bytes]] = _exchange_nothing
    """Yields the files with other values of their fields. Raises `TypesettingFailure` if fields are missing."""
    dated: Callable[[Any, str], DateFields | None] = lambda job, path: None
    """Returns where the file of a job, at a path, shows the date produced; None if it cannot be exchanged."""
    check: str = ""
    """The function of `proof` that checks a file, as 'module:function', if there is one."""
    stamps: Callable[[Any], tuple[StampText, ...]] = lambda job: ()
    """Returns the stamps that a job needs."""


def _says_day_in_one_language(job: Job, parts: Iterable[ReflowingChapter | Section]) -> bool:
    """Return whether a file says its day in one language, and not its copy in the same places."""
    languages = {(part.identity or job.identity).words.language for part in parts}
    return not job.identity.copy and languages <= {job.identity.words.language}


def _reflowing_fields(inputs: FileInputs, style: str, layouts: str) -> dict[str, Any]:
    """Return the fields of a job with chapters; `layouts` is the folder of its layouts."""
    return {
        "metadata": inputs.text.metadata,
        "chapters": inputs.chapters(),
        "style": style,
        "images": inputs.images(),
        "layouts": inputs.templates(layouts),
        **inputs.common_fields,
    }


def _dated_sentences(job: Job, path: str, chapters: Sequence[ReflowingChapter], least: int) -> DateFields | None:
    """Return the sentences that say the day: those in the texts, and those that the file adds.

    The file adds one with its code if none of its own chapters has a place for it, and `least` if no text says the day.
    """
    if not _says_day_in_one_language(job, chapters):
        return None
    number = count_date_slots(chapter.chapter for chapter in chapters) + lacks_code_slot(chapters, job.identity)
    return DateFields(path, job.identity.language, sentences=number or least)


def _pdf_job(inputs: FileInputs) -> PdfJob | PackJob:
    fields = inputs.common_fields | {"metadata": inputs.text.metadata, "variant": inputs.variant}
    fields |= {"profile": inputs.profile, "claim": inputs.claim}
    if inputs.sheets is None:
        return PackJob(sections=inputs.sections, **fields)
    return PdfJob(sheets=inputs.sheets, **fields)


def _stamps_of_pdf(job: PdfJob | PackJob) -> tuple[StampText, ...]:
    if isinstance(job, PackJob):
        return list_pack_stamps(job.sections, job.identity, job.produced, job.variant)
    return list_briefing_stamps(job.identity, job.produced, job.sheets.pages, job.variant)


def _context(job: Job, metadata: Metadata, **layouts: Layouts) -> BindContext:
    return BindContext(metadata, job.identity, job.produced, dict(job.addresses), **layouts)


def _bind_pdf(job: PdfJob | PackJob) -> bytes:
    """Bind a PDF: for the printer with marks and inks, as a booklet with two pages on a side."""
    variant = PDF_VARIANTS[job.variant]
    about = (_context(job, job.metadata), dict(job.stamps), job.variant, job.claim)
    pdf = bind_pack_pdf(job.sections, *about) if isinstance(job, PackJob) else bind_briefing_pdf(job.sheets, *about)
    if variant.inked:  # the digest tells a file from others, but not from its copies of other days
        identifier = digest(job.metadata, [sheets.pdf for sheets in _sheets_of_job(job)]).encode()
        pdf = normalise_pdf(make_print_file(pdf, job.profile, job.produced, identifier, variant.gutter))
    return normalise_pdf(impose_booklet(pdf)) if variant.imposed else pdf


def _sheets_of_job(job: PdfJob | PackJob) -> Sequence[TypesetPages]:
    return [section.sheets for section in job.sections] if isinstance(job, PackJob) else [job.sheets]


def _dated_pdf(job: PdfJob | PackJob, path: str) -> DateFields | None:
    """Return the stamps that show the day; None if an attached file bears the day too."""
    sections = job.sections if isinstance(job, PackJob) else ()
    attached = job.claim.attachments if job.claim else ()
    if not _says_day_in_one_language(job, sections) or any(not attachment.modified for attachment in attached):
        return None
    in_text = {slot.name for sheets in _sheets_of_job(job) for slot in sheets.slots}
    dated_slots = {slot.name for slot in SLOTS.values() if slot.dated and (not slot.in_text or slot.name in in_text)}
    stamps = (replace(text, text="") for text, _ in job.stamps if text.slot in dated_slots)
    return DateFields(path, job.identity.language, tuple(stamps), lacking=_missing_dates(job))


def _missing_dates(job: PdfJob | PackJob) -> frozenset[str]:
    """Return the dates of a print PDF that fall back on the day produced: both if it was never published."""
    if not PDF_VARIANTS[job.variant].inked:
        return frozenset()
    if not format_pdf_date(job.metadata.created):
        return frozenset({"created", "modified"})
    return frozenset() if format_pdf_date(job.metadata.modified) else frozenset({"modified"})


def _bind_epub(job: EpubJob) -> bytes:
    return bind_epub(job.chapters, _context(job, job.metadata, layouts=job.layouts), job.style, job.images, job.assets)


def _page_job(inputs: FileInputs) -> PageJob | PackPageJob:
    if inputs.sections:
        return PackPageJob(**_reflowing_fields(inputs, inputs.text.web_style, "web"))
    starts = inputs.sheets.starts if inputs.sheets else ()
    return PageJob(manuscript=inputs.text, starts=starts, layouts=inputs.templates("web"), **inputs.common_fields)


def _bind_page(job: PageJob | PackPageJob) -> bytes:
    if isinstance(job, PageJob):
        return bind_web_page(job.manuscript, _context(job, job.manuscript.metadata, layouts=job.layouts), job.starts)
    return bind_pack_web_page(job.chapters, _context(job, job.metadata, layouts=job.layouts), job.style, job.images)


def _dated_page(job: PageJob | PackPageJob, path: str) -> DateFields | None:
    """Return the sentences that say the day, or that of the page; None if a layout says it elsewhere too."""
    if any("page.produced" in text for text in job.layouts.files.values()):
        return None
    chapters = job.chapters if isinstance(job, PackPageJob) else tuple(map(ReflowingChapter, job.manuscript.chapters))
    return _dated_sentences(job, path, chapters, least=1)


FORMAT_HANDLERS: Mapping[FileKind, FormatHandler] = {
    PDF: FormatHandler(
        job=_pdf_job,
        bind=_bind_pdf,
        check="pipeline.proof.inspection:check_pdf",
        dated=_dated_pdf,
        exchange=replace_pdf_fields,
        stamps=_stamps_of_pdf,
    ),
    EPUB: FormatHandler(
        job=lambda inputs: EpubJob(**_reflowing_fields(inputs, inputs.text.epub_style, "epub")),
        bind=_bind_epub,
        check="pipeline.proof.inspection:check_epub",
        dated=lambda job, path: _dated_sentences(job, path, job.chapters, least=0),
        exchange=replace_epub_fields,
    ),
    PAGE: FormatHandler(
        job=_page_job,
        bind=_bind_page,
        check="pipeline.proof.inspection:check_web_page",
        dated=_dated_page,
        exchange=replace_web_page_fields,
    ),
    TEXT: FormatHandler(
        job=lambda inputs: TextJob(chapters=inputs.chapters(), **inputs.common_fields),
        bind=lambda job: bind_plain_text(job.chapters, job.identity, job.produced, dict(job.addresses)),
        dated=lambda job, path: _dated_sentences(job, path, job.chapters, least=1),  # in its foot
        exchange=replace_plain_text_fields,
    ),
}


def bind(job: Job) -> bytes:
    """Bind the file of a job."""
    return FORMAT_HANDLERS[job.kind].bind(job)


def exchange(job: FieldReplacement) -> tuple[bytes, ...]:
    """Return the files with other values of their fields, in order. Raises `TypesettingFailure`."""
    if job.sha256 and sha256(job.content) != job.sha256:
        raise TypesettingFailure("The file was changed during the build.")
    return tuple(FORMAT_HANDLERS[FORMATS[job.format].kind].exchange(job))
