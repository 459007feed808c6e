"""Plan the deliveries and the print job of an edition that are not in the ledger yet."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.model.formats import PRINTED, Format
from pipeline.model.source.college import FOR_FILES, FOR_PAPER, ChannelName, Channels, College, Printer
from pipeline.model.source.pack import Pack
from pipeline.services.colleges.holdings import JOB, LEAVES, MAY_HAVE_ARRIVED, Delivery
from pipeline.services.colleges.ledger_events import EventKind, canonical_json
from pipeline.services.colleges.recipients import NumberedCopy, list_wanted_formats, select_print_takers
from pipeline.services.editions.edition import name_in_parcel
from pipeline.services.editions.record_chain import SavedRecord

FileKey = tuple[str, int, int]
"""A format, the number of a copy or 0, and the quantity."""
Channel = tuple[ChannelName, str]
"""A channel and the address for it."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file of a delivery; for printed copies, the file that they are printed from."""

    format: Format
    name: str
    sha256: str
    """Nothing while a numbered copy has not been made."""
    bytes: int
    quantity: int = 1
    copies: tuple[int, ...] = ()
    """The number of a numbered copy."""

    def facts(self) -> dict[str, Any]:
        """Return its facts for the ledger."""
        facts = {"format": self.format, "name": self.name, "sha256": self.sha256, "bytes": self.bytes}
        return {**facts, "quantity": self.quantity, "copies": list(self.copies)}

    @property
    def key(self) -> FileKey:
        """Its format, the number of a copy, and the quantity."""
        return self.format, next(iter(self.copies), 0), self.quantity


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """Files or printed copies that go to a college by one channel."""

    id: str
    college: str
    pack: str
    edition: str
    record: str
    """The SHA-256 of the edition's record."""
    code: str
    """The printed code of the edition."""
    channel: ChannelName
    to: str
    """The address for the channel."""
    files: tuple[PlannedFile, ...]
    briefings: tuple[str, ...]
    state: str = EventKind.PLANNED
    """The state in the ledger; `new` if it is not there."""
    again: str = ""
    """The reason for sending it once more."""
    job: tuple[tuple[str, int], ...] = ()
    """For a print job, the copies of each college, and the spare ones."""
    newer: tuple[str, ...] = ()
    """The names of newer editions: their copies are not old ones."""

    def facts(self) -> dict[str, Any]:
        """Return its facts for the ledger."""
        facts: dict[str, Any] = {"college": self.college, "pack": self.pack, "edition": self.edition}
        facts |= {"record": self.record, "code": self.code, "channel": self.channel, "to": self.to, "what": "whole"}
        facts |= {"what": JOB, "of": [list(line) for line in self.job]} if self.job else {}
        facts |= {"files": [file.facts() for file in self.files], "briefings": list(self.briefings)}
        facts |= {"newer": list(self.newer)} if self.newer else {}
        return facts | ({"again": self.again} if self.again else {})

    @property
    def waits(self) -> bool:
        """Whether a person still has to send it: printed copies."""
        return self.on_paper and self.state in ("new", EventKind.PLANNED, EventKind.FAILED)

    @property
    def on_paper(self) -> bool:
        """Whether it is printed copies."""
        return self.channel in FOR_PAPER


@dataclass(frozen=True, slots=True)
class Shipment:
    """An edition to deliver: its record, its pack as bound, and its numbered copies."""

    saved: SavedRecord
    pack: Pack
    copies: tuple[NumberedCopy, ...] = ()

    def files_for(self, name: str, college: College) -> Iterator[PlannedFile]:
        """Yield all that a college gets of the edition."""
        issued = {file.format: file for file in self.saved.record.files}
        for format_ in list_wanted_formats(college, self.pack):
            file, file_name = issued[format_], file_name_in_parcel(self.saved, issued[format_].file)
            if self.saved.record.numbered:
                for copy in (copy for copy in self.copies if (copy.college, copy.format) == (name, format_)):
                    yield PlannedFile(format_, copy.file(file_name), copy.sha256, 0, 1, (copy.number,))
            elif quantity := college.copies if format_ in PRINTED else 1:
                yield PlannedFile(format_, file_name, file.sha256, file.bytes, quantity)

    def new_delivery(
        self, recipient: str, channel: Channel, what: str, number: int, files: tuple[PlannedFile, ...], again: str
    ) -> PlannedDelivery:
        """Return a delivery that is not in the ledger yet; `number` is how many like it are."""
        record, digest = self.saved.record, self.saved.sha256
        id_ = make_delivery_id(record.pack, digest, recipient, channel[0], what, number)
        identity = (id_, recipient, record.pack, record.edition, digest, record.code)
        return PlannedDelivery(*identity, *channel, files, record.texts, "new", again)


