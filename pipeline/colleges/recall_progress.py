"""Progress of a recall: which college was told on which day, what it answered, and what is open there. Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.colleges.holdings import WITHDRAWN, Holding, deliveries, holdings
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.recalls import Recall, is_recalled, number_of, still_open

TOLD = "told"
"""The kind of the event that says that a notice of a recall was sent to a college; its subject is the recall's name."""
NOTICED = "received"
"""The kind of the event by which a college says that it got a notice; its subject is the recall's name."""


@dataclass(frozen=True, slots=True)
class AskedCollege:
    """A college in a recall: its copies, when it was told, and what it answered."""

    college: str
    open: tuple[Holding, ...] = ()
    """The copies that are not accounted for."""
    answered: tuple[Holding, ...] = ()
    """The copies that are, each with what became of it; of a copy with new leaves the new edition."""
    let_go: tuple[Holding, ...] = ()
    """The copies that were open when the recall was lifted: nobody asks for them any more."""
    told: tuple[date, ...] = ()
    """The days on which it was sent a notice."""
    confirmed: date | None = None
    """The day on which it said that it got one."""

    @property
    def is_told(self) -> bool:
        """Whether it knows of the recall: it was sent a notice, or says that it got one."""
        return bool(self.told or self.confirmed)

    @property
    def copies(self) -> int:
        """The number of its copies in the recall."""
        return number_of((*self.open, *self.answered, *self.let_go))


def tellings(events: Sequence[Event], recall: str) -> tuple[Event, ...]:
    """The events on notices of a recall that were not taken back."""
    own = [event for event in events if event.subject == recall]
    gone = {event.facts["event"] for event in own if event.kind == WITHDRAWN}
    return tuple(event for event in own if event.kind in (TOLD, NOTICED) and event.number not in gone)


def progress(events: Sequence[Event], recall: Recall) -> tuple[AskedCollege, ...]:
    """The colleges of a recall in order, those that have answered included; of one that was lifted as it stood then."""
    then = tuple(event for event in events if not recall.lift or event.number < recall.lift)
    asked = replace(recall, lifted="")
    out, done, said = still_open(then, asked), _answered(then, asked), tellings(events, recall.name)
    names = {one.college for one in (*out, *done)} | {str(event.facts["college"]) for event in said}
    found = (_college(name, out, done, said) for name in sorted(names))
    return tuple(replace(one, open=(), let_go=one.open) if recall.lifted else one for one in found)


def _college(name: str, out: Sequence[Holding], done: Sequence[Holding], said: Sequence[Event]) -> AskedCollege:
    own = [event for event in said if event.facts["college"] == name]
    return AskedCollege(
        name,
        tuple(one for one in out if one.college == name),
        tuple(one for one in done if one.college == name),
        told=tuple(sorted(event.day for event in own if event.kind == TOLD)),
        confirmed=max((event.day for event in own if event.kind == NOTICED), default=None),
    )


def _answered(events: Sequence[Event], recall: Recall) -> tuple[Holding, ...]:
    """The copies that were asked for, or sent since, and of which something has become."""
    asked = {copy[:3] for copy in recall.copies}
    later = {event.subject for event in events if event.kind == "sent" and event.number > recall.number}
    before = tuple(event for event in events if event.number < recall.number)
    planned = deliveries(events)
    return tuple(
        replace(one, quantity=many)
        for one, many in (_settled(events, recall) - _settled(before, recall)).items()
        if one.key in asked
        or is_recalled(one, recall)
        or (one.delivery in later and _was_recalled(planned[one.delivery].facts, recall))
    )


def _settled(events: Sequence[Event], recall: Recall) -> Counter[Holding]:
    """The copies that are accounted for, counted by what became of them on which day."""
    found = Counter[Holding]()
    for one in holdings(events):
        if not (one.state == "held" and is_recalled(one, recall)):
            found[replace(one, quantity=0, confirmed=False)] += one.quantity
    return found


def _was_recalled(facts: Mapping[str, Any], recall: Recall) -> bool:
    """Whether a delivery was of words that are recalled, as it was sent."""
    return bool(recall.holds_in(facts["pack"], facts["edition"], facts["briefings"]))


def answers_in_words(one: AskedCollege) -> str:
    """The answers of a college: '20 destroyed, 2 replaced'; copies with new leaves count as replaced."""
    counted: dict[str, int] = {}
    for copy in one.answered:
        state = "replaced" if copy.state == "held" else copy.state
        counted[state] = counted.get(state, 0) + copy.quantity
    return ", ".join(f"{many} {state}" for state, many in counted.items())
