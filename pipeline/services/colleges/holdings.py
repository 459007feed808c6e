"""Deliveries and holdings of colleges on any day, computed from the events of the ledger."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.core.diagnostics import UsageError
from pipeline.load.folders import LEDGER_FILE
from pipeline.model.formats import PRINTED
from pipeline.model.library import Library
from pipeline.model.source.college import colleges_of, present_ids
from pipeline.services.colleges.ledger_events import (
    DELIVERY_STATES,
    RECEIPTS,
    Event,
    EventKind,
    read_valid_events,
    use_present_ids,
)

HELD = "held"
"""The state of copies that a college has not given back, lost or replaced."""
MAY_BE_OUT = "may be out"
"""The state of copies whose delivery is not settled; it occurs in recalls only."""
JOB = "job"
"""The kind of a delivery to a printer, which adds no holdings."""
LEAVES = "leaves"
"""The format of loose leaves, by which earlier releases updated printed copies, until they are put in."""
CopyLine = tuple[str, str, int, int, str]
"""Copies in an event: delivery, format, number of a copy or 0, quantity, and the delivery of the leaves in them."""
CopyKey = tuple[str, str, int, str]
"""The key of copies: delivery, format, number of a copy or 0, and the delivery of the leaves in them."""

# The state of a delivery is the kind of its last event: planned → begun → committing → sent, or failed (nothing
# arrived), or uncertain (only a person can find out). An act has one moment after which it may have happened: the
# rename of a folder, the last dot of a message. `committing` is on the disk before it, `sent` after it.

FINAL_STATES = (EventKind.SENT, EventKind.UNCERTAIN)
"""States after which the program does nothing more by itself."""
MAY_HAVE_ARRIVED = (EventKind.SENT, EventKind.COMMITTING, EventKind.UNCERTAIN)


@dataclass(frozen=True, slots=True)
class Holding:
    """Copies of one file that a college has or had, all with the same history."""

    college: str
    pack: str
    edition: str
    format: str
    copy: int
    """The number of a numbered copy, else 0."""
    quantity: int
    briefings: tuple[str, ...]
    """The briefings in it with their versions: 'hot-spots-policing@1.0'."""
    delivery: str
    state: str
    """`held`, `may be out`, or the kind of the receipt after which the college no longer has them."""
    since: date
    """The day of the last change of state."""
    confirmed: bool = False
    """Whether the college has confirmed that they arrived."""
    record: str = ""
    """The SHA-256 of the record of its edition."""
    leaves: str = ""
    """The delivery of the leaves that were put in last."""

    @property
    def key(self) -> tuple[str, str, int]:
        """Its delivery, format and number, which never change."""
        return self.delivery, self.format, self.copy


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery in the ledger."""

    id: str
    facts: Mapping[str, Any]
    """The facts with which it was planned."""
    state: str
    """The kind of its last event, apart from receipts and withdrawals."""
    since: date

    @property
    def college(self) -> str:
        """The college that it is for."""
        return str(self.facts["college"])

    @property
    def title(self) -> tuple[str, str]:
        """The pack and its edition."""
        return str(self.facts["pack"]), str(self.facts["edition"])

    @property
    def into(self) -> str:
        """The edition whose printed copies these leaves are for; nothing for other deliveries."""
        return str(self.facts["from"]) if self.facts["what"] == LEAVES else ""

    def has_medium_of(self, format: str) -> bool:
        """Return whether it contains printed copies, for a format on paper, or files, for another format."""
        return any(is_on_paper(other) == is_on_paper(format) for other, _, _ in self.copies())

    def holdings(self, state: str, day: date) -> Iterator[Holding]:
        """Yield its copies in a state since a day."""
        texts, record = tuple(self.facts["briefings"]), str(self.facts["record"])
        for format_, number, quantity in self.copies():
            copy = (self.college, *self.title, format_, number, quantity, texts, self.id)
            yield Holding(*copy, state, day, record=record)

    def copies(self) -> Iterator[tuple[str, int, int]]:
        """Yield the format, copy number and quantity of all that is in it."""
        if self.facts["what"] == JOB:
            return
        if self.into:
            yield LEAVES, 0, max((file["quantity"] for file in self.facts["files"]), default=1)
            return
        for file in self.facts["files"]:
            numbers = file["copies"]
            yield from ((file["format"], number, 1) for number in numbers)
            if not numbers:
                yield file["format"], 0, file["quantity"]


def is_on_paper(format: str) -> bool:
    """Return whether copies in a format are on paper."""
    return format == LEAVES or format in PRINTED


def list_deliveries(events: Iterable[Event]) -> dict[str, Delivery]:
    """Return every delivery by its id, in the order in which they were planned."""
    known: dict[str, Delivery] = {}
    for event in drop_withdrawn(events):
        if event.kind == EventKind.PLANNED:
            known[event.subject] = Delivery(event.subject, event.facts, event.kind, event.day)
        elif event.subject in known and event.kind in DELIVERY_STATES:
            known[event.subject] = replace(known[event.subject], state=event.kind, since=event.day)
    return known


