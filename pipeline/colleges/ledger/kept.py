"""The ledger of a library: its database, with the table beside the sources that repeats each event. At the edge."""

import fcntl
import os
import threading
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from typing import IO, Any

import sqlalchemy as sa

from pipeline.codes import colleges as codes
from pipeline.colleges.ledger.database import LedgerDatabase, NextEvent
from pipeline.colleges.ledger.events import Event, fault_of, first_fault, renamed
from pipeline.colleges.ledger.table import as_rows, read_table, without_torn_line
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.errors import EnvironmentFailure
from pipeline.core.files import open_to_append, refuse_links
from pipeline.load.library.folders import LEDGER
from pipeline.store.files import content_of

FOLDER = ".ledger"
USUAL = f"{FOLDER}/ledger.db"
"""The file of the database in the folder of a library that names no other."""


@dataclass(frozen=True, slots=True)
class Restored:
    """The number of the events that a database holds now, and those that it held and the table does not."""

    events: int
    left_out: tuple[Event, ...]


class KeptLedger:
    """A ledger whose events stand in a table too, each as soon as it is in the database."""

    def __init__(self, ledger: LedgerDatabase, table: Path, present: Mapping[str, str] | None = None) -> None:
        """Of a database and the path of its table, which need not be there yet.

        `present` are the ids of colleges now, by their former ones.
        """
        self.ledger = ledger
        self.table = table
        self._present = present or {}
        self._left: tuple[int, int] | None = None
        """The size of the table and the number of its last event, as this process left it."""
        self._turn = threading.RLock()

    def add(
        self, at: str, kind: str, subject: str, facts: Mapping[str, Any], unless: Collection[str] = ()
    ) -> Event | None:
        """Add an event, as the database does, and repeat it in the table."""
        with self._turn:
            event = self.ledger.add(at, kind, subject, facts, unless)
            if event:
                self.catch_up()
        return event

    def add_after(self, at: str, entry: NextEvent) -> Event:
        """Add the event that follows from all before it, as the database does, and repeat it in the table."""
        return self.add_all(at, (entry,))[0]

    def add_all(self, at: str, entries: Sequence[NextEvent]) -> tuple[Event, ...]:
        """Add events, all or none, as the database does, and repeat them in the table."""
        ours = [lambda known, entry=entry: entry(renamed(known, self._present)) for entry in entries]
        with self._turn:
            events = self.ledger.add_all(at, ours)
            self.catch_up()
        return events

    def events(self) -> tuple[Event, ...]:
        """All events in order, with colleges by their present ids."""
        return renamed(self.ledger.events(), self._present)

    def catch_up(self) -> tuple[Diagnostic, ...]:
        """Write into the table what it lacks; where the two do not agree, nothing is written, and it says why."""
        with self._turn, self._locked() as file:
            size = os.fstat(file.fileno()).st_size
            if self._left is None or self._left[0] != size:
                content = file.read()
                told, faults = read_table(content)
                here = self.ledger.events()
                if faults := faults or disagreements(here, told) or _unreadable(here, USUAL):
                    return faults
                size, number = len(without_torn_line(content)), len(told)
            else:
                number = self._left[1]
            missing = self.ledger.events(after=number)
            if missing:
                file.truncate(size)
                file.seek(size)
                size += file.write(as_rows(missing, heads=not size))
                file.flush()
                os.fsync(file.fileno())
            self._left = size, number + len(missing)
        return ()

    def restore(self, aside: Path) -> tuple[Restored, tuple[Diagnostic, ...]]:
        """Make the database again of the events of the table, if those hold; gives why it cannot be done.

        What it held before is put aside first, as a file of SQLite.
        """
        told, faults = sound_table(_bytes_of(self.table))
        if faults:
            return Restored(0, ()), faults
        here = self.ledger.events()
        if here[: len(told)] == told:  # the table lacks the last of them, at most
            return Restored(len(here), ()), self.catch_up()
        if here:
            self.ledger.copy_to(aside)
        self.ledger.renew(told)
        return Restored(len(told), tuple(event for event in here if event not in set(told))), ()

    def check(self) -> tuple[Diagnostic, ...]:
        """Whether each event follows from the one before, in the database and in the table, and the two agree."""
        told, faults = read_table(_bytes_of(self.table))
        here = self.ledger.events()
        return (*_broken(here, USUAL), *(faults or _broken(told, LEDGER) or disagreements(here, told)))

    def known(self) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
        """The events of the database, and why they cannot be relied on, where they cannot."""
        faults, events = self.catch_up(), self.ledger.events()
        faults = faults or _broken(events, USUAL)
        return (_readable(events) if faults else events), faults

    @contextmanager
    def _locked(self) -> Iterator[IO[bytes]]:
        """The table, open for reading and writing by nobody else. It is made where it is missing."""
        with open_to_append(self.table) as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield file


def disagreements(database: Sequence[Event], table: Sequence[Event]) -> tuple[Diagnostic, ...]:
    """Why a table is not a copy of a database, perhaps without the last of its events; nothing where it is."""
    if differing := _differing(database, table):
        return differing
    if more := len(table) - len(database):
        place = Place(LEDGER, len(database) + 2)
        return (codes.LEDGER_BEHIND.at(place, number=len(database), more=more),) if more > 0 else ()
    return ()


def _differing(database: Sequence[Event], table: Sequence[Event]) -> tuple[Diagnostic, ...]:
    for one, other in zip(database, table, strict=False):
        if one != other:
            return (codes.LEDGER_DIFFERS.at(Place(LEDGER, one.number + 1), number=one.number),)
    return ()


def _broken(events: Sequence[Event], path: str) -> tuple[Diagnostic, ...]:
    if faults := _unreadable(events, path):
        return faults
    number = first_fault(events)
    return () if number is None else (codes.LEDGER_BROKEN.at(_place(path, number), number=number, before=number - 1),)


def _unreadable(events: Sequence[Event], path: str) -> tuple[Diagnostic, ...]:
    """The first event that this program cannot have written, if there is one."""
    for event in events:
        if reason := fault_of(event):
            return (codes.LEDGER_EVENT.at(_place(path, event.number), number=event.number, reason=reason),)
    return ()


def _readable(events: Sequence[Event]) -> tuple[Event, ...]:
    """The events before the first that this program cannot have written."""
    return tuple(takewhile(lambda event: not fault_of(event), events))


def _place(path: str, number: int) -> Place:
    return Place(path, number + 1) if path == LEDGER else Place(path)


def kept_ledger(folder: Path, present: Mapping[str, str] | None = None) -> KeptLedger:
    """The ledger of the library in a folder; its database is made where there is none."""
    refuse_links(folder / USUAL / "journal", folder / FOLDER)  # the file is no link either
    return KeptLedger(LedgerDatabase(sa.URL.create("sqlite", database=str(folder / USUAL))), folder / LEDGER, present)


def known_events(folder: Path) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """The events of a library: of its database, or where there is none yet, as in a fresh clone, of the table.

    And why they cannot be relied on, where they cannot.
    """
    if (folder / USUAL).exists():
        kept = kept_ledger(folder)
        if kept.ledger.last():
            return kept.known()
    return sound_table(_bytes_of(folder / LEDGER))


def sound_table(content: bytes) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """The events of a table, and why they cannot be relied on, where they cannot."""
    told, faults = read_table(content)
    faults = faults or _broken(told, LEDGER)
    return (_readable(told) if faults else told), faults


def _bytes_of(table: Path) -> bytes:
    try:
        return content_of(Path(os.path.realpath(table))) or b""
    except OSError:
        raise EnvironmentFailure(f"{table} cannot be read: it is no file.") from None
