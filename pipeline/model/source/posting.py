"""`library.yaml`: the ledger, the mail server and requests for the post. No file holds a secret."""

import re
from types import MappingProxyType
from typing import Annotated, Self
from urllib.parse import parse_qsl

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from pipeline.model.source.briefing import WebAddress
from pipeline.model.source.record import Line, Record, StoreAddress

_POSTGRESQL = re.compile(r"postgresql://(?:[^\s:/?#@]+@)?[^\s:/?#@]+(?::\d{1,5})?/[^\s:/?#@]+(?:\?(?P<query>\S*))?")
_ALLOWED = frozenset({"connect_timeout", "application_name", "sslmode"})
"""What a URL may ask of the connection: nothing that leads to another host, or reads a file."""


def _without_password(value: object) -> object:
    """A URL of PostgreSQL; what is refused is not repeated, as it may hold a password."""
    said = value.strip() if isinstance(value, str) else ""
    if re.search(r"://[^/@]*:[^/@]*@|[?&]\w*password=", said):
        raise ValueError("passwords do not belong in a file: set BRIEFINGS_LEDGER_PASSWORD in the environment")
    found = _POSTGRESQL.fullmatch(said)
    if isinstance(value, str) and found is None:
        raise ValueError("the ledger's address is no URL such as postgresql://user@host/database")
    asked = {name for name, _ in parse_qsl(found["query"] or "", keep_blank_values=True)} if found else set()
    if strange := sorted(asked - _ALLOWED):
        raise ValueError(f"the ledger's address must not set '{strange[0]}': remove '?' and the text after it")
    return value


LedgerAddress = Annotated[Line, BeforeValidator(_without_password)]
"""The URL of a database of PostgreSQL, without a password."""

Mailbox = Annotated[str, StringConstraints(max_length=254, pattern=r"^[^\s@<>,;:\"]+@[A-Za-z0-9.-]+$")]
"""The address of a mailbox."""


def _postal(value: str) -> str:
    """Two words or more, one of them with a letter: a mailbox, a web address or `true` is no postal address."""
    if len(value.split()) < 2 or not re.search(r"[^\W\d_]", value) or re.search(r"@|://", value):
        raise ValueError(f"'{value}' is not a postal address")
    return value


PostalAddress = Annotated[Line, AfterValidator(_postal)]
"""A postal address in one line, such as Learning unit, Quarry Lane, Fellbrook."""

HostName = Annotated[str, StringConstraints(max_length=253, pattern=r"^[A-Za-z0-9.-]+$")]
"""The name of a machine on the network."""


class CopyMailbox(Record):
    """The server of IMAP that is asked for `copy_to`. Its password is `BRIEFINGS_IMAP_PASSWORD` in the environment.

    The password goes to no server but `BRIEFINGS_IMAP_HOST`.
    """

    server: HostName
    """The name of the server, such as imap.northmoor.example."""
    port: int = Field(default=993, ge=1, le=65535)
    """The port; all is encrypted from the first word on."""
    user: Line
    """The name to sign in with."""
    folder: Line = "INBOX"
    """The folder of the mailbox that copies come into."""


class MailLinks(Record):
    """A place on the web for files that are too large for a message: the message then has links to them."""

    above: int = Field(default=10, ge=0, le=1000)
    """Megabytes of a message above which its files are put there."""
    place: StoreAddress
    """The folder that files are put into, such as `s3://files/parcels`, by what fsspec knows."""
    address: WebAddress
    """The address at which everybody can fetch what is in that folder, such as `https://files.example/parcels`."""


class MailServer(Record):
    """The server that mail goes by, always encrypted. Its password is `BRIEFINGS_SMTP_PASSWORD` in the environment.

    The password goes to no server but `BRIEFINGS_SMTP_HOST`.
    """

    server: HostName
    """The name of the server, such as smtp.northmoor.example."""
    port: int = Field(default=587, ge=1, le=65535)
    """The port: on 465 all is encrypted from the first word on, on any other after STARTTLS."""
    sender: Mailbox
    """The mailbox of a role that mail comes from, and that answers go to."""
    user: Line | None = None
    """The user name; without one there is no sign-in."""
    largest: int = Field(default=20, ge=1, le=1000)
    """Megabytes that a message may have at most."""
    copy_to: Mailbox | None = None
    """A mailbox of yours, on the same server, that gets a copy of every message."""
    links: MailLinks | None = None
    """The place for files of large messages, of texts that anybody may pass on."""
    imap: CopyMailbox | None = None
    """The way to ask that mailbox: where a connection ended as a message was handed over, a copy there settles it."""

    @model_validator(mode="after")
    def _asked_for_copies(self) -> Self:
        if self.imap and not self.copy_to:
            raise ValueError("'imap' asks for copies: name the mailbox that gets them by 'copy_to'")
        return self


class Postage(Record):
    """Answers to deliveries: where old printed copies go back to, and by when an answer is due."""

    withdrawn = MappingProxyType(
        dict.fromkeys(("sheet", "wrapping", "steps"), "Delete the line. Weights and postage are no longer counted.")
        | {"labels": "Delete the line. Print labels from labels.csv by a mail merge."}
    )

    return_to: PostalAddress | None = None
    """The postal address that old printed copies and slips go back to; without one, letters ask for none."""
    answer_days: int | None = Field(default=None, ge=1, le=365)
    """Days from a delivery to the day by which its letter asks for an answer; without them it names none."""