def drop_withdrawn(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the events in order, without withdrawals and the events that they take back."""
    events = tuple(events)
    withdrawn = {(event.subject, event.facts["event"]) for event in events if event.kind == EventKind.WITHDRAWN}
    valid = (event for event in events if event.kind != EventKind.WITHDRAWN)
    return tuple(event for event in valid if (event.subject, event.number) not in withdrawn)


def list_receipts(events: Iterable[Event]) -> tuple[Event, ...]:
    """Return the receipts that were not withdrawn, in the order in which they were entered."""
    return tuple(event for event in drop_withdrawn(events) if event.kind in RECEIPTS)


def compute_holdings(events: Sequence[Event], on: date | None = None) -> tuple[Holding, ...]:
    """Return holdings, present and past, at the end of a day, by default after the last event.

    An event counts on the day that it names, whenever it was entered. What was sent is held until the college answers.
    """
    planned = list_deliveries(events)
    counted = (event for event in drop_withdrawn(events) if event.kind in (*RECEIPTS, EventKind.SENT))
    counted = (event for event in counted if event.subject in planned and (on is None or event.day <= on))
    by_college: dict[tuple[str, str], list[Holding]] = {}
    for event in sorted(counted, key=lambda event: (event.day, event.number)):
        delivery = planned[event.subject]
        holdings = by_college.setdefault((delivery.college, delivery.title[0]), [])
        if event.kind == EventKind.SENT:
            holdings += delivery.holdings(HELD, event.day)
            continue
        facts = event.facts
        lines: Iterable[Sequence[Any]] | None = facts.get("of")
        if lines is None:
            lines = select_copies(holdings, delivery, event.kind, facts.get("copies", ()), facts.get("quantity"))
        open_copies: Counter[CopyKey] = Counter()
        for name, format_, number, quantity, *leaves in lines:  # older ledgers name no leaves
            open_copies[name, format_, number, leaves[0] if leaves else ""] += quantity
        likeliest_first = _sort_by_likelihood(holdings, event.kind)
        holdings[:] = tuple(_apply_receipt(likeliest_first, delivery, event, open_copies))
    return tuple(holding for holdings in by_college.values() for holding in holdings)


def _sort_by_likelihood(holdings: Sequence[Holding], kind: str) -> list[Holding]:
    """Sort copies of each delivery by how likely an answer is about them.

    A lost copy was hardly received, nor a received one lost.
    """
    order = {name: index for index, name in enumerate(dict.fromkeys(holding.delivery for holding in holdings))}

    def is_unlikely(holding: Holding) -> bool:
        if kind == EventKind.LOST:
            return holding.confirmed
        return kind == EventKind.RECEIVED and holding.state == EventKind.LOST

    return sorted(holdings, key=lambda holding: (order[holding.delivery], is_unlikely(holding)))


def _apply_receipt(
    holdings: Iterable[Holding], delivery: Delivery, event: Event, open_copies: Counter[CopyKey]
) -> Iterator[Holding]:
    """Change the holdings that a receipt is about; the other copies of `open_copies` stay in it.

    Copies with the leaves that the receipt names come first. As those leaves may have been taken back since, other
    copies of the same delivery follow.
    """
    exact = [
        (holding, _take_copies(holding, ((*holding.key, holding.leaves),), event, open_copies))
        for holding in tuple(holdings)
    ]
    for before, quantity in exact:
        replaces_others = event.kind == EventKind.REPLACED and before.delivery == delivery.id
        holding = replace(before, confirmed=True) if replaces_others else before
        if not (replaces_others or holding.leaves == delivery.id):
            same = tuple(key for key in open_copies if key[:3] == holding.key)
            rest = replace(holding, quantity=holding.quantity - quantity)
            quantity += _take_copies(rest, same, event, open_copies)
        if quantity:
            yield _answer_holding(replace(holding, quantity=quantity), delivery, event)
        if quantity < holding.quantity:
            yield replace(holding, quantity=holding.quantity - quantity)


def _take_copies(holding: Holding, keys: Iterable[CopyKey], event: Event, open_copies: Counter[CopyKey]) -> int:
    """Subtract the copies of a holding from the open ones with these keys; return how many there were."""
    total = 0
    for key in keys if _can_be_answered(holding, event.kind) else ():
        quantity = min(open_copies[key], holding.quantity - total)
        open_copies[key] -= quantity
        total += quantity
    return total


def _can_be_answered(holding: Holding, kind: str) -> bool:
    """Return whether a college can still give an answer of this kind for copies."""
    return not holding.confirmed if kind == EventKind.RECEIVED else holding.state == HELD


def _answer_holding(holding: Holding, delivery: Delivery, event: Event) -> Holding:
    """Return copies in the state after a receipt; copies with new leaves are of the new edition."""
    if event.kind == EventKind.RECEIVED:
        return replace(holding, confirmed=True)
    if delivery.into and event.kind == EventKind.REPLACED and holding.delivery != delivery.id:
        texts, record = tuple(delivery.facts["briefings"]), str(delivery.facts["record"])
        edition = delivery.title[1]
        return replace(holding, edition=edition, briefings=texts, record=record, since=event.day, leaves=delivery.id)
    return replace(holding, state=event.kind, since=event.day)


def select_copies(
    holdings: Sequence[Holding],
    delivery: Delivery,
    kind: str,
    copies: Iterable[int] = (),
    quantity: int | None = None,
    among: Sequence[Holding] | None = None,
) -> tuple[CopyLine, ...]:
    """Return the copies that an answer is about: numbered ones, a quantity, or all.

    `holdings` are the college's copies of the pack; `among` are the possible ones, likeliest first. `replaced` is about
    the copies held before; for leaves, also about the leaves, and as many copies as they go into.
    """
    possible = list_answerable_copies(holdings, delivery, kind) if among is None else among
    if kind == EventKind.REPLACED:
        if not delivery.into:
            return tuple(_take_first(possible, quantity))
        leaves = [holding for holding in holdings if holding.delivery == delivery.id and holding.state == HELD]
        put_in = tuple(_take_first(leaves, quantity))
        return (*put_in, *_take_first(possible, sum(line[3] for line in put_in)))
    if numbers := set(copies):
        possible = [holding for holding in possible if holding.copy in numbers]
    elif quantity is not None:
        possible = [holding for holding in possible if not holding.copy]
    return tuple(_take_first(possible, quantity))


def list_answerable_copies(holdings: Sequence[Holding], delivery: Delivery, kind: str) -> tuple[Holding, ...]:
    """Return the copies that an answer to a delivery can be about: its own, or those that it replaces."""
    if kind == EventKind.REPLACED:
        return list_replaceable_copies(holdings, delivery)
    return tuple(holding for holding in holdings if holding.delivery == delivery.id and _can_be_answered(holding, kind))


def list_replaceable_copies(holdings: Sequence[Holding], delivery: Delivery) -> tuple[Holding, ...]:
    """Return the held copies of a pack that a delivery can replace.

    They were sent before it, as were their leaves, and are of another edition, which was not newer when it was planned.
    Files replace files only, and paper replaces paper. Leaves go into printed copies of the edition that they name.
    """
    order = {name: index for index, name in enumerate(dict.fromkeys(holding.delivery for holding in holdings))}
    index = order.get(delivery.id, len(order))
    earlier = (
        holding
        for holding in holdings
        if holding.state == HELD and order.get(holding.leaves or holding.delivery, index) < index
    )
    if into := delivery.into:
        return tuple(holding for holding in earlier if holding.edition == into and holding.format in PRINTED)
    current = (delivery.title[1], *delivery.facts.get("newer", ()))
    others = (holding for holding in earlier if holding.edition not in current)
    return tuple(holding for holding in others if delivery.has_medium_of(holding.format))


def _take_first(holdings: Iterable[Holding], quantity: int | None) -> Iterator[CopyLine]:
    """Yield the first copies up to a quantity, or all."""
    rest = quantity
    for holding in holdings:
        number = holding.quantity if rest is None else min(rest, holding.quantity)
        if number:
            yield holding.delivery, holding.format, holding.copy, number, holding.leaves
        rest = None if rest is None else rest - number


def find_holders(library: Library, files: Mapping[str, bytes], pack: str, edition: str, text: str) -> frozenset[str]:
    """Return the colleges that hold copies of an edition with a version of a text, by the ledger among the files."""
    events = use_present_ids(read_valid_events(files.get(LEDGER_FILE, b"")), present_ids(colleges_of(library.others)))
    return frozenset(
        holding.college
        for holding in compute_holdings(events)
        if (holding.pack, holding.edition, holding.state) == (pack, edition, HELD) and text in holding.briefings
    )


MIN_ID_LETTERS = 4
"""Letters of an id by which a delivery can be named."""


def find_delivery(name: str, known: Mapping[str, Delivery]) -> Delivery:
    """Return the delivery with an id or its first letters. Raises `UsageError`."""
    start = name.casefold()
    if len(start) < MIN_ID_LETTERS and start not in known:
        raise UsageError(f"'{name}' is too short: write at least {MIN_ID_LETTERS} letters of the delivery.")
    matches = [delivery for id_, delivery in known.items() if id_.startswith(start)]
    if not matches:
        raise UsageError(f"There is no delivery '{name}': 'briefings deliver PACK --dry-run' lists those of a pack.")
    if len(matches) > 1:
        names = ", ".join(delivery.id for delivery in matches)
        raise UsageError(f"'{name}' could be one of {len(matches)} deliveries: {names}. Write all of its letters.")
    return matches[0]
