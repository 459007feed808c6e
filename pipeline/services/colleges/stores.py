"""Where the events of the ledger are kept: in source/ledger.csv, or in a database of PostgreSQL.

Writers take one lock for as long as they add an event, so the chain has no fork. A second lock, on one subject, lasts
while it is worked on and goes when its process dies, by whatever cause: no leases, no clocks.
"""

import fcntl
import hashlib
import os
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import astuple
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Location
from pipeline.core.files import content_of, open_to_append, write_whole
from pipeline.core.messages import message
from pipeline.load.folders import LEDGER
from pipeline.services.colleges.events import (
    Event,
    as_rows,
    create_event,
    drop_torn_line,
    find_event_fault,
    first_fault,
    read_table,
)

LEDGER_FOLDER = ".ledger"
"""The folder beside `source/` that holds locks, and the last event written on this machine."""

EventFactory = Callable[[Sequence[Event]], tuple[str, str, Mapping[str, Any]]]
"""Makes the kind, subject and facts of an event that follows from all before it."""


def _added(known: list[Event], at: str, entries: Iterable[EventFactory], unless: Collection[str]) -> tuple[Event, ...]:
    """The new events; `known`, which has all before them, gets them too."""
    before = len(known)
    for entry in entries:
        kind, subject, facts = entry(known)
        last = next((event.kind for event in reversed(known) if event.subject == subject), "") if unless else ""
        if last not in unless or not last:
            known.append(create_event(known[-1] if known else None, at, kind, subject, facts))
    return tuple(known[before:])


def find_chain_fault(events: Sequence[Event], path: str = LEDGER) -> tuple[Diagnostic, ...]:
    """The first event that this program cannot have written, or that does not follow from the one before."""

    def place(number: int) -> Location:
        return Location(path, number + 1) if path == LEDGER else Location(path)

    for event in events:
        if reason := find_event_fault(event):
            what = f"Event {event.number} of the ledger cannot have been written by this program: {reason}"
            return (message("ledger-broken", place(event.number), what=what),)
    number = first_fault(events)
    if number is None:
        return ()
    what = f"Event {number} of the ledger does not follow from {number - 1}"
    return (message("ledger-broken", place(number), what=what),)


def read_checked_table(content: bytes) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """The events of a table, and why they cannot be relied on; then only those before the first that is no event."""
    events, faults = read_table(content)
    faults = faults or find_chain_fault(events)
    return (tuple(takewhile(lambda event: not find_event_fault(event), events)) if faults else events), faults


