"""Printed copies of an edition that were ordered after the first ones: a printer need not print those again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import takewhile

from pipeline.load.library.register import Entry
from pipeline.model.formats import PRINTED


@dataclass(frozen=True, slots=True)
class Fresh:
    """Printed copies of a college: how many, and their numbers, if they have any."""

    quantity: int
    numbers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Added:
    """The copies of an order beyond those of the one before, by college."""

    since: date
    """The day of the order before."""
    copies: Mapping[str, Fresh] = field(default_factory=dict)

    @property
    def quantity(self) -> int:
        """Number of copies added."""
        return sum(one.quantity for one in self.copies.values())


def added(entries: Sequence[Entry], asked: Mapping[str, int]) -> Added | None:
    """The printed copies of the last order on record, by the entries of the ledger; None where it is the only one.

    The ledger alone decides: an order prepared again says the same. The entries of one day count as one order.
    `asked` is how many copies each college takes now: those that it gave up are not printed.
    """
    printed = [entry for entry in entries if entry.format in PRINTED]
    last = len(list(takewhile(lambda entry: entry.prepared == printed[-1].prepared, reversed(printed))))
    before, after = printed[: len(printed) - last], printed[len(printed) - last :]
    if not before:
        return None
    copies = {name: fresh for name in asked if (fresh := _fresh(name, before, after, asked[name])).quantity}
    return Added(before[-1].prepared, copies) if copies else None


def _fresh(college: str, before: Sequence[Entry], after: Sequence[Entry], asked: int) -> Fresh:
    """A college's share of the later copies."""
    had = sum(entry.quantity for entry in before if entry.college == college)
    own = [entry for entry in after if entry.college == college]
    quantity = min(sum(entry.quantity for entry in own), max(asked - had, 0))
    numbers = sorted(entry.copy_number for entry in own if entry.copy_number)
    return Fresh(quantity, tuple(numbers[:quantity]))
