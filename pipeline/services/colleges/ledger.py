"""Open the ledger of a library, take in the ledgers of earlier releases, and the verb ledger."""

import os
import sqlite3
import ssl
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import replace
from datetime import date, datetime
from itertools import count, groupby
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

import click

from pipeline.build.project import Project
from pipeline.cli.options import now_utc, production_day
from pipeline.cli.outcome import Outcome, print_note, verb_with_outcome
from pipeline.core.diagnostics import (
    Diagnostic,
    EnvironmentFailure,
    Location,
    PipelineError,
    Refused,
    UsageError,
    errors,
)
from pipeline.core.files import reject_links, write_atomically
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun
from pipeline.load.folders import COLLEGES_FILE, LEDGER_FILE, LIBRARY_FILE, REGISTER_FILE
from pipeline.load.register import CopyEntry, read_register
from pipeline.model.library import Library
from pipeline.model.source.college import DeliverySettings, colleges_of, present_ids
from pipeline.model.words import format_date
from pipeline.services.colleges.delivery_plan import PRINTER
from pipeline.services.colleges.holdings import HELD, compute_holdings, list_deliveries
from pipeline.services.colleges.ledger_events import (
    UNREADABLE,
    Event,
    EventKind,
    format_event_rows,
    format_instant,
    read_table,
    read_valid_events,
)
from pipeline.services.colleges.ledger_stores import (
    LEDGER_FOLDER,
    EventFactory,
    FileLedger,
    Ledger,
    PostgresLedger,
    read_bytes_or_empty,
    read_checked_table,
)

_SHARED_COLUMNS = ("college", "pack", "edition", "versions", "format")
"""The columns of a copy entry that are facts of the same name in its event."""


def read_prepared_copies(files: Mapping[str, bytes]) -> tuple[CopyEntry, ...]:
    """Read the prepared copies from the files of `source/`: a verifier may have no database."""
    return (
        *read_register(files.get(REGISTER_FILE, b"")),
        *list_copy_entries(read_valid_events(files.get(LEDGER_FILE, b""))),
    )


def list_copy_entries(events: Iterable[Event]) -> tuple[CopyEntry, ...]:
    """List the prepared copies, in the order of their events."""
    entries = []
    for facts in (event.facts for event in events if event.kind == EventKind.PREPARED):
        columns = {name: facts[name] for name in _SHARED_COLUMNS}
        columns |= {"prepared": date.fromisoformat(facts["on"]), "overridden": tuple(map(tuple, facts["overridden"]))}
        for quantity, number, digest in facts["copies"]:
            entries.append(CopyEntry(**columns, quantity=quantity, copy_number=number, sha256=digest))
    return tuple(entries)


def create_copy_events(new: Iterable[CopyEntry], before: Sequence[CopyEntry] | None = None) -> Iterator[EventFactory]:
    """Make an event for each college and format.

    `before` are the copies of the edition so far, if the numbers of the new ones follow from them.
    """
    for entry, group in groupby(new, lambda entry: replace(entry, quantity=1, copy_number=0, sha256="")):
        yield _create_copy_event(entry, [(copy.quantity, copy.copy_number, copy.sha256) for copy in group], before)
        before = None


def _create_copy_event(
    entry: CopyEntry, copies: Sequence[tuple[int, int, str]], before: Sequence[CopyEntry] | None
) -> EventFactory:
    facts = {name: getattr(entry, name) for name in (*_SHARED_COLUMNS, "overridden")}
    facts |= {"on": entry.prepared.isoformat(), "copies": copies}

    def create(events: Sequence[Event]) -> tuple[str, str, Mapping[str, Any]]:
        if before not in (None, tuple(known for known in list_copy_entries(events) if known.issue == entry.issue)):
            raise UsageError("Someone else prepared copies at the same time. Run the command again.")
        return EventKind.PREPARED, f"copies of {entry.pack}"[:80], facts

    return create


SQLITE_LEDGER = f"{LEDGER_FOLDER}/ledger.db"
"""The SQLite database that releases before 2 kept next to the table."""


def open_file_ledger(folder: Path, present: Mapping[str, str] | None = None) -> Ledger:
    """Open the ledger of a library without a shared database, with the events of a SQLite ledger taken in first."""
    import_sqlite_ledger(folder)
    return FileLedger(folder, present)


