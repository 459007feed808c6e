"""The ledger: events are only added, each follows from the one before, in a file or a database."""

import os
import random
import sqlite3
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import closing
from dataclasses import astuple, replace
from itertools import pairwise
from multiprocessing import get_context
from pathlib import Path

import pytest

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.services.colleges.ledger import SQLITE_LEDGER, open_file_ledger
from pipeline.services.colleges.ledger_events import (
    NO_PREVIOUS,
    Event,
    EventKind,
    canonical_json,
    create_event,
    find_broken_link,
    format_event_rows,
    hash_event,
    read_table,
    read_valid_events,
)
from pipeline.services.colleges.ledger_stores import Ledger, PostgresLedger
from tests.support.colleges.deliveries import ledger_at

AT = "2026-11-28T09:30:00Z"
FACTS = {"college": "fellbrook", "quantity": 24, "on": "2026-11-27", "words": "a 'b', \"c\"; ŵ"}


@pytest.fixture
def ledger(database: str, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger."""
    ledger = ledger_at(database, tmp_path)
    yield ledger
    ledger.close()


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The path of its table."""
    (tmp_path / "source").mkdir()
    return tmp_path / "source/ledger.csv"


def written(ledger: Ledger, number: int) -> tuple[Event, ...]:
    """The events of a ledger in which some deliveries were sent."""
    for one in range(number):
        ledger.add(AT, "sent", f"delivery-{one}", FACTS)
    return ledger.events()


def told(faults: tuple[object, ...]) -> list[str]:
    """Codes and sentences of remarks, without their hints."""
    return [str(fault).splitlines()[0].split(" error ")[1] for fault in faults]


def test_an_event_says_what_was_told_to_it_and_follows_the_one_before(ledger: Ledger) -> None:
    first, second = written(ledger, 2)
    assert (first.number, first.previous, second.previous) == (1, NO_PREVIOUS, first.digest)
    assert dict(first.facts) == FACTS
    assert str(first.day) == "2026-11-27"


def test_the_hash_of_an_event_is_this_one_in_ten_years_too() -> None:
    """Hashes that were written down elsewhere must be found again."""
    event = create_event(None, AT, EventKind.SENT, "3f9a", {"college": "fellbrook"})
    assert type(event.kind) is str  # a database would write an enum by its name
    assert event.digest == "53cd3f04627e6fc6298753fa1c0084423f9ddfb07867bf843c03a7463a990785"


def test_a_table_repeats_all_events_whatever_the_store(ledger: Ledger, table: Path) -> None:
    events = written(ledger, 3)
    assert read_table(table.read_bytes()) == (events, ())


@pytest.mark.parametrize("statement", ["UPDATE events SET kind = 'failed'", "DELETE FROM events", "TRUNCATE events"])
def test_the_database_refuses_to_change_events(postgres: Ledger, statement: str) -> None:
    written(postgres, 2)
    with pytest.raises(Exception, match="only added"):
        of(postgres)._connection.execute(statement)
    assert len(postgres.events()) == 2


@pytest.fixture
def postgres(empty_database: str, tmp_path: Path) -> Iterator[Ledger]:
    """An empty ledger in PostgreSQL."""
    ledger = ledger_at(empty_database, tmp_path)
    yield ledger
    ledger.close()


def of(ledger: Ledger) -> PostgresLedger:
    """The store of a ledger in PostgreSQL."""
    assert isinstance(ledger, PostgresLedger)
    return ledger


def forged(ledger: Ledger, *statements: str) -> None:
    """Change events although the database refuses it, as somebody could who takes the trigger off."""
    for statement in ("DROP TRIGGER only_added ON events", *statements):
        of(ledger)._connection.execute(statement)


def test_an_event_that_was_changed_in_a_database_is_found(postgres: Ledger) -> None:
    written(postgres, 4)
    forged(postgres, "UPDATE events SET said = '{}' WHERE number = 2")
    assert told(postgres.faults()) == ["ledger-broken: Event 2 of the ledger does not follow event 1."]


def test_events_that_were_cut_off_the_end_of_a_database_are_found(postgres: Ledger) -> None:
    """The chain alone would hold."""
    written(postgres, 4)
    forged(postgres, "DELETE FROM events WHERE number > 2")
    assert find_broken_link(postgres.events()) is None
    assert told(postgres.faults()) == [
        "ledger-behind: The database ends with event 2, and source/ledger.csv has 2 more."
    ]


def test_an_empty_database_is_filled_from_the_table(postgres: Ledger, table: Path) -> None:
    events = table_of(5)
    table.write_bytes(format_event_rows(events))
    assert of(postgres).fill() == (5, ())
    assert (postgres.events(), postgres.faults()) == (events, ())
    with pytest.raises(EnvironmentFailure, match="only an empty one"):
        of(postgres).fill()


@pytest.mark.parametrize("rows", [0, 2])
def test_a_table_that_is_behind_its_database_is_caught_up(postgres: Ledger, table: Path, rows: int) -> None:
    """As after an older commit was checked out."""
    events = written(postgres, 5)
    table.write_bytes(format_event_rows(events[:rows])) if rows else table.unlink()
    assert postgres.faults() == ()
    assert read_table(table.read_bytes()) == (events, ())


def test_events_that_a_file_has_lost_are_missed(tmp_path: Path, table: Path) -> None:
    """As after an older commit was checked out: a delivery that is forgotten would be made again."""
    events = written(open_file_ledger(tmp_path), 3)
    table.write_bytes(format_event_rows(events[:2]))
    ledger = open_file_ledger(tmp_path)
    assert told(ledger.faults()) == [
        "ledger-broken: Event 3 was written on this machine, but is missing in source/ledger.csv."
    ]
    with pytest.raises(EnvironmentFailure, match="Nothing was entered"):
        ledger.add(AT, "sent", "another", {})
    table.write_bytes(format_event_rows(events))
    assert open_file_ledger(tmp_path).faults() == ()


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_a_line_that_was_cut_off_is_written_over(tmp_path: Path, table: Path, cut: int) -> None:
    """As when the machine went off while an event was written: nobody was told that it is there."""
    events = written(open_file_ledger(tmp_path), 2)
    row = format_event_rows((create_event(events[1], AT, "sent", "delivery-2", FACTS),), heads=False)
    table.write_bytes(format_event_rows(events) + row[:-cut])
    assert len(written(open_file_ledger(tmp_path), 1)) == 3
    assert read_table(table.read_bytes())[1] == ()


def test_an_event_that_was_changed_in_the_file_stops_writing(tmp_path: Path, table: Path) -> None:
    written(open_file_ledger(tmp_path), 2)
    table.write_bytes(table.read_bytes().replace(b"24", b"25", 1))
    ledger = open_file_ledger(tmp_path)
    assert told(ledger.faults())[0].startswith("ledger-broken")
    with pytest.raises(EnvironmentFailure, match="Nothing was entered"):
        ledger.add(AT, "sent", "another", {})


def test_two_processes_that_write_in_turn_see_each_other(ledger: Ledger, database: str, tmp_path: Path) -> None:
    other = ledger_at(database, tmp_path)
    for number in range(6):
        (ledger, other)[number % 2].add(AT, "sent", f"delivery-{number}", FACTS)
    assert (len(ledger.events()), ledger.faults(), other.events()) == (6, (), ledger.events())
    other.close()


def _add_many(database: str, home: Path, who: int) -> None:
    ledger = ledger_at(database, home)
    for number in range(25):
        ledger.add(AT, "sent", f"{who}-{number}", FACTS)


@pytest.mark.proof
def test_writers_at_once_never_fork_the_chain(database: str, tmp_path: Path) -> None:
    """Four processes, a hundred events: one chain, and a table that repeats it."""
    with ProcessPoolExecutor(4, get_context("spawn")) as pool:
        list(pool.map(_add_many, [database] * 4, [tmp_path] * 4, range(4)))
    ledger = ledger_at(database, tmp_path)
    assert (len(ledger.events()), ledger.faults()) == (100, ())
    ledger.close()


def _count_many(database: str, home: Path) -> None:
    ledger = ledger_at(database, home)
    for _ in range(20):
        ledger.add_after(AT, lambda known: ("sent", f"number-{len(known)}", {"before": len(known)}))


@pytest.mark.proof
def test_an_event_follows_from_all_before_it(database: str, tmp_path: Path) -> None:
    """No other is added between the look at them and its entry."""
    with ProcessPoolExecutor(3, get_context("spawn")) as pool:
        list(pool.map(_count_many, [database] * 3, [tmp_path] * 3))
    ledger = ledger_at(database, tmp_path)
    assert [event.facts["before"] for event in ledger.events()] == list(range(60))
    ledger.close()


def test_of_several_events_all_are_added_or_none(ledger: Ledger) -> None:
    with pytest.raises(ZeroDivisionError):
        ledger.add_all(AT, [lambda known: ("sent", "first", {}), lambda known: ("sent", f"{1 // 0}", {})])
    assert (ledger.events(), ledger.faults()) == ((), ())
    first, second = ledger.add_all(AT, [lambda known: ("sent", f"after-{len(known)}", {})] * 2)
    assert ledger.events() == (first, second)
    assert (second.subject, ledger.faults()) == ("after-1", ())


def test_an_event_is_added_once_where_the_last_one_forbids_it(ledger: Ledger) -> None:
    """Two processes may not both plan a delivery."""
    ledger.add(AT, "planned", "3f9a", FACTS, unless={"planned", "sent"})
    ledger.add(AT, "planned", "3f9a", FACTS, unless={"planned", "sent"})
    assert [event.kind for event in ledger.events_of("3f9a")] == ["planned"]


def test_a_subject_is_worked_on_by_one_at_a_time(ledger: Ledger, tmp_path: Path) -> None:
    """And is free again afterwards; no lock file stays."""
    with ledger.lock_subject("3f9a") as first, ledger.lock_subject("3f9a") as second:
        assert (first, second) == (True, False)
    with ledger.lock_subject("3f9a") as third:
        assert third
    assert not list(tmp_path.glob(".ledger/*.lock"))


def test_a_very_long_reason_that_is_on_record_is_read(ledger: Ledger, table: Path) -> None:
    """Servers of colleges have sent such, and the table must not be lost by them."""
    ledger.add(AT, "failed", "delivery", {"reason": "x" * 200_000})
    assert read_table(table.read_bytes()) == (ledger.events(), ())


FILE = {"format": "text", "name": "a.txt", "sha256": "", "bytes": 1, "quantity": 1, "copies": []}
PLAN = dict.fromkeys(("college", "pack", "edition", "record", "code", "channel", "to", "what"), "") | {"briefings": []}
JUNK = {
    "list": ("destroyed", "[]", "'said' was not written by this program"),
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
    "kind": ("burnt", "{}", "this release has no event 'burnt'"),
    "null": ("replaced", '{"of":null}', "'said' has no valid 'of'"),
    "no recall": ("recalled", "{}", "'subject' is not a recall such as recall-1"),
    "format": (
        "planned",
        canonical_json({**PLAN, "files": [{**FILE, "format": "tablet"}]}),
        "'said' has no valid 'files.0.format'",
    ),
}


@pytest.mark.parametrize(("kind", "said", "reason"), JUNK.values(), ids=list(JUNK))
def test_an_event_with_junk_is_told_although_the_chain_holds(
    tmp_path: Path, table: Path, kind: str, said: str, reason: str
) -> None:
    """Nothing after it is counted."""
    (last,) = table_of(1)
    columns = (2, AT, kind, "delivery-0", said, last.digest)
    table.write_bytes(format_event_rows((last, Event(*columns, hash_event(*columns)))))
    ledger = open_file_ledger(tmp_path)
    assert ledger.events() == (last,)
    assert told(ledger.faults()) == [f"ledger-broken: Event 2 of the ledger was not written by this program: {reason}."]


@pytest.mark.parametrize("name", ["source/ledger.csv", ".ledger/writing.lock"])
def test_a_pipe_in_the_place_of_a_file_is_told(tmp_path: Path, name: str) -> None:
    """It would never end."""
    (tmp_path / name).parent.mkdir()
    os.mkfifo(tmp_path / name)
    with pytest.raises(EnvironmentFailure, match=r"is not a file|cannot be written"):
        open_file_ledger(tmp_path).add(AT, "sent", "delivery", {})


def test_a_password_is_in_no_message(tmp_path: Path) -> None:
    pytest.importorskip("psycopg")
    with pytest.raises(EnvironmentFailure, match="cannot be used") as refused:
        PostgresLedger(tmp_path, "postgresql://briefings@127.0.0.1:1/briefings?connect_timeout=1", "hush-hush")
    assert "hush-hush" not in str(refused.value)


def former(home: Path, events: tuple[Event, ...]) -> Path:
    """The database of an earlier release, with some events."""
    path = home / SQLITE_LEDGER
    path.parent.mkdir(exist_ok=True)
    with closing(sqlite3.connect(path)) as database, database:
        database.execute("CREATE TABLE events (number, at, kind, subject, said, previous, digest)")
        database.executemany("INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?)", [astuple(event) for event in events])
    return path


@pytest.mark.parametrize("known", [0, 2, 4])
def test_the_database_of_an_earlier_release_is_taken_over(tmp_path: Path, table: Path, known: int) -> None:
    """Its events that the table lacks are appended, and it is kept beside."""
    events = table_of(4)
    table.write_bytes(format_event_rows(events[:known]))
    path = former(tmp_path, events)
    assert open_file_ledger(tmp_path).events() == events
    assert read_table(table.read_bytes()) == (events, ())
    assert (path.exists(), path.with_name("ledger.db.bak").exists()) == (False, True)


def test_a_former_database_that_disagrees_with_the_table_stops_the_command(tmp_path: Path, table: Path) -> None:
    """Both are named, and neither is changed."""
    events = table_of(3)
    other = format_event_rows((*events[:2], create_event(events[1], AT, "failed", "other", {})))
    table.write_bytes(other)
    path = former(tmp_path, events)
    with pytest.raises(EnvironmentFailure, match=r"ledger\.csv and \.ledger/ledger\.db.* event 3 is the first"):
        open_file_ledger(tmp_path)
    assert (table.read_bytes(), path.exists()) == (other, True)


def table_of(count: int) -> tuple[Event, ...]:
    """A chain of events."""
    events: list[Event] = []
    for number in range(count):
        events.append(create_event(events[-1] if events else None, AT, "sent", str(number), FACTS))
    return tuple(events)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: [rows[0].replace(b"number", b"no"), *rows[1:]], "the heads should be"),
        (lambda rows: [*rows[:2], b"<<<<<<< HEAD\n", *rows[2:]], "source/ledger.csv:3:1: error ledger-broken"),
        (
            lambda rows: [*rows[:3], rows[2], *rows[3:]],
            "source/ledger.csv:4:1: error ledger-forked: The ledger has two events 2",
        ),
        (lambda rows: [rows[0], b'1,"2\n', *rows[2:]], "its quotation marks do not match"),
        (lambda rows: [rows[0], b"\xff\n", *rows[2:]], "the file is not UTF-8"),
        (lambda rows: [*rows, b"x" * 5_000_000 + b"\n"], "source/ledger.csv:6:1: error ledger-broken"),
    ],
    ids=["heads", "merge", "forked", "quotes", "letters", "long"],
)
def test_a_table_that_cannot_be_read_is_told(change: object, said: str) -> None:
    rows = format_event_rows(table_of(4)).splitlines(keepends=True)
    _, (fault,) = read_table(b"".join(change(rows)))  # type: ignore[operator]
    assert said in str(fault)


def test_events_with_junk_are_passed_over_by_readers_who_report_no_faults() -> None:
    recall = create_event(None, AT, "recalled", "recall-1", {"of": "lamps", "copies": "all"})
    sent = create_event(recall, AT, "sent", "3f9a", FACTS)
    assert read_valid_events(format_event_rows((recall, sent))) == (sent,)


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
        assert find_broken_link((*events[:at], changed, *events[at + 1 :])) == at + 1, (seed, column)
    assert all(one.digest == other.previous for one, other in pairwise(events))


def test_an_event_that_was_written_again_with_its_own_hash_is_found_at_the_next() -> None:
    first = create_event(None, AT, "sent", "1", FACTS)
    second = create_event(first, AT, "sent", "2", FACTS)
    third, forged = create_event(second, AT, "sent", "3", FACTS), create_event(first, AT, "failed", "2", FACTS)
    assert find_broken_link((first, second, third)) is None
    assert find_broken_link((first, forged, third)) == 3
