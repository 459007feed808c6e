"""The builder: awaits rules, from the cache, from a call in flight, or from a worker."""

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

LIVE, LIVE_PACKS = 60, 4
"""Briefings, and packs, that are made at a time: what they consist of is in memory until they are."""


class Builder:
    """Runs rules of one build, each once for equal jobs, and counts what was made anew."""

    def __init__(self, project: Project, workers: Workers) -> None:
        self.project, self.workers = project, workers
        self.store, self.progress = project.store, project.progress
        self.made: Counter[Rule[Any, Any]] = Counter()
        """Number of results of each rule that were not in the cache."""
        self.remarks: dict[Diagnostic, None] = {}
        """Everything that was said, each remark once."""
        self.live, self.live_packs = asyncio.Semaphore(LIVE), asyncio.Semaphore(LIVE_PACKS)
        self.unchecked: set[str] = set()
        """The paths of files whose check failed: they are placed, and made again by the next build."""
        self.faults: dict[str, set[str]] = {}
        """The codes of errors in files, by the paths that they are told at."""
        self._running: dict[str, asyncio.Task[Any]] = {}
        """Calls in flight, by their cache keys."""
        self._failed: dict[str, Failure] = {}
        """Why there is no result under some keys: not tried again in the same build."""

    def note_faults(self, remarks: Iterable[Diagnostic]) -> None:
        """Take note of the errors among remarks on files: a pack has those of its texts."""
        for remark in errors(remarks):
            self.faults.setdefault(remark.place.path, set()).add(remark.code)

    def report(self, *remarks: Diagnostic) -> None:
        """Take note of remarks."""
        self.remarks.update(dict.fromkeys(remarks))

    async def __call__(
        self, rule: Rule[J, R], job: J | PendingResult[J], name: object = None, weight: int = 1
    ) -> R | Failure:
        """The result of a rule. `name` is all that decides it, where that is less than the whole job.

        A job of a greater weight is run before others.
        """
        decided_by = job if name is None else name
        key = self.store.key(rule.module, decided_by) if rule.kind else digest(rule.function, decided_by)
        if rule.kind is not None and (found := self.store.find(key, rule.kind)) is not None:
            return cast(R, found)
        if key in self._failed:
            return self._failed[key]
        if key not in self._running:
            self._running[key] = asyncio.create_task(self._run(rule, key, job, weight))
        return cast("R | Failure", await self._running[key])

    async def result(self, rule: Rule[J, R], job: J | PendingResult[J], name: object = None, weight: int = 1) -> R:
        """The same. Raises `PressFailure` where there is none."""
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
        """The sheet of each stamp, typeset as the layout of its kind of page says. Those of a kind go together.

        Raises `PressFailure` where one cannot be typeset.
        """
        keys = {text: self.store.key(STAMPS.module, layouts[text.sheet], text) for text in dict.fromkeys(texts)}
        found = {text: self.store.find(key, bytes) for text, key in keys.items()}
        missing = {text: keys[text] for text, sheet in found.items() if sheet is None}
        wanted: dict[StampSheet, list[StampText]] = {}
        for text, key in missing.items():
            if key not in self._running and key not in self._failed:
                wanted.setdefault(text.sheet, []).append(text)
        for sheet, some in wanted.items():
            batch = asyncio.create_task(self._stamp_batch(layouts[sheet], tuple(some), keys))
            self._running.update((keys[text], batch) for text in some)
        running = {self._running[key] for key in missing.values() if key in self._running}
        pressed = {text: sheet for batch in await asyncio.gather(*running) for text, sheet in batch.items()}
        for key in missing.values():
            if key in self._failed:
                raise self._failed[key].raised()
        return {text: sheet if sheet is not None else pressed[text] for text, sheet in found.items()}

    async def _stamp_batch(
        self, layout: StampLayout, texts: tuple[StampText, ...], keys: Mapping[StampText, str]
    ) -> dict[StampText, bytes]:
        """The sheets of stamps of one kind; none, and the failure noted for each, where they cannot be typeset."""
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


def make_beside(project: Project, make: Callable[[Builder], Coroutine[Any, Any, R]]) -> R:
    """Make something by rules of its own, in a turn at the output folder. The build does not list it as made."""
    with output_lock(project), project.workers() as workers, project.progress.work():
        return asyncio.run(make(Builder(project, workers)))
