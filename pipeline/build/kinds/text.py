"""Files of plain text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.bind.epub.documents import EpubChapter
from pipeline.bind.plain.text import bind_text, number_texts, redate_text
from pipeline.build.kinds.date_fields import DateFields, sentences
from pipeline.build.kinds.jobs import Parts
from pipeline.build.kinds.maker import KindMaker, said_once, says_its_text
from pipeline.model.formats import TEXT, FileKind
from pipeline.model.identity import Addresses, Identity


@dataclass(frozen=True, slots=True)
class TextJob:
    """Write a file of plain text."""

    kind: ClassVar[FileKind] = TEXT
    chapters: tuple[EpubChapter, ...]
    identity: Identity
    produced: date
    addresses: Addresses


def _job(parts: Parts) -> TextJob:
    return TextJob(parts.chapters(), parts.identity, parts.produced, parts.addresses)


def _bind(job: TextJob) -> bytes:
    return bind_text(job.chapters, job.identity, job.produced, dict(job.addresses))


def _dated(job: TextJob, path: str) -> DateFields | None:
    """The lines that say the day, and where no text has one that of the foot."""
    if not said_once(job, {(bound.identity or job.identity).words.language for bound in job.chapters}):
        return None
    return DateFields(path, job.identity.language, sentences=sentences(bound.chapter for bound in job.chapters) or 1)


MAKER = KindMaker(
    job=_job,
    bind=_bind,
    checks=(says_its_text(TEXT),),
    dated=_dated,
    redate=redate_text,
    number=number_texts,
)
