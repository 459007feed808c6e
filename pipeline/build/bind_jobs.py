"""Binding jobs of workers: values that hold all a job needs, and the one function that does it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import assert_never

from pipeline.bind.epub.archive import content_digest
from pipeline.bind.epub.book import bind_epub
from pipeline.bind.epub.documents import EpubChapter
from pipeline.bind.pdf.briefing import bind_pdf
from pipeline.bind.pdf.pack import bind_pack
from pipeline.bind.pdf.written import settle
from pipeline.bind.print.imposition import impose
from pipeline.bind.print.prepress import prepress
from pipeline.bind.web.pack_page import bind_pack_page
from pipeline.bind.web.page import bind_page
from pipeline.core.digest import digest, sha256
from pipeline.model.asset import Asset
from pipeline.model.claim import USUAL, Claim
from pipeline.model.edition import Edition
from pipeline.model.epub_assets import NO_ASSETS, EpubAssets
from pipeline.model.identity import Addresses, Identity
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript, Metadata, StampText
from pipeline.model.sheets import PageStart, Section, Sheets

Stamps = tuple[tuple[StampText, bytes], ...]
"""The stamps a document needs, each with its pressed sheet."""


@dataclass(frozen=True, slots=True)
class PdfJob:
    """Stamp the sheets of a briefing."""

    sheets: Sheets
    metadata: Metadata
    identity: Identity
    produced: date
    stamps: Stamps
    addresses: Addresses
    edition: Edition = "screen"
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of a print edition."""
    claim: Claim | None = USUAL


@dataclass(frozen=True, slots=True)
class PackJob:
    """Join and stamp the sheets of a pack."""

    sections: tuple[Section, ...]
    metadata: Metadata
    identity: Identity
    produced: date
    stamps: Stamps
    addresses: Addresses
    edition: Edition = "screen"
    profile: bytes | None = field(default=None, repr=False)
    """The colour profile of a print edition."""
    claim: Claim | None = USUAL


@dataclass(frozen=True, slots=True)
class EpubJob:
    """Pack an EPUB."""

    metadata: Metadata
    chapters: tuple[EpubChapter, ...]
    style: str
    images: tuple[Asset, ...]
    identity: Identity
    produced: date
    addresses: Addresses
    page_source: str
    layouts: Layouts
    casing: EpubAssets = NO_ASSETS


@dataclass(frozen=True, slots=True)
class PageJob:
    """Make a web page."""

    manuscript: Manuscript
    starts: tuple[PageStart, ...]
    identity: Identity
    produced: date
    addresses: Addresses
    layouts: Layouts


@dataclass(frozen=True, slots=True)
class PackPageJob:
    """Make the web page of a pack."""

    metadata: Metadata
    chapters: tuple[EpubChapter, ...]
    style: str
    images: tuple[Asset, ...]
    identity: Identity
    produced: date
    addresses: Addresses
    layouts: Layouts


Job = PdfJob | PackJob | EpubJob | PageJob | PackPageJob


def is_pack(job: Job) -> bool:
    """Whether a job binds many texts."""
    return isinstance(job, PackJob | PackPageJob) or (isinstance(job, EpubJob) and len(job.chapters) > 1)


@dataclass(frozen=True, slots=True)
class Seal:
    """Seal of a finished file: its digest, its size, and of an archive the digest of what it holds."""

    sha256: str
    bytes: int
    content: str = ""


def sealed(content: bytes) -> Seal:
    """The seal of a file."""
    is_archive = content.startswith(b"PK")
    return Seal(sha256(content), len(content), content_digest(content) if is_archive else "")


def bind(job: Job) -> bytes:
    """The finished file."""
    addresses = dict(job.addresses)
    match job:
        case PdfJob():
            stamps = dict(job.stamps)
            pdf = bind_pdf(
                *(job.sheets, job.metadata, job.identity, job.produced, stamps, addresses, job.edition, job.claim)
            )
            return _finished(pdf, job)
        case PackJob():
            stamps = dict(job.stamps)
            pdf = bind_pack(
                *(job.sections, job.identity, job.metadata, job.produced, stamps, addresses, job.edition, job.claim)
            )
            return _finished(pdf, job)
        case EpubJob():
            return bind_epub(
                *(job.metadata, job.chapters, job.style, job.images, job.produced, job.identity),
                *(addresses, job.page_source, job.layouts, job.casing),
            )
        case PageJob():
            return bind_page(job.manuscript, job.identity, job.produced, job.starts, addresses, job.layouts)
        case PackPageJob():
            return bind_pack_page(
                *(job.metadata, job.chapters, job.style, job.images, job.identity, job.produced, addresses, job.layouts)
            )
        case _:
            assert_never(job)


def _undated(job: PdfJob | PackJob) -> bytes:
    """Digest that tells a file from others, but not from its copies of other days: its record and its sheets."""
    sheets = [section.sheets for section in job.sections] if isinstance(job, PackJob) else [job.sheets]
    return digest(job.metadata, [pressed.pdf for pressed in sheets]).encode()


def _finished(pdf: bytes, job: PdfJob | PackJob) -> bytes:
    """The file as it leaves the bindery: for the printer, with marks and inks; as a booklet, two pages on a side."""
    match job.edition:
        case "print":
            return settle(prepress(pdf, job.profile, job.produced, _undated(job)))
        case "booklet":
            return settle(impose(pdf))
        case _:
            return pdf
