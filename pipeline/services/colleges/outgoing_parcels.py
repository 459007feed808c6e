"""Parcels as they go out, sealed again with the letter, and the transports that take them."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import assert_never
from urllib.parse import unquote

from pipeline.build.project import Project
from pipeline.cli.options import now_utc
from pipeline.core.digests import sha256
from pipeline.model.source.college import DeliverySettings
from pipeline.resolve.reading import PackView
from pipeline.services.colleges.copies import IssuedEdition
from pipeline.services.colleges.delivery_checks import (
    IMAP_HOST,
    IMAP_PASSWORD,
    SMTP_HOST,
    SMTP_PASSWORD,
    find_channels,
    is_sent_as_links,
)
from pipeline.services.colleges.delivery_plan import PRINTER, PlannedDelivery, PlannedFile
from pipeline.services.colleges.file_transports import FolderTransport, LinkPlace, StoreTransport, make_links
from pipeline.services.colleges.holdings import Holding
from pipeline.services.colleges.ledger import find_host_secret
from pipeline.services.colleges.ledger_stores import Ledger
from pipeline.services.colleges.letters import (
    COVER_NOTE,
    DeliveryLetter,
    compose_closing,
    compose_link_list,
    compute_answer_day,
    find_letter_words,
    format_as_text,
)
from pipeline.services.colleges.mail_transport import MailTransport, OwnMailbox
from pipeline.services.colleges.parcels import (
    CHECK_PAGE,
    MANIFEST,
    SEALING_FILES,
    ParcelSeal,
    edition_facts,
    reseal_parcel,
    seal_parcel,
)
from pipeline.services.colleges.transport import DeliveryFailed, Parcel, Transport
from pipeline.services.editions.edition import read_pack_with_texts

JOB_TICKET = "job-ticket.txt"


@dataclass(frozen=True, slots=True)
class DeliveryRequest:
    """The options of the command."""

    today: date
    edition: str | None = None
    to: tuple[str, ...] = ()
    """The colleges; all if none is named."""
    reasons: Mapping[str, str] = field(default_factory=dict)
    """Reasons that override obstacles, by briefing."""
    again: str = ""
    """The reason for sending once more."""
    only_planned: bool = False


@dataclass(frozen=True, slots=True)
class DeliveryContext:
    """The values that every step of a delivery needs."""

    project: Project
    ledger: Ledger
    issued: IssuedEdition
    request: DeliveryRequest

    @property
    def settings(self) -> DeliverySettings:
        """The library's settings for deliveries."""
        return self.issued.library.imprint.fields.of(DeliverySettings)

    @property
    def binding(self) -> PackView:
        """The pack with its texts, on the day of the delivery or of the issue, whichever is later."""
        today = max(self.issued.prepared.produced, self.request.today)
        return read_pack_with_texts(self.issued.library, self.issued.prepared.pack, today)

    @property
    def title(self) -> str:
        """The title of the pack and its edition."""
        return f"{self.issued.prepared.title}, {self.issued.prepared.edition}"

    def letters(
        self, deliveries: Sequence[PlannedDelivery], holdings: Sequence[Holding]
    ) -> Mapping[str, DeliveryLetter]:
        """Return the facts for the letter with each delivery, by its id."""
        library, answer_by = self.issued.library, compute_answer_day(self.settings.post, self.request.today)
        words = find_letter_words(self.project, library, [delivery.college for delivery in deliveries])
        return {
            delivery.id: DeliveryLetter(
                library, self.issued.prepared, delivery, holdings, words[delivery.college], answer_by
            )
            for delivery in deliveries
        }


def build_college_parcel(
    context: DeliveryContext, delivery: PlannedDelivery, seal: ParcelSeal, holdings: Sequence[Holding]
) -> Parcel:
    """Return the parcel that was prepared for a college, with the planned files only, sealed again."""
    folder = context.project.output / "colleges" / delivery.college / context.issued.prepared.folder
    files = read_prepared_files(folder, delivery.files)
    planned = {file.name for file in delivery.files}
    note = files.pop(COVER_NOTE).decode()
    letter = context.letters((delivery,), holdings)[delivery.id]
    words = letter.words
    if files.keys() - planned - {*SEALING_FILES, CHECK_PAGE}:
        rest = words.say("letter-rest", files=", ".join(file.name for file in delivery.files))
        note = f"{rest}\n\n{note}"
    note += f"\n{format_as_text(compose_closing(letter))}"
    sent = {name: content for name, content in files.items() if name in planned or name == MANIFEST}
    if delivery.channel != "mail":
        parts = reseal_parcel(sent | {COVER_NOTE: note.encode()}, seal)
        return Parcel(delivery.id, delivery.to, context.title, parts, note, words.language)
    parts = reseal_parcel(sent, seal)
    links = _make_links(context, delivery, {name: sha256(parts[name]) for name in sorted(planned)})
    note = f"{format_as_text(compose_link_list(links, words))}\n{note}" if links else note
    parts |= {COVER_NOTE: note.encode()}  # not sealed: it is the text of the mail
    return Parcel(delivery.id, delivery.to, context.title, parts, note, words.language, links)


def _make_links(context: DeliveryContext, delivery: PlannedDelivery, digests: Mapping[str, str]) -> Mapping[str, str]:
    """Return the links to the files of a mail, by their SHA-256; none if the files are attached."""
    server = context.settings.mail
    if server is None or server.links is None:
        return {}
    if not is_sent_as_links(context.issued.library, context.binding, delivery):
        return {}
    return make_links(server.links.address, digests)


def read_prepared_files(folder: Path, planned: Iterable[PlannedFile]) -> dict[str, bytes]:
    """Read the files of a folder. Raises `DeliveryFailed` if one is not the file that was planned."""
    files = _read_folder(folder)
    for file in planned:
        if sha256(files.get(file.name, b"")) != file.sha256:
            raise DeliveryFailed("refused", f"{folder / file.name} is not the file that was planned")
    return files


def _read_folder(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())} if folder.is_dir() else {}


def build_job_parcel(context: DeliveryContext, delivery: PlannedDelivery, seal: ParcelSeal) -> Parcel:
    """Return the print job as a parcel, sealed. Raises `DeliveryFailed` if it was not prepared."""
    prepared, printer = context.issued.prepared, context.settings.printer
    folder = context.project.output / "printer" / prepared.folder
    files = _read_folder(folder)
    if JOB_TICKET not in files:
        raise DeliveryFailed("refused", f"{folder} does not hold the job that was prepared")
    parts = seal_parcel(edition_facts(prepared, PRINTER, printer.name if printer else ""), files, seal)
    return Parcel(delivery.id, delivery.to, f"Print job: {context.title}", parts, files[JOB_TICKET].decode())


# Transports, from the settings of the library and the secrets in the environment.

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
