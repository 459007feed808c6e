"""Access of commands to the ledger: the file beside the library, or the database that a team shares."""

import os
import ssl
from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from pipeline.build.project import Project
from pipeline.cli.options import day_of, moment
from pipeline.cli.outcome import note
from pipeline.colleges.ledger.events import Event, instant
from pipeline.colleges.ledger.kept import Ledger, file_ledger, take_register
from pipeline.colleges.ledger.stores import PostgresStore
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, PipelineError, Refused, UsageError, errors
from pipeline.core.sentences import count
from pipeline.load.folders import COLLEGES, LEDGER, LIBRARY, REGISTER
from pipeline.model.library import Library
from pipeline.model.source.college import DeliverySettings, colleges_of, present_ids
from pipeline.model.words import in_words


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


def project_ledger(project: Project) -> Ledger:
    """The ledger that the library names, or its own. Raises `EnvironmentFailure`, which never holds the password."""
    library = readable_library(project)
    address, present = library.imprint.fields.of(DeliverySettings).ledger, present_ids(colleges_of(library.others))
    if not address:
        return file_ledger(project.folder, present)
    host = urlsplit(address).hostname or ""
    password = secret_for(host, LEDGER_PASSWORD, LEDGER_HOST) or secret_for(host, _OF_POSTGRESQL, LEDGER_HOST)
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


def secret_for(host: str, variable: str, allowed: str) -> str:
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


def ledger_to_write(project: Project, dry_run: bool = False) -> Ledger:
    """The ledger, if events may be added to it. Raises `Refused`. A dry run leaves an old register alone."""
    kept = project_ledger(project)
    if faults := kept.faults():
        raise Refused(faults)
    if not dry_run and (entered := take_register(project.folder, kept, instant(moment()))) is not None:
        note(f"{REGISTER} is now part of {LEDGER}: {count(entered, 'event')} added. Commit both.")
    return kept


def past_day(given: datetime | None, project: Project) -> date:
    """The day of what has happened: the one that is given, else today. Raises `UsageError` for one to come."""
    day = day_of(given, project)
    if day > day_of(None, project):
        raise UsageError(f"{in_words(day)} is still to come.")
    return day


def readable_library(project: Project) -> Library:
    """The library, if nothing is wrong in what says which ledger it has and who its colleges are.

    Raises `SourceFaults`: where a value was left out because it could not be read, another ledger would be written to.
    """
    library, remarks = project.loaded
    wrong = [one for one in errors(remarks) if one.place.path in (LIBRARY, COLLEGES)]
    if wrong:
        raise SourceFaults("\n".join(("nothing was read or written, because of this:", *map(str, wrong))))
    return library


def project_events(project: Project) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """The events of the ledger, and why they cannot be relied on, where they cannot."""
    ledger = project_ledger(project)
    return ledger.store.events(), ledger.faults()
