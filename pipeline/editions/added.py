"""Printed copies of an edition that were ordered after the first ones: a printer need not print those again. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.load.register import Entry


@dataclass(frozen=True, slots=True)
class Fresh:
    """Printed copies of a college: how many, and their numbers, if they have any."""

    quantity: int
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """What an order has more than the one before, by college."""

    since: date
    """The day of the order before."""
    copies: Mapping[str, Fresh] = field(default_factory=dict)

    @property
    def quantity(self) -> int:
        """How many copies were added."""
        return sum(one.quantity for one in self.copies.values())


def added(earlier: Sequence[Entry], new: Sequence[Entry], asked: Mapping[str, int]) -> Added | None:
    """The printed copies put on record last, if not all were at once; `new` are those that no row stands for yet.

    The last day on record counts, so that an order prepared again says the same. `asked` is how many copies each
    college takes now: those that it gave up are not printed.
    """
    printed = [entry for entry in earlier if entry.format == "print"]
    more = [entry for entry in new if entry.format == "print"]
    days = sorted({entry.prepared for entry in (*printed, *more)})
    if len(days) > 1:
        printed, more = _parted((*printed, *more), days[-1])
    elif not printed:
        return None
    since = max((entry.prepared for entry in printed), default=None)
    copies = {name: fresh for name in asked if (fresh := _fresh(name, printed, more, asked[name])).quantity}
    return Added(since, copies) if since and copies else None


def _parted(entries: Sequence[Entry], day: date) -> tuple[list[Entry], list[Entry]]:
    """The entries before a day, and those of it and after."""
    return [e for e in entries if e.prepared < day], [e for e in entries if e.prepared >= day]


def _fresh(college: str, before: Sequence[Entry], after: Sequence[Entry], asked: int) -> Fresh:
    """What a college takes of the later copies."""
    had = sum(entry.quantity for entry in before if entry.college == college)
    own = [entry for entry in after if entry.college == college]
    quantity = min(sum(entry.quantity for entry in own), max(asked - had, 0))
    numbers = sorted(entry.copy_number for entry in own if entry.copy_number)
    return Fresh(quantity, tuple(numbers[:quantity]))
