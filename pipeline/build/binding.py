"""Binding one file: from the cache, or by a worker; and what is known of its bytes."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from pipeline.build.builder import Builder, StampLayouts
from pipeline.build.formats import bind
from pipeline.build.jobs import Job, PackJob, PdfJob, Seal, Stamps, sealed
from pipeline.build.rules import BIND, STAMPS, Failure
from pipeline.model.stamp_slots import SLOTS


@dataclass(frozen=True, slots=True)
class Bound:
    """A finished file, of which the bytes are read when they are asked for."""

    seal: Seal
    read: Callable[[], bytes]


async def bound(b: Builder, job: Job, origin: str, weight: int = 1) -> Bound | Failure:
    """The finished file of a job, under its key: its origin and what bears the day."""
    name = (origin, *of_its_day(job))
    key = b.store.key(BIND.module, name)
    place = b.store.key(BIND.module, "seal", key)
    seal = b.store.find(place, Seal) if b.store.holds(key) else None
    if seal is None:
        content = await b(BIND, job, name, weight)
        if isinstance(content, Failure):
            return content
        seal = sealed(content)
        b.store.keep(place, seal)
    return Bound(seal, partial(_content, b, key, job))


def _content(b: Builder, key: str, job: Job) -> bytes:
    """The bytes of a file that was bound; made again in the rare case that the cache was damaged since."""
    content = b.store.find(key, bytes)
    return bind(job) if content is None else content


def of_its_day(job: Job) -> tuple[date, Stamps]:
    """The part of a job's key that the day decides: the day, and the stamps that bear it."""
    return job.produced, dated(job)


def origin_of(b: Builder, job: Job, layouts: StampLayouts) -> str:
    """The key of all that a file is bound from but the day: of stamps that bear it their layout alone."""
    set_in = sorted({b.store.key(STAMPS.module, layouts[text.sheet]) for text, _ in dated(job)})
    return b.store.key(BIND.module, undated(job), set_in)


def undated(job: Job) -> Job:
    """A job without all that depends on the date produced."""
    if not isinstance(job, PdfJob | PackJob):
        return replace(job, produced=date.min)
    stamps = tuple((text, sheet) for text, sheet in job.stamps if not SLOTS[text.slot].dated)
    return replace(job, produced=date.min, stamps=stamps)


def dated(job: Job) -> Stamps:
    """The stamps of a job that bear the date produced."""
    return (
        tuple(stamp for stamp in job.stamps if SLOTS[stamp[0].slot].dated) if isinstance(job, PdfJob | PackJob) else ()
    )
