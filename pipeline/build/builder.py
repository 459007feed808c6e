"""The builder: awaits rules, from the cache, from a call in flight, or from a worker."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar, cast

from pipeline.build.project import Project
from pipeline.build.rules import STAMPS, Failure, Rule, failure_of
from pipeline.core.diagnostics import Diagnostic, errors
from pipeline.core.digest import digest
from pipeline.core.errors import JobBroken
from pipeline.model.formats import StampSheet
from pipeline.model.manuscript import StampLayout, StampText
from pipeline.workers.workers import Workers

J = TypeVar("J")
R = TypeVar("R")

StampLayouts = Mapping[StampSheet, StampLayout]
"""Layout of the stamps for each kind of page."""

LIVE = 60
"""Things that are made at a time: what they consist of is in memory until they are."""


@dataclass(frozen=True)
class Later(Generic[J]):
    """A job that is made when it is known that it has to be run: its bytes need not be read before."""

    make: Callable[[], J]


class Builder:
    """Runs rules of one build, each once for equal jobs, and counts what was made anew."""

    def __init__(self, project: Project, workers: Workers) -> None:
        self.project, self.workers = project, workers
        self.store, self.voice = project.store, project.voice
        self.made: Counter[Rule[Any, Any]] = Counter()
        """Number of results of each rule that were not in the cache."""
        self.remarks: dict[Diagnostic, None] = {}
        """Everything that was said, each remark once."""
        self.live = asyncio.Semaphore(LIVE)
        self.checked: set[str] = set()
        """The paths of files that have been checked, or stand since they were."""
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

    async def __call__(self, rule: Rule[J, R], job: J | Later[J], name: object = None, weight: int = 1) -> R | Failure:
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

    async def result(self, rule: Rule[J, R], job: J | Later[J], name: object = None, weight: int = 1) -> R:
        """The same. Raises `PressFailure` where there is none."""
        result = await self(rule, job, name, weight)
        if isinstance(result, Failure):
            raise result.raised()
        return result

    async def _run(self, rule: Rule[J, R], key: str, given: J | Later[J], weight: int) -> R | Failure:
        self.voice.begun(rule.verb)
        job = given.make() if isinstance(given, Later) else given
        try:
            result = await self.workers.run(rule.work, job, self.project.limit(rule.limit), weight)
        except JobBroken as broken:
            result = rule.broken(job, failure_of(broken))
        finally:
            del self._running[key]
        self.voice.done(rule.verb)
        self.made[rule] += 1
        if isinstance(result, Failure):
            self._failed[key] = result
        elif rule.kind is not None and rule.is_final(result):
            self.store.keep(key, result, rule.kind)
        return result

    async def stamps(self, layouts: StampLayouts, texts: Iterable[StampText]) -> dict[StampText, bytes]:
        """The sheet of each stamp, typeset as the layout of its kind of page says. Those of a kind go together."""
        keys = {text: self.store.key(STAMPS.module, layouts[text.sheet], text) for text in dict.fromkeys(texts)}
        sheets: dict[StampText, bytes] = {}
        wanted: dict[StampSheet, list[StampText]] = {}
        for text, key in keys.items():
            if (found := self.store.find(key, bytes)) is not None:
                sheets[text] = found
            elif key not in self._running:
                wanted.setdefault(text.sheet, []).append(text)
        for sheet, some in wanted.items():
            batch = asyncio.create_task(self._stamp_batch(layouts[sheet], tuple(some), keys))
            self._running.update((keys[text], batch) for text in some)
        missing = {text: self._running[key] for text, key in keys.items() if text not in sheets}
        for text, running in missing.items():
            sheets[text] = (await running)[text]
        return sheets

    async def _stamp_batch(
        self, layout: StampLayout, texts: tuple[StampText, ...], keys: Mapping[StampText, str]
    ) -> dict[StampText, bytes]:
        self.voice.begun(STAMPS.verb)
        try:
            pressed = await self.workers.run(STAMPS.work, (layout, texts), self.project.limit(STAMPS.limit))
            if isinstance(pressed, Failure):
                raise pressed.raised()
            sheets = dict(zip(texts, pressed, strict=True))
            for text, sheet in sheets.items():
                self.store.keep(keys[text], sheet)
        finally:
            for text in texts:
                del self._running[keys[text]]
        self.voice.done(STAMPS.verb)
        return sheets
