"""Printed copies of an edition that were ordered after the first ones: a printer need not print those again. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.load.register import Entry
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

    The ledger alone decides: an order prepared again says the same, also one that was broken off behind its entries.
    `asked` is how many copies each college takes now: those that it gave up are not printed.
    """
    before, after = _parted([entry for entry in entries if entry.format in PRINTED])
    if not before:
        return None
    copies = {name: fresh for name in asked if (fresh := _fresh(name, before, after, asked[name])).quantity}
    return Added(before[-1].prepared, copies) if copies else None


def _parted(entries: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The entries, in the order of the ledger, before the last order, and those of it."""
    starts = [at for at in range(1, len(entries)) if _begins(entries[at - 1], entries[at])]
    last = starts[-1] if starts else 0
    return list(entries[:last]), list(entries[last:])


def _begins(before: Entry, entry: Entry) -> bool:
    """Whether an entry surely begins an order: it is of another day, or behind a college that an order has after it.

    An order has its colleges by name, each once, or once for each number. More of it the ledger does not say.
    """
    again = entry.college == before.college and not entry.copy_number
    return entry.prepared != before.prepared or entry.college < before.college or again


def _fresh(college: str, before: Sequence[Entry], after: Sequence[Entry], asked: int) -> Fresh:
    """A college's share of the later copies."""
    had = sum(entry.quantity for entry in before if entry.college == college)
    own = [entry for entry in after if entry.college == college]
    quantity = min(sum(entry.quantity for entry in own), max(asked - had, 0))
    numbers = sorted(entry.copy_number for entry in own if entry.copy_number)
    return Fresh(quantity, tuple(numbers[:quantity]))
