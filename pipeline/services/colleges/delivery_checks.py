"""Checks before an edition is issued and delivered to colleges, and the channels that deliveries go by."""

import os
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun, join_names
from pipeline.load.register import CopyEntry
from pipeline.model.formats import PRINTED
from pipeline.model.library import Library
from pipeline.model.source.briefing import Tier
from pipeline.model.source.college import FOR_FILES, FOR_PAPER, Channels, College, DeliverySettings, colleges_of
from pipeline.model.source.pack import Pack
from pipeline.model.words import format_date
from pipeline.resolve.packs import has_numbered_copies, pack_marking
from pipeline.resolve.protective_markings import printed_marking
from pipeline.resolve.reading import PackView
from pipeline.services.colleges.delivery_plan import PlannedDelivery, Shipment, choose_channel
from pipeline.services.colleges.ledger import find_host_secret, read_prepared_copies
from pipeline.services.colleges.recalls import pack_is_not_recalled
from pipeline.services.colleges.recipients import (
    college_marks,
    find_recipients,
    numbered_pack_has_a_cover,
    numbered_pack_has_no_spare,
)
from pipeline.services.editions.edition import name_in_parcel
from pipeline.services.editions.issue_checks import has_open_licence, licence_of_text
from pipeline.services.editions.record_chain import PackChain, read_records

MAIL_GROWTH = 4 / 3
"""Factor by which files grow as parts of a mail."""
SMTP_PASSWORD = "BRIEFINGS_SMTP_PASSWORD"
SMTP_HOST = "BRIEFINGS_SMTP_HOST"
IMAP_PASSWORD = "BRIEFINGS_IMAP_PASSWORD"
IMAP_HOST = "BRIEFINGS_IMAP_HOST"


def check_copies_of_issue(
    library: Library, binding: PackView, files: Mapping[str, bytes], today: date
) -> Iterator[Diagnostic]:
    """Yield the problems of copies for colleges that stop the issue of a pack."""
    pack, records, numbered = binding.pack, read_records(files), has_numbered_copies(binding)
    yield from recipients_may_have(library, binding, find_recipients(library, pack, today))
    yield from pack_is_not_recalled(files, binding)
    yield from _no_copies_before_issue(pack, read_prepared_copies(files), records.chains.get(pack.id, ()))
    edition = pack.fields.edition or ""
    folder = name_in_parcel(pack.id, pack.id, edition)
    for record in (saved.record for saved in records.every()):
        other = name_in_parcel(record.pack, record.pack, record.edition)
        if other == folder and (record.pack, record.edition) != (pack.id, edition):
            place = pack.marks.at("edition")
            yield message("copies-folder", place, folder=folder, edition=record.edition, other=record.pack)
    yield from numbered_pack_has_a_cover(pack, numbered)
    yield from numbered_pack_has_no_spare(pack, numbered)


def recipients_may_have(library: Library, binding: PackView, recipients: Mapping[str, College]) -> Iterator[Diagnostic]:
    """Every recipient may have the pack, by its marking and by the terms of each text."""
    marking, restricted = pack_marking(binding), next(_list_restricted_texts(binding), None)
    what = f"the pack, which is {printed_marking(marking)}" if marking.sensitive else restricted
    marks = college_marks(library)
    for name in (name for name, college in recipients.items() if what and college.licence_basis == "none"):
        yield message("issue-licence", marks.at(name, "licence_basis"), college=name, what=what)


def _list_restricted_texts(binding: PackView) -> Iterator[str]:
    """Yield the texts that are not open to everybody, with their terms."""
    for reading in binding.present:
        if not has_open_licence(reading):
            licence = licence_of_text(reading)
            terms = f"under the licence '{licence.name}'" if licence else "under no licence"
            yield f"'{reading.briefing.id}', which is {terms}"


def _no_copies_before_issue(pack: Pack, entries: Sequence[CopyEntry], chain: PackChain) -> Iterator[Diagnostic]:
    """No earlier release prepared copies of the edition before it was issued."""
    if any(saved.record.edition == pack.fields.edition for saved in chain):
        return
    entries = [entry for entry in entries if entry.issue == (pack.id, pack.fields.edition)]
    for first in entries[:1]:
        place, day = pack.marks.at("edition"), format_date(first.prepared)
        yield message("copies-unissued", place, edition=f"'{pack.fields.edition}'", day=day)


def colleges_have_channels(
    library: Library, shipment: Shipment, recipients: Mapping[str, College]
) -> Iterator[Diagnostic]:
    """Every recipient has a channel for what it gets."""
    marks = college_marks(library)
    for name, college in recipients.items():
        formats = {file.format: file for file in shipment.files_for(name, college)}
        files = [format_ for format_ in formats if format_ not in PRINTED]
        if files and not choose_channel(college.channels, FOR_FILES):
            what = f"'{name}' takes files ({', '.join(files)}) but has no channel for them"
            channels = join_names([f"'{channel}:'" for channel in FOR_FILES], "or")
            hint = f"Add {channels} under its 'channels:'."
            yield message("deliver-channel", marks.key_at(name), hint, what=what)
        channel = choose_channel(college.channels, FOR_PAPER)
        if len(files) < len(formats) and not (channel and (channel[0] == "post" or college.delivery)):
            copies = count_noun(college.copies, "printed copy", "printed copies")
            hint = (
                "Add 'delivery:'." if channel else "Add 'post:' under its 'channels:', or 'printer:' and 'delivery:'."
            )
            what = f"'{name}' has {copies} but no place to send them"
            yield message("deliver-channel", marks.key_at(name), hint, what=what)


