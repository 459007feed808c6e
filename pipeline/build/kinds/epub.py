"""EPUBs: the chapters of a text packed as a book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.bind.epub.book import bind_epub
from pipeline.bind.epub.documents import EpubChapter
from pipeline.bind.identifiers import pdf_identifier
from pipeline.bind.variable.numbered import number_books
from pipeline.bind.variable.redate import redate_book
from pipeline.build.kinds.date_fields import DateFields, sentences
from pipeline.build.kinds.jobs import Parts
from pipeline.build.kinds.maker import Check, KindMaker, said_once, says_its_text
from pipeline.model.asset import Asset
from pipeline.model.epub_assets import NO_ASSETS, EpubAssets
from pipeline.model.formats import EPUB, FileKind
from pipeline.model.identity import Addresses, Identity
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Metadata
from pipeline.proof.job import BookJob


@dataclass(frozen=True, slots=True)
class EpubJob:
    """Pack an EPUB."""

    kind: ClassVar[FileKind] = EPUB
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


def _job(parts: Parts) -> EpubJob:
    return EpubJob(
        metadata=parts.text.metadata,
        chapters=parts.chapters(),
        style=parts.text.epub_style,
        images=parts.images(),
        identity=parts.identity,
        produced=parts.produced,
        addresses=parts.addresses,
        page_source=pdf_identifier(parts.text.metadata),
        layouts=parts.templates("epub"),
    )


def _bind(job: EpubJob) -> bytes:
    return bind_epub(
        *(job.metadata, job.chapters, job.style, job.images, job.produced, job.identity),
        *(dict(job.addresses), job.page_source, job.layouts, job.casing),
    )


def _dated(job: EpubJob, path: str) -> DateFields | None:
    if not said_once(job, {(bound.identity or job.identity).words.language for bound in job.chapters}):
        return None
    return DateFields(path, job.identity.language, sentences=sentences(bound.chapter for bound in job.chapters))


MAKER = KindMaker(
    job=_job,
    bind=_bind,
    checks=(
        Check("epub.inspection:book_proof", lambda file: BookJob(file.path, file.content)),
        says_its_text(EPUB),
    ),
    dated=_dated,
    redate=redate_book,
    number=number_books,
)
