"""Create the transport of a delivery from the library's settings and the secrets in the environment."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import assert_never
from urllib.parse import unquote

from pipeline.cli.options import now_utc
from pipeline.model.source.posting import MailServer
from pipeline.services.colleges.delivery_checks import find_channels
from pipeline.services.colleges.delivery_plan import PlannedDelivery
from pipeline.services.colleges.file_transports import FolderTransport, LinkPlace, StoreTransport
from pipeline.services.colleges.ledger import find_host_secret
from pipeline.services.colleges.mail_transport import MailTransport, OwnMailbox
from pipeline.services.colleges.outgoing_parcels import DeliveryContext
from pipeline.services.colleges.transport import Transport

SMTP_PASSWORD = "BRIEFINGS_SMTP_PASSWORD"
SMTP_HOST = "BRIEFINGS_SMTP_HOST"
IMAP_PASSWORD = "BRIEFINGS_IMAP_PASSWORD"
IMAP_HOST = "BRIEFINGS_IMAP_HOST"
_SECRET = re.compile(r"KEY|PASSW|PASSPHRASE|SECRET|TOKEN|CREDENTIAL|CONNECTION_STRING|SAS$|SIG$", re.IGNORECASE)
_IN_URL = re.compile(r"://[^\s:/@]*:(\S+)@")
_MIN_SECRET = 6
"""Characters of a secret: a shorter value is part of too many words."""


def create_transport(context: DeliveryContext, delivery: PlannedDelivery) -> Transport:
    """Return the transport of a delivery, to the address in the ledger."""
    folder = context.issued.prepared.folder
    match delivery.channel:
        case "mail":
            return _create_mail_transport(context)
        case "sftp":
            return _create_sftp_transport(context, delivery)
        case "url":
            return StoreTransport(delivery.to, folder, find_secrets(os.environ))
        case "folder":
            return FolderTransport(context.project.folder / delivery.to, folder)
        case "post" | "printer":
            raise ValueError("a person sends printed copies")
        case _:
            assert_never(delivery.channel)


def missing_secrets(server: MailServer) -> Iterator[tuple[str, str]]:
    """Yield the keys of a mail server whose secrets are not set, with the variables for them.

    Raises `EnvironmentFailure` if the server may not get a secret.
    """
    if server.user and not find_host_secret(server.server, SMTP_PASSWORD, SMTP_HOST):
        yield "user", SMTP_PASSWORD
    if server.imap and not find_host_secret(server.imap.server, IMAP_PASSWORD, IMAP_HOST):
        yield "imap", IMAP_PASSWORD


def _create_mail_transport(context: DeliveryContext) -> Transport:
    server = context.settings.mail
    assert server is not None, "a check before requires a server for mail"
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


def _create_sftp_transport(context: DeliveryContext, delivery: PlannedDelivery) -> Transport:
    from pipeline.services.colleges.sftp_transport import SftpTransport  # which takes a third of a second to load

    server = find_channels(context.issued.library, delivery).sftp
    assert server is not None, "a check before requires a server for SFTP"
    secret = os.environ.get(server.secret, "")
    key, password = (secret, "") if server.key else ("", secret)
    return SftpTransport(delivery.to, server.host_key, context.issued.prepared.folder, key, password)


def find_secrets(environment: Mapping[str, str]) -> tuple[str, ...]:
    """Return the secrets in an environment, longest first, with the parts that they are made of."""
    secrets = {secret for name, value in environment.items() for secret in _split_secrets(name, value)}
    return tuple(sorted((secret for secret in secrets if len(secret) >= _MIN_SECRET), key=lambda s: (-len(s), s)))


def _split_secrets(name: str, value: str) -> Iterator[str]:
    """Yield the secrets in a value: itself, parts of a connection string, of fsspec's JSON, or of a URL."""
    if _SECRET.search(name):
        yield value
    for part in re.split(r"[;&]", value):
        key, _, secret = part.partition("=")
        if secret and _SECRET.search(key):
            yield from (secret, unquote(secret))
    for match in _IN_URL.finditer(value):
        yield from (match[1], unquote(match[1]))
    if value.lstrip().startswith("{"):
        try:
            yield from _find_named_secrets(json.loads(value))
        except ValueError:
            yield value


def _find_named_secrets(table: object) -> Iterator[str]:
    """Yield the values in a JSON object, and in objects within it, whose names are those of secrets."""
    for name, value in table.items() if isinstance(table, dict) else ():
        yield from _split_secrets(name, value) if isinstance(value, str) else _find_named_secrets(value)