class FileStore:
    """Events in a table of CSV that git keeps. A line cut off by a crash was not confirmed, and is written over."""

    def __init__(self, folder: Path) -> None:
        """Of the library in a folder; the table need not be there yet."""
        self._table = folder / LEDGER
        self._own = folder / LEDGER_FOLDER
        self._turn = threading.RLock()
        self._known: list[Event] = []
        self._faults: tuple[Diagnostic, ...] = ()
        self._stamp: object = None
        """The state of the file that `_known` was read from."""

    def add_all(self, at: str, entries: Iterable[EventFactory], unless: Collection[str] = ()) -> tuple[Event, ...]:
        """Add events, all or none, each as it follows from all before it. No other process adds one meanwhile.

        An event whose subject had as its last event one of the kinds `unless` is left out. What an entry raises leaves
        the store as it was. Several events are written by a new file in the place of the old one.
        """
        with self._turn, self._locked(self._own / "writing.lock", fcntl.LOCK_EX):
            content = self._read()
            if self._faults:
                raise EnvironmentFailure(f"Nothing was entered in {LEDGER}. {self._faults[0].sentence}")
            known = list(self._known)
            new = _added(known, at, entries, unless)
            if not new:
                return ()
            whole = drop_torn_line(content)
            rows = as_rows(new, heads=not whole)
            if len(new) > 1:
                write_whole(self._table, whole + rows, durable=True)
            else:
                with open_to_append(self._table) as file:
                    file.truncate(len(whole))
                    file.seek(len(whole))
                    file.write(rows)
                    file.flush()
                    os.fsync(file.fileno())
            write_whole(self._own / "last", f"{new[-1].number} {new[-1].digest}\n".encode())
            self._known, self._stamp = known, self._state()
            return new

    def events(self) -> tuple[Event, ...]:
        """All events; of a table with a fault those before it."""
        with self._turn:
            self._read()
            return tuple(self._known)

    def faults(self) -> tuple[Diagnostic, ...]:
        """Why nothing may be added: a line, a broken chain, or events of this machine that the table has lost."""
        with self._turn:
            self._read()
            return self._faults

    @contextmanager
    def holding(self, subject: str) -> Iterator[bool]:
        """Hold a lock file; it is removed in the end, and whoever has opened it meanwhile looks again."""
        path = self._own / f"{_lock_number(subject):015x}.lock"
        with self._locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB) as file:
            try:
                yield file is not None
            finally:
                if file:
                    path.unlink(missing_ok=True)

    def close(self) -> None:
        """Nothing is open."""

    @contextmanager
    def _locked(self, path: Path, how: int) -> Iterator[IO[bytes] | None]:
        """A locked file, which is made if it is missing; None if another process has the lock."""
        while True:
            with open_to_append(path) as file:
                try:
                    fcntl.flock(file, how)
                except BlockingIOError:
                    yield None
                    return
                if _is_at(file, path):  # whoever had the lock before has removed no other file
                    yield file
                    return

    def _state(self) -> object:
        try:
            found = self._table.stat()
        except OSError:
            return ()
        return found.st_ino, found.st_size, found.st_mtime_ns

    def _read(self) -> bytes:
        """The table; `_known` and `_faults` are what it says."""
        last = read_bytes_or_empty(
            self._own / "last"
        )  # both first: what another process adds meanwhile is read the next time
        state = self._state()
        content = read_bytes_or_empty(self._table)
        if self._stamp is None or self._stamp != state:
            self._stamp = state
            known, self._faults = read_checked_table(content)
            self._known = list(known)
            self._faults = self._faults or self._lost(last)
        return content

    def _lost(self, last: bytes) -> tuple[Diagnostic, ...]:
        """The last event written on this machine, if the table no longer has it."""
        said = last.decode("ascii", "replace").split()
        if len(said) != 2 or not said[0].isdecimal():
            return ()
        number = int(said[0])
        if 0 < number <= len(self._known) and self._known[number - 1].digest == said[1]:
            return ()
        return (message("ledger-lost", Location(LEDGER), number=number),)


def read_bytes_or_empty(path: Path) -> bytes:
    """What a file holds; nothing if it is missing. Raises `EnvironmentFailure` for a folder or a pipe."""
    try:
        return content_of(Path(os.path.realpath(path))) or b""
    except OSError:
        raise EnvironmentFailure(f"{path} cannot be read: it is no file.") from None


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _lock_number(subject: str) -> int:
    return int(hashlib.sha256(subject.encode()).hexdigest()[:15], 16)


_MAKE = (
    "CREATE TABLE IF NOT EXISTS events (number integer PRIMARY KEY, at varchar(20) NOT NULL, kind varchar(32) NOT NULL,"
    " subject varchar(80) NOT NULL, said text NOT NULL, previous varchar(64) NOT NULL UNIQUE,"
    " digest varchar(64) NOT NULL UNIQUE)",
    "CREATE OR REPLACE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'only added'; END $$",
    "CREATE OR REPLACE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
    "FOR EACH STATEMENT EXECUTE FUNCTION only_added()",
)
"""`previous` is unique, so that not even a writer without the lock can fork the chain."""
_WRITERS_LOCK = 20261128
"""The number of the advisory lock that writers take."""


