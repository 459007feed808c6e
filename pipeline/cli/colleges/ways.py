"""The ways of deliveries, made of what the library says and of what the environment holds."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from pipeline.cli.editions.issued_copies import PackToCopy
from pipeline.cli.options import moment
from pipeline.colleges.deliveries.folder import FolderWay
from pipeline.colleges.deliveries.mail import MailWay
from pipeline.colleges.deliveries.own_mailbox import OwnMailbox
from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.colleges.deliveries.store import StoreWay
from pipeline.colleges.deliveries.ways import Way
from pipeline.model.source.posting import MailServer

SMTP_PASSWORD = "BRIEFINGS_SMTP_PASSWORD"
IMAP_PASSWORD = "BRIEFINGS_IMAP_PASSWORD"
_SECRET = re.compile(r"KEY|PASSWORD|SECRET|TOKEN|CREDENTIAL")


def way_of(home: Path, issued: PackToCopy, one: PlannedDelivery) -> Way:
    """The way of a delivery, by the address that is on record."""
    if one.channel == "mail":
        return _by_mail(issued)
    if one.channel == "sftp":
        return _by_sftp(issued, one)
    if one.channel == "url":
        return StoreWay(one.to, issued.issue.folder, _secrets())
    return FolderWay(home / one.to, issued.issue.folder)


def mail_secrets(server: MailServer) -> Iterator[tuple[str, str]]:
    """The key of each secret that a mail server needs, and the variable of the environment that holds it."""
    if server.user:
        yield "user", SMTP_PASSWORD
    if server.imap:
        yield "imap", IMAP_PASSWORD


def _by_mail(issued: PackToCopy) -> Way:
    server = issued.library.imprint.fields.mail
    assert server is not None, "mail without a server stands against a plan"
    box, copy_to = server.imap, server.copy_to or ""
    password = os.environ.get(IMAP_PASSWORD, "")
    return MailWay(
        server.server,
        server.port,
        server.sender,
        moment,
        user=server.user or "",
        password=os.environ.get(SMTP_PASSWORD, "") if server.user else "",
        largest=server.largest * 1_000_000,
        copies=OwnMailbox(copy_to, box.server, box.port, box.user, password, box.folder) if box else None,
        copy_to=copy_to,
    )


def _secrets() -> tuple[str, ...]:
    """The values of the environment that their names call secret, the longest first."""
    found = (value for name, value in os.environ.items() if _SECRET.search(name) and len(value) > 5)
    return tuple(sorted(found, key=len, reverse=True))


def _by_sftp(issued: PackToCopy, one: PlannedDelivery) -> Way:
    from pipeline.colleges.deliveries.sftp import SftpWay  # which takes a third of a second to load

    server = issued.library.colleges[one.college].channels.sftp
    assert server is not None, "SFTP without a server stands against a plan"
    secret = os.environ.get(server.secret, "")
    key, password = (secret, "") if server.key else ("", secret)
    return SftpWay(one.to, server.host_key, issued.issue.folder, key, password)