def file_name_in_parcel(saved: SavedRecord, name: str) -> str:
    """Return the name of an issued file in parcels and in the print job."""
    return name_in_parcel(name, saved.record.pack, saved.record.edition)


def plan_deliveries(
    shipment: Shipment, recipients: Mapping[str, College], known: Iterable[Delivery], again: str = ""
) -> tuple[PlannedDelivery, ...]:
    """Return the deliveries of an edition to colleges: those in the ledger, and the missing ones.

    What has arrived, or may have, is planned again only with a reason `again`, once for each reason, and only if it was
    sent. A failed delivery keeps its id, unless its address or files changed. Leaves that an earlier release sent count
    as printed copies.
    """
    of_edition = [
        delivery
        for delivery in known
        if delivery.facts["record"] == shipment.saved.sha256
        and delivery.facts["what"] != JOB
        and (not delivery.into or delivery.state in MAY_HAVE_ARRIVED)
    ]
    planned: list[PlannedDelivery] = []
    for name, college in recipients.items():
        files = tuple(shipment.files_for(name, college))
        before = [delivery for delivery in of_edition if delivery.college == name]
        for channels, printed in ((FOR_FILES, False), (FOR_PAPER, True)):
            medium = [file for file in files if (file.format in PRINTED) is printed]
            by_channel = [delivery for delivery in before if delivery.facts["channel"] in channels]
            channel = choose_channel(college.channels, channels)
            planned += _plan_for_channel(shipment, name, channel, medium, by_channel, again)
    return tuple(planned)


def choose_channel(channels: Channels, names: Sequence[ChannelName]) -> Channel | None:
    """Return the first of some channels for which there is an address."""
    return next(((name, address) for name in names if (address := channels.to(name))), None)


def _plan_for_channel(
    shipment: Shipment,
    recipient: str,
    channel: Channel | None,
    files: Sequence[PlannedFile],
    before: Sequence[Delivery],
    again: str,
) -> Iterator[PlannedDelivery]:
    """Yield the deliveries of files, or of printed copies, to a college: those in the ledger, then one that is missing.

    Open deliveries to another address, or of files that an earlier release named otherwise, are planned again.
    """
    sent = [delivery for delivery in before if _may_have_left(delivery)]
    names = {file.name for file in files}
    unfinished = [
        delivery
        for delivery in before
        if not _may_have_left(delivery)
        and _channel_of(delivery) == channel
        and {file["name"] for file in delivery.facts["files"]} <= names
    ]
    repeats = [delivery for delivery in unfinished if delivery.facts.get("again")]
    yield from map(restore_planned_delivery, (*sent, *repeats))
    if channel is None:
        return
    number = sum(delivery.facts["channel"] == channel[0] for delivery in before)
    has_arrived = any(delivery.state in MAY_HAVE_ARRIVED for delivery in before)
    if files and again and has_arrived and not _is_repeated(before, again):
        yield shipment.new_delivery(recipient, channel, "whole", number, tuple(files), again)
    elif not repeats and (missing := tuple(_list_unsent(files, sent))):
        keys = {file.key for file in missing}
        if same := [delivery for delivery in unfinished if set(delivery.copies()) == keys]:
            yield restore_planned_delivery(same[-1])
        else:
            yield shipment.new_delivery(recipient, channel, "whole", number, missing, "")


def _may_have_left(delivery: Delivery) -> bool:
    """Return whether a delivery may have arrived; printed copies may have left once a person was asked to send them."""
    asked = delivery.state == EventKind.PLANNED and delivery.facts["channel"] in FOR_PAPER
    return asked or delivery.state in MAY_HAVE_ARRIVED


def _channel_of(delivery: Delivery) -> Channel:
    return delivery.facts["channel"], delivery.facts["to"]


def _is_repeated(known: Iterable[Delivery], again: str) -> bool:
    """Return whether a delivery was already repeated for a reason."""
    return any(delivery.facts.get("again") == again for delivery in known)