def find_channels(library: Library, delivery: PlannedDelivery) -> Channels:
    """Return the channels of the college or printer that a delivery goes to."""
    if delivery.job:
        printer = library.imprint.fields.of(DeliverySettings).printer
        return printer.channels if printer else Channels()
    return colleges_of(library.others)[delivery.college].channels


def find_channel_place(library: Library, delivery: PlannedDelivery, *keys: str) -> Location:
    """Return the place of a delivery's channel in the sources, or of keys below it."""
    if delivery.job:
        return library.imprint.marks.at("printer", "channels", delivery.channel, *keys)
    marks = college_marks(library)
    return marks.at(delivery.college, "channels", delivery.channel, *keys)


def servers_are_ready(
    library: Library, binding: PackView, deliveries: Sequence[PlannedDelivery]
) -> Iterator[Diagnostic]:
    """Every delivery by SFTP or mail has a server that takes it, and the environment has the secrets.

    Raises `EnvironmentFailure` if a mail server may not get a secret.
    """
    for delivery in deliveries:
        if delivery.channel == "sftp":
            yield from _sftp_is_ready(library, delivery)
        elif delivery.channel == "mail":
            yield from _mail_is_ready(library, binding, delivery)
    server = library.imprint.fields.of(DeliverySettings).mail
    if server and any(delivery.channel == "mail" for delivery in deliveries):
        marks = library.imprint.marks
        if server.user and not find_host_secret(server.server, SMTP_PASSWORD, SMTP_HOST):
            yield message("secret-missing", marks.at("mail", "user"), variable=SMTP_PASSWORD)
        if server.imap and not find_host_secret(server.imap.server, IMAP_PASSWORD, IMAP_HOST):
            yield message("secret-missing", marks.at("mail", "imap"), variable=IMAP_PASSWORD)


def _sftp_is_ready(library: Library, delivery: PlannedDelivery) -> Iterator[Diagnostic]:
    server = find_channels(library, delivery).sftp
    if server is None:
        under_way = f"a {'job' if delivery.job else 'delivery'} under way to {delivery.to}, and no 'sftp:' to ask there"
        place, name, hint = find_channel_place(library, delivery), "The printer", None
        if not delivery.job:
            marks = college_marks(library)
            place, name = marks.key_at(delivery.college), f"'{delivery.college}'"
            hint = f"Name it again under its 'channels:', until 'briefings deliver {delivery.pack}' has asked."
        yield message("deliver-channel", place, hint, what=f"{name} has {under_way}")
    elif not os.environ.get(server.secret):
        place = find_channel_place(library, delivery, "key" if server.key else "password")
        yield message("secret-missing", place, variable=server.secret)


def _mail_is_ready(library: Library, binding: PackView, delivery: PlannedDelivery) -> Iterator[Diagnostic]:
    server = library.imprint.fields.of(DeliverySettings).mail
    place, size = find_channel_place(library, delivery), _megabytes_by_mail(delivery)
    if server is None:
        recipient = "The printer gets its job" if delivery.job else f"'{delivery.college}' gets its files"
        hint = "Add 'mail:' to source/library.yaml, with 'server:' and 'sender:', or choose another channel."
        yield message("deliver-channel", place, hint, what=f"{recipient} by mail, but no mail server is set")
    elif size > server.largest and not is_sent_as_links(library, binding, delivery):
        reason = f"The message to '{delivery.college}' has {size:.0f} MB, and mail takes {server.largest} MB"
        yield message("deliver-full", place, reason=reason)


def is_sent_as_links(library: Library, binding: PackView, delivery: PlannedDelivery) -> bool:
    """Return whether a mail links to its files: it is large, and everybody may have and pass on the files.

    Everybody who has a link can use it. So print jobs, numbered copies, texts under terms and packs with a marking
    above plain OFFICIAL never go as links.
    """
    server = library.imprint.fields.of(DeliverySettings).mail
    if delivery.channel != "mail" or delivery.job or server is None or server.links is None:
        return False
    if any(file.copies for file in delivery.files) or not all(map(has_open_licence, binding.present)):
        return False
    limit = min(server.links.above, server.largest)
    return printed_marking(pack_marking(binding)) == Tier.OFFICIAL and _megabytes_by_mail(delivery) > limit


def _megabytes_by_mail(delivery: PlannedDelivery) -> float:
    return sum(file.bytes for file in delivery.files) * MAIL_GROWTH / 1_000_000
