"""The ledger of a library as commands ask for it, and the verb ledger."""

import os
import sqlite3
import ssl
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, closing, suppress
from dataclasses import replace
from datetime import date, datetime
from itertools import count, groupby
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import click

from pipeline.build.project import Project
from pipeline.cli.options import day_of, now_utc
from pipeline.cli.outcome import Outcome, note, rendered
from pipeline.core.diagnostics import (
    Diagnostic,
    EnvironmentFailure,
    Location,
    PipelineError,
    Refused,
    UsageError,
    errors,
)
from pipeline.core.files import refuse_links, write_whole
from pipeline.core.messages import message
from pipeline.core.sentences import count as sentences_count
from pipeline.load.folders import COLLEGES, LEDGER, LIBRARY, REGISTER
from pipeline.load.register import CopyEntry, read_register
from pipeline.model.library import Library
from pipeline.model.source.college import DeliverySettings, colleges_of, present_ids
from pipeline.model.words import format_date
from pipeline.services.colleges.events import (
    PREPARED,
    UNREADABLE,
    Event,
    as_rows,
    format_instant,
    read_table,
    read_valid_events,
    use_present_ids,
)
from pipeline.services.colleges.holdings import compute_holdings, deliveries
from pipeline.services.colleges.plan import PRINTER
from pipeline.services.colleges.stores import (
    LEDGER_FOLDER,
    EventFactory,
    FileStore,
    PostgresStore,
    read_bytes_or_empty,
    read_checked_table,
)

_SAME = ("college", "pack", "edition", "versions", "format")


def prepared_copies(files: Mapping[str, bytes]) -> tuple[CopyEntry, ...]:
    """The copies by the files of `source/`, for readers: whoever verifies may have no database."""
    return (*read_register(files.get(REGISTER, b"")), *list_copy_entries(read_valid_events(files.get(LEDGER, b""))))


def list_copy_entries(events: Iterable[Event]) -> tuple[CopyEntry, ...]:
    """The copies, in the order in which they were prepared."""
    found = []
    for facts in (event.facts for event in events if event.kind == PREPARED):
        what = {name: facts[name] for name in _SAME}
        day, reasons = date.fromisoformat(facts["on"]), tuple((name, reason) for name, reason in facts["overridden"])
        for quantity, number, digest in facts["copies"]:
            found.append(
                CopyEntry(
                    **what, quantity=quantity, copy_number=number, sha256=digest, prepared=day, overridden=reasons
                )
            )
    return tuple(found)


def create_copy_events(new: Iterable[CopyEntry], before: Sequence[CopyEntry] | None = None) -> Iterator[EventFactory]:
    """An event for each college and format. `before` are the copies of the edition so far, if numbers follow them."""
    for what, copies in groupby(new, lambda one: replace(one, quantity=1, copy_number=0, sha256="")):
        yield _next_event(what, [(one.quantity, one.copy_number, one.sha256) for one in copies], before)
        before = None


def _next_event(
    what: CopyEntry, copies: Sequence[tuple[int, int, str]], before: Sequence[CopyEntry] | None
) -> EventFactory:
    facts = {name: getattr(what, name) for name in (*_SAME, "overridden")}
    facts |= {"on": what.prepared.isoformat(), "copies": copies}

    def event(known: Sequence[Event]) -> tuple[str, str, Mapping[str, Any]]:
        if before not in (None, tuple(one for one in list_copy_entries(known) if one.issue == what.issue)):
            raise UsageError("Others prepared copies meanwhile. Run the command again.")
        return PREPARED, f"copies of {what.pack}"[:80], facts

    return event


SQLITE_LEDGER = f"{LEDGER_FOLDER}/ledger.db"
"""The database of SQLite that releases before 2 kept beside the table."""


class Ledger:
    """The events of a library."""

    def __init__(self, store: FileStore | PostgresStore, present: Mapping[str, str] | None = None) -> None:
        """Of a store. `present` are the ids of colleges now, by their former ones."""
        self.store = store
        self._present = present or {}

    def add(
        self, at: str, kind: str, subject: str, facts: Mapping[str, Any], unless: Collection[str] = ()
    ) -> Event | None:
        """Add an event; nothing where the subject's last event is of one of some kinds."""
        return next(iter(self.store.add_all(at, (lambda known: (kind, subject, facts),), unless)), None)

    def add_after(self, at: str, entry: EventFactory) -> Event:
        """Add the event that follows from all before it."""
        return self.add_all(at, (entry,))[0]

    def add_all(self, at: str, entries: Iterable[EventFactory]) -> tuple[Event, ...]:
        """Add events, all or none."""
        ours = [lambda known, entry=entry: entry(use_present_ids(known, self._present)) for entry in entries]
        return self.store.add_all(at, ours)

    def events(self) -> tuple[Event, ...]:
        """All events in order, with colleges by their present ids."""
        return use_present_ids(self.store.events(), self._present)

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
    import_sqlite_ledger(folder)
    return Ledger(FileStore(folder), present)


