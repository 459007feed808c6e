"""All that stands against deliveries of an edition, each with its place."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import count, enumerated
from pipeline.load.folders import COLLEGES
from pipeline.load.register import CopyEntry
from pipeline.model.formats import PRINTED
from pipeline.model.library import Library
from pipeline.model.source.briefing import Tier
from pipeline.model.source.college import FOR_FILES, FOR_PAPER, Channels, College, DeliverySettings, colleges_of
from pipeline.model.source.pack import Pack
from pipeline.model.source.record import FieldLocations
from pipeline.model.words import format_date
from pipeline.resolve.markings import printed
from pipeline.resolve.packs import is_numbered, pack_marking
from pipeline.resolve.reading import PackView
from pipeline.services.colleges.ledger import prepared_copies
from pipeline.services.colleges.plan import PlannedDelivery, Shipment, choose_channel
from pipeline.services.colleges.recalls import pack_is_not_recalled
from pipeline.services.colleges.takers import find_recipients, numbered_pack_has_a_cover, numbered_pack_has_no_spare
from pipeline.services.editions.edition import name_in_parcel
from pipeline.services.editions.gates import is_open_to_all, licence
from pipeline.services.editions.records import Chain, read_records

MAIL_GROWTH = 4 / 3
"""Factor by which files become longer as part of a message."""


def check_copies_of_issue(
    library: Library, binding: PackView, files: Mapping[str, bytes], today: date
) -> Iterator[Diagnostic]:
    """All that copies for colleges have against the issue of a pack."""
    pack, records = binding.pack, read_records(files)
    yield from _may_have(library, binding, find_recipients(library, pack, today))
    yield from pack_is_not_recalled(files, binding)
    yield from _prepared_before(pack, prepared_copies(files), records.chains.get(pack.id, ()))
    edition = pack.fields.edition or ""
    folder = name_in_parcel(pack.id, pack.id, edition)
    for one in (file.record for file in records.every()):
        other = name_in_parcel(one.pack, one.pack, one.edition)
        if other == folder and (one.pack, one.edition) != (pack.id, edition):
            place = pack.marks.at("edition")
            yield message("copies-folder", place, folder=folder, edition=one.edition, other=one.pack)
    yield from numbered_pack_has_a_cover(pack, is_numbered(binding))
    yield from numbered_pack_has_no_spare(pack, is_numbered(binding))


def _may_have(library: Library, binding: PackView, takers: Mapping[str, College]) -> Iterator[Diagnostic]:
    """Every recipient may have the pack, by its marking and by the terms of each of its texts."""
    marking, marks = pack_marking(binding), library.list_marks.get("colleges", binding.pack.marks)
    for name in list_barred_colleges(binding, takers):
        place = marks.at(name, "licence_basis")
        if marking.sensitive:
            yield message("issue-marking", place, marking=printed(marking), college=name)
        else:
            text, terms = next(_closed(binding))
            yield message("issue-licence", place, college=name, name=text, terms=terms)


def list_barred_colleges(binding: PackView, takers: Mapping[str, College]) -> tuple[str, ...]:
    """The colleges that may not have a pack, by its marking or by the terms of one of its texts."""
    if not pack_marking(binding).sensitive and next(_closed(binding), None) is None:
        return ()
    return tuple(name for name, college in takers.items() if college.licence_basis == "none")


def _closed(binding: PackView) -> Iterator[tuple[str, str]]:
    """The texts that not anybody may use, and why."""
    for reading in binding.present:
        if not is_open_to_all(reading):
            found = licence(reading)
            terms = f"which is under the licence '{found.name}'" if found else "which is under no licence"
            yield reading.briefing.id, terms


def _prepared_before(pack: Pack, register: Sequence[CopyEntry], chain: Chain) -> Iterator[Diagnostic]:
    """Copies that an earlier release prepared of the edition although it was not issued."""
    if any(one.record.edition == pack.fields.edition for one in chain):
        return
    own = (entry for entry in register if entry.issue == (pack.id, pack.fields.edition))
    if first := next(own, None):
        place, day = pack.marks.at("edition"), format_date(first.prepared)
        yield message("copies-unissued", place, edition=f"'{pack.fields.edition}'", day=day)


def colleges_can_receive(
    library: Library, binding: PackView, shipment: Shipment, takers: Mapping[str, College]
) -> Iterator[Diagnostic]:
    """Colleges that may not have the pack, or that have no channel for what they take."""
    marks = library.list_marks.get("colleges", FieldLocations(COLLEGES))
    for name in list_barred_colleges(binding, takers):
        place = marks.at(name, "licence_basis")
        yield message("deliver-licence", place, pack=shipment.pack.id, college=name, basis=takers[name].licence_basis)
    for name, college in takers.items():
        formats = {file.format: file for file in shipment.files_for(name, college)}
        files = [kind for kind in formats if kind not in PRINTED]
        if files and not choose_channel(college.channels, FOR_FILES):
            what = f"takes files ({', '.join(files)}) and has no channel for them"
            ways = enumerated([f"'{name}:'" for name in FOR_FILES], "or")
            hint = f"Add {ways} under its 'channels:'."
            yield message("college-channel", marks.key_at(name), hint=hint, college=name, what=what)
        channel = choose_channel(college.channels, FOR_PAPER)
        if len(files) < len(formats) and not (channel and (channel[0] == "post" or college.delivery)):
            what = f"has {count(college.copies, 'printed copy', 'printed copies')} and no place to send them"
            hint = (
                "Add 'delivery:'." if channel else "Add 'post:' under its 'channels:', or 'printer:' and 'delivery:'."
            )
            yield message("college-channel", marks.key_at(name), hint=hint, college=name, what=what)


def find_channels(library: Library, one: PlannedDelivery) -> Channels:
    """The channels to whoever a delivery goes to: a college, or the printer."""
    if one.job:
        printer = library.imprint.fields.of(DeliverySettings).printer
        return printer.channels if printer else Channels()
    return colleges_of(library.others)[one.college].channels


def find_channel_place(library: Library, one: PlannedDelivery, *more: str) -> Location:
    """The place of the channel that a delivery goes."""
    if one.job:
        return library.imprint.marks.at("printer", "channels", one.channel, *more)
    marks = library.list_marks.get("colleges", FieldLocations(COLLEGES))
    return marks.at(one.college, "channels", one.channel, *more)


def sftp_secrets_are_set(
    library: Library, deliveries: Iterable[PlannedDelivery], environment: Mapping[str, str]
) -> Iterator[Diagnostic]:
    """Servers of SFTP that are needed and not named, and secrets that the environment does not have."""
    marks = library.list_marks.get("colleges", FieldLocations(COLLEGES))
    for one in (one for one in deliveries if one.channel == "sftp"):
        server = find_channels(library, one).sftp
        if server is None and one.job:
            what = f"The printer has a job under way to {one.to}, and no 'sftp:' to ask there"
            yield message("deliver-printer", find_channel_place(library, one), what=what)
        elif server is None:
            what = f"has a delivery under way to {one.to}, and no 'sftp:' to ask there"
            hint = f"Name it again under its 'channels:', until 'briefings deliver {one.pack}' has asked."
            yield message("college-channel", marks.key_at(one.college), hint=hint, college=one.college, what=what)
        elif not environment.get(server.secret):
            place = find_channel_place(library, one, "key" if server.key else "password")
            yield message("secret-missing", place, variable=server.secret)


def is_sent_as_links(library: Library, binding: PackView, one: PlannedDelivery) -> bool:
    """Whether a message has links to its files: it is large, and anybody may have them and pass them on.

    What stands behind a link is for whoever has the link. So the printer's job, numbered copies, texts under terms and
    what is marked higher than plain OFFICIAL never go by links.
    """
    server = library.imprint.fields.of(DeliverySettings).mail
    if one.channel != "mail" or one.job or server is None or server.links is None:
        return False
    if any(file.copies for file in one.files) or not all(map(is_open_to_all, binding.present)):
        return False
    size = sum(file.bytes for file in one.files) * MAIL_GROWTH
    return (
        printed(pack_marking(binding)) == Tier.OFFICIAL and size > min(server.links.above, server.largest) * 1_000_000
    )


def mail_can_be_sent(
    library: Library, binding: PackView, deliveries: Iterable[PlannedDelivery]
) -> Iterator[Diagnostic]:
    """Mail that no server is named for, or that is too large for it."""
    server = library.imprint.fields.of(DeliverySettings).mail
    for one in (one for one in deliveries if one.channel == "mail"):
        place, size = find_channel_place(library, one), sum(file.bytes for file in one.files) * MAIL_GROWTH / 1_000_000
        if server is None and one.job:
            what = "The printer gets its job by mail, and no server is named for it"
            yield message("deliver-printer", place, what=what)
        elif server is None:
            yield message("deliver-server", place, college=one.college)
        elif size > server.largest and not is_sent_as_links(library, binding, one):
            reason = f"The message to '{one.college}' has {size:.0f} MB, and mail takes {server.largest} MB"
            yield message("deliver-full", place, reason=reason)
