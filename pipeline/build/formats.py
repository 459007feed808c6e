"""The table of what makes and checks files, by their kind. What else is known of formats is in `model/formats.py`."""

from collections.abc import Mapping

from pipeline.bind.variable.numbered import Numbering
from pipeline.bind.variable.redate import Redating
from pipeline.build.kinds import epub, pdf, text, web
from pipeline.build.kinds.jobs import Job
from pipeline.build.kinds.maker import KindMaker
from pipeline.model.formats import EPUB, FORMATS, PAGE, PDF, TEXT, FileKind

MAKERS: Mapping[FileKind, KindMaker] = {PDF: pdf.MAKER, EPUB: epub.MAKER, PAGE: web.MAKER, TEXT: text.MAKER}


def bind(job: Job) -> bytes:
    """The finished file."""
    return MAKERS[job.kind].bind(job)


def redate(job: Redating) -> bytes:
    """The file as it would have been bound for the new day."""
    return MAKERS[FORMATS[job.format].kind].redate(job)


def number(job: Numbering, from_template: bool = True) -> tuple[bytes, ...]:
    """The copies of a file, in order. Of a PDF each is written anew unless they are made from a template."""
    return MAKERS[FORMATS[job.format].kind].number(job, from_template)
