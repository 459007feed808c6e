"""PDFs: the sheets of a briefing or of a pack stamped, and for the printer put into inks or imposed."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

from pipeline.bind.pdf.briefing import bind_pdf
from pipeline.bind.pdf.pack import bind_pack, pack_stamps
from pipeline.bind.pdf.record import pdf_date
from pipeline.bind.pdf.written import settle
from pipeline.bind.print.imposition import impose
from pipeline.bind.print.prepress import prepress
from pipeline.bind.stamps.running import briefing_stamps
from pipeline.bind.variable.fields import DateFields
from pipeline.bind.variable.pdfs import exchange_pdfs
from pipeline.build.kinds.jobs import Job, Parts
from pipeline.build.kinds.maker import KindMaker, says_day_once
from pipeline.build.rules import OWN_PDF
from pipeline.core.digest import digest
from pipeline.model.claim import USUAL, Claim
from pipeline.model.formats import EDITIONS, PDF, USUAL_EDITION, Edition, FileKind
from pipeline.model.manuscript import Metadata, StampText
from pipeline.model.sheets import Section, Sheets
from pipeline.model.stamp_slots import SLOTS

Stamps = tuple[tuple[StampText, bytes], ...]
"""The stamps a document needs, each with its pressed sheet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StampedJob(Job):
    """Stamp sheets, and put them into inks or impose them as the edition asks."""

    kind: ClassVar[FileKind] = PDF
    metadata: Metadata
    stamps: Stamps = ()
    edition: Edition = USUAL_EDITION
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of a print edition."""
    claim: Claim | None = USUAL


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfJob(StampedJob):
    """Stamp the sheets of a briefing."""

    sheets: Sheets


@dataclass(frozen=True, slots=True, kw_only=True)
class PackJob(StampedJob):
    """Join and stamp the sheets of a pack."""

    sections: tuple[Section, ...]


def _job(parts: Parts) -> PdfJob | PackJob:
    about = parts.about | {"metadata": parts.text.metadata, "edition": parts.edition}
    about |= {"profile": parts.profile, "claim": parts.claim}
    return PackJob(sections=parts.sections, **about) if parts.sheets is None else PdfJob(sheets=parts.sheets, **about)


def _stamps(job: PdfJob | PackJob) -> tuple[StampText, ...]:
    if isinstance(job, PackJob):
        return pack_stamps(job.sections, job.identity, job.produced, job.edition)
    return briefing_stamps(job.identity, job.produced, job.sheets.pages, job.edition)


def _bind(job: PdfJob | PackJob) -> bytes:
    """The file as it leaves the bindery: for the printer, with marks and inks; as a booklet, two pages on a side."""
    stamps, addresses, edition = dict(job.stamps), dict(job.addresses), EDITIONS[job.edition]
    about = (job.produced, stamps, addresses, job.edition, job.claim)
    if isinstance(job, PackJob):
        pdf = bind_pack(job.sections, job.identity, job.metadata, *about)
    else:
        pdf = bind_pdf(job.sheets, job.metadata, job.identity, *about)
    if edition.inked:
        pdf = settle(prepress(pdf, job.profile, job.produced, _undated(job), edition.gutter))
    return settle(impose(pdf)) if edition.imposed else pdf


def _undated(job: PdfJob | PackJob) -> bytes:
    """Digest that tells a file from others, but not from its copies of other days: its record and its sheets."""
    return digest(job.metadata, [sheets.pdf for sheets in _sheets(job)]).encode()


def _sheets(job: PdfJob | PackJob) -> Sequence[Sheets]:
    return [section.sheets for section in job.sections] if isinstance(job, PackJob) else [job.sheets]


def _dated(job: PdfJob | PackJob, path: str) -> DateFields | None:
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


MAKER = KindMaker(
    job=_job,
    bind=_bind,
    check=OWN_PDF,
    dated=_dated,
    exchange=exchange_pdfs,
    stamps=_stamps,
)
