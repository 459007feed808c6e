"""Row of a kind of file in the table of `formats.py`: the functions that make, change and check its files."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from pipeline.bind.epub.documents import EpubChapter
from pipeline.bind.variable.fields import DateFields, Exchange
from pipeline.build.kinds.jobs import Job, Parts
from pipeline.build.rules import PARITY, Rule
from pipeline.core.diagnostics import Remarks
from pipeline.model.formats import Edition, FileKind
from pipeline.model.manuscript import StampText
from pipeline.model.sheets import Section
from pipeline.proof.job import ParityJob
from pipeline.proof.parity.promise import Promise


@dataclass(frozen=True, slots=True)
class Inspected:
    """A finished file as a check is given it."""

    path: str
    content: bytes
    edition: Edition
    promise: Promise | None


@dataclass(frozen=True, slots=True)
class Check:
    """A check of ours: its rule, and how its job is made."""

    rule: Rule[Any, Remarks]
    job: Callable[[Inspected], Any]
    of_promise: bool = False
    """Whether what the file is held to decides the answer too."""
    needs_promise: bool = False
    """Whether nothing can be said without that."""


@dataclass(frozen=True, slots=True)
class KindMaker:
    """Functions that put files of one kind together, change and check them."""

    job: Callable[[Parts], Job]
    bind: Callable[[Any], bytes]
    """The finished file of a job of this kind."""
    checks: tuple[Check, ...]
    dated: Callable[[Any, str], DateFields | None]
    """Of a job and a path the places that bear the date produced; None where they cannot be exchanged."""
    exchange: Callable[[Exchange], Iterator[bytes]]
    """The files with other values of their fields, in order. Raises `PressFailure` where those are not found."""
    stamps: Callable[[Any], tuple[StampText, ...]] = lambda job: ()
    """The stamps that a job needs."""


def says_its_text(kind: FileKind) -> Check:
    """The check that a file says what its text says."""

    def job(file: Inspected) -> ParityJob:
        if file.promise is None:
            raise ValueError("A file of which nothing is known is held to no text.")
        return ParityJob(file.path, file.content, kind, file.promise)

    return Check(PARITY, job, of_promise=True, needs_promise=True)


def says_day_once(job: Job, parts: Iterable[EpubChapter | Section]) -> bool:
    """Whether a file says its day in one language, and not which copy it is in the same places."""
    languages = {(part.identity or job.identity).words.language for part in parts}
    return not job.identity.copy and languages <= {job.identity.words.language}
