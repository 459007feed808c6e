"""Builder: awaits rules and returns their results, from the cache, from a call in flight, or from a worker."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Mapping
from typing import Any, TypeVar, cast

from pipeline.build.output import output_lock
from pipeline.build.project import Project
from pipeline.build.rules import STAMPS, Failure, Rule, failure_of
from pipeline.core.diagnostics import Diagnostic, JobBroken, errors
from pipeline.core.digests import digest
from pipeline.core.workers import PendingResult, Workers
from pipeline.model.formats import StampSheet
from pipeline.model.manuscript import StampLayout, StampText

J = TypeVar("J")
R = TypeVar("R")

StampLayouts = Mapping[StampSheet, StampLayout]
"""Layout of the stamps for each kind of page."""

MAX_BRIEFINGS, MAX_PACKS = 60, 4
"""Briefings, and packs, that are made at a time: their texts are in memory until their files are placed."""


class Builder:
    """Runs the rules of one build, each once for equal jobs, and counts results that were not cached."""

    def __init__(self, project: Project, workers: Workers) -> None:
        self.project, self.workers = project, workers
        self.store, self.progress = project.store, project.progress
        self.made: Counter[Rule[Any, Any]] = Counter()
        """Number of results of each rule that were not in the cache."""
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
        self, rule: Rule[J, R], job: J | PendingResult[J], name: object = None, weight: int = 1
    ) -> R | Failure:
        """Return the result of a rule, or why there is none.

        `name` is the part of the job that decides the result, if that is not the whole job. Jobs of greater `weight`
        run first.
        """
        decided_by = job if name is None else name
        key = self.store.key(rule.function, decided_by) if rule.kind else digest(rule.function, decided_by)
        if rule.kind is not None and (cached := self.store.find(key, rule.kind)) is not None:
            return cast(R, cached)
        if key in self._failed:
            return self._failed[key]
        if key not in self._running:
            self._running[key] = asyncio.create_task(self._run(rule, key, job, weight))
        return cast("R | Failure", await self._running[key])

    async def result(self, rule: Rule[J, R], job: J | PendingResult[J], name: object = None, weight: int = 1) -> R:
        """Return the result of a rule. Raises `TypesettingFailure` if there is none."""
        result = await self(rule, job, name, weight)
        if isinstance(result, Failure):
            raise result.raised()
        return result

    async def _run(self, rule: Rule[J, R], key: str, job: J | PendingResult[J], weight: int) -> R | Failure:
        self.progress.started(rule.verb)
        try:
            result = await self.workers.run(rule.work, job, self.project.limit(rule.limit), weight)
        except JobBroken as broken:
            result = rule.broken(job.make() if isinstance(job, PendingResult) else job, failure_of(broken))
        finally:
            del self._running[key]
        self.progress.done(rule.verb)
        if isinstance(result, Failure):
            self._failed[key] = result
            return result
        self.made[rule] += 1
        if rule.kind is not None and rule.is_final(result):
            self.store.keep(key, result, rule.kind)
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
    """Make something by rules, with the output folder locked; the build does not list it."""
    with output_lock(project), project.workers() as workers, project.progress.work():
        return asyncio.run(make(Builder(project, workers)))
