"""The ledger: events in source/ledger.csv, or in a database of PostgreSQL.

Writers hold one lock while they add an event, so the chain cannot fork. A second lock, for one subject, is held while
somebody works on it, and ends with its process, however that ends: no leases, no clocks.
"""

import fcntl
import hashlib
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import astuple
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, Location
from pipeline.core.files import open_to_append, read_regular_file, write_atomically
from pipeline.core.messages import message
from pipeline.load.folders import LEDGER_FILE
from pipeline.services.colleges.ledger_events import (
    Event,
    EventKind,
    create_event,
    drop_torn_line,
    find_broken_link,
    find_event_fault,
    format_event_rows,
    read_table,
    use_present_ids,
)

LEDGER_FOLDER = ".ledger"
"""The folder next to `source/` with locks, and the last event written on this machine."""

EventFactory = Callable[[Sequence[Event]], tuple[str, str, Mapping[str, Any]]]
"""Makes the kind, subject and facts of an event from all events before it."""


def fixed_event(kind: str, subject: str, facts: Mapping[str, Any]) -> EventFactory:
    """Make an event that does not depend on the events before it."""
    return lambda known: (kind, subject, facts)


def withdrawal(subject: str, find: Callable[[Sequence[Event]], Event]) -> EventFactory:
    """Make the event that withdraws an earlier one."""
    return lambda known: (EventKind.WITHDRAWN, subject, {"event": find(known).number})


class Ledger(ABC):
    """The events of a library, in order."""

    def __init__(self, present: Mapping[str, str] | None = None) -> None:
        """Take the present ids of colleges by their former ones."""
        self._present = present or {}

    @abstractmethod
    def recorded_events(self) -> tuple[Event, ...]:
        """Return all events as they were written; of a table with a fault, those before it."""

    @abstractmethod
    def append(self, at: str, factories: Iterable[EventFactory], unless: Collection[str] = ()) -> tuple[Event, ...]:
        """Add events, all or none, each made from all before it. No other process adds one meanwhile.

        An event is left out if the last event of its subject is of a kind in `unless`. If a factory raises, nothing is
        added.
        """

    @abstractmethod
    def faults(self) -> tuple[Diagnostic, ...]:
        """Return why nothing may be added."""

    @abstractmethod
    def lock_subject(self, subject: str) -> AbstractContextManager[bool]:
        """Lock a subject until the context or the process ends; gives false if another process has the lock."""

    @abstractmethod
    def close(self) -> None:
        """Close the files and connections."""

    def events(self) -> tuple[Event, ...]:
        """Return all events, with the present ids of colleges."""
        return use_present_ids(self.recorded_events(), self._present)

    def events_of(self, subject: str) -> tuple[Event, ...]:
        """Return the events of a subject."""
        return tuple(event for event in self.recorded_events() if event.subject == subject)

    def add(self, at: str, kind: str, subject: str, facts: Mapping[str, Any], unless: Collection[str] = ()) -> None:
        """Add an event, unless the last event of its subject is of one of some kinds."""
        self.append(at, (fixed_event(kind, subject, facts),), unless)

    def add_after(self, at: str, factory: EventFactory) -> Event:
        """Add the event that a factory makes."""
        return self.add_all(at, (factory,))[0]

    def add_all(self, at: str, factories: Iterable[EventFactory]) -> tuple[Event, ...]:
        """Add the events that factories make, all or none; factories see present ids."""
        return self.append(at, [self._with_present_ids(factory) for factory in factories])

    def _with_present_ids(self, factory: EventFactory) -> EventFactory:
        return lambda known: factory(use_present_ids(known, self._present))


def _create_events(
    known: list[Event], at: str, factories: Iterable[EventFactory], unless: Collection[str]
) -> tuple[Event, ...]:
    """Create new events, and add them to `known`, which has all events before them."""
    before = len(known)
    for factory in factories:
        kind, subject, facts = factory(known)
        last = next((event.kind for event in reversed(known) if event.subject == subject), "") if unless else ""
        if not last or last not in unless:
            known.append(create_event(known[-1] if known else None, at, kind, subject, facts))
    return tuple(known[before:])


def find_chain_fault(events: Sequence[Event], path: str = LEDGER_FILE) -> tuple[Diagnostic, ...]:
    """Return the first event that this program cannot have written, or that breaks the chain."""

    def place(number: int) -> Location:
        return Location(path, number + 1) if path == LEDGER_FILE else Location(path)

    for event in events:
        if reason := find_event_fault(event):
            what = f"Event {event.number} of the ledger was not written by this program: {reason}"
            return (message("ledger-broken", place(event.number), what=what),)
    number = find_broken_link(events)
    if number is None:
        return ()
    what = f"Event {number} of the ledger does not follow event {number - 1}"
    return (message("ledger-broken", place(number), what=what),)


def read_checked_table(content: bytes) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """Return the events of a table, and its first fault; with a fault, only the events that can be read."""
    events, faults = read_table(content)
    faults = faults or find_chain_fault(events)
    return (tuple(takewhile(lambda event: not find_event_fault(event), events)) if faults else events), faults


