"""The table of what makes and checks files, by their kind. What else is known of formats is in `model/formats.py`."""

from collections.abc import Mapping

from pipeline.bind.variable.fields import Exchange
from pipeline.build.kinds import epub, pdf, text, web
from pipeline.build.kinds.jobs import Job
from pipeline.build.kinds.maker import KindMaker
from pipeline.core.digest import sha256
from pipeline.core.errors import PressFailure
from pipeline.model.formats import EPUB, FORMATS, PAGE, PDF, TEXT, FileKind

MAKERS: Mapping[FileKind, KindMaker] = {PDF: pdf.MAKER, EPUB: epub.MAKER, PAGE: web.MAKER, TEXT: text.MAKER}


def bind(job: Job) -> bytes:
    """The finished file."""
    return MAKERS[job.kind].bind(job)


def exchange(job: Exchange) -> tuple[bytes, ...]:
    """The files with other values of their fields, in order. Raises `PressFailure` where those are not found."""
    if job.sha256 and sha256(job.content) != job.sha256:
        raise PressFailure("Somebody has changed the file meanwhile.")
    return tuple(MAKERS[FORMATS[job.format].kind].exchange(job))
