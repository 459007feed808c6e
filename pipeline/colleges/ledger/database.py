"""The ledger in a database: a file of SQLite, or a server of PostgreSQL, by the same statements. At the edge.

Writers take one lock for as long as they add an event: SQLite's own, or an advisory lock of PostgreSQL that goes with
the transaction. So the chain has no fork, at whatever level of isolation. A second lock, on one subject, lasts while
it is worked on and goes when its process dies, by whatever cause: no leases, no clocks.
"""

import fcntl
import hashlib
import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from pipeline.colleges.ledger.events import Event, event_after
from pipeline.core.errors import EnvironmentFailure
from pipeline.core.files import open_to_append

_TABLES = sa.MetaData()
_EVENTS = sa.Table(
    "events",
    _TABLES,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.String(20), nullable=False),
    sa.Column("kind", sa.String(32), nullable=False),
    sa.Column("subject", sa.String(80), nullable=False, index=True),
    sa.Column("said", sa.Text, nullable=False),
    sa.Column("previous", sa.String(64), nullable=False, unique=True),
    sa.Column("digest", sa.String(64), nullable=False, unique=True),
)
"""`previous` is unique, so that not even a writer without the lock can fork the chain."""

_ONLY_ADDED = {
    "sqlite": [
        f"CREATE TRIGGER IF NOT EXISTS no_{act} BEFORE {act} ON events BEGIN SELECT RAISE(ABORT, 'only added'); END"
        for act in ("update", "delete")
    ],
    "postgresql": [
        "CREATE OR REPLACE FUNCTION only_added() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'only added'; END $$",
        "CREATE OR REPLACE TRIGGER only_added BEFORE UPDATE OR DELETE OR TRUNCATE ON events "
        "FOR EACH STATEMENT EXECUTE FUNCTION only_added()",
    ],
}
_WRITERS_LOCK = 20261128
"""The number of the advisory lock that writers take in PostgreSQL."""
_WAIT = 60_000
"""Milliseconds that a writer waits for another."""


NextEvent = Callable[[Sequence[Event]], tuple[str, str, Mapping[str, Any]]]
"""Makes the kind, subject and facts of an event that follows from all before it."""