def _list_unsent(files: Sequence[PlannedFile], sent: Sequence[Delivery]) -> Iterator[PlannedFile]:
    """Yield the files that were not sent, each with the missing quantity; what was sent again counts once."""
    for file in files:
        formats = (file.format, LEAVES) if file.format in PRINTED else (file.format,)
        copies = [
            (number, quantity, bool(delivery.facts.get("again")))
            for delivery in sent
            for format_, number, quantity in delivery.copies()
            if format_ in formats
        ]
        first = sum(quantity for _, quantity, again in copies if not again)
        total = max([first, *(quantity for _, quantity, again in copies if again)])
        if file.copies and file.copies[0] not in [number for number, _, _ in copies]:
            yield file
        elif not file.copies and total < file.quantity:
            yield replace(file, quantity=file.quantity - total)


def restore_planned_delivery(delivery: Delivery) -> PlannedDelivery:
    """Return the plan of a delivery in the ledger."""
    facts = delivery.facts
    files = tuple(PlannedFile(**{**file, "copies": tuple(file["copies"])}) for file in facts["files"])
    names = ("college", "pack", "edition", "record", "code", "channel", "to")
    return PlannedDelivery(
        id=delivery.id,
        files=files,
        briefings=tuple(facts["briefings"]),
        state=delivery.state,
        again=facts.get("again", ""),
        job=tuple((name, quantity) for name, quantity in facts.get("of", ())),
        **{name: facts[name] for name in names},
    )


def make_delivery_id(pack: str, record: str, recipient: str, channel: str, what: str, number: int) -> str:
    """Return the id of a delivery, 8 letters and digits made of its facts: planned twice, it is one delivery."""
    facts = canonical_json({"of": [pack, record, recipient, channel, what, number]})
    return base64.b32encode(hashlib.sha256(facts.encode()).digest())[:8].decode().lower()


# The print job.

PRINTER = "printer"
"""The name of the printer in the ledger, and for `--to`."""
SPARE = ""
"""The key of spare copies among the colleges of a job."""


def plan_print_job(
    shipment: Shipment,
    printer: Printer,
    recipients: Mapping[str, College],
    spare: int,
    known: Iterable[Delivery],
    again: str = "",
) -> tuple[PlannedDelivery, ...]:
    """Return the print jobs of an edition: those in the ledger, and a new one if it is needed.

    It is needed if a college gets more copies than any job that has left, or may have, was for. A change of paper or
    binding orders nothing.
    """
    jobs = [
        delivery
        for delivery in known
        if delivery.facts["record"] == shipment.saved.sha256 and delivery.facts["what"] == JOB
    ]
    copies = {name: college.copies for name, college in select_print_takers(recipients, shipment.pack).items()}
    copies |= {SPARE: spare} if spare else {}
    channel = choose_channel(printer.channels, FOR_FILES)
    sent = [job for job in jobs if job.state in MAY_HAVE_ARRIVED]
    planned = tuple(map(restore_planned_delivery, sent))
    again = "" if _is_repeated(jobs, again) else again
    if channel is None or not copies or not (_is_more(copies, sent) or again):
        return planned
    again = again if sent else ""
    open_jobs = [
        job for job in jobs if job not in sent and job.facts.get("again", "") == again and _channel_of(job) == channel
    ]
    if open_jobs and dict(open_jobs[-1].facts["of"]) == copies:
        return (*planned, restore_planned_delivery(open_jobs[-1]))
    record = shipment.saved.record
    files = tuple(
        PlannedFile(
            format=file.format,
            name=file_name_in_parcel(shipment.saved, file.file),
            sha256="" if record.numbered else file.sha256,
            bytes=file.bytes,
            quantity=sum(copies.values()),
        )
        for file in record.files
        if file.format in PRINTED
    )
    job = shipment.new_delivery(PRINTER, channel, JOB, len(jobs), files, again)
    return (*planned, replace(job, job=tuple(sorted(copies.items()))))


def _is_more(copies: Mapping[str, int], jobs: Iterable[Delivery]) -> bool:
    """Return whether a college gets more copies than any job was for."""
    most: dict[str, int] = {}
    for job in jobs:
        for name, quantity in job.facts["of"]:
            most[name] = max(quantity, most.get(name, 0))
    return any(quantity > most.get(name, 0) for name, quantity in copies.items())
