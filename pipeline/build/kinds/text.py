"""Files of plain text."""

from dataclasses import dataclass
from typing import ClassVar

from pipeline.bind.epub.documents import EpubChapter
from pipeline.bind.plain.text import bind_text
from pipeline.bind.variable.texts import exchange_texts
from pipeline.build.kinds.jobs import Job, Parts
from pipeline.build.kinds.maker import KindMaker
from pipeline.build.kinds.reflowing import dated_sentences
from pipeline.model.formats import TEXT, FileKind


@dataclass(frozen=True, slots=True, kw_only=True)
class TextJob(Job):
    """Write a file of plain text."""

    kind: ClassVar[FileKind] = TEXT
    chapters: tuple[EpubChapter, ...]


def _job(parts: Parts) -> TextJob:
    return TextJob(chapters=parts.chapters(), **parts.about)


def _bind(job: TextJob) -> bytes:
    return bind_text(job.chapters, job.identity, job.produced, dict(job.addresses))


MAKER = KindMaker(
    job=_job,
    bind=_bind,
    check=None,
    dated=lambda job, path: dated_sentences(job, path, job.chapters, least=1),  # in its foot
    exchange=exchange_texts,
)
