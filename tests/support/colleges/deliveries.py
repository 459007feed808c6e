"""Deliveries for tests: a ledger, what is to be delivered, and a kill at any line of ours."""

import gc
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from linecache import getline
from pathlib import Path
from types import FrameType
from typing import Any

from pipeline.core.digests import sha256
from pipeline.model.source.college import ChannelName
from pipeline.services.colleges.delivery_plan import PlannedDelivery, PlannedFile
from pipeline.services.colleges.delivery_runner import DeliveryOutcome as Outcome
from pipeline.services.colleges.delivery_runner import DeliveryRunner, Task, record_plan, run_deliveries
from pipeline.services.colleges.ledger import open_file_ledger
from pipeline.services.colleges.ledger_stores import Ledger, PostgresLedger
from pipeline.services.colleges.transport import Parcel, Transport

FILES = {"cover-note.txt": b"Nights\n\nYou receive:\n- nights.txt: text\n", "nights.txt": b"Words.\n.\n..\n" * 200}
MOMENT = datetime(2026, 11, 28, 9, 30, tzinfo=UTC)
LOCKS = ("with ", "async with ")
"""Lines that Python comes back to in order to let go of a lock, which a process that ends lets go of by itself."""
OURS = str(Path(__file__).parents[3] / "pipeline" / "services" / "colleges")


class Killed(BaseException):
    """Stands for SIGKILL: nothing of ours that runs after an error hears of it."""


@contextmanager
def killed_at(line: int) -> Iterator[list[int]]:
    """Be killed before the line of ours that is run as the so-manieth: every thread at the next line that it runs.

    Gives how many lines were run. Threads share their work differently each time: a run may be over before that line.
    """
    run, dead, before = [0], set[int](), set(threading.enumerate())

    def trace(frame: FrameType, event: str, _: Any) -> Any:
        if not frame.f_code.co_filename.startswith(OURS) or frame.f_code.co_name in ("work", "_put_answer"):
            return None  # those tell another thread of an end, which a process need not do
        if event == "line" and not getline(frame.f_code.co_filename, frame.f_lineno).lstrip().startswith(LOCKS):
            run[0] += 1
            if 0 < line <= run[0] and threading.get_ident() not in dead:
                dead.add(threading.get_ident())
                raise Killed
        return trace

    earlier = sys.gettrace()
    threading.settrace(trace)
    sys.settrace(trace)
    try:
        yield run
        assert line or run[0], f"no line below {OURS} was run"
    except Killed:
        pass
    finally:
        sys.settrace(earlier)
        threading.settrace(earlier)  # type: ignore[arg-type]
        for thread in set(threading.enumerate()) - before:
            if thread.name.startswith("delivery"):
                thread.join(120)
        gc.collect()  # what a process that ended would have let go of


def planned(number: int, channel: ChannelName = "folder", to: str = "in") -> tuple[PlannedDelivery, ...]:
    """Deliveries of one text to some colleges."""
    file = PlannedFile("text", "nights.txt", sha256(FILES["nights.txt"]), len(FILES["nights.txt"]))
    return tuple(
        PlannedDelivery(
            f"delivery{n}", f"college-{n}", "nights", "Autumn 2026", "r" * 64, "C", channel, to, (file,), ("a@1.0",)
        )
        for n in range(number)
    )


def ledger_at(database: str, home: Path) -> Ledger:
    """A ledger in a folder: of a database, or of its own file."""
    return PostgresLedger(home, database) if database else open_file_ledger(home)


def kept_ledger_in(home: Path) -> Ledger:
    """A ledger of a file, in a folder."""
    return open_file_ledger(home)


def made(
    kept: Ledger,
    those: Sequence[PlannedDelivery],
    transport: Transport,
    files: Mapping[str, bytes] = FILES,
    now: datetime = MOMENT,
) -> Mapping[str, Outcome]:
    """What came of deliveries by a transport, without pauses."""
    runner = DeliveryRunner(kept, lambda: now, "2026-11-28", lambda _: None)
    record_plan(runner, those)
    letter = files["cover-note.txt"].decode()
    tasks = [
        Task(one, transport, partial(Parcel, one.id, one.to, "Nights, Autumn 2026", files, letter)) for one in those
    ]
    return run_deliveries(runner, tasks, lambda task, outcome: None)


def kinds(kept: Ledger, kind: str) -> list[str]:
    """The deliveries that have an event of a kind, in the order of the events."""
    return [event.subject for event in kept.events() if event.kind == kind]
