"""Holdings of colleges, folded from the events of the ledger: on any day, copy by copy. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pipeline.colleges.ledger.events import Event
from pipeline.model.formats import PRINTED

Receipt = Literal["received", "replaced", "returned", "destroyed", "lost"]
"""An answer to a delivery. `replaced`: what the college held before gave way to it."""
State = Literal["held", "replaced", "returned", "destroyed", "lost"]
RECEIPTS: tuple[Receipt, ...] = ("received", "replaced", "returned", "destroyed", "lost")
LEAVES = "leaves"
"""The format of leaves that turn one edition into another, until they are put in."""


@dataclass(frozen=True, slots=True)
class Holding:
    """Copies of one file that a college has, or had: all with the same history."""

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
    state: State
    since: date
    """The day since which the state is as it is."""
    confirmed: bool = False
    """Whether the college said that it got them."""
    record: str = ""
    """The SHA-256 of the record of its edition."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it was planned, and how far it came."""

    id: str
    facts: Mapping[str, Any]
    state: str
    """The kind of its last event that is none of a receipt."""
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
        """Of leaves the edition into whose printed copies they are put, else nothing."""
        return str(self.facts["from"]) if self.facts["what"] == LEAVES else ""

    def copies(self) -> Iterator[tuple[str, int, int]]:
        """Format, copy number and quantity of all that is in it."""
        if self.into:
            yield LEAVES, 0, max((file["quantity"] for file in self.facts["files"]), default=1)
            return
        for file in self.facts["files"]:
            numbers = file["copies"]
            yield from ((file["format"], number, 1) for number in numbers)
            if not numbers:
                yield file["format"], 0, file["quantity"]


def deliveries(events: Iterable[Event]) -> dict[str, Delivery]:
    """Every delivery by its id, in the order in which they were planned."""
    found: dict[str, Delivery] = {}
    for event in events:
        if event.kind == "planned":
            found[event.subject] = Delivery(event.subject, event.facts, event.kind, event.day)
        elif event.subject in found and event.kind not in RECEIPTS:
            found[event.subject] = replace(found[event.subject], state=event.kind, since=event.day)
    return found


def holdings(events: Sequence[Event], on: date | None = None) -> tuple[Holding, ...]:
    """Holdings, present and past, as they were at the end of a day; without one, after all that is written down.

    What was entered later about an earlier day counts on that day. What was sent is held until the college says
    otherwise: nobody else can know.
    """
    planned = deliveries(events)
    told = sorted((event for event in events if on is None or event.day <= on), key=lambda e: (e.day, e.number))
    shelves: dict[tuple[str, str], list[Holding]] = {}
    for event in told:
        delivery = planned.get(event.subject)
        if delivery is None:
            continue
        shelf = shelves.setdefault((delivery.college, delivery.title[0]), [])
        if event.kind == "sent":
            shelf += _sent(delivery, event.day)
        elif event.kind in RECEIPTS:
            shelf[:] = _after_receipt(tuple(shelf), delivery, event)
    return tuple(one for shelf in shelves.values() for one in shelf)


def _sent(delivery: Delivery, day: date) -> Iterator[Holding]:
    pack, edition = delivery.title
    texts = tuple(delivery.facts["briefings"])
    for kind, number, quantity in delivery.copies():
        yield Holding(
            delivery.college, pack, edition, kind, number, quantity, texts, delivery.id, "held", day,
            record=str(delivery.facts["record"]),
        )  # fmt: skip


def _after_receipt(there: Iterable[Holding], delivery: Delivery, event: Event) -> Iterator[Holding]:
    """Holdings of a pack by a college, after what it said of a delivery."""
    left = _asked_for(event)
    for one in there:
        if event.kind == "received":
            yield replace(one, confirmed=True) if one.delivery == delivery.id else one
        elif event.kind == "replaced":
            yield _replaced(one, delivery, event.day)
        elif one.delivery == delivery.id and one.state == "held":
            yield from left.take(one, event)
        else:
            yield one


def _replaced(one: Holding, delivery: Delivery, day: date) -> Holding:
    """A holding after its college replaced what it had by a delivery, or put the leaves of a delivery in."""
    _, edition = delivery.title
    if one.delivery == delivery.id:
        put_in = bool(delivery.into) and one.state == "held"
        return replace(one, confirmed=True, **(_gone(day) if put_in else {}))
    if one.state != "held":
        return one
    before = delivery.into
    if not before:
        return replace(one, **_gone(day)) if one.edition != edition else one
    if one.edition != before or one.format not in PRINTED:
        return one
    texts, record = tuple(delivery.facts["briefings"]), str(delivery.facts["record"])
    return replace(one, edition=edition, briefings=texts, record=record, since=day)


def _gone(day: date) -> dict[str, Any]:
    return {"state": "replaced", "since": day}


@dataclass(slots=True)
class _Asked:
    """The copies that a receipt is about: all of a delivery, numbered ones, or so many of those without numbers."""

    copies: tuple[int, ...]
    quantity: int | None

    def take(self, one: Holding, event: Event) -> Iterator[Holding]:
        """A holding after the receipt, in two parts where it is about some of its copies only."""
        if self.copies:
            count = 1 if one.copy in self.copies else 0
        elif self.quantity is None:
            count = one.quantity
        else:
            count = 0 if one.copy else min(self.quantity, one.quantity)
            self.quantity -= count
        if count:
            state: State = event.kind  # type: ignore[assignment]
            yield replace(one, quantity=count, state=state, since=event.day)
        if count < one.quantity:
            yield replace(one, quantity=one.quantity - count)


def _asked_for(event: Event) -> _Asked:
    return _Asked(tuple(event.facts.get("copies", ())), event.facts.get("quantity"))