def import_sqlite_ledger(folder: Path) -> None:
    """Append the events that only the SQLite ledger has to the table, and rename the database to `.bak`.

    Raises `EnvironmentFailure` if the two do not agree; nothing is changed then.
    """
    path = folder / SQLITE_LEDGER
    if not path.exists():
        return
    reject_links(path / "journal", folder / LEDGER_FOLDER)  # refuses a link in place of the file too
    if not path.is_file():
        raise EnvironmentFailure(f"{path}, the database of an earlier release, is no file. Remove it.")
    events = _read_sqlite_events(path)
    exported, faults = read_table(read_bytes_or_empty(folder / LEDGER_FILE))
    if faults or (exported != events[: len(exported)] and events != exported[: len(events)]):
        differing = (event.number for event, other in zip(events, exported, strict=False) if event != other)
        first = next(differing, len(exported) + 1)
        raise EnvironmentFailure(
            f"{LEDGER_FILE} and {SQLITE_LEDGER}, the database of an earlier release, do not agree: event {first} "
            f"is the first that differs. Bring the table back as git has it. If the table is right, rename "
            f"{SQLITE_LEDGER}."
        )
    if len(events) > len(exported):
        write_atomically(folder / LEDGER_FILE, format_event_rows(events), durable=True)
    path.rename(path.with_name(f"{path.name}.bak"))
    for end in ("-wal", "-shm"):
        path.with_name(path.name + end).unlink(missing_ok=True)


def import_register(folder: Path, ledger: Ledger, at: str) -> int | None:
    """Add events for the copies that only the old register has, and rename the register to `.bak`.

    Returns the number of new events; None if there is no register.
    """
    path, backup = folder / REGISTER_FILE, folder / LEDGER_FOLDER / f"{Path(REGISTER_FILE).name}.bak"
    if not path.exists():
        return None
    for place in (path / "row", backup):  # refuses a link in place of the register too
        reject_links(place, folder)
    backups = (backup.with_suffix(f".bak{number or ''}") for number in count())
    backup = next(free for free in backups if not free.exists())

    def create_events() -> Iterator[EventFactory]:
        """Evaluated under the writers' lock."""
        known = set(list_copy_entries(ledger.recorded_events()))
        yield from create_copy_events(row for row in read_register(read_bytes_or_empty(path)) if row not in known)

    added = ledger.append(at, create_events())
    backup.parent.mkdir(exist_ok=True)
    with suppress(FileNotFoundError):  # another process was first
        path.rename(backup)
    return len(added)


def _read_sqlite_events(path: Path) -> tuple[Event, ...]:
    try:
        with closing(sqlite3.connect(path)) as database:
            database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            query = "SELECT number, at, kind, subject, said, previous, digest FROM events ORDER BY number"
            return tuple(Event(*row) for row in database.execute(query))
    except sqlite3.Error as error:
        raise EnvironmentFailure(f"{path}, the database of an earlier release, cannot be read: {error}.") from None


class SourceFaults(PipelineError):
    """Faults in the sources that a command cannot go on with (exit 1)."""

    exit_code = 1


LEDGER_PASSWORD = "BRIEFINGS_LEDGER_PASSWORD"
LEDGER_HOST = "BRIEFINGS_LEDGER_HOST"
_LIBPQ_PASSWORD = "PGPASSWORD"
"""The variable from which PostgreSQL itself takes a password."""
_LOCAL_HOSTS = ("localhost", "127.0.0.1")
_NO_PASSFILE = f"{os.devnull}/none"
_NO_PASSWORD = "no password supplied"
"""A message of PostgreSQL."""


def open_project_ledger(project: Project) -> Ledger:
    """Open the ledger that the library names, or its table.

    Raises `EnvironmentFailure`, which never contains the password.
    """
    library = require_readable_library(project)
    address, present = library.imprint.fields.of(DeliverySettings).ledger, present_ids(colleges_of(library.others))
    if not address:
        return open_file_ledger(project.folder, present)
    parts = urlsplit(address)
    host = parts.hostname or ""
    passwords = (find_host_secret(host, variable, LEDGER_HOST) for variable in (LEDGER_PASSWORD, _LIBPQ_PASSWORD))
    password = next(filter(None, passwords), "")
    options = {} if _is_allowed(host, LEDGER_HOST) else {"passfile": _NO_PASSFILE}
    if host not in _LOCAL_HOSTS:
        options |= _tls_options(os.environ)
    address = urlunsplit(parts._replace(query=urlencode(dict(parse_qsl(parts.query)) | options)))
    try:
        return PostgresLedger(project.folder, address, password, present)
    except EnvironmentFailure as failure:
        if password or _NO_PASSWORD not in str(failure):
            raise
        raise EnvironmentFailure(
            f"The ledger asks for a password. Set {LEDGER_PASSWORD}, and {LEDGER_HOST}={host}."
        ) from None