class LedgerDatabase:
    """A ledger in a database. Events come in order of their numbers."""

    def __init__(self, url: str | sa.URL) -> None:
        """Open the database, or make it.

        Raises:
            EnvironmentFailure: where it cannot be opened.
        """
        self._url = sa.make_url(url)
        self._is_file = self._url.get_backend_name() == "sqlite"
        if self._is_file:
            file = Path(self._url.database or "")
            if file.exists() and not file.is_file():
                raise EnvironmentFailure(
                    f"The ledger {file} is no file. Remove it: 'briefings ledger restore' makes it."
                )
            file.parent.mkdir(parents=True, exist_ok=True)
            self._folder = file.parent
        with self._reporting():
            self._engine = sa.create_engine(self._url, max_overflow=-1)  # each delivery under way holds a connection
            if self._is_file:
                sa.event.listen(self._engine, "connect", _as_file)
                sa.event.listen(self._engine, "begin", _begin)
            with self._opening_alone(), self._adding() as connection:
                self._make(connection)

    def add(
        self, at: str, kind: str, subject: str, facts: Mapping[str, Any], unless: Collection[str] = ()
    ) -> Event | None:
        """Add an event and have it on the disk; nothing where the subject's last event is of one of some kinds."""
        with self._reporting(), self._adding() as connection:
            if unless:
                of = sa.select(_EVENTS.c.kind).where(_EVENTS.c.subject == subject).order_by(_EVENTS.c.number.desc())
                if connection.execute(of.limit(1)).scalar() in unless:
                    return None
            event = event_after(_last(connection), at, kind, subject, facts)
            connection.execute(_EVENTS.insert().values(**asdict(event)))
        return event

    def add_all(self, at: str, entries: Iterable[NextEvent]) -> tuple[Event, ...]:
        """Add events, all or none, each as it follows from all before it. No other process adds one meanwhile.

        What is raised instead leaves the ledger as it was.
        """
        with self._reporting(), self._adding() as connection:
            known = [*_every(connection)]
            before = len(known)
            for entry in entries:
                known.append(event_after(known[-1] if known else None, at, *entry(known)))
                connection.execute(_EVENTS.insert().values(**asdict(known[-1])))
        return tuple(known[before:])

    def renew(self, events: Sequence[Event]) -> None:
        """Make the table of events again, of these and no others: all of it, or nothing."""
        with self._reporting(), self._adding() as connection:
            _TABLES.drop_all(connection)
            self._make(connection)
            if events:
                connection.execute(_EVENTS.insert(), [asdict(event) for event in events])

    def events(self, after: int = 0) -> tuple[Event, ...]:
        """The events in order: all, or those after a number."""
        with self._reporting(), self._engine.begin() as connection:
            return _every(connection, after)

    def events_of(self, subject: str) -> tuple[Event, ...]:
        """The events of a subject, in order."""
        asked = sa.select(_EVENTS).where(_EVENTS.c.subject == subject).order_by(_EVENTS.c.number)
        with self._reporting(), self._engine.begin() as connection:
            return tuple(Event(*row) for row in connection.execute(asked))

    def last(self) -> Event | None:
        """The last event, if there is any."""
        with self._reporting(), self._engine.begin() as connection:
            return _last(connection)

    @contextmanager
    def holding(self, subject: str) -> Iterator[bool]:
        """Be the only one to work on a subject, while it lasts and the process lives; false where another does."""
        number = int(hashlib.sha256(subject.encode()).hexdigest()[:15], 16)
        if self._is_file:
            with open_to_append(self._folder / f".{number:015x}.lock") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    yield False
                else:
                    yield True
            return
        with self._reporting(), self._engine.connect() as connection:
            got = bool(connection.execute(sa.select(sa.func.pg_try_advisory_lock(number))).scalar())
            connection.commit()
            try:
                yield got
            finally:
                if got:
                    connection.execute(sa.select(sa.func.pg_advisory_unlock(number)))
                    connection.commit()

    def copy_to(self, file: Path) -> None:
        """Write a copy of the database as a file of SQLite, whole at one moment, while others go on writing."""
        if self._is_file:
            here, there = (closing(sqlite3.connect(path)) for path in (str(self._url.database), file))
            with self._reporting(), here as source, there as copy:
                source.backup(copy)
            return
        made = LedgerDatabase(sa.URL.create("sqlite", database=str(file)))
        made.renew(self.events())
        made.close()

    def close(self) -> None:
        """Let go of the database."""
        self._engine.dispose()

    @contextmanager
    def _opening_alone(self) -> Iterator[None]:
        """Be the only process that opens a file: SQLite lets nobody wait while it is set to write ahead."""
        if not self._is_file:
            yield
            return
        with open_to_append(self._folder / ".opening.lock") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def _make(self, connection: sa.Connection) -> None:
        _TABLES.create_all(connection)
        for statement in _ONLY_ADDED[self._engine.dialect.name]:
            connection.exec_driver_sql(statement)

    @contextmanager
    def _adding(self) -> Iterator[sa.Connection]:
        with self._engine.begin() as connection:
            if not self._is_file:
                connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITERS_LOCK)))
            yield connection

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Tell what a database refuses, without the address: it may hold a password."""
        try:
            yield
        except (sa.exc.SQLAlchemyError, sqlite3.Error) as refusal:
            words = " ".join(str(getattr(refusal, "orig", None) or refusal).split())
            where = self._url.render_as_string(hide_password=True)
            raise EnvironmentFailure(f"The ledger {where} cannot be used: {words.rstrip('.')}.") from None


def _every(connection: sa.Connection, after: int = 0) -> tuple[Event, ...]:
    asked = sa.select(_EVENTS).where(_EVENTS.c.number > after).order_by(_EVENTS.c.number)
    return tuple(Event(*row) for row in connection.execute(asked))


def _last(connection: sa.Connection) -> Event | None:
    row = connection.execute(sa.select(_EVENTS).order_by(_EVENTS.c.number.desc()).limit(1)).first()
    return Event(*row) if row else None


def _as_file(connection: Any, _record: Any) -> None:
    """Whole after a power cut, many readers beside one writer; transactions are begun by us."""
    connection.isolation_level = None
    for said in (f"busy_timeout={_WAIT}", "journal_mode=WAL", "synchronous=FULL"):  # the first lets the others wait
        connection.execute(f"PRAGMA {said}")


def _begin(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
