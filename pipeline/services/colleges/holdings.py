"""Holdings of colleges, folded from the events of the ledger: on any day, copy by copy."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from pipeline.core.diagnostics import UsageError
from pipeline.load.folders import LEDGER
from pipeline.model.formats import PRINTED
from pipeline.model.library import Library
from pipeline.model.source.college import colleges_of, present_ids
from pipeline.services.colleges.events import Event, read_valid_events, use_present_ids

Receipt = Literal["received", "replaced", "returned", "destroyed", "lost"]
"""An answer to a delivery. `replaced`: what the college held before gave way to it."""
State = Literal["held", "replaced", "returned", "destroyed", "lost", "may be out"]
"""The state of copies. `may be out`: nobody knows yet whether they were sent; holdings have none of these."""
RECEIPTS: tuple[Receipt, ...] = ("received", "replaced", "returned", "destroyed", "lost")
WITHDRAWN = "withdrawn"
"""The kind of the event that takes another back, such as a receipt: its fact `event` is the number of that."""
JOB = "job"
"""The kind of a delivery to a printer, of which nobody holds anything."""
LEAVES = "leaves"
"""The format of leaves that turn one edition into another, until they are put in."""
CopyLine = tuple[str, str, int, int, str]
"""Copies as events name them: delivery, format, number of a copy or 0, quantity, and the leaves that are in them."""
CopyKey = tuple[str, str, int, str]
"""Copies as they are known on a day: delivery, format, number of a copy or 0, and the leaves that are in them."""


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
    leaves: str = ""
    """The delivery of the leaves that were put in last, if any were."""

    @property
    def key(self) -> tuple[str, str, int]:
        """The delivery, the format and the number: what copies have in common for good."""
        return self.delivery, self.format, self.copy


@dataclass(frozen=True, slots=True)
class Delivery:
    """A delivery as it was planned, and how far it came."""

    id: str
    facts: Mapping[str, Any]
    state: str
    """The kind of its last event, but for receipts and what takes them back."""
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

    @property
    def kinds(self) -> frozenset[bool]:
        """The kinds of copies in it: true for printed ones, false for files."""
        return frozenset(is_on_paper(kind) for kind, _, _ in self.copies())

    def copies(self) -> Iterator[tuple[str, int, int]]:
        """Format, copy number and quantity of all that is in it."""
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
    """Whether copies in a format are on paper."""
    return format == LEAVES or format in PRINTED


def deliveries(events: Iterable[Event]) -> dict[str, Delivery]:
    """Every delivery by its id, in the order in which they were planned."""
    found: dict[str, Delivery] = {}
    for event in drop_withdrawn(events):
        if event.kind == "planned":
            found[event.subject] = Delivery(event.subject, event.facts, event.kind, event.day)
        elif event.subject in found and event.kind not in RECEIPTS:
            found[event.subject] = replace(found[event.subject], state=event.kind, since=event.day)
    return found


def drop_withdrawn(events: Iterable[Event]) -> tuple[Event, ...]:
    """The events that were not taken back, in their order, without those that take others back."""
    every = tuple(events)
    gone = {(event.subject, event.facts["event"]) for event in every if event.kind == WITHDRAWN}
    return tuple(one for one in every if one.kind != WITHDRAWN and (one.subject, one.number) not in gone)


def list_receipts(events: Iterable[Event]) -> tuple[Event, ...]:
    """The receipts that were not taken back, in the order in which they were entered."""
    return tuple(one for one in drop_withdrawn(events) if one.kind in RECEIPTS)


def compute_holdings(events: Sequence[Event], on: date | None = None) -> tuple[Holding, ...]:
    """Holdings, present and past, as they were at the end of a day; without one, after all that is written down.

    What was entered later about an earlier day counts on that day, and a receipt that was taken back on none. What was
    sent is held until the college says otherwise: nobody else can know.
    """
    planned = deliveries(events)
    counting = (event for event in drop_withdrawn(events) if event.kind in (*RECEIPTS, "sent"))
    told = sorted((event for event in counting if on is None or event.day <= on), key=lambda e: (e.day, e.number))
    shelves: dict[tuple[str, str], list[Holding]] = {}
    for event in told:
        delivery = planned.get(event.subject)
        if delivery is None:
            continue
        shelf = shelves.setdefault((delivery.college, delivery.title[0]), [])
        if event.kind == "sent":
            shelf += _sent(delivery, event.day)
            continue
        facts = event.facts
        lines: Iterable[Sequence[Any]] | None = facts.get("of")
        if lines is None:
            lines = select_copies(shelf, delivery, event.kind, facts.get("copies", ()), facts.get("quantity"))
        left: Counter[CopyKey] = Counter()
        for name, kind, number, quantity, *leaves in lines:  # older ledgers name no leaves
            left[name, kind, number, leaves[0] if leaves else ""] += quantity
        shelf[:] = tuple(_after_receipt(_likeliest_first(shelf, event.kind), delivery, event, left))
    return tuple(one for shelf in shelves.values() for one in shelf)


def _sent(delivery: Delivery, day: date) -> Iterator[Holding]:
    pack, edition = delivery.title
    texts = tuple(delivery.facts["briefings"])
    for kind, number, quantity in delivery.copies():
        yield Holding(
            delivery.college, pack, edition, kind, number, quantity, texts, delivery.id, "held", day,
            record=str(delivery.facts["record"]),
        )  # fmt: skip


def _likeliest_first(shelf: Sequence[Holding], kind: str) -> list[Holding]:
    """Sort each delivery by what an answer is about: a lost copy was hardly received, nor a received one lost."""
    order = {name: place for place, name in enumerate(dict.fromkeys(one.delivery for one in shelf))}

    def place(one: Holding) -> tuple[int, bool]:
        last = one.confirmed if kind == "lost" else kind == "received" and one.state == "lost"
        return order[one.delivery], last

    return sorted(shelf, key=place)


def _after_receipt(
    there: Iterable[Holding], delivery: Delivery, event: Event, left: Counter[CopyKey]
) -> Iterator[Holding]:
    """Holdings of a pack by a college, after what it said of some copies; `left` has those that were not there.

    Copies with the leaves that it names come first; then, as those leaves may have been taken back since, others of
    the same delivery.
    """
    exact = [(one, _taken(one, ((*one.key, one.leaves),), event, left)) for one in tuple(there)]
    for before, count in exact:
        mine = event.kind == "replaced" and before.delivery == delivery.id
        one = replace(before, confirmed=True) if mine else before
        if not (mine or one.leaves == delivery.id):
            same = tuple(key for key in left if key[:3] == one.key)
            count += _taken(replace(one, quantity=one.quantity - count), same, event, left)
        if count:
            yield _answered(replace(one, quantity=count), delivery, event)
        if count < one.quantity:
            yield replace(one, quantity=one.quantity - count)


def _taken(one: Holding, keys: Iterable[CopyKey], event: Event, left: Counter[CopyKey]) -> int:
    """The number of copies that an answer is about by these keys, which are taken off what is left."""
    taken = 0
    for key in keys if _is_open(one, event.kind) else ():
        count = min(left[key], one.quantity - taken)
        left[key] -= count
        taken += count
    return taken


def _is_open(one: Holding, kind: str) -> bool:
    """Whether a college can still give this kind of answer for copies."""
    return not one.confirmed if kind == "received" else one.state == "held"


def _answered(one: Holding, delivery: Delivery, event: Event) -> Holding:
    """Copies of which a college said something; those into which leaves were put are of the new edition."""
    if event.kind == "received":
        return replace(one, confirmed=True)
    if delivery.into and event.kind == "replaced" and one.delivery != delivery.id:
        texts, record = tuple(delivery.facts["briefings"]), str(delivery.facts["record"])
        edition = delivery.title[1]
        return replace(one, edition=edition, briefings=texts, record=record, since=event.day, leaves=delivery.id)
    state: State = event.kind  # type: ignore[assignment]
    return replace(one, state=state, since=event.day)


def select_copies(
    there: Sequence[Holding],
    delivery: Delivery,
    kind: str,
    copies: Iterable[int] = (),
    quantity: int | None = None,
    among: Sequence[Holding] | None = None,
) -> tuple[CopyLine, ...]:
    """The copies that an answer is about, of those of a pack that a college has: numbered ones, so many, or all.

    `replaced` is about what was there before; of leaves, about themselves and as many copies as they can be put into.
    `among` are those that it can be about in the order in which they are meant, where more is known of that.
    """
    able = list_answerable_copies(there, delivery, kind) if among is None else among
    if kind == "replaced":
        old = able
        if not delivery.into:
            return tuple(_first(old, quantity))
        leaves = [one for one in there if one.delivery == delivery.id and one.state == "held"]
        put_in = tuple(_first(leaves, quantity))
        return (*put_in, *_first(old, sum(line[3] for line in put_in)))
    own = list(able)
    if numbers := set(copies):
        own = [one for one in own if one.copy in numbers]
    elif quantity is not None:
        own = [one for one in own if not one.copy]
    return tuple(_first(own, quantity))


def list_answerable_copies(there: Sequence[Holding], delivery: Delivery, kind: str) -> tuple[Holding, ...]:
    """The copies that an answer of some kind to a delivery can be about: its own, or those that it replaces."""
    if kind == "replaced":
        return list_replaceable_copies(there, delivery)
    return tuple(one for one in there if one.delivery == delivery.id and _is_open(one, kind))


def list_replaceable_copies(there: Sequence[Holding], delivery: Delivery) -> tuple[Holding, ...]:
    """The copies of a pack that a college still holds, and that a delivery can take the place of.

    They were sent before it, as were their leaves, and are of another edition, not newer when it was planned;
    files give way to files only, paper to paper. Leaves go into printed copies of the edition that they are made for.
    """
    sent = {name: place for place, name in enumerate(dict.fromkeys(one.delivery for one in there))}
    here = sent.get(delivery.id, len(sent))
    earlier = (one for one in there if one.state == "held" and sent.get(one.leaves or one.delivery, here) < here)
    if into := delivery.into:
        return tuple(one for one in earlier if one.edition == into and one.format in PRINTED)
    kept = (delivery.title[1], *delivery.facts.get("newer", ()))
    return tuple(one for one in earlier if one.edition not in kept and is_on_paper(one.format) in delivery.kinds)


def _first(of: Iterable[Holding], quantity: int | None) -> Iterator[CopyLine]:
    """The first so many of some copies, or all of them."""
    left = quantity
    for one in of:
        count = one.quantity if left is None else min(left, one.quantity)
        if count:
            yield one.delivery, one.format, one.copy, count, one.leaves
        left = None if left is None else left - count


def find_holders(library: Library, files: Mapping[str, bytes], pack: str, edition: str, text: str) -> frozenset[str]:
    """The colleges that hold copies of an edition with a version of a text, by the ledger among the files."""
    events = use_present_ids(read_valid_events(files.get(LEDGER, b"")), present_ids(colleges_of(library.others)))
    held = (one for one in compute_holdings(events) if (one.pack, one.edition, one.state) == (pack, edition, "held"))
    return frozenset(one.college for one in held if text in one.briefings)


# States of deliveries, by the kinds of their events: planned → begun → committing → sent, or failed (certain:
# nothing arrived), or uncertain (only a person can tell). An act has one moment after which it may have happened: the
# rename of a folder, the last dot of a message. `committing` is on the disk before it, `sent` after it.

DELIVERY_STATES = ("planned", "begun", "committing", "sent", "failed", "uncertain")
FINAL_STATES = ("sent", "uncertain")
"""States after which nothing is done any more by itself."""
MAY_HAVE_ARRIVED = ("sent", "committing", "uncertain")
"""States of what has arrived, or may have."""


MIN_ID_LETTERS = 4
"""The letters of an id by which a delivery can be named."""


def find_delivery(what: str, known: Mapping[str, Delivery]) -> Delivery:
    """The delivery of an id, or of its first letters. Raises `UsageError`."""
    asked = what.casefold()
    if len(asked) < MIN_ID_LETTERS and asked not in known:
        raise UsageError(
            f"'{what}' is too short for the name of a delivery: write {MIN_ID_LETTERS} letters of it at least."
        )
    found = [one for name, one in known.items() if name.startswith(asked)]
    if not found:
        raise UsageError(f"There is no delivery '{what}': 'briefings deliver PACK --dry-run' lists those of a pack.")
    if len(found) > 1:
        names = ", ".join(one.id for one in found)
        raise UsageError(f"'{what}' could be one of {len(found)} deliveries: {names}. Write all of its letters.")
    return found[0]
