"""Web pages: a text, or the texts of a pack, as one file that asks the network for nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from pipeline.bind.epub.documents import EpubChapter
from pipeline.bind.variable.numbered import number_pages
from pipeline.bind.variable.redate import redate_page
from pipeline.bind.web.pack_page import bind_pack_page
from pipeline.bind.web.page import bind_page
from pipeline.build.kinds.date_fields import DateFields, sentences
from pipeline.build.kinds.jobs import Parts
from pipeline.build.kinds.maker import Check, KindMaker, said_once, says_its_text
from pipeline.model.asset import Asset
from pipeline.model.formats import PAGE, FileKind
from pipeline.model.identity import Addresses, Identity
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript, Metadata
from pipeline.model.sheets import PageStart
from pipeline.proof.job import WebJob


@dataclass(frozen=True, slots=True)
class PageJob:
    """Make a web page."""

    kind: ClassVar[FileKind] = PAGE
    manuscript: Manuscript
    starts: tuple[PageStart, ...]
    identity: Identity
    produced: date
    addresses: Addresses
    layouts: Layouts


@dataclass(frozen=True, slots=True)
class PackPageJob:
    """Make the web page of a pack."""

    kind: ClassVar[FileKind] = PAGE
    metadata: Metadata
    chapters: tuple[EpubChapter, ...]
    style: str
    images: tuple[Asset, ...]
    identity: Identity
    produced: date
    addresses: Addresses
    layouts: Layouts


def _job(parts: Parts) -> PageJob | PackPageJob:
    about, layouts = (parts.identity, parts.produced, parts.addresses), parts.templates("web")
    if parts.sections:
        made_of = (parts.text.metadata, parts.chapters(), parts.text.web_style, parts.images())
        return PackPageJob(*made_of, *about, layouts)
    return PageJob(parts.text, parts.sheets.starts if parts.sheets else (), *about, layouts)


def _bind(job: PageJob | PackPageJob) -> bytes:
    addresses = dict(job.addresses)
    if isinstance(job, PageJob):
        return bind_page(job.manuscript, job.identity, job.produced, job.starts, addresses, job.layouts)
    made_of = (job.metadata, job.chapters, job.style, job.images)
    return bind_pack_page(*made_of, job.identity, job.produced, addresses, job.layouts)


def _dated(job: PageJob | PackPageJob, path: str) -> DateFields | None:
    """The sentences that say the day, and where no text has one that of the page. A layout may say it elsewhere too."""
    bound = job.chapters if isinstance(job, PackPageJob) else ()
    chapters = [one.chapter for one in bound] if isinstance(job, PackPageJob) else job.manuscript.chapters
    languages = {(one.identity or job.identity).words.language for one in bound}
    if not said_once(job, languages) or any("page.produced" in text for text in job.layouts.files.values()):
        return None
    said = sentences(chapters)
    return DateFields(path, job.identity.language, sentences=said if isinstance(job, PackPageJob) else said or 1)


MAKER = KindMaker(
    job=_job,
    bind=_bind,
    checks=(
        Check("markup.page:page_proof", lambda file: WebJob(file.path, file.content)),
        says_its_text(PAGE),
    ),
    dated=_dated,
    redate=redate_page,
    number=number_pages,
)
