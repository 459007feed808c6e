"""EPUBs: the chapters of a text packed as a book."""

from dataclasses import dataclass
from typing import ClassVar

from pipeline.bind.epub.book import bind_epub
from pipeline.bind.identifiers import pdf_identifier
from pipeline.bind.variable.texts import exchange_books
from pipeline.build.kinds.jobs import Parts
from pipeline.build.kinds.maker import KindMaker
from pipeline.build.kinds.reflowing import ReflowingJob, dated_sentences, reflowing
from pipeline.build.rules import OWN_BOOK
from pipeline.model.epub_assets import NO_ASSETS, EpubAssets
from pipeline.model.formats import EPUB, FileKind


@dataclass(frozen=True, slots=True, kw_only=True)
class EpubJob(ReflowingJob):
    """Pack an EPUB."""

    kind: ClassVar[FileKind] = EPUB
    assets: EpubAssets = NO_ASSETS


def _job(parts: Parts) -> EpubJob:
    return EpubJob(**reflowing(parts, parts.text.epub_style, "epub"))


def _bind(job: EpubJob) -> bytes:
    return bind_epub(
        job.metadata,
        job.chapters,
        job.style,
        job.images,
        job.produced,
        job.identity,
        dict(job.addresses),
        pdf_identifier(job.metadata),
        job.layouts,
        job.assets,
    )


MAKER = KindMaker(
    job=_job,
    bind=_bind,
    check=OWN_BOOK,
    dated=lambda job, path: dated_sentences(job, path, job.chapters, least=0),
    exchange=exchange_books,
)
