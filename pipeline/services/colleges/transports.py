"""The transports of deliveries, made of what the library says and of what the environment holds."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import assert_never
from urllib.parse import unquote

from pipeline.build.project import Project
from pipeline.cli.options import now_utc
from pipeline.model.source.college import DeliverySettings
from pipeline.model.source.posting import MailServer
from pipeline.services.colleges.copies import IssuedEdition
from pipeline.services.colleges.gates import find_channels
from pipeline.services.colleges.ledger import find_host_secret
from pipeline.services.colleges.mail import MailTransport, OwnMailbox
from pipeline.services.colleges.manifest import ParcelSeal, sealed
from pipeline.services.colleges.plan import PRINTER, PlannedDelivery
from pipeline.services.colleges.transport import (
    DeliveryFailed,
    FolderTransport,
    LinkPlace,
    Parcel,
    StoreTransport,
    Transport,
)

TICKET = "job-ticket.txt"


def build_job_parcel(
    project: Project, issued: IssuedEdition, title: str, one: PlannedDelivery, seal: ParcelSeal
) -> Parcel:
    """The job as a parcel: every file that was prepared for the printer, and what says which they are."""
    issue, printer = issued.issue, issued.library.imprint.fields.of(DeliverySettings).printer
    place = project.output / "printer" / issue.folder
    files = {path.name: path.read_bytes() for path in sorted(place.iterdir())} if place.is_dir() else {}
    if TICKET not in files:
        raise DeliveryFailed("refused", f"{place} does not hold the job that was prepared")
    said = {
        "college": PRINTER,
        "name": printer.name if printer else "",
        "pack": issue.pack.id,
        "title": issue.title,
        "edition": issue.edition,
        "produced": issue.produced.isoformat(),
        "record": issue.record,
        "code": issue.code,
    }
    return Parcel(one.id, one.to, f"Print job: {title}", sealed(said, files, seal), files[TICKET].decode())


SMTP_PASSWORD = "BRIEFINGS_SMTP_PASSWORD"
SMTP_HOST = "BRIEFINGS_SMTP_HOST"
IMAP_PASSWORD = "BRIEFINGS_IMAP_PASSWORD"
IMAP_HOST = "BRIEFINGS_IMAP_HOST"
_SECRET = re.compile(r"KEY|PASSW|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|CONNECTION_STRING|SAS$|SIG$", re.IGNORECASE)
_IN_URL = re.compile(r"://[^\s:/@]*:(\S+)@")
_LEAST = 6
"""The letters of a secret at least: a shorter value is found in too many words."""


def create_transport(home: Path, issued: IssuedEdition, one: PlannedDelivery) -> Transport:
    """The transport of a delivery, by the address that is on record."""
    match one.channel:
        case "mail":
            return _by_mail(issued)
        case "sftp":
            return _by_sftp(issued, one)
        case "url":
            return StoreTransport(one.to, issued.issue.folder, find_secrets(os.environ))
        case "folder":
            return FolderTransport(home / one.to, issued.issue.folder)
        case "post" | "printer":
            raise ValueError("no machine delivers printed copies")
        case _:
            assert_never(one.channel)


def missing_secrets(server: MailServer) -> Iterator[tuple[str, str]]:
    """The key of each secret that a mail server needs, and its variable, where that is not set.

    Raises `EnvironmentFailure` where the server may not get it.
    """
    if server.user and not find_host_secret(server.server, SMTP_PASSWORD, SMTP_HOST):
        yield "user", SMTP_PASSWORD
    if server.imap and not find_host_secret(server.imap.server, IMAP_PASSWORD, IMAP_HOST):
        yield "imap", IMAP_PASSWORD


def _by_mail(issued: IssuedEdition) -> Transport:
    server = issued.library.imprint.fields.of(DeliverySettings).mail
    assert server is not None, "mail without a server stands against a plan"
    box, copy_to, links = server.imap, server.copy_to or "", server.links
    password = find_host_secret(box.server, IMAP_PASSWORD, IMAP_HOST) if box else ""
    return MailTransport(
        server.server,
        server.port,
        server.sender,
        now_utc,
        user=server.user or "",
        password=find_host_secret(server.server, SMTP_PASSWORD, SMTP_HOST) if server.user else "",
        largest=server.largest * 1_000_000,
        copies=OwnMailbox(copy_to, box.server, box.port, box.user, password, box.folder) if box else None,
        copy_to=copy_to,
        links=LinkPlace(StoreTransport(links.place, "", find_secrets(os.environ)), links.address) if links else None,
    )


def find_secrets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """The secrets of an environment, the longest first: values that a name calls secret, and what those are made of."""
    found = {secret for name, value in environment.items() for secret in _within(name, value)}
    return tuple(sorted((one for one in found if len(one) >= _LEAST), key=lambda one: (-len(one), one)))


def _within(name: str, value: str) -> Iterator[str]:
    """The secrets of a value: itself, the parts of a connection string, those of a table of fsspec, one in a URL."""
    if _SECRET.search(name):
        yield value
    for part in re.split(r"[;&]", value):
        key, _, said = part.partition("=")
        if said and _SECRET.search(key):
            yield from (said, unquote(said))
    for match in _IN_URL.finditer(value):
        yield from (match[1], unquote(match[1]))
    if value.lstrip().startswith("{"):
        try:
            yield from _named(json.loads(value))
        except ValueError:
            yield value


def _named(said: object) -> Iterator[str]:
    """The values of a table, and of those in it, that their names call secret."""
    for name, value in said.items() if isinstance(said, dict) else ():
        yield from _within(name, value) if isinstance(value, str) else _named(value)


def _by_sftp(issued: IssuedEdition, one: PlannedDelivery) -> Transport:
    from pipeline.services.colleges.sftp import SftpTransport  # which takes a third of a second to load

    server = find_channels(issued.library, one).sftp
    assert server is not None, "SFTP without a server stands against a plan"
    secret = os.environ.get(server.secret, "")
    key, password = (secret, "") if server.key else ("", secret)
    return SftpTransport(one.to, server.host_key, issued.issue.folder, key, password)
