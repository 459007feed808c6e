"""Web pages: a text, or the texts of a pack, as one file that asks the network for nothing."""

from dataclasses import dataclass
from typing import ClassVar

from pipeline.bind.epub.documents import EpubChapter
from pipeline.bind.variable.fields import DateFields
from pipeline.bind.variable.texts import exchange_pages
from pipeline.bind.web.pack_page import bind_pack_page
from pipeline.bind.web.page import bind_page
from pipeline.build.kinds.jobs import Job, Parts
from pipeline.build.kinds.maker import KindMaker
from pipeline.build.kinds.reflowing import ReflowingJob, dated_sentences, reflowing
from pipeline.build.rules import OWN_PAGE
from pipeline.model.formats import PAGE, FileKind
from pipeline.model.layouts import Layouts
from pipeline.model.manuscript import Manuscript
from pipeline.model.sheets import PageStart


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


def _job(parts: Parts) -> PageJob | PackPageJob:
    if parts.sections:
        return PackPageJob(**reflowing(parts, parts.text.web_style, "web"))
    starts = parts.sheets.starts if parts.sheets else ()
    return PageJob(manuscript=parts.text, starts=starts, layouts=parts.templates("web"), **parts.about)


def _bind(job: PageJob | PackPageJob) -> bytes:
    addresses = dict(job.addresses)
    if isinstance(job, PageJob):
        return bind_page(job.manuscript, job.identity, job.produced, job.starts, addresses, job.layouts)
    made_of = (job.metadata, job.chapters, job.style, job.images)
    return bind_pack_page(*made_of, job.identity, job.produced, addresses, job.layouts)


def _dated(job: PageJob | PackPageJob, path: str) -> DateFields | None:
    """The sentences that say the day, and where no text has one that of the page. A layout may say it elsewhere too."""
    if any("page.produced" in text for text in job.layouts.files.values()):
        return None
    whole = job.chapters if isinstance(job, PackPageJob) else tuple(map(EpubChapter, job.manuscript.chapters))
    return dated_sentences(job, path, whole, least=1)


MAKER = KindMaker(
    job=_job,
    bind=_bind,
    check=OWN_PAGE,
    dated=_dated,
    exchange=exchange_pages,
)
