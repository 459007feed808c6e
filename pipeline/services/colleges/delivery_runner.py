"""Run planned deliveries in parallel; a kill at any moment neither loses nor repeats one.

The ledger decides the next step. After a kill before the last step, the delivery is prepared again. After a kill during
that step, the program asks the transport; if the transport does not know, a person decides. Each delivery has its own
thread, so that a server that hangs delays only its own colleges. The threads end with the command.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from queue import SimpleQueue
from typing import Any

from pipeline.services.colleges.delivery_plan import PlannedDelivery
from pipeline.services.colleges.holdings import FINAL_STATES, list_deliveries
from pipeline.services.colleges.ledger_events import DELIVERY_STATES, Event, EventKind, format_instant
from pipeline.services.colleges.ledger_stores import Ledger
from pipeline.services.colleges.transport import (
    DeliveryFailed,
    FailureKind,
    HandOver,
    OutcomeUnknown,
    Parcel,
    ServerUnavailable,
    Transport,
)

RETRY_PAUSES = (2.0, 10.0)
"""Seconds before the second try and the third."""
MAX_PER_SERVER = 4
"""Deliveries to one server at a time; servers limit connections from one machine."""
MAX_PARCELS = 32
"""Deliveries at a time over all servers; each has its parcel in memory."""


@dataclass(frozen=True, slots=True)
class Task:
    """A delivery that the program makes; the parcel is put together when its turn comes."""

    delivery: PlannedDelivery
    transport: Transport
    parcel: Callable[[], Parcel]


@dataclass(frozen=True, slots=True)
class DeliveryOutcome:
    """The state of a delivery after the run; `elsewhere` if another process works on it."""

    state: str
    failure: FailureKind | None = None
    reason: str = ""
    again: bool = False
    """Whether a retry may help."""
    tries: int = 1


@dataclass(frozen=True, slots=True)
class DeliveryRunner:
    """The ledger and the clock of a run."""

    ledger: Ledger
    clock: Callable[[], datetime]
    day: str
    """The day that events name."""
    wait: Callable[[float], None]

    def record(self, kind: str, delivery: str, facts: Mapping[str, Any]) -> None:
        """Add an event, on the disk, unless the delivery has ended."""
        self.ledger.add(format_instant(self.clock()), kind, delivery, facts, unless=FINAL_STATES)


def record_plan(runner: DeliveryRunner, planned: Iterable[PlannedDelivery]) -> None:
    """Record each planned delivery once, even if another process plans it at the same time."""
    for delivery in planned:
        if not runner.ledger.events_of(delivery.id):
            at, facts = format_instant(runner.clock()), {**delivery.facts(), "on": runner.day}
            runner.ledger.add(at, EventKind.PLANNED, delivery.id, facts, unless=DELIVERY_STATES)


def run_deliveries(
    runner: DeliveryRunner, tasks: Sequence[Task], report: Callable[[Task, DeliveryOutcome], None]
) -> Mapping[str, DeliveryOutcome]:
    """Run every delivery in a thread of its own; report each outcome from this thread."""
    ended: SimpleQueue[tuple[Task, DeliveryOutcome | BaseException]] = SimpleQueue()
    lanes = {task.transport.where: threading.Semaphore(MAX_PER_SERVER) for task in tasks}
    memory = threading.Semaphore(MAX_PARCELS)

    def work(task: Task) -> None:
        try:
            outcome = DeliveryOutcome(EventKind.PLANNED)
            for number, pause in enumerate((0, *RETRY_PAUSES), 1):
                if pause:
                    runner.wait(pause)
                with lanes[task.transport.where], memory:
                    outcome = replace(_try_delivery(runner, task, number), tries=number)
                if not outcome.again:
                    break
            ended.put((task, outcome))
        except BaseException as error:
            ended.put((task, error))

    for task in tasks:
        threading.Thread(target=partial(work, task), name=task.delivery.id, daemon=True).start()
    outcomes, faults = dict[str, DeliveryOutcome](), list[BaseException]()
    for _ in tasks:
        task, outcome = ended.get()
        if isinstance(outcome, BaseException):
            faults.append(outcome)
            continue
        outcomes[task.delivery.id] = outcome
        report(task, outcome)
    if faults:  # of ours, after all other deliveries have ended
        raise faults[0]
    return outcomes


def _try_delivery(runner: DeliveryRunner, task: Task, number: int) -> DeliveryOutcome:
    """Continue a delivery from its state in the ledger, with its subject locked."""
    id_ = task.delivery.id
    with runner.ledger.lock_subject(id_) as locked:
        if not locked:
            return DeliveryOutcome("elsewhere")
        events = runner.ledger.events_of(id_)
        state = list_deliveries(events)[id_].state
        if state in FINAL_STATES:
            return DeliveryOutcome(state)
        try:
            receipt = None
            if state == EventKind.COMMITTING:
                receipt = task.transport.find(_hand_over_of(task.delivery, events))
            if receipt is None:
                parcel = task.parcel()
                runner.record(EventKind.BEGUN, id_, {"try": number})
                commit = task.transport.prepare(parcel)
                runner.record(EventKind.COMMITTING, id_, {"receipt": parcel.hand_over.receipt})
                receipt = commit()
        except DeliveryFailed as failure:
            runner.record(EventKind.FAILED, id_, {"reason": failure.reason, "try": number})
            return DeliveryOutcome(EventKind.FAILED, failure.kind, failure.reason, failure.passing)
        except OutcomeUnknown as unknown:
            runner.record(EventKind.UNCERTAIN, id_, {"reason": str(unknown)})
            return DeliveryOutcome(EventKind.UNCERTAIN, reason=str(unknown))
        except ServerUnavailable as unavailable:
            return DeliveryOutcome(EventKind.COMMITTING, "late" if unavailable.late else None, unavailable.reason)
        runner.record(EventKind.SENT, id_, {"by": "channel", "on": runner.day, "receipt": receipt})
        return DeliveryOutcome(EventKind.SENT)


def _hand_over_of(delivery: PlannedDelivery, events: Sequence[Event]) -> HandOver:
    """Return the last step that the ledger says had begun."""
    last = [event for event in events if event.kind == "committing"][-1]
    return HandOver(delivery.id, delivery.to, str(last.facts.get("receipt", "")), datetime.fromisoformat(last.at))
