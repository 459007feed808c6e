"""Acting on a plan of deliveries: what is on record decides what is done next, so that it may be killed anywhere.

Killed before the one moment of a delivery, it is done again; killed within it, the transport is asked; and what nobody
can answer is left to a person, and never sent again by itself.

Each delivery has a thread of its own, so that a server that hangs holds up none but its own colleges. The threads are
not waited for where the command is stopped: they go with the process, as if it had been killed.
"""

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from typing import Any

from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.colleges.deliveries.states import ENDED, STATES
from pipeline.colleges.deliveries.transport import (
    CannotAsk,
    NobodyKnows,
    NotDelivered,
    Parcel,
    Transport,
    Trouble,
    receipt_of,
)
from pipeline.colleges.holdings import deliveries
from pipeline.colleges.ledger.events import instant
from pipeline.colleges.ledger.kept import Ledger
from pipeline.core.digests import sha256

PAUSES = (2.0, 10.0)
"""Seconds before the second try and the third."""
AT_ONCE = 4
"""Deliveries that one server is given at once; servers take only so many from one machine."""
PARCELS = 32
"""Deliveries that are under way at once, over all servers: each has its parcel in memory."""


@dataclass(frozen=True, slots=True)
class Task:
    """A delivery that a machine makes: the transport, and the parcel, put together when its turn comes."""

    delivery: PlannedDelivery
    transport: Transport
    parcel: Callable[[], Parcel]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Result of a delivery: its state, or `elsewhere` where another process works on it."""

    state: str
    trouble: Trouble | None = None
    reason: str = ""
    again: bool = False
    """Whether another try may go better."""
    tries: int = 1


@dataclass(frozen=True, slots=True)
class Clerk:
    """The means to act: the ledger, the clock, the day that events tell of, and how to wait."""

    ledger: Ledger
    clock: Callable[[], datetime]
    day: str
    wait: Callable[[float], None]

    def note(self, kind: str, delivery: str, facts: Mapping[str, Any]) -> None:
        """Put an event on record, on the disk."""
        self.ledger.add(instant(self.clock()), kind, delivery, facts, unless=ENDED)


def put_on_record(clerk: Clerk, planned: Iterable[PlannedDelivery]) -> None:
    """Put what is planned on record, each delivery once, whoever else plans it at the same time."""
    for one in planned:
        if not clerk.ledger.events_of(one.id):
            clerk.ledger.add(instant(clerk.clock()), "planned", one.id, {**one.facts(), "on": clerk.day}, unless=STATES)


def deliver(clerk: Clerk, tasks: Sequence[Task], tell: Callable[[Task, Outcome], None]) -> Mapping[str, Outcome]:
    """Bring every delivery to an end, each in a thread of its own. Each end is told, by this thread."""
    ended: SimpleQueue[tuple[Task, Outcome | BaseException]] = SimpleQueue()
    lanes = {task.transport.where: threading.Semaphore(AT_ONCE) for task in tasks}
    room = threading.Semaphore(PARCELS)

    def work(task: Task) -> None:
        try:
            ended.put((task, _tried(clerk, task, lanes[task.transport.where], room)))
        except BaseException as fault:
            ended.put((task, fault))

    for task in tasks:
        threading.Thread(target=partial(work, task), name=task.delivery.id, daemon=True).start()
    outcomes, faults = dict[str, Outcome](), list[BaseException]()
    for _ in tasks:
        task, end = ended.get()
        if isinstance(end, BaseException):
            faults.append(end)
            continue
        outcomes[task.delivery.id] = end
        tell(task, end)
    if faults:  # of ours: the others have come to their ends
        raise faults[0]
    return outcomes


def _tried(clerk: Clerk, task: Task, lane: threading.Semaphore, room: threading.Semaphore) -> Outcome:
    """A delivery, tried until it is at an end or the tries are; it waits without holding up others."""
    outcome = Outcome("planned")
    for number, pause in enumerate((0, *PAUSES), 1):
        if pause:
            clerk.wait(pause)
        with lane, room:
            outcome = replace(_advanced(clerk, task, number), tries=number)
        if not outcome.again:
            break
    return outcome


def _advanced(clerk: Clerk, task: Task, number: int) -> Outcome:
    """A delivery, from wherever it stands, as far as one try brings it; nobody else works on it meanwhile."""
    id_ = task.delivery.id
    with clerk.ledger.holding(id_) as ours:
        if not ours:
            return Outcome("elsewhere")
        events = clerk.ledger.events_of(id_)
        known = deliveries(events)[id_]
        if known.state in ENDED:
            return Outcome(known.state)
        try:
            receipt = None
            if known.state == "committing":
                last = [event for event in events if event.kind == "committing"][-1]
                moment, digest = datetime.fromisoformat(last.at), str(last.facts.get("receipt", ""))
                receipt = task.transport.find(id_, task.delivery.to, moment, digest)
            if receipt is None:
                parcel = task.parcel()
                clerk.note("begun", id_, {"try": number})
                commit = task.transport.prepare(parcel)
                clerk.note("committing", id_, {"receipt": sha256(receipt_of(parcel))})
                receipt = commit()
        except NotDelivered as failure:
            clerk.note("failed", id_, {"reason": failure.reason, "try": number})
            return Outcome("failed", failure.trouble, failure.reason, failure.passing)
        except NobodyKnows as doubt:
            clerk.note("uncertain", id_, {"reason": str(doubt)})
            return Outcome("uncertain", reason=str(doubt))
        except CannotAsk as closed:
            return Outcome("committing", "late" if closed.late else None, closed.reason)
        clerk.note("sent", id_, {"by": "channel", "on": clerk.day, "receipt": receipt})
        return Outcome("sent")