class FileLedger(Ledger):
    """A ledger in a CSV table that git keeps.

    A line that a crash cut off was never confirmed, and is overwritten.
    """

    def __init__(self, folder: Path, present: Mapping[str, str] | None = None) -> None:
        """Use the table of the library in a folder; it need not exist yet."""
        super().__init__(present)
        self._table = folder / LEDGER_FILE
        self._folder = folder / LEDGER_FOLDER
        self._turn = threading.RLock()
        self._known: list[Event] = []
        self._faults: tuple[Diagnostic, ...] = ()
        self._stamp: object = None
        """The state of the file when `_known` was read from it."""

    def append(self, at: str, factories: Iterable[EventFactory], unless: Collection[str] = ()) -> tuple[Event, ...]:
        """Add one event at the end of the file; several by a new file in its place."""
        with self._turn, self._locked(self._folder / "writing.lock", fcntl.LOCK_EX):
            content = self._read()
            if self._faults:
                raise EnvironmentFailure(f"Nothing was entered in {LEDGER_FILE}. {self._faults[0].sentence}")
            known = list(self._known)
            new = _create_events(known, at, factories, unless)
            if not new:
                return ()
            lines = drop_torn_line(content)
            rows = format_event_rows(new, heads=not lines)
            if len(new) > 1:
                write_atomically(self._table, lines + rows, durable=True)
            else:
                with open_to_append(self._table) as file:
                    _write_at(file, len(lines), rows)
            write_atomically(self._folder / "last", f"{new[-1].number} {new[-1].digest}\n".encode())
            self._known, self._stamp = known, self._state()
            return new

    def recorded_events(self) -> tuple[Event, ...]:
        """Return all events; of a table with a fault, those before it."""
        with self._turn:
            self._read()
            return tuple(self._known)

    def faults(self) -> tuple[Diagnostic, ...]:
        """Return a wrong line, a broken chain, or the last event of this machine if the table has lost it."""
        with self._turn:
            self._read()
            return self._faults

    @contextmanager
    def lock_subject(self, subject: str) -> Iterator[bool]:
        """Lock a file, and remove it in the end; a process that opened it meanwhile tries again."""
        path = self._folder / f"{_lock_number(subject):015x}.lock"
        with self._locked(path, fcntl.LOCK_EX | fcntl.LOCK_NB) as file:
            try:
                yield file is not None
            finally:
                if file:
                    path.unlink(missing_ok=True)

    def close(self) -> None:
        """Do nothing: no file is open."""

    @contextmanager
    def _locked(self, path: Path, how: int) -> Iterator[IO[bytes] | None]:
        """Lock a file, which is created if it is missing; gives None if another process has the lock."""
        while True:
            with open_to_append(path) as file:
                try:
                    fcntl.flock(file, how)
                except BlockingIOError:
                    yield None
                    return
                if _is_at(file, path):  # the process that had the lock before may have removed the file
                    yield file
                    return

    def _state(self) -> object:
        try:
            status = self._table.stat()
        except OSError:
            return ()
        return status.st_ino, status.st_size, status.st_mtime_ns

    def _read(self) -> bytes:
        """Return the content of the table, with `_known` and `_faults` read from it."""
        # both before the content: what another process adds meanwhile is read the next time
        last = read_bytes_or_empty(self._folder / "last")
        state = self._state()
        content = read_bytes_or_empty(self._table)
        if self._stamp is None or self._stamp != state:
            self._stamp = state
            known, self._faults = read_checked_table(content)
            self._known = list(known)
            self._faults = self._faults or self._find_lost_event(last)
        return content

    def _find_lost_event(self, last: bytes) -> tuple[Diagnostic, ...]:
        """Report the last event written on this machine if the table no longer has it."""
        columns = last.decode("ascii", "replace").split()
        if len(columns) != 2 or not columns[0].isdecimal():
            return ()
        number = int(columns[0])
        if 0 < number <= len(self._known) and self._known[number - 1].digest == columns[1]:
            return ()
        what = f"Event {number} was written on this machine, but is missing in source/ledger.csv"
        hint = "Restore the lines from git or from your backup. If you removed them on purpose, delete .ledger/last."
        return (message("ledger-broken", Location(LEDGER_FILE), hint, what=what),)


def read_bytes_or_empty(path: Path) -> bytes:
    """Return the content of a file, nothing if it is missing. Raises `EnvironmentFailure` for a folder or a pipe."""
    try:
        return read_regular_file(Path(os.path.realpath(path))) or b""
    except OSError:
        raise EnvironmentFailure(f"{path} cannot be read: it is not a file.") from None


def _write_at(file: IO[bytes], size: int, rows: bytes) -> None:
    """Write rows after the first `size` bytes of a file, and onto the disk."""
    file.truncate(size)
    file.seek(size)
    file.write(rows)
    file.flush()
    os.fsync(file.fileno())


def _is_at(file: IO[bytes], path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(file.fileno()), path.stat())
    except FileNotFoundError:
        return False