def import_sqlite_ledger(folder: Path) -> None:
    """Append to the table what only the database of an earlier release has; the database is kept as `.bak`.

    Raises `EnvironmentFailure` if the two do not agree; nothing is changed.
    """
    path = folder / SQLITE_LEDGER
    if not path.exists():
        return
    refuse_links(path / "journal", folder / LEDGER_FOLDER)  # the file is no link either
    if not path.is_file():
        raise EnvironmentFailure(f"{path}, the database of an earlier release, is no file. Remove it.")
    events = _former_events(path)
    content = read_bytes_or_empty(folder / LEDGER)
    told, faults = read_table(content)
    if faults or (told != events[: len(told)] and events != told[: len(events)]):
        differing = (one.number for one, other in zip(events, told, strict=False) if one != other)
        first = next(differing, len(told) + 1)
        raise EnvironmentFailure(
            f"{LEDGER} and {SQLITE_LEDGER}, the database of an earlier release, do not agree: event {first} is the first "
            f"that differs. Bring the table back as git has it. If the table is right, rename {SQLITE_LEDGER}."
        )
    if len(events) > len(told):
        write_whole(folder / LEDGER, as_rows(events), durable=True)
    path.rename(path.with_name(f"{path.name}.bak"))
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def import_register(folder: Path, ledger: Ledger, at: str) -> int | None:
    """Enter as events what only the register of an earlier release has; the register is kept as `.bak`.

    Gives the number of events that were entered; nothing where there is no register.
    """
    path, kept = folder / REGISTER, folder / LEDGER_FOLDER / f"{Path(REGISTER).name}.bak"
    if not path.exists():
        return None
    for place in (path / "row", kept):  # the register is no link either
        refuse_links(place, folder)
    kept = next(one for number in count() if not (one := kept.with_suffix(f".bak{number or ''}")).exists())

    def new() -> Iterator[EventFactory]:
        """Evaluated when no other process adds events."""
        known = set(list_copy_entries(ledger.store.events()))
        yield from create_copy_events(row for row in read_register(read_bytes_or_empty(path)) if row not in known)

    entered = ledger.store.add_all(at, new())
    kept.parent.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):  # another process was first
        path.rename(kept)
    return len(entered)


def _former_events(path: Path) -> tuple[Event, ...]:
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            asked = "SELECT number, at, kind, subject, said, previous, digest FROM events ORDER BY number"
            return tuple(Event(*row) for row in database.execute(asked))
    except sqlite3.Error as wrong:
        raise EnvironmentFailure(f"{path}, the database of an earlier release, cannot be read: {wrong}.") from None


class SourceFaults(PipelineError):
    """Faults of the sources that a command must not go on with (exit 1)."""

    exit_code = 1


LEDGER_PASSWORD = "BRIEFINGS_LEDGER_PASSWORD"
LEDGER_HOST = "BRIEFINGS_LEDGER_HOST"
_OF_POSTGRESQL = "PGPASSWORD"
"""The variable that PostgreSQL itself takes a password from."""
_HERE = ("localhost", "127.0.0.1")
_NO_PASSFILE = f"{os.devnull}/none"
_NO_PASSWORD = "no password supplied"
"""Words of PostgreSQL."""


def open_project_ledger(project: Project) -> Ledger:
    """The ledger that the library names, or its own. Raises `EnvironmentFailure`, which never holds the password."""
    library = require_readable_library(project)
    address, present = library.imprint.fields.of(DeliverySettings).ledger, present_ids(colleges_of(library.others))
    if not address:
        return file_ledger(project.folder, present)
    host = urlsplit(address).hostname or ""
    password = find_host_secret(host, LEDGER_PASSWORD, LEDGER_HOST) or find_host_secret(
        host, _OF_POSTGRESQL, LEDGER_HOST
    )
    more = {} if _is_allowed(host, LEDGER_HOST) else {"passfile": _NO_PASSFILE}
    if host not in _HERE:
        more |= _encrypted(os.environ)
    parts = urlsplit(address)
    address = urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | more)))
    try:
        return Ledger(PostgresStore(project.folder, address, password), present)
    except EnvironmentFailure as refusal:
        if password or _NO_PASSWORD not in str(refusal):
            raise
        raise EnvironmentFailure(
            f"The ledger asks for a password. Set {LEDGER_PASSWORD}, and {LEDGER_HOST}={host}."
        ) from None


def find_host_secret(host: str, variable: str, allowed: str) -> str:
    """The secret of a variable for a host that a library names; nothing where it is not set.

    Raises `EnvironmentFailure` where the environment does not allow this host to get it: a proposed change of a library
    could name any host.
    """
    secret = os.environ.get(variable, "")
    if secret and not _is_allowed(host, allowed):
        raise EnvironmentFailure(
            f"{variable} was not sent: library.yaml names the host '{host}', and {allowed} does not. If the host is "
            f"yours, set {allowed}={host} in the environment of the command."
        )
    return secret


