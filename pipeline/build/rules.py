"""Rules of a build: pure functions that take long, each with the type of its result and the word for its progress."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pipeline.core.diagnostics import Diagnostic, JobBroken, LayoutFault, Location, Remarks, TypesettingFailure
from pipeline.core.messages import catalogue, message
from pipeline.core.processes import Fault, Resource, fault_of, is_fault, report_fault
from pipeline.model.manuscript import DrawnCover, Manuscript, StampLayout, StampText, SubsetFont
from pipeline.model.sheets import TypesetPages

if TYPE_CHECKING:
    from pipeline.bind.pdf.inserts import InsertJob
    from pipeline.bind.running_lines import FieldReplacement
    from pipeline.bind.variable import PrintRun
    from pipeline.build.jobs import Job, Seal

J = TypeVar("J")
R = TypeVar("R")

StampBatch = tuple[StampLayout, tuple[StampText, ...]]
"""Stamps of one kind of page, with the layout that they are typeset by."""


@dataclass(frozen=True, slots=True)
class Failure:
    """Reason why there is no result, as a sentence. It is never cached: the next build tries again."""

    sentence: str
    fault: LayoutFault | None = None
    """The fault of a layout file, if that is the reason."""
    resource: Resource | None = None
    """The resource that ran out, if that is the reason."""
    crash: Fault | None = None
    """The unexpected exception, if that is the reason."""

    def as_remark(self, place: Location, code: str) -> Diagnostic:
        """Return a remark with this code, or with that of a reached limit or a crash."""
        if self.crash:
            return report_fault(place, self.crash, _PROCESSING[code])
        if self.resource is None:
            return message(code, place, sentence=self.sentence)
        return message("job-too-large", place, sentence=catalogue()[code].says.format(sentence=self.sentence))

    def raised(self) -> TypesettingFailure:
        """Return the failure as an exception."""
        if cause := self.crash or self.fault:
            return cause
        return JobBroken(self.sentence, self.resource) if self.resource else TypesettingFailure(self.sentence)


_PROCESSING = {"press-failed": "typeset this text", "bind-failed": "bound this file"}


def failure_of(failure: TypesettingFailure) -> Failure:
    """Return the failure for an exception."""
    if isinstance(failure, Fault):
        return Failure(failure.summary, crash=failure)
    return Failure(str(failure), resource=failure.resource if isinstance(failure, JobBroken) else None)


def run_rule(function: str, job: Any) -> Any:
    """Return the result of a function such as 'pipeline.press.press:press', or the `Failure`.

    Its module is loaded here, so that only the worker that runs it does.
    """
    module, _, name = function.partition(":")
    run = getattr(import_module(module), name)
    try:
        return run(job)
    except LayoutFault as fault:
        return Failure(str(fault), fault)
    except TypesettingFailure as failure:
        return failure_of(failure)
    except Exception as failure:
        if not is_fault(failure):
            raise
        return failure_of(fault_of(failure))


@dataclass(frozen=True, slots=True)
class Rule(Generic[J, R]):
    """A pure function of one job, by its name in the program. A rule without a `kind` is not cached."""

    function: str
    kind: Any = None
    """The type of its results, as `core/records.py` writes and reads it."""
    verb: str = ""
    """The word for its progress, such as 'pressing'."""
    limit: str = "bind"
    """The key in `library.yaml: limits:` of the limit for a job."""
    broken: Callable[[J, Failure], R | Failure] = lambda job, failure: failure
    """The result of a job that reached its limit."""
    is_final: Callable[[R], bool] = lambda result: True
    """Whether a result may be cached."""
    needs: tuple[Rule[Any, Any], ...] = ()
    """The rules whose results are in its job. The handbook draws it, and a test checks it."""

    @property
    def work(self) -> Callable[[J], R | Failure]:
        """The function, for this process or a worker."""
        return partial(run_rule, self.function)


def _remark_unfinished(job: Any, failure: Failure) -> Remarks:
    """Return the remark that the inspection of a file did not finish."""
    sentence = f"This file was not inspected to its end. {failure.sentence}"
    return (message("job-too-large", Location(job.path), sentence=sentence),)


PRESS: Rule[Manuscript, TypesetPages] = Rule("pipeline.press.press:press", TypesetPages, "pressing", "press")
STAMPS: Rule[StampBatch, tuple[bytes, ...]] = Rule("pipeline.press.stamps:press_batch", None, "stamps", "press")
FIT: Rule[InsertJob, TypesetPages] = Rule(
    "pipeline.bind.pdf.inserts:fit_insert", TypesetPages, "fitting inserts", "press", needs=(PRESS,)
)
COVER: Rule[Manuscript, DrawnCover] = Rule("pipeline.press.press:draw_cover", DrawnCover, "drawing covers", "press")
SUBSET: Rule[SubsetFont, bytes] = Rule("pipeline.press.press:subset_font", bytes, "cutting type", "press")
BIND: Rule[Job, bytes] = Rule(
    "pipeline.build.formats:bind", bytes, "binding", needs=(PRESS, STAMPS, FIT, COVER, SUBSET)
)


def _check(function: str, limit: str = "bind") -> Rule[Any, Remarks]:
    def is_finished(remarks: Remarks) -> bool:
        return not any(remark.code == "job-too-large" for remark in remarks)

    return Rule(function, Remarks, "proofing", limit, _remark_unfinished, is_finished, (BIND,))


CHECK_PDF = _check("pipeline.proof.inspection:check_pdf")
CHECK_EPUB = _check("pipeline.proof.inspection:check_epub")
CHECK_WEB_PAGE = _check("pipeline.proof.inspection:check_web_page")
VALIDATE_PDF = _check("pipeline.proof.listening:check_pdf_with_tools", limit="proof")
REDATE: Rule[FieldReplacement, tuple[bytes, Seal]] = Rule(
    "pipeline.build.redate:with_another_day", None, "dating", needs=(BIND, STAMPS)
)
NUMBER_COPIES: Rule[FieldReplacement, tuple[bytes, ...]] = Rule("pipeline.build.formats:exchange", needs=(BIND, STAMPS))
JOIN_COPIES: Rule[PrintRun, bytes] = Rule(
    "pipeline.bind.variable:join_copies", None, "joining copies", needs=(BIND, STAMPS)
)
