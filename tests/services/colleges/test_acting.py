"""Deliveries side by side: one that hangs or fails holds up no other."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.services.colleges.delivery_runner import (
    MAX_PARCELS,
    MAX_PER_SERVER,
    DeliveryRunner,
    Task,
    record_plan,
    run_deliveries,
)
from pipeline.services.colleges.delivery_runner import DeliveryOutcome as Outcome
from pipeline.services.colleges.transport import DeliveryFailed, HandOver, Parcel, Transport
from tests.support.colleges.deliveries import FILES, MOMENT, kept_ledger_in, kinds, planned


@dataclass
class Fake:
    """A transport that does as it is told, and knows how many came at once."""

    where: str
    act: Callable[[], None] = lambda: None
    most: int = 0
    now: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def prepare(self, parcel: Parcel) -> Callable[[], str]:
        """Act, and be counted."""
        with self.lock:
            self.now += 1
            self.most = max(self.most, self.now)
        try:
            self.act()
        finally:
            with self.lock:
                self.now -= 1
        return lambda: "receipt"

    def find(self, hand_over: HandOver) -> str | None:
        """Nothing."""
        return None


def delivered(
    home: Path,
    transports: Sequence[Transport],
    tell: Callable[[Task, Outcome], None],
    pauses: list[float] | None = None,
) -> dict[str, Outcome]:
    """Outcome of a delivery by each of some transports."""
    waits = pauses if pauses is not None else []
    kept = kept_ledger_in(home)
    runner = DeliveryRunner(kept, lambda: MOMENT, "2026-11-28", waits.append)
    those = planned(len(transports))
    record_plan(runner, those)
    parcels = {one.id: Parcel(one.id, one.to, "Nights", FILES, "") for one in those}
    tasks = [
        Task(one, transport, lambda one=one: parcels[one.id]) for one, transport in zip(those, transports, strict=True)
    ]
    outcomes = dict(run_deliveries(runner, tasks, tell))
    kept.close()
    return outcomes


def test_a_server_that_hangs_holds_up_no_other(tmp_path: Path) -> None:
    """More of its colleges than it is given at once wait; all others have theirs meanwhile."""
    others, told = threading.Event(), list[str]()
    slow = Fake("slow", lambda: None if others.wait(120) else pytest.fail("the others had to wait"))
    quick = Fake("quick")

    def tell(task: Task, outcome: Outcome) -> None:
        told.append(task.transport.where)
        if told.count("quick") == 5 and not others.is_set():
            for _ in range(2000):
                if slow.now == MAX_PER_SERVER:
                    break
                time.sleep(0.05)
            others.set()

    outcomes = delivered(tmp_path, [slow] * (MAX_PER_SERVER + 2) + [quick] * 5, tell)
    assert told == ["quick"] * 5 + ["slow"] * (MAX_PER_SERVER + 2)
    assert {outcome.state for outcome in outcomes.values()} == {"sent"}
    assert slow.most == MAX_PER_SERVER
    assert kept_ledger_in(tmp_path).faults() == ()


@pytest.mark.proof
def test_only_so_many_parcels_are_in_memory(tmp_path: Path) -> None:
    """However many servers there are; each waits for its turn before its parcel is put together."""
    now, most, lock = 0, 0, threading.Lock()

    def act() -> None:
        nonlocal now, most
        with lock:
            now += 1
            most = max(most, now)
        time.sleep(0.5)
        with lock:
            now -= 1

    outcomes = delivered(
        tmp_path, [Fake(f"server {n}", act) for n in range(MAX_PARCELS + 8)], lambda task, outcome: None
    )
    assert {outcome.state for outcome in outcomes.values()} == {"sent"}
    assert most <= MAX_PARCELS


def test_what_may_pass_is_tried_three_times_with_growing_pauses(tmp_path: Path) -> None:
    """And what will not, once; each try is on record."""

    def refuse(passing: bool) -> Callable[[], None]:
        def act() -> None:
            raise DeliveryFailed("hangs", "No answer", passing)

        return act

    pauses: list[float] = []
    transports = [Fake("a", refuse(True)), Fake("b", refuse(False))]
    outcomes = delivered(tmp_path, transports, lambda task, outcome: None, pauses)
    ends = [(outcomes[f"delivery{n}"].state, outcomes[f"delivery{n}"].tries) for n in range(2)]
    assert ends == [("failed", 3), ("failed", 1)]
    assert pauses == sorted(pauses)
    assert len(pauses) == 2
    assert sorted(kinds(kept_ledger_in(tmp_path), "failed")) == ["delivery0"] * 3 + ["delivery1"]


def test_a_fault_of_ours_is_not_swallowed(tmp_path: Path) -> None:
    """The others come to their ends before it is raised."""

    def fault() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        delivered(tmp_path, [Fake("a", fault), Fake("b")], lambda task, outcome: None)
    assert kinds(kept_ledger_in(tmp_path), "sent") == ["delivery1"]
