"""The ledger of a library: its store, with the names of colleges as they are now. At the edge."""

import sqlite3
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from itertools import count
from pathlib import Path
from typing import Any

from pipeline.colleges.ledger.events import Event, renamed
from pipeline.colleges.ledger.stores import FOLDER, EventStore, FileStore, NextEvent, bytes_of
from pipeline.colleges.ledger.table import as_rows, read_table
from pipeline.colleges.prepared import entries_of, next_events
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure
from pipeline.core.files import refuse_links, write_whole
from pipeline.load.folders import LEDGER, REGISTER
from pipeline.load.register import read_register

FORMER = f"{FOLDER}/ledger.db"
"""The database of SQLite that releases before 2 kept beside the table."""


class Ledger:
    """The events of a library."""

    def __init__(self, store: EventStore, present: Mapping[str, str] | None = None) -> None:
        """Of a store. `present` are the ids of colleges now, by their former ones."""
        self.store = store
        self._present = present or {}

    def add(
        self, at: str, kind: str, subject: str, facts: Mapping[str, Any], unless: Collection[str] = ()
    ) -> Event | None:
        """Add an event; nothing where the subject's last event is of one of some kinds."""
        return next(iter(self.store.add_all(at, (lambda known: (kind, subject, facts),), unless)), None)

    def add_after(self, at: str, entry: NextEvent) -> Event:
        """Add the event that follows from all before it."""
        return self.add_all(at, (entry,))[0]

    def add_all(self, at: str, entries: Iterable[NextEvent]) -> tuple[Event, ...]:
        """Add events, all or none."""
        ours = [lambda known, entry=entry: entry(renamed(known, self._present)) for entry in entries]
        return self.store.add_all(at, ours)

    def events(self) -> tuple[Event, ...]:
        """All events in order, with colleges by their present ids."""
        return renamed(self.store.events(), self._present)

    def events_of(self, subject: str) -> tuple[Event, ...]:
        """The events of a subject, in order."""
        return tuple(event for event in self.store.events() if event.subject == subject)

    def faults(self) -> tuple[Diagnostic, ...]:
        """Why nothing may be added; nothing if all is well."""
        return self.store.faults()

    def holding(self, subject: str) -> AbstractContextManager[bool]:
        """Be the only one to work on a subject, while it lasts and the process lives; false where another does."""
        return self.store.holding(subject)

    def close(self) -> None:
        """Let go of what is open."""
        self.store.close()


def file_ledger(folder: Path, present: Mapping[str, str] | None = None) -> Ledger:
    """The ledger of a library that names no database. Events of a former database are taken over first."""
    take_over(folder)
    return Ledger(FileStore(folder), present)


def take_over(folder: Path) -> None:
    """Append to the table what only the database of an earlier release has; the database is kept as `.bak`.

    Raises:
        EnvironmentFailure: if the two do not agree; nothing is changed.
    """
    path = folder / FORMER
    if not path.exists():
        return
    refuse_links(path / "journal", folder / FOLDER)  # the file is no link either
    if not path.is_file():
        raise EnvironmentFailure(f"{path}, the database of an earlier release, is no file. Remove it.")
    events = _former_events(path)
    content = bytes_of(folder / LEDGER)
    told, faults = read_table(content)
    if faults or (told != events[: len(told)] and events != told[: len(events)]):
        raise EnvironmentFailure(
            f"{LEDGER} and {FORMER}, the database of an earlier release, do not agree: {_first(events, told)}. "
            f"Bring the table back as git has it. If the table is right, rename {FORMER}."
        )
    if len(events) > len(told):
        write_whole(folder / LEDGER, as_rows(events), durable=True)
    path.rename(path.with_name(f"{path.name}.bak"))
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def take_register(folder: Path, ledger: Ledger, at: str) -> int | None:
    """Enter as events what only the register of an earlier release has; the register is kept as `.bak`.

    Gives the number of events that were entered; nothing where there is no register.
    """
    path, kept = folder / REGISTER, folder / FOLDER / f"{Path(REGISTER).name}.bak"
    if not path.exists():
        return None
    for place in (path / "row", kept):  # the register is no link either
        refuse_links(place, folder)
    kept = next(one for number in count() if not (one := kept.with_suffix(f".bak{number or ''}")).exists())

    def new() -> Iterator[NextEvent]:
        """Evaluated when no other process adds events."""
        known = set(entries_of(ledger.store.events()))
        yield from next_events(row for row in read_register(bytes_of(path)) if row not in known)

    entered = ledger.store.add_all(at, new())
    kept.parent.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):  # another process was first
        path.rename(kept)
    return len(entered)


def _first(events: Sequence[Event], told: Sequence[Event]) -> str:
    differing = (one.number for one, other in zip(events, told, strict=False) if one != other)
    return f"event {next(differing, len(told) + 1)} is the first that differs"


def _former_events(path: Path) -> tuple[Event, ...]:
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            asked = "SELECT number, at, kind, subject, said, previous, digest FROM events ORDER BY number"
            return tuple(Event(*row) for row in database.execute(asked))
    except sqlite3.Error as wrong:
        raise EnvironmentFailure(f"{path}, the database of an earlier release, cannot be read: {wrong}.") from None
