"""Row of a kind of file in the table of `formats.py`: the functions that make, change and check its files."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.bind.epub.documents import EpubChapter
from pipeline.bind.variable.fields import DateFields, Exchange
from pipeline.build.kinds.jobs import Job, Parts
from pipeline.build.rules import Rule
from pipeline.core.diagnostics import Remarks
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Section
from pipeline.proof.job import ProofJob


@dataclass(frozen=True, slots=True)
class KindMaker:
    """Functions that put files of one kind together, change and check them."""

    job: Callable[[Parts], Job]
    bind: Callable[[Any], bytes]
    """The finished file of a job of this kind."""
    check: Rule[ProofJob, Remarks] | None
    """Our own check of a file; plain text has none."""
    dated: Callable[[Any, str], DateFields | None]
    """Of a job and a path the places that bear the date produced; None where they cannot be exchanged."""
    exchange: Callable[[Exchange], Iterator[bytes]]
    """The files with other values of their fields, in order. Raises `PressFailure` where those are not found."""
    stamps: Callable[[Any], tuple[StampText, ...]] = lambda job: ()
    """The stamps that a job needs."""


def says_day_once(job: Job, parts: Iterable[EpubChapter | Section]) -> bool:
    """Whether a file says its day in one language, and not which copy it is in the same places."""
    languages = {(part.identity or job.identity).words.language for part in parts}
    return not job.identity.copy and languages <= {job.identity.words.language}
