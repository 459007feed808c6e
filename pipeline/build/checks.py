"""Checks of finished files, cached by what a file was bound from: another date has nothing inspected again.

A file differs from that of another day in the date alone. What it is held to is kept under its digest, so that
`briefings proof` can hold it to the same, whatever it is called by then.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any

from pipeline.build.builder import Builder
from pipeline.build.formats import MAKERS
from pipeline.build.rules import OTHERS, Failure, Rule
from pipeline.core.diagnostics import Place, Remarks
from pipeline.core.digest import sha256
from pipeline.core.faults import Fault, reported_fault
from pipeline.model.formats import FORMATS, Format
from pipeline.model.sheets import Outlier
from pipeline.proof.promise import Held, HeldOn, Promise, ProofJob, of_copy
from pipeline.store.store import Store
from pipeline.workers.workers import Later

Key = tuple[str, str, Promise | None]
"""Key of a check's answer: the file's path, what it was bound from, and its promise, but for the day."""


@dataclass(frozen=True)
class File:
    """A finished file: its path as it is told, its digest, its format, and what it is held to, if that is known."""

    path: str
    sha256: str
    format: Format
    origin: str
    """The key of what it was bound from, the date left out; of a file from elsewhere its own digest."""
    promise: Promise | None = None
    outliers: tuple[Outlier, ...] = ()
    """Of a numbered pack what stands near the head and foot of its pages."""
    read: Callable[[], bytes] = field(default=bytes, repr=False, compare=False)
    """Gives its bytes."""

    @cached_property
    def key(self) -> Key:
        """The key of its answer."""
        return self.path, self.origin, undated(self.promise)


def undated(promise: Promise | None) -> Promise | None:
    """A promise without the day."""
    return replace(promise, produced=None) if promise else None


def hold(store: Store, file: File) -> None:
    """Keep what a file is held to: under the file's digest for which day, and where the rest is kept for all days."""
    place, on = _on_its_day(store, file.sha256, file, hold_promise(store, file))
    if store.find(place, HeldOn) != on:
        store.keep(place, on)


def hold_promise(store: Store, file: File) -> str:
    """Keep what a file is held to on any day; gives where."""
    key = store.key("promise", file.key)
    store.keep_once(key, Held(file.format, file.origin, undated(file.promise), file.outliers))
    return key


def _on_its_day(store: Store, sha256: str, file: File, promise: str) -> tuple[str, HeldOn]:
    """The stored day of a file that has this digest, and the key under which it is stored."""
    return store.key("promise", sha256), HeldOn(promise, file.promise.produced if file.promise else None)


def hold_of_day(store: Store, before: str, after: str, day: date) -> bool:
    """Keep that a file of another day is held to what the file of a digest is held to; whether that is known."""
    on = store.find(store.key("promise", before), HeldOn)
    if on is None or not store.holds(on.key):
        return False
    store.keep(store.key("promise", after), replace(on, produced=day if on.produced else None))
    return True


def hold_copy(store: Store, copy: bytes, own: tuple[str, str], master: str) -> None:
    """Keep that a numbered copy is held to what the file of a digest is held to, and to its own words and code."""
    on = store.find(store.key("promise", master), HeldOn)
    if on:
        store.keep_once(store.key("promise", sha256(copy)), replace(on, copy=own[0], code=own[1]))


def held_to(store: Store, digest: str) -> Held | None:
    """The promise of the file of a digest; nothing where that is not known."""
    on = store.find(store.key("promise", digest), HeldOn)
    held = store.find(on.key, Held) if on else None
    if on is None or held is None:
        return None
    if held.promise is None:
        return held
    promise = replace(held.promise, produced=on.produced)
    return replace(held, promise=of_copy(promise, on.copy, on.code) if on.copy else promise)


async def checked(b: Builder, file: File) -> Remarks:
    """Faults of a file by our own check, which a build makes."""
    return await _answers(b, file, tuple(_own(file)))


async def proofed(b: Builder, file: File) -> Remarks:
    """The same, and what others say of it and of its looks: they take longer, so only a proof asks them."""
    return await _answers(b, file, (*_own(file), *_others(file)))


async def _answers(b: Builder, file: File, asked: Iterable[_Asked]) -> Remarks:
    """Answers of checks, each cached by all that decides it but for the day."""
    weight = len(file.promise.passages) if file.promise else 1

    async def answer(one: _Asked) -> Remarks:
        result = await b(one.rule, Later(one.job), one.name, weight)
        if isinstance(result, Failure):
            fault = result.crash or Fault(result.sentence, "")
            b.report(reported_fault(Place(file.path), fault, "checked this file"))
            b.unchecked.add(file.path)
            return ()
        return result

    told = await asyncio.gather(*map(answer, asked))
    return tuple(remark for remarks in told for remark in remarks)


@dataclass(frozen=True)
class _Asked:
    """A check to be run: its rule, its job, and all that decides the answer."""

    rule: Rule[Any, Remarks]
    job: Callable[[], Any]
    name: Key


def _own(file: File) -> Iterator[_Asked]:
    """Our own check of a file, as the table of formats has it."""
    row = FORMATS[file.format]
    if rule := MAKERS[row.kind].check:
        yield _Asked(rule, lambda: ProofJob(file.path, file.read(), row.edition, file.promise), file.key)


def _others(file: File) -> Iterator[_Asked]:
    """Questions to page-validation and outloud about a PDF. A printer's PDF is no file to be heard."""
    row = FORMATS[file.format]
    if row.heard:
        yield _Asked(OTHERS, lambda: ProofJob(file.path, file.read(), row.edition, file.promise), file.key)