def _lock_number(subject: str) -> int:
    return int(hashlib.sha256(subject.encode()).hexdigest()[:15], 16)


_SCHEMA = (
    "CREATE TABLE IF NOT EXISTS events (number integer PRIMARY KEY, at varchar(20) NOT NULL, kind varchar(32) NOT NULL,"
    " subject varchar(80) NOT NULL, said text NOT NULL, previous varchar(64) NOT NULL UNIQUE,"
    " digest varchar(64) NOT NULL UNIQUE)",
    "CREATE OR REPLACE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION 'only added'; END $$",
    "CREATE OR REPLACE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
    "FOR EACH STATEMENT EXECUTE FUNCTION only_added()",
)
"""`previous` is unique, so that even a writer without the lock cannot fork the chain."""
_WRITERS_LOCK = 20261128
"""The number of the advisory lock that writers take."""


class PostgresLedger(Ledger):
    """A ledger in a database that a team shares; the CSV table, which git keeps, is an export."""

    def __init__(
        self, folder: Path, address: str, password: str = "", present: Mapping[str, str] | None = None
    ) -> None:
        """Open the database of a library. Raises `EnvironmentFailure`, also if psycopg is not installed."""
        super().__init__(present)
        try:
            import psycopg
        except ModuleNotFoundError as missing:
            raise EnvironmentFailure(f"A ledger of PostgreSQL needs the package psycopg: {missing}.") from None
        self._psycopg: Any = psycopg
        self._table = folder / LEDGER_FILE
        self._address, self._password = address, password
        self._shown = address.partition("?")[0]
        self._turn = threading.RLock()
        with self._reporting():
            self._connection = self._connect()
            with self._adding() as connection:
                for statement in _SCHEMA:
                    connection.execute(statement)

    def append(self, at: str, factories: Iterable[EventFactory], unless: Collection[str] = ()) -> tuple[Event, ...]:
        """Add events in one transaction, and export them."""
        with self._turn, self._reporting():
            with self._adding() as connection:
                new = _create_events(_read_events(connection), at, factories, unless)
                self._insert(connection, new)
            self._export()
        return new

    def recorded_events(self) -> tuple[Event, ...]:
        """Return all events."""
        with self._turn, self._reporting(), self._connection.transaction():
            return tuple(_read_events(self._connection))

    def faults(self) -> tuple[Diagnostic, ...]:
        """Return a broken chain, or a difference from the table; if there is none, complete the table."""
        with self._turn:
            return find_chain_fault(self.recorded_events(), self._shown) or self._export()

    def fill(self) -> tuple[int, tuple[Diagnostic, ...]]:
        """Fill an empty database from the table; return the number of events, and faults of the table."""
        with self._turn, self._reporting(), self._adding() as connection:
            events, faults = read_checked_table(read_bytes_or_empty(self._table))
            if faults:
                return 0, faults
            if _read_events(connection):
                raise EnvironmentFailure("The database has events already: only an empty one can be filled.")
            self._insert(connection, events)
            return len(events), ()

    @contextmanager
    def lock_subject(self, subject: str) -> Iterator[bool]:
        """Take an advisory lock, on a connection of its own."""
        with self._reporting():
            connection = self._connect()
            try:
                row = connection.execute("SELECT pg_try_advisory_lock(%s)", (_lock_number(subject),)).fetchone()
                yield bool(row[0])
            finally:
                with suppress(self._psycopg.Error):  # the server notices the end of a connection only later
                    connection.execute("SELECT pg_advisory_unlock_all()")
                connection.close()

    def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _connect(self) -> Any:
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
        """Write missing events into the table, or return how the two differ."""
        with open_to_append(self._table) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            content = file.read()
            exported, faults = read_table(content)
            events = self.recorded_events()
            if faults := faults or _find_difference(events, exported):
                return faults
            if missing := events[len(exported) :]:
                size = len(drop_torn_line(content))
                _write_at(file, size, format_event_rows(missing, heads=not size))
        return ()

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Report an error of the database, without a password."""
        try:
            yield
        except self._psycopg.Error as error:
            words = " ".join(str(error).split()).rstrip(".")
            raise EnvironmentFailure(f"The ledger {self._shown} cannot be used: {words}.") from None


def _read_events(connection: Any) -> list[Event]:
    query = "SELECT number, at, kind, subject, said, previous, digest FROM events ORDER BY number"
    return [Event(*row) for row in connection.execute(query)]


def _find_difference(database: Sequence[Event], table: Sequence[Event]) -> tuple[Diagnostic, ...]:
    """Return why a table is not a copy of a database; it may lack the last events."""
    for stored, exported in zip(database, table, strict=False):
        if stored != exported:
            what = f"Event {stored.number} differs between the database and source/ledger.csv"
            hint = "Restore the changed lines of source/ledger.csv from git. The database is right."
            return (message("ledger-broken", Location(LEDGER_FILE, stored.number + 1), hint, what=what),)
    if more := max(len(table) - len(database), 0):
        return (message("ledger-behind", Location(LEDGER_FILE, len(database) + 2), number=len(database), count=more),)
    return ()