def _is_allowed(host: str, allowed: str) -> bool:
    return os.environ.get(allowed, "").casefold() == host.casefold()


def _encrypted(environment: Mapping[str, str]) -> dict[str, str]:
    """The query by which PostgreSQL is reached over TLS, with a certificate that holds for its name.

    The authorities are the ones of PostgreSQL's own settings, else the ones of this machine.
    """
    own = Path("~/.postgresql/root.crt").expanduser()
    if "PGSSLROOTCERT" in environment or own.exists():
        return {"sslmode": "verify-full"}
    return {"sslmode": "verify-full", "sslrootcert": ssl.get_default_verify_paths().cafile or "system"}


def open_ledger_to_write(project: Project, dry_run: bool = False) -> Ledger:
    """The ledger, if events may be added to it. Raises `Refused`. A dry run leaves an old register alone."""
    kept = open_project_ledger(project)
    if faults := kept.faults():
        raise Refused(faults)
    if not dry_run and (entered := import_register(project.folder, kept, format_instant(now_utc()))) is not None:
        note(f"{REGISTER} is now part of {LEDGER}: {sentences_count(entered, 'event')} added. Commit both.")
    return kept


def require_past_day(given: datetime | None, project: Project) -> date:
    """The day of what has happened: the one that is given, else today. Raises `UsageError` for one to come."""
    day = day_of(given, project)
    if day > day_of(None, project):
        raise UsageError(f"{format_date(day)} is still to come.")
    return day


def require_readable_library(project: Project) -> Library:
    """The library, if nothing is wrong in what says which ledger it has and who its colleges are.

    Raises `SourceFaults`: where a value was left out because it could not be read, another ledger would be written to.
    """
    library, remarks = project.loaded
    wrong = [one for one in errors(remarks) if one.place.path in (LIBRARY, COLLEGES)]
    if wrong:
        raise SourceFaults("\n".join(("nothing was read or written, because of this:", *map(str, wrong))))
    return library


def read_project_events(project: Project) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """The events of the ledger, and why they cannot be relied on, where they cannot."""
    ledger = open_project_ledger(project)
    return ledger.store.events(), ledger.faults()


@click.command("ledger")
@click.argument("act", metavar="check|restore|backup", type=click.Choice(["check", "restore", "backup"]))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@rendered()
def verb(project: Project, act: str, file: Path | None) -> Outcome:
    """Check the ledger of what left the house, copy it, or fill a new database from source/ledger.csv.

    `check` follows each event from the one before, and ends with 1 where one does not. `backup FILE` writes all events
    into a file like source/ledger.csv. `restore` fills an empty database of PostgreSQL from source/ledger.csv.
    """
    if (act == "backup") != (file is not None):
        raise click.UsageError("'ledger backup' takes a FILE, and the others take none.")
    kept = open_project_ledger(project)
    if act == "restore":
        if not isinstance(kept.store, PostgresStore):
            raise UsageError(f"This library keeps its ledger in {LEDGER}: bring that file back from git or a backup.")
        number, faults = kept.store.fill()
        text = f"The database holds {sentences_count(number, 'event')}, as {LEDGER} does."
    else:
        events = kept.store.events()
        text = sentences_count(len(events), "event")
        if file:
            if file.exists():
                raise UsageError(f"{file} is there already: name a new file.")
            write_whole(file, as_rows(events), durable=True)
            return Outcome(text=[f"{text} copied to {file}."])
        faults = kept.faults()
        last = f"; the last has the hash {events[-1].digest[:8]}" if events else ""
        text = f"{text}, each following from the one before{last}."
    if faults:
        raise Refused(faults)
    return Outcome(text=[text])


def check_ledger(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """Faults of the ledger's table and of the old register, and colleges that left with copies; of all or nothing."""
    if names:
        return
    library = project.loaded[0]
    events, faults = read_checked_table(project.files.get(LEDGER, b""))
    yield from faults
    try:
        read_register(project.files.get(REGISTER, b""))
    except EnvironmentFailure as wrong:
        yield message("ledger-broken", Location(REGISTER), what=f"{UNREADABLE}: {wrong}".rstrip("."))
    if not faults and not any(one.place.path == COLLEGES for one in errors(project.loaded[1])):
        yield from _colleges_gone(events, {*colleges_of(library.others), *present_ids(colleges_of(library.others))})


def _colleges_gone(events: Sequence[Event], known: Collection[str]) -> Iterator[Diagnostic]:
    """Warnings of colleges that hold copies and are not known."""
    if {one.college for one in deliveries(events).values()} <= {*known, PRINTER}:
        return  # what is held takes longer to find out
    copies = Counter[str]()
    for one in compute_holdings(events):
        copies[one.college] += one.quantity if one.state == "held" and one.college not in known else 0
    for name, many in sorted((+copies).items()):
        yield message("college-gone", Location(COLLEGES), college=name, copies=sentences_count(many, "copy", "copies"))