class PostgresStore:
    """Events in a database that a team shares; the table of CSV is an export, which git keeps."""

    def __init__(self, folder: Path, address: str, password: str = "") -> None:
        """Open the database of a library. Raises `EnvironmentFailure`, also if psycopg is not installed."""
        try:
            import psycopg
        except ModuleNotFoundError as missing:
            raise EnvironmentFailure(f"A ledger of PostgreSQL needs the package psycopg: {missing}.") from None
        self._psycopg: Any = psycopg
        self._table = folder / LEDGER
        self._address, self._password = address, password
        self._shown = address.partition("?")[0]
        self._turn = threading.RLock()
        with self._reporting():
            self._connection = self._connected()
            with self._adding() as connection:
                for statement in _MAKE:
                    connection.execute(statement)

    def add_all(self, at: str, entries: Iterable[EventFactory], unless: Collection[str] = ()) -> tuple[Event, ...]:
        """Add events in one transaction, and export them."""
        with self._turn, self._reporting():
            with self._adding() as connection:
                new = _added(_events_in(connection), at, entries, unless)
                self._insert(connection, new)
            self._export()
        return new

    def events(self) -> tuple[Event, ...]:
        """All events."""
        with self._turn, self._reporting(), self._connection.transaction():
            return tuple(_events_in(self._connection))

    def faults(self) -> tuple[Diagnostic, ...]:
        """A broken chain in the database, or a table that says something else; else the table gets what it lacks."""
        with self._turn:
            return find_chain_fault(self.events(), self._shown) or self._export()

    def fill(self) -> tuple[int, tuple[Diagnostic, ...]]:
        """Fill an empty database from the table; gives the number of events, and what is wrong with the table."""
        with self._turn, self._reporting(), self._adding() as connection:
            events, faults = read_checked_table(read_bytes_or_empty(self._table))
            if faults:
                return 0, faults
            if _events_in(connection):
                raise EnvironmentFailure("The database has events already: only an empty one can be filled.")
            self._insert(connection, events)
            return len(events), ()

    @contextmanager
    def holding(self, subject: str) -> Iterator[bool]:
        """Hold an advisory lock, by a connection of its own."""
        number = _lock_number(subject)
        with self._reporting():
            connection = self._connected()
            try:
                got = bool(connection.execute("SELECT pg_try_advisory_lock(%s)", (number,)).fetchone()[0])
                yield got
            finally:
                connection.close()

    def close(self) -> None:
        """Let go of the database."""
        self._connection.close()

    def _connected(self) -> Any:
        return self._psycopg.connect(self._address, password=self._password or None, autocommit=True)

    @contextmanager
    def _adding(self) -> Iterator[Any]:
        with self._connection.transaction():
            self._connection.execute("SELECT pg_advisory_xact_lock(%s)", (_WRITERS_LOCK,))
            yield self._connection

    def _insert(self, connection: Any, events: Sequence[Event]) -> None:
        statement = "INSERT INTO events VALUES (%s, %s, %s, %s, %s, %s, %s)"
        connection.cursor().executemany(statement, [astuple(event) for event in events])

    def _export(self) -> tuple[Diagnostic, ...]:
        """Write into the table what it lacks; if the two do not agree, nothing is written, and it says why."""
        with open_to_append(self._table) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            content = file.read()
            told, faults = read_table(content)
            here = self.events()
            if faults := faults or _disagreements(here, told):
                return faults
            if missing := here[len(told) :]:
                size = len(drop_torn_line(content))
                file.truncate(size)
                file.seek(size)
                file.write(as_rows(missing, heads=not size))
                file.flush()
                os.fsync(file.fileno())
        return ()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Report what a database refuses, without a password."""
        try:
            yield
        except self._psycopg.Error as refusal:
            words = " ".join(str(refusal).split()).rstrip(".")
            raise EnvironmentFailure(f"The ledger {self._shown} cannot be used: {words}.") from None


def _events_in(connection: Any) -> list[Event]:
    asked = "SELECT number, at, kind, subject, said, previous, digest FROM events ORDER BY number"
    return [Event(*row) for row in connection.execute(asked)]


def _disagreements(database: Sequence[Event], table: Sequence[Event]) -> tuple[Diagnostic, ...]:
    """Why a table is not a copy of a database, perhaps without its last events; nothing if it is."""
    for one, other in zip(database, table, strict=False):
        if one != other:
            return (message("ledger-differs", Location(LEDGER, one.number + 1), number=one.number),)
    if more := max(len(table) - len(database), 0):
        return (message("ledger-behind", Location(LEDGER, len(database) + 2), number=len(database), more=more),)
    return ()
