"""The rules of a build that take long: pure functions, each with the kind of its result and the words for its progress.

A worker loads what a rule needs when it runs one; nobody else does. The code and the libraries that decide a rule's
results are listed in `toolchain.py` under its name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipeline.codes import CodeRow
from pipeline.codes import limits as limit_codes
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.errors import JobBroken, LayoutFault, PressFailure
from pipeline.core.limits import Resource
from pipeline.model.epub_assets import DrawnCover, SubsetFont
from pipeline.model.manuscript import Manuscript, StampLayout, StampText
from pipeline.model.sheets import Sheets

if TYPE_CHECKING:
    from pipeline.bind.inserts.inserts import InsertJob
    from pipeline.bind.variable.copies_in_one import Run
    from pipeline.bind.variable.numbered import Numbering
    from pipeline.build.bind_jobs import Job, Seal
    from pipeline.build.redate import RedateJob

J = TypeVar("J")
R = TypeVar("R")

Remarks = tuple[Diagnostic, ...]

StampBatch = tuple[StampLayout, tuple[StampText, ...]]
"""Stamps of one kind of page, with the layout that they are typeset by."""

UNJUDGED = frozenset({limit_codes.JOB_TOO_LONG.name, limit_codes.JOB_TOO_LARGE.name})
"""Codes that say that a file was not inspected to its end: such a result is not cached."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no result, in a sentence. It is never cached: the next build tries again."""

    sentence: str
    fault: LayoutFault | None = None
    """The fault of a file of the layouts, if that is why."""
    resource: Resource | None = None
    """What it took too much of, if that is why."""

    def told(self, place: Place, code: CodeRow) -> Diagnostic:
        """The remark that says so: of the code, unless a limit was reached."""
        if self.resource is None:
            return code.at(place, sentence=self.sentence)
        kind = limit_codes.JOB_TOO_LONG if self.resource == "time" else limit_codes.JOB_TOO_LARGE
        return kind.at(place, sentence=code.sentence.format(sentence=self.sentence))

    def raised(self) -> PressFailure:
        """The same as an exception."""
        return JobBroken(self.sentence, self.resource) if self.resource else PressFailure(self.sentence)


def failure_of(failure: PressFailure) -> Failure:
    """Why something could not be made."""
    return Failure(str(failure), resource=failure.resource if isinstance(failure, JobBroken) else None)


def attempt(work: Callable[[J], R], job: J) -> R | Failure:
    """The result of a function, or why there is none."""
    try:
        return work(job)
    except LayoutFault as fault:
        return Failure(str(fault), fault)
    except PressFailure as failure:
        return failure_of(failure)


@dataclass(frozen=True, slots=True)
class Rule(Generic[J, R]):
    """A pure function of one job. `name` is its stage in cache keys; a rule without a kind is not cached."""

    name: str
    work: Callable[[J], R | Failure]
    kind: Any = None
    """The kind of its results, as `core/records.py` writes and reads it."""
    verb: str = ""
    """The word for its progress, such as 'pressing'."""
    limit: str = "bind"
    """Which limit of `library.yaml: limits:` holds for a job."""
    broken: Callable[[J, Failure], R | Failure] = lambda job, failure: failure
    """The result of a job that was broken off at its limit."""
    is_final: Callable[[R], bool] = lambda result: True
    """Whether a result may be cached."""


def _press(manuscript: Manuscript) -> Sheets | Failure:
    from pipeline.press.press import press

    return attempt(press, manuscript)


def _stamps(batch: StampBatch) -> tuple[bytes, ...]:
    from pipeline.press.stamps import press_stamps

    return press_stamps(*batch)


def _fit(insert: InsertJob) -> Sheets | Failure:
    from pipeline.bind.inserts.inserts import fit_insert

    return attempt(fit_insert, insert)


def _cover(cover: Manuscript) -> DrawnCover | Failure:
    from pipeline.press.cover import draw_cover

    return attempt(draw_cover, cover)


def _subset(subset: SubsetFont) -> bytes:
    from pipeline.press.subsetting import subset_font

    return subset_font(subset)


def _bind(job: Job) -> bytes | Failure:
    from pipeline.build.bind_jobs import bind

    return attempt(bind, job)


def _redate(job: RedateJob) -> tuple[bytes, Seal] | Failure:
    from pipeline.build.redate import with_another_day

    return attempt(with_another_day, job)


def _number(job: Numbering) -> tuple[bytes, ...] | Failure:
    from pipeline.bind.variable.numbered import number

    return attempt(number, job)


def _join(run: Run) -> bytes | Failure:
    from pipeline.bind.variable.copies_in_one import join_copies

    return attempt(join_copies, run)


def _openings(pdf: bytes) -> tuple[str, ...]:
    from pipeline.proof.pdf.openings import page_openings

    return page_openings(pdf)


def _own_pdf(job: Any) -> Remarks:
    from pipeline.proof.pdf.inspection import own_proof

    return own_proof(job)


def _own_book(job: Any) -> Remarks:
    from pipeline.proof.epub.inspection import book_proof

    return book_proof(job)


def _own_page(job: Any) -> Remarks:
    from pipeline.proof.markup.page import page_proof

    return page_proof(job)


def _parity(job: Any) -> Remarks:
    from pipeline.proof.parity.inspection import parity_proof

    return parity_proof(job)


def _others(job: Any) -> Remarks:
    from pipeline.proof.validators.asking import others_or_say

    return others_or_say(job)


def _unjudged(job: Any, failure: Failure) -> Remarks:
    """The remark that a file was not inspected to its end."""
    code = limit_codes.JOB_TOO_LONG if failure.resource == "time" else limit_codes.JOB_TOO_LARGE
    return (code.at(Place(job.path), sentence=f"This file was not inspected to its end. {failure.sentence}"),)


def _is_judged(remarks: Remarks) -> bool:
    return not any(remark.code in UNJUDGED for remark in remarks)


def _check(name: str, work: Callable[[Any], Remarks], limit: str = "bind") -> Rule[Any, Remarks]:
    return Rule(name, work, Remarks, "proofing", limit, _unjudged, _is_judged)


PRESS: Rule[Manuscript, Sheets] = Rule("press", _press, Sheets, "pressing", "press")
STAMPS: Rule[StampBatch, tuple[bytes, ...]] = Rule("stamp", _stamps, None, "stamps", "press")
FIT: Rule[InsertJob, Sheets] = Rule("fit", _fit, Sheets, "fitting inserts", "press")
COVER: Rule[Manuscript, DrawnCover] = Rule("cover", _cover, DrawnCover, "drawing covers", "press")
SUBSET: Rule[SubsetFont, bytes] = Rule("cut", _subset, bytes, "cutting type", "press")
BIND: Rule[Job, bytes] = Rule("bind", _bind, bytes, "binding")
REDATE: Rule[RedateJob, tuple[bytes, Seal]] = Rule("date", _redate, None, "dating")
NUMBER: Rule[Numbering, tuple[bytes, ...]] = Rule("number", _number)
JOIN: Rule[Run, bytes] = Rule("join", _join, None, "joining copies")
OPENINGS: Rule[bytes, tuple[str, ...]] = Rule("openings", _openings, tuple[str, ...], "reading pages")
OWN_PDF = _check("proof", _own_pdf)
OWN_BOOK = _check("proof-book", _own_book)
OWN_PAGE = _check("proof-page", _own_page)
PARITY = _check("parity", _parity)
OTHERS = _check("others", _others, "proof")
