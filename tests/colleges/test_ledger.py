"""The ledger: events are only added, each follows from the one before, and a table repeats them."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import pytest
import sqlalchemy as sa

from pipeline.colleges.ledger.database import LedgerDatabase
from pipeline.colleges.ledger.events import FIRST, Event, canonical, digest_of, event_after, first_fault
from pipeline.colleges.ledger.kept import KeptLedger, Restored
from pipeline.colleges.ledger.table import as_rows, read_table, readable_events
from pipeline.core.errors import EnvironmentFailure

AT = "2026-11-28T09:30:00Z"
FACTS = {"college": "fellbrook", "quantity": 24, "on": "2026-11-27", "words": "a 'b', \"c\"; ŵ"}


@pytest.fixture
def kept(database: str, tmp_path: Path) -> Iterator[KeptLedger]:
    """An empty ledger with its table."""
    kept = KeptLedger(LedgerDatabase(database), tmp_path / "source/ledger.csv")
    yield kept
    kept.ledger.close()


def written(kept: KeptLedger, number: int) -> tuple[Event, ...]:
    """The events of a ledger in which some deliveries were sent."""
    for one in range(number):
        kept.add(AT, "sent", f"delivery-{one}", FACTS)
    return kept.ledger.events()


def told(faults: tuple[object, ...]) -> list[str]:
    """Codes and sentences of remarks, without their hints."""
    return [str(fault).splitlines()[0].split(" error ")[1] for fault in faults]


def forged(ledger: LedgerDatabase, *statements: str) -> None:
    """Change events although the database refuses it, as somebody could who takes the triggers off."""
    lite = ledger._engine.dialect.name == "sqlite"
    off = ["DROP TRIGGER no_update", "DROP TRIGGER no_delete"] if lite else ["DROP TRIGGER only_added ON events"]
    with ledger._engine.begin() as connection:
        for statement in (*off, *statements):
            connection.exec_driver_sql(statement)


def test_an_event_says_what_was_told_to_it_and_follows_the_one_before(kept: KeptLedger) -> None:
    """The facts come back as they were, whatever letters they hold."""
    first, second = written(kept, 2)
    assert (first.number, first.previous, second.previous) == (1, FIRST, first.digest)
    assert dict(first.facts) == FACTS
    assert str(first.day) == "2026-11-27"


def test_the_hash_of_an_event_is_this_one_in_ten_years_too() -> None:
    """Hashes that were written down elsewhere must be found again."""
    event = event_after(None, AT, "sent", "3f9a", {"college": "fellbrook"})
    assert event.digest == "53cd3f04627e6fc6298753fa1c0084423f9ddfb07867bf843c03a7463a990785"


@pytest.mark.parametrize(
    "statement",
    ["UPDATE events SET kind = 'failed'", "DELETE FROM events", "TRUNCATE events"],
)
def test_the_database_refuses_to_change_events(kept: KeptLedger, statement: str) -> None:
    """Whoever asks it."""
    written(kept, 2)
    if statement.startswith("TRUNCATE") and kept.ledger._is_file:
        pytest.skip("SQLite has no TRUNCATE")
    with pytest.raises(sa.exc.DBAPIError, match="only added"), kept.ledger._engine.begin() as connection:
        connection.exec_driver_sql(statement)
    assert len(kept.ledger.events()) == 2


@pytest.mark.parametrize(
    ("forgery", "broken"),
    [
        (("UPDATE events SET said = '{}' WHERE number = 2",), 2),
        (("UPDATE events SET at = '2025-01-01T00:00:00Z' WHERE number = 3",), 3),
        (("DELETE FROM events WHERE number = 2",), 2),
        (
            (
                "UPDATE events SET number = -2 WHERE number = 2",
                "UPDATE events SET number = 2 WHERE number = 3",
                "UPDATE events SET number = 3 WHERE number = -2",
            ),
            2,
        ),
    ],
    ids=["a fact", "a date", "dropped", "swapped"],
)
def test_an_event_that_was_changed_is_found_and_brought_back(
    kept: KeptLedger, tmp_path: Path, forgery: tuple[str, ...], broken: int
) -> None:
    """The table has it as it was written; what the database held is put aside."""
    before = written(kept, 4)
    forged(kept.ledger, *forgery)
    assert told(kept.check())[0] == f"ledger-broken: Event {broken} of the ledger does not follow from {broken - 1}."
    restored, faults = kept.restore(tmp_path / "aside.db")
    assert (restored.events, faults) == (4, ())
    assert kept.ledger.events() == before
    assert kept.check() == ()
    assert first_fault(LedgerDatabase(f"sqlite:///{tmp_path}/aside.db").events()) == broken


def test_events_that_were_cut_off_the_end_are_found(kept: KeptLedger) -> None:
    """The chain alone would hold."""
    written(kept, 4)
    forged(kept.ledger, "DELETE FROM events WHERE number > 2")
    assert first_fault(kept.ledger.events()) is None
    assert told(kept.check()) == ["ledger-behind: The ledger ends with event 2, and its table has 2 more."]


def test_a_database_that_is_lost_is_made_again_from_the_table(kept: KeptLedger, tmp_path: Path) -> None:
    before = written(kept, 5)
    other = KeptLedger(LedgerDatabase(f"sqlite:///{tmp_path}/other/ledger.db"), kept.table)
    assert told(other.catch_up()) == ["ledger-behind: The ledger ends with event 0, and its table has 5 more."]
    assert other.restore(tmp_path / "aside.db") == (Restored(5, ()), ())
    assert other.ledger.events() == before
    assert not (tmp_path / "aside.db").exists()


def test_a_first_line_that_was_cut_off_is_written_again(kept: KeptLedger) -> None:
    """The heads were whole already."""
    written(kept, 1)
    whole = kept.table.read_bytes()
    for length in (5, len(whole.splitlines(keepends=True)[0]), 150):
        kept.table.write_bytes(whole[:length])
        assert KeptLedger(kept.ledger, kept.table).catch_up() == ()
        assert kept.table.read_bytes() == whole


def test_a_table_that_is_behind_is_caught_up_and_loses_nothing(kept: KeptLedger, tmp_path: Path) -> None:
    """As after an older commit was checked out."""
    events = written(kept, 5)
    kept.table.write_bytes(as_rows(events[:2]))
    again = KeptLedger(kept.ledger, kept.table)
    assert again.restore(tmp_path / "aside.db") == (Restored(5, ()), ())
    assert again.ledger.events() == events
    assert read_table(kept.table.read_bytes()) == (events, ())


def test_events_of_one_side_of_a_fork_are_listed(kept: KeptLedger, tmp_path: Path) -> None:
    """The table is of the other side: what only this one knew is put aside, and told."""
    events = written(kept, 3)
    kept.table.write_bytes(as_rows((*events[:2], event_after(events[1], AT, "failed", "other", {}))))
    restored, faults = KeptLedger(kept.ledger, kept.table).restore(tmp_path / "aside.db")
    assert (restored.left_out, faults) == (events[2:], ())
    assert LedgerDatabase(f"sqlite:///{tmp_path}/aside.db").events() == events


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_table_that_was_cut_off_is_caught_up(kept: KeptLedger, cut: int) -> None:
    """As where the machine went off while a line was being written."""
    written(kept, 3)
    whole = kept.table.read_bytes()
    kept.table.write_bytes(whole[:-cut])
    again = KeptLedger(kept.ledger, kept.table)
    assert again.catch_up() == ()
    assert kept.table.read_bytes() == whole


def test_a_table_that_is_missing_is_written_again(kept: KeptLedger) -> None:
    written(kept, 3)
    whole = kept.table.read_bytes()
    kept.table.unlink()
    assert KeptLedger(kept.ledger, kept.table).catch_up() == ()
    assert kept.table.read_bytes() == whole


def test_two_processes_that_write_in_turn_leave_one_table(kept: KeptLedger) -> None:
    other = KeptLedger(kept.ledger, kept.table)
    for number in range(6):
        (kept, other)[number % 2].add(AT, "sent", f"delivery-{number}", FACTS)
    assert read_table(kept.table.read_bytes()) == (kept.ledger.events(), ())


def _add_many(database: str, table: Path, who: int) -> None:
    kept = KeptLedger(LedgerDatabase(database), table)
    for number in range(25):
        kept.add(AT, "sent", f"{who}-{number}", FACTS)


@pytest.mark.proof
def test_writers_at_once_never_fork_the_chain(database: str, tmp_path: Path) -> None:
    table = tmp_path / "source/ledger.csv"
    with ProcessPoolExecutor(4, get_context("spawn")) as pool:
        list(pool.map(_add_many, [database] * 4, [table] * 4, range(4)))
    kept = KeptLedger(LedgerDatabase(database), table)
    assert len(kept.ledger.events()) == 100
    assert kept.check() == ()


def _count_many(database: str, table: Path) -> None:
    kept = KeptLedger(LedgerDatabase(database), table)
    for _ in range(20):
        kept.add_after(AT, lambda known: ("sent", f"number-{len(known)}", {"before": len(known)}))


@pytest.mark.proof
def test_an_event_follows_from_all_before_it(database: str, tmp_path: Path) -> None:
    """No other is added between the look at them and its entry."""
    table = tmp_path / "source/ledger.csv"
    with ProcessPoolExecutor(3, get_context("spawn")) as pool:
        list(pool.map(_count_many, [database] * 3, [table] * 3))
    kept = KeptLedger(LedgerDatabase(database), table)
    assert [event.facts["before"] for event in kept.ledger.events()] == list(range(60))
    assert kept.check() == ()


def test_what_cannot_follow_leaves_the_ledger_as_it_was(kept: KeptLedger) -> None:
    """The next one is added all the same."""
    written(kept, 2)
    with pytest.raises(ZeroDivisionError):
        kept.add_after(AT, lambda known: ("sent", f"{1 // 0}", {}))
    assert len(written(kept, 1)) == 3


def test_of_several_events_all_are_added_or_none(kept: KeptLedger) -> None:
    with pytest.raises(ZeroDivisionError):
        kept.add_all(AT, [lambda known: ("sent", "first", {}), lambda known: ("sent", f"{1 // 0}", {})])
    assert (kept.events(), kept.check()) == ((), ())
    first, second = kept.add_all(AT, [lambda known: ("sent", f"after-{len(known)}", {})] * 2)
    assert kept.events() == (first, second)
    assert (second.subject, kept.check()) == ("after-1", ())


def test_an_event_is_added_once_where_the_last_one_forbids_it(kept: KeptLedger) -> None:
    """Two processes may not both plan a delivery."""
    assert kept.add(AT, "planned", "3f9a", FACTS, unless={"planned", "sent"})
    assert kept.add(AT, "planned", "3f9a", FACTS, unless={"planned", "sent"}) is None
    assert [event.kind for event in kept.ledger.events_of("3f9a")] == ["planned"]


def test_a_subject_is_worked_on_by_one_at_a_time(kept: KeptLedger) -> None:
    with kept.ledger.holding("3f9a") as first, kept.ledger.holding("3f9a") as second:
        assert (first, second) == (True, False)
    with kept.ledger.holding("3f9a") as third:
        assert third


def test_a_copy_is_whole(kept: KeptLedger, tmp_path: Path) -> None:
    events = written(kept, 3)
    kept.ledger.copy_to(tmp_path / "backup.db")
    assert LedgerDatabase(f"sqlite:///{tmp_path}/backup.db").events() == events


def test_a_very_long_reason_that_is_on_record_is_read(kept: KeptLedger) -> None:
    """Servers of colleges have sent such, and the table must not be lost by them."""
    kept.add(AT, "failed", "delivery", {"reason": "x" * 200_000})
    again = KeptLedger(kept.ledger, kept.table)
    assert (again.catch_up(), again.check()) == ((), ())
    assert read_table(kept.table.read_bytes()) == (kept.ledger.events(), ())


FILE = {"format": "text", "name": "a.txt", "sha256": "", "bytes": 1, "quantity": 1, "copies": []}
PLAN = dict.fromkeys(("college", "pack", "edition", "record", "code", "channel", "to", "what"), "") | {"briefings": []}
JUNK = {
    "list": ("destroyed", "[]", "'said' is not written as this program writes it"),
    "no JSON": ("destroyed", "{", "'said' is no JSON"),
    "deep": ("destroyed", "[" * 100_000 + "]" * 100_000, "'said' is no JSON"),
    "NaN": ("destroyed", '{"quantity":NaN}', "'said' is no JSON"),
    "many digits": ("destroyed", '{"quantity":1' + "0" * 5000 + "}", "'said' is no JSON"),
    "no day": ("destroyed", '{"on":5}', "'said' has no valid 'on'"),
    "day": ("destroyed", '{"on":"9999-99-99"}', "'said' has no valid 'on'"),
    "words": ("destroyed", '{"on":"2026-06-01","quantity":"many"}', "'said' has no valid 'quantity'"),
    "less than none": ("destroyed", '{"quantity":-5}', "'said' has no valid 'quantity'"),
    "far too many": ("destroyed", '{"quantity":1' + "0" * 400 + "}", "'said' has no valid 'quantity'"),
    "nobody": ("planned", "{}", "'said' has no valid 'college'"),
    "nothing to undo": ("withdrawn", "{}", "'said' has no valid 'event'"),
    "kind": ("burnt", "{}", "this release knows no event 'burnt'"),
    "null": ("replaced", '{"of":null}', "'said' has no valid 'of'"),
    "no recall": ("recalled", "{}", "'subject' is no recall such as recall-1"),
    "format": (
        "planned",
        canonical({**PLAN, "files": [{**FILE, "format": "tablet"}]}),
        "'said' has no valid 'files.0.format'",
    ),
}


@pytest.mark.parametrize(("kind", "said", "reason"), JUNK.values(), ids=list(JUNK))
def test_an_event_with_junk_is_told_although_the_chain_holds(
    kept: KeptLedger, kind: str, said: str, reason: str
) -> None:
    """Nothing after it is counted."""
    last = written(kept, 1)[-1]
    columns = (2, AT, kind, "delivery-0", said, last.digest)
    junk = Event(*columns, digest_of(*columns))
    kept.ledger.renew((last, junk))
    kept.table.write_bytes(as_rows((last, junk)))
    events, faults = KeptLedger(kept.ledger, kept.table).known()
    assert (events, len(faults)) == ((last,), 1)
    sentence = f"ledger-event: Event 2 of the ledger cannot have been written by this program: {reason}."
    assert told(KeptLedger(kept.ledger, kept.table).check())[0] == sentence


def test_a_column_that_is_no_text_is_told(kept: KeptLedger) -> None:
    """SQLite takes any bytes."""
    if not kept.ledger._is_file:
        pytest.skip("PostgreSQL takes text alone")
    written(kept, 2)
    forged(kept.ledger, "UPDATE events SET said = x'ff00' WHERE number = 2")
    assert "a column is not text" in told(kept.check())[0]


def test_what_is_no_file_in_the_place_of_the_table_is_told(kept: KeptLedger) -> None:
    """A pipe or a device would never end."""
    kept.table.parent.mkdir(parents=True)
    os.mkfifo(kept.table)
    with pytest.raises(EnvironmentFailure, match="is no file"):
        kept.check()
    with pytest.raises(EnvironmentFailure, match="is no file"):
        kept.catch_up()


def test_what_is_no_file_in_the_place_of_the_database_is_told(tmp_path: Path) -> None:
    """SQLite would wait for a pipe."""
    os.mkfifo(tmp_path / "ledger.db")
    with pytest.raises(EnvironmentFailure, match="is no file"):
        LedgerDatabase(f"sqlite:///{tmp_path}/ledger.db")


def test_a_pipe_in_the_place_of_a_lock_is_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / ".opening.lock")
    with pytest.raises(EnvironmentFailure, match=r"opening\.lock cannot be written"):
        LedgerDatabase(f"sqlite:///{tmp_path}/ledger.db")


def test_a_password_is_in_no_message(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(EnvironmentFailure) as refused:
        LedgerDatabase("postgresql+psycopg://briefings:hush-hush@127.0.0.1:1/briefings?connect_timeout=1")
    assert "hush-hush" not in str(refused.value)
    assert "cannot be used" in str(refused.value)


def table_of(count: int) -> tuple[Event, ...]:
    """A chain of events."""
    events: list[Event] = []
    for number in range(count):
        events.append(event_after(events[-1] if events else None, AT, "sent", str(number), FACTS))
    return tuple(events)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: [rows[0].replace(b"number", b"no"), *rows[1:]], "the heads should be"),
        (lambda rows: [*rows[:2], b"<<<<<<< HEAD\n", *rows[2:]], "source/ledger.csv:3:1: error ledger-row"),
        (
            lambda rows: [*rows[:3], rows[2], *rows[3:]],
            "source/ledger.csv:4:1: error ledger-forked: The ledger's table has two events 2",
        ),
        (lambda rows: [rows[0], b'1,"2\n', *rows[2:]], "its quotation marks do not match"),
        (lambda rows: [rows[0], b"\xff\n", *rows[2:]], "the file is not UTF-8"),
        (lambda rows: [*rows, b"x" * 5_000_000 + b"\n"], "source/ledger.csv:6:1: error ledger-row"),
    ],
    ids=["heads", "merge", "forked", "quotes", "letters", "long"],
)
def test_a_table_that_cannot_be_read_is_told(change: object, said: str) -> None:
    rows = as_rows(table_of(4)).splitlines(keepends=True)
    _, (fault,) = read_table(b"".join(change(rows)))  # type: ignore[operator]
    assert said in str(fault)


def test_events_with_junk_are_passed_over_by_readers_who_report_no_faults() -> None:
    recall = event_after(None, AT, "recalled", "recall-1", {"of": "lamps", "copies": "all"})
    sent = event_after(recall, AT, "sent", "3f9a", FACTS)
    assert readable_events(as_rows((recall, sent))) == (sent,)


def test_every_change_of_a_chain_is_found() -> None:
    """A letter of any column of any event, for each of 200 seeds."""
    events = table_of(6)
    for seed in range(200):
        dice = random.Random(seed)
        at, column = dice.randrange(6), dice.choice(("at", "kind", "subject", "said", "previous", "digest"))
        value = getattr(events[at], column)
        place = dice.randrange(len(value))
        other = dice.choice([sign for sign in "0123456789abcdef" if sign != value[place]])
        changed = replace(events[at], **{column: value[:place] + other + value[place + 1 :]})
        assert first_fault((*events[:at], changed, *events[at + 1 :])) == at + 1, (seed, column)
    assert all(one.digest == other.previous for one, other in pairwise(events))