def find_host_secret(host: str, variable: str, allowed: str) -> str:
    """Return the secret in a variable for a host that the library names, or nothing if it is not set.

    Raises `EnvironmentFailure` if the variable `allowed` does not name the host: a pull request could change the host
    in the library.
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


def _tls_options(environment: Mapping[str, str]) -> dict[str, str]:
    """Return the options by which PostgreSQL uses TLS, and checks the certificate and the host's name.

    The authorities are those in PostgreSQL's own settings, else those of this machine.
    """
    if "PGSSLROOTCERT" in environment or Path("~/.postgresql/root.crt").expanduser().exists():
        return {"sslmode": "verify-full"}
    return {"sslmode": "verify-full", "sslrootcert": ssl.get_default_verify_paths().cafile or "system"}


def open_ledger_to_write(project: Project, dry_run: bool = False) -> Ledger:
    """Open the ledger if events may be added, with an old register taken in. Raises `Refused`.

    A dry run does not touch the register.
    """
    ledger = open_project_ledger(project)
    if faults := ledger.faults():
        raise Refused(faults)
    if not dry_run and (added := import_register(project.folder, ledger, format_instant(now_utc()))) is not None:
        print_note(f"{REGISTER_FILE} is now part of {LEDGER_FILE}: {count_noun(added, 'event')} added. Commit both.")
    return ledger


def require_past_day(given: datetime | None, project: Project) -> date:
    """Return the given day of an event, else today. Raises `UsageError` for a day in the future."""
    day = production_day(given, project)
    if day > production_day(None, project):
        raise UsageError(f"{format_date(day)} is still to come.")
    return day


def require_readable_library(project: Project) -> Library:
    """Return the library, if the files that name its ledger and colleges have no errors.

    Raises `SourceFaults`: if the address of the ledger could not be read, events would go into another ledger.
    """
    library, remarks = project.loaded
    faults = [remark for remark in errors(remarks) if remark.place.path in (LIBRARY_FILE, COLLEGES_FILE)]
    if faults:
        raise SourceFaults("\n".join(("nothing was read or written, because of this:", *map(str, faults))))
    return library


@click.command("ledger")
@click.argument("act", metavar="check|restore|backup", type=click.Choice(["check", "restore", "backup"]))
@click.argument("file", required=False, type=click.Path(path_type=Path))
@verb_with_outcome()
def verb(project: Project, act: str, file: Path | None) -> Outcome:
    """Check or copy the ledger of deliveries.

    `check` verifies the chain of events, and exits with 1 if it is broken. `backup FILE` copies all events into a
    file like source/ledger.csv. `restore` fills an empty PostgreSQL database from source/ledger.csv.
    """
    if (act == "backup") != (file is not None):
        raise click.UsageError("'ledger backup' takes a FILE, and the others take none.")
    ledger = open_project_ledger(project)
    if act == "restore":
        if not isinstance(ledger, PostgresLedger):
            raise UsageError(
                f"This library keeps its ledger in {LEDGER_FILE}: bring that file back from git or a backup."
            )
        number, faults = ledger.fill()
        text = f"The database holds {count_noun(number, 'event')}, as {LEDGER_FILE} does."
    else:
        events = ledger.recorded_events()
        text = count_noun(len(events), "event")
        if file:
            if file.exists():
                raise UsageError(f"{file} already exists: choose a new file.")
            write_atomically(file, format_event_rows(events), durable=True)
            return Outcome(text=[f"{text} copied to {file}."])
        faults = ledger.faults()
        last = f"; the last has the hash {events[-1].digest[:8]}" if events else ""
        text = f"{text}, each following from the one before{last}."
    if faults:
        raise Refused(faults)
    return Outcome(text=[text])


def check_ledger(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """Check the table and the old register, and warn of colleges that left with copies, unless names were given."""
    if names:
        return
    library = project.loaded[0]
    events, faults = read_checked_table(project.files.get(LEDGER_FILE, b""))
    yield from faults
    try:
        read_register(project.files.get(REGISTER_FILE, b""))
    except EnvironmentFailure as failure:
        yield message("ledger-broken", Location(REGISTER_FILE), what=f"{UNREADABLE}: {failure}".rstrip("."))
    if not faults and not any(remark.place.path == COLLEGES_FILE for remark in errors(project.loaded[1])):
        colleges = colleges_of(library.others)
        yield from _holders_are_known(events, {*colleges, *present_ids(colleges)})


def _holders_are_known(events: Sequence[Event], known: Collection[str]) -> Iterator[Diagnostic]:
    """Warn of colleges that hold copies and are not in the list."""
    if {delivery.college for delivery in list_deliveries(events).values()} <= {*known, PRINTER}:
        return  # holdings take longer to compute
    copies = Counter[str]()
    for holding in compute_holdings(events):
        if holding.state == HELD and holding.college not in known:
            copies[holding.college] += holding.quantity
    for name, number in sorted((+copies).items()):
        held = count_noun(number, "copy", "copies")
        yield message("college-gone", Location(COLLEGES_FILE), college=name, copies=held)
