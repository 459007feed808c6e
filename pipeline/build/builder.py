"""Steps of a build, and the builder that takes their results from the cache, from a call in flight, or from a worker.

A step is a pure function that takes long, with the type of its result and the word for its progress.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Generic, TypeVar, cast

from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.core.diagnostics import (
    Diagnostic,
    JobBroken,
    LayoutFault,
    Location,
    Remarks,
    TypesettingFailure,
    errors,
)
from pipeline.core.digests import digest
from pipeline.core.faults import Fault, fault_of, is_fault, report_fault
from pipeline.core.limits import Resource
from pipeline.core.messages import catalogue, message
from pipeline.core.workers import PendingResult, Workers
from pipeline.model.formats import StampSheet
from pipeline.model.manuscript import DrawnCover, Manuscript, StampLayout, StampText, SubsetFont
from pipeline.model.sheets import TypesetPages

if TYPE_CHECKING:
    from pipeline.bind.late_fields import PrintRun
    from pipeline.bind.pdf.inserts import InsertJob
    from pipeline.bind.running_lines import FieldReplacement
    from pipeline.build.formats import Job, Seal
    from pipeline.proof.expected_content import ProofJob

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


def run_step(function: str, job: Any) -> Any:
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
class BuildStep(Generic[J, R]):
    """A pure function of one job, by its name in the program. Results of a step without a `kind` are not cached."""

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

    @property
    def work(self) -> Callable[[J], R | Failure]:
        """The function, for this process or a worker."""
        return partial(run_step, self.function)


def _remark_unfinished(job: Any, failure: Failure) -> Remarks:
    """Return the remark that the inspection of a file did not finish."""
    sentence = f"This file was not fully inspected. {failure.sentence}"
    return (message("job-too-large", Location(job.path), sentence=sentence),)


PRESS: BuildStep[Manuscript, TypesetPages] = BuildStep("pipeline.press.press:press", TypesetPages, "pressing", "press")
STAMPS: BuildStep[StampBatch, tuple[bytes, ...]] = BuildStep(
    "pipeline.press.stamps:press_batch", None, "stamps", "press"
)
FIT: BuildStep[InsertJob, TypesetPages] = BuildStep(
    "pipeline.bind.pdf.inserts:fit_insert", TypesetPages, "fitting inserts", "press"
)
COVER: BuildStep[Manuscript, DrawnCover] = BuildStep(
    "pipeline.press.press:draw_cover", DrawnCover, "drawing covers", "press"
)
SUBSET: BuildStep[SubsetFont, bytes] = BuildStep("pipeline.press.press:subset_font", bytes, "cutting type", "press")
BIND: BuildStep[Job, bytes] = BuildStep("pipeline.build.formats:bind", bytes, "binding")


def _is_finished(remarks: Remarks) -> bool:
    return not any(remark.code == "job-too-large" for remark in remarks)


def check_step(function: str, limit: str = "bind") -> BuildStep[ProofJob, Remarks]:
    """Return the step of a function that checks finished files; an unfinished check is not cached."""
    return BuildStep(function, Remarks, "proofing", limit, _remark_unfinished, _is_finished)


VALIDATE_PDF = check_step("pipeline.proof.listening:check_pdf_with_tools", limit="proof")
REDATE: BuildStep[FieldReplacement, tuple[bytes, Seal]] = BuildStep(
    "pipeline.build.redate:with_another_day", None, "dating"
)
NUMBER_COPIES: BuildStep[FieldReplacement, tuple[bytes, ...]] = BuildStep("pipeline.build.formats:exchange")
JOIN_COPIES: BuildStep[PrintRun, bytes] = BuildStep("pipeline.bind.late_fields:join_copies", None, "joining copies")


# The builder

StampLayouts = Mapping[StampSheet, StampLayout]
"""Layout of the stamps for each kind of page."""

MAX_BRIEFINGS, MAX_PACKS = 60, 4
"""Briefings, and packs, that are made at a time: their texts are in memory until their files are placed."""


class Builder:
    """Runs the steps of one build, each once for equal jobs, and counts results that were not cached."""

    def __init__(self, project: Project, workers: Workers) -> None:
        self.project, self.workers = project, workers
        self.store, self.progress = project.store, project.progress
        self.made: Counter[BuildStep[Any, Any]] = Counter()
        """Number of results of each step that were not in the cache."""
        self.remarks: dict[Diagnostic, None] = {}
        """All remarks, each once."""
        self.live, self.live_packs = asyncio.Semaphore(MAX_BRIEFINGS), asyncio.Semaphore(MAX_PACKS)
        self.unchecked: set[str] = set()
        """Paths of files whose check failed: they are placed, and made again by the next build."""
        self.faults: dict[str, set[str]] = {}
        """Codes of the errors in files, by path."""
        self._running: dict[str, asyncio.Task[Any]] = {}
        """Calls in flight, by their cache keys."""
        self._failed: dict[str, Failure] = {}
        """Failures by cache key: not tried again in this build."""

    def note_faults(self, remarks: Iterable[Diagnostic]) -> None:
        """Note the errors among remarks on files, as a pack has the errors of its texts."""
        for remark in errors(remarks):
            self.faults.setdefault(remark.place.path, set()).add(remark.code)

    def report(self, *remarks: Diagnostic) -> None:
        """Add remarks."""
        self.remarks.update(dict.fromkeys(remarks))

    async def __call__(
        self, step: BuildStep[J, R], job: J | PendingResult[J], name: object = None, weight: int = 1
    ) -> R | Failure:
        """Return the result of a step, or why there is none.

        `name` is the part of the job that decides the result, if that is not the whole job. Jobs of greater `weight`
        run first.
        """
        decided_by = job if name is None else name
        key = self.store.key(step.function, decided_by) if step.kind else digest(step.function, decided_by)
        if step.kind is not None and (cached := self.store.find(key, step.kind)) is not None:
            return cast(R, cached)
        if key in self._failed:
            return self._failed[key]
        if key not in self._running:
            self._running[key] = asyncio.create_task(self._run(step, key, job, weight))
        return cast("R | Failure", await self._running[key])

    async def result(self, step: BuildStep[J, R], job: J | PendingResult[J], name: object = None, weight: int = 1) -> R:
        """Return the result of a step. Raises `TypesettingFailure` if there is none."""
        result = await self(step, job, name, weight)
        if isinstance(result, Failure):
            raise result.raised()
        return result

    async def _run(self, step: BuildStep[J, R], key: str, job: J | PendingResult[J], weight: int) -> R | Failure:
        self.progress.started(step.verb)
        try:
            result = await self.workers.run(step.work, job, self.project.limit(step.limit), weight)
        except JobBroken as broken:
            result = step.broken(job.make() if isinstance(job, PendingResult) else job, failure_of(broken))
        finally:
            del self._running[key]
        self.progress.done(step.verb)
        if isinstance(result, Failure):
            self._failed[key] = result
            return result
        self.made[step] += 1
        if step.kind is not None and step.is_final(result):
            self.store.keep(key, result, step.kind)
        return result

    async def stamps(self, layouts: StampLayouts, texts: Iterable[StampText]) -> dict[StampText, bytes]:
        """Return the sheet of each stamp, typeset by the layout of its kind of page, many in one job.

        Raises `TypesettingFailure` if one cannot be typeset.
        """
        keys = {text: self.store.key(STAMPS.function, layouts[text.sheet], text) for text in dict.fromkeys(texts)}
        cached = {text: self.store.find(key, bytes) for text, key in keys.items()}
        missing = {text: keys[text] for text, sheet in cached.items() if sheet is None}
        texts_by_sheet: dict[StampSheet, list[StampText]] = {}
        for text, key in missing.items():
            if key not in self._running and key not in self._failed:
                texts_by_sheet.setdefault(text.sheet, []).append(text)
        for sheet, batch_texts in texts_by_sheet.items():
            batch = asyncio.create_task(self._stamp_batch(layouts[sheet], tuple(batch_texts), keys))
            self._running.update((keys[text], batch) for text in batch_texts)
        running = {self._running[key] for key in missing.values() if key in self._running}
        pressed = {text: sheet for batch in await asyncio.gather(*running) for text, sheet in batch.items()}
        for key in missing.values():
            if key in self._failed:
                raise self._failed[key].raised()
        return {text: sheet if sheet is not None else pressed[text] for text, sheet in cached.items()}

    async def _stamp_batch(
        self, layout: StampLayout, texts: tuple[StampText, ...], keys: Mapping[StampText, str]
    ) -> dict[StampText, bytes]:
        """Typeset stamps of one kind; returns none, and notes the failure for each, if that fails."""
        self.progress.started(STAMPS.verb)
        try:
            result = await self.workers.run(STAMPS.work, (layout, texts), self.project.limit(STAMPS.limit))
        except JobBroken as broken:
            result = failure_of(broken)
        finally:
            for text in texts:
                del self._running[keys[text]]
        self.progress.done(STAMPS.verb)
        if isinstance(result, Failure):
            self._failed.update((keys[text], result) for text in texts)
            return {}
        sheets = dict(zip(texts, result, strict=True))
        for text, sheet in sheets.items():
            self.store.keep(keys[text], sheet)
        return sheets


def make_outside_build(project: Project, make: Callable[[Builder], Coroutine[Any, Any, R]]) -> R:
    """Make something by steps, with the output folder locked; the build does not list it."""
    with output_lock(project), project.workers() as workers, project.progress.work():
        return asyncio.run(make(Builder(project, workers)))
