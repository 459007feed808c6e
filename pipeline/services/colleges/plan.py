"""Plan of deliveries: of an edition, colleges and what the ledger knows, what is left to deliver and to print."""

import base64
import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from pipeline.model.formats import PRINTED, Format, any_printed
from pipeline.model.source.college import FOR_FILES, FOR_PAPER, ChannelName, Channels, College, Printer
from pipeline.model.source.pack import Pack
from pipeline.services.colleges.events import canonical_json
from pipeline.services.colleges.holdings import JOB, LEAVES, MAY_HAVE_ARRIVED, Delivery
from pipeline.services.colleges.takers import Copy, list_wanted_formats
from pipeline.services.editions.edition import name_in_parcel
from pipeline.services.editions.records import SavedRecord

FileKey = tuple[str, int, int]
"""A format, the number of a copy or 0, and how many copies."""


@dataclass(frozen=True, slots=True)
class PlannedFile:
    """A file of a delivery; of printed copies the file that they are printed of."""

    format: Format
    name: str
    sha256: str
    """Nothing where a numbered copy has not been made yet."""
    bytes: int
    quantity: int = 1
    copies: tuple[int, ...] = ()
    """The number of a numbered copy."""

    def facts(self) -> dict[str, Any]:
        """The facts of it in the ledger."""
        said = {"format": self.format, "name": self.name, "sha256": self.sha256, "bytes": self.bytes}
        return {**said, "quantity": self.quantity, "copies": list(self.copies)}

    @property
    def key(self) -> FileKey:
        """Its format, the number of a copy, and how many."""
        return self.format, next(iter(self.copies), 0), self.quantity


@dataclass(frozen=True, slots=True)
class PlannedDelivery:
    """Files or printed copies that go to a college by one channel, as the ledger has them."""

    id: str
    college: str
    pack: str
    edition: str
    record: str
    code: str
    channel: ChannelName
    to: str
    """The address there."""
    files: tuple[PlannedFile, ...]
    briefings: tuple[str, ...]
    state: str = "planned"
    """State that the ledger knows; `new` where it knows none."""
    again: str = ""
    """The reason for sending it once more."""
    job: tuple[tuple[str, int], ...] = ()
    """Of a printer's job the copies of each college, and the spare ones."""
    newer: tuple[str, ...] = ()
    """The names of newer editions: copies of those are no old ones."""

    def facts(self) -> dict[str, Any]:
        """The facts of it in the ledger, when it is planned."""
        said: dict[str, Any] = {"college": self.college, "pack": self.pack, "edition": self.edition}
        said |= {"record": self.record, "code": self.code, "channel": self.channel, "to": self.to, "what": "whole"}
        said |= {"what": JOB, "of": [list(one) for one in self.job]} if self.job else {}
        said |= {"files": [one.facts() for one in self.files], "briefings": list(self.briefings)}
        said |= {"newer": list(self.newer)} if self.newer else {}
        return said | ({"again": self.again} if self.again else {})

    @property
    def waits(self) -> bool:
        """Whether a person is to send it: printed copies that are not on their way."""
        return self.on_paper and self.state in ("new", "planned", "failed")

    @property
    def on_paper(self) -> bool:
        """Whether it is printed copies."""
        return self.channel in FOR_PAPER


@dataclass(frozen=True, slots=True)
class Shipment:
    """An edition that is to be delivered: its record, its pack as it was bound, and its numbered copies."""

    one: SavedRecord
    pack: Pack
    copies: tuple[Copy, ...] = ()

    def files_for(self, name: str, college: College) -> Iterator[PlannedFile]:
        """All that a college takes of the edition."""
        held = {file.format: file for file in self.one.record.files}
        for kind in list_wanted_formats(college, self.pack):
            file, named = held[kind], file_name_in_parcel(self.one, held[kind].file)
            if self.one.record.numbered:
                for copy in (copy for copy in self.copies if (copy.college, copy.format) == (name, kind)):
                    yield PlannedFile(kind, copy.file(named), copy.sha256, 0, 1, (copy.number,))
            elif quantity := college.copies if kind in PRINTED else 1:
                yield PlannedFile(kind, named, file.sha256, file.bytes, quantity)


def file_name_in_parcel(one: SavedRecord, name: str) -> str:
    """Name of an issued file in parcels and in the printer's job."""
    return name_in_parcel(name, one.record.pack, one.record.edition)


def plan(
    shipment: Shipment, takers: Mapping[str, College], known: Iterable[Delivery], again: str = ""
) -> tuple[PlannedDelivery, ...]:
    """The deliveries of an edition: those that the ledger knows for these colleges, and what is left, planned anew.

    What has arrived or may have is not planned again, but where it is to be sent `again`: once for a reason, and only
    what was sent. A delivery that came to nothing goes on under its id, unless its address or its files are others.
    Leaves that an earlier release sent stand for as many whole copies.
    """
    every = [one for one in known if one.facts["record"] == shipment.one.sha256 and one.facts["what"] != JOB]
    own = [one for one in every if not one.into or one.state in MAY_HAVE_ARRIVED]
    found: list[PlannedDelivery] = []
    for name, college in takers.items():
        files = tuple(shipment.files_for(name, college))
        for channels, those in (
            (FOR_FILES, tuple(file for file in files if file.format not in PRINTED)),
            (FOR_PAPER, tuple(file for file in files if file.format in PRINTED)),
        ):
            channel = choose_channel(college.channels, channels)
            before = [one for one in own if one.facts["college"] == name and one.facts["channel"] in channels]
            found += _of_one(shipment, name, channel, those, before, again)
    return tuple(found)


def choose_channel(said: Channels, channels: Sequence[ChannelName]) -> tuple[ChannelName, str] | None:
    """The channel that a college names among some, with its address."""
    return next(((channel, address) for channel in channels if (address := said.to(channel))), None)


def _of_one(
    shipment: Shipment,
    name: str,
    channel: tuple[ChannelName, str] | None,
    files: Sequence[PlannedFile],
    before: Sequence[Delivery],
    again: str,
) -> Iterator[PlannedDelivery]:
    """The deliveries to a college of its files, or of its printed copies."""
    # a printed delivery may have left as soon as somebody was asked to send it
    gone = [
        one
        for one in before
        if one.state in (*MAY_HAVE_ARRIVED, *(["planned"] if one.facts["channel"] in FOR_PAPER else []))
    ]
    named = {file.name for file in files}  # an earlier release gave files other names: it is planned anew
    open_ones = [one for one in before if one not in gone and (one.facts["channel"], one.facts["to"]) == channel]
    open_ones = [one for one in open_ones if {file["name"] for file in one.facts["files"]} <= named]
    yield from (restore_planned_delivery(one) for one in gone)
    repeated = [one for one in open_ones if one.facts.get("again")]
    yield from (restore_planned_delivery(one) for one in repeated)
    done = not any(one.state in MAY_HAVE_ARRIVED for one in before) or any(
        one.facts.get("again") == again for one in before
    )
    again = "" if done else again
    rest = tuple(files if again else () if repeated else _left(files, gone))
    if not rest or channel is None:
        return
    going_on = [one for one in open_ones if one not in repeated and set(one.copies()) == {file.key for file in rest}]
    if going_on and not again:
        yield restore_planned_delivery(going_on[-1])
        return
    record, number = shipment.one.record, sum(one.facts["channel"] == channel[0] for one in before)
    id_ = make_delivery_id(record.pack, shipment.one.sha256, name, channel[0], "whole", number)
    identity = (id_, name, record.pack, record.edition, shipment.one.sha256, record.code)
    yield PlannedDelivery(*identity, *channel, rest, record.texts, "new", again)


def _left(files: Sequence[PlannedFile], gone: Sequence[Delivery]) -> Iterator[PlannedFile]:
    """The files that have not gone, each in the number that is left; what was sent again counts once."""
    for file in files:
        kinds = (file.format, LEAVES) if file.format in PRINTED else (file.format,)
        keys = [(key, bool(one.facts.get("again"))) for one in gone for key in one.copies() if key[0] in kinds]
        if file.copies:
            if not any(number == file.copies[0] for (_, number, _), _ in keys):
                yield file
            continue
        sent = sum(quantity for (_, _, quantity), again in keys if not again)
        sent = max([sent, *(quantity for (_, _, quantity), again in keys if again)])
        if sent < file.quantity:
            yield replace(file, quantity=file.quantity - sent)


def restore_planned_delivery(one: Delivery) -> PlannedDelivery:
    """A delivery as the ledger has it."""
    facts = one.facts
    files = tuple(PlannedFile(**{**file, "copies": tuple(file["copies"])}) for file in facts["files"])
    identity = (one.id, facts["college"], facts["pack"], facts["edition"], facts["record"], facts["code"])
    texts = tuple(facts["briefings"])
    again, job = facts.get("again", ""), tuple((name, quantity) for name, quantity in facts.get("of", ()))
    return PlannedDelivery(*identity, facts["channel"], facts["to"], files, texts, one.state, again, job)


def make_delivery_id(pack: str, record: str, college: str, channel: str, what: str, number: int) -> str:
    """The id of a delivery, made of what it is: planned twice it is one delivery. 8 letters and figures."""
    said = canonical_json({"of": [pack, record, college, channel, what, number]})
    return base64.b32encode(hashlib.sha256(said.encode()).digest())[:8].decode().lower()


# The printer's job.

PRINTER = "printer"
"""The name of the printer in the ledger, and behind `--to`."""
SPARE = ""
"""Stands for spare copies among the colleges of a job."""


def plan_print_job(
    shipment: Shipment,
    printer: Printer,
    takers: Mapping[str, College],
    spare: int,
    known: Iterable[Delivery],
    again: str = "",
) -> tuple[PlannedDelivery, ...]:
    """The jobs of an edition that the ledger knows, and the one that is left, if any is.

    A job is left where some college is to have more copies than any job that has left, or may have, was for. Its other
    facts, such as the paper, make no second order.
    """
    jobs = [one for one in known if one.facts["record"] == shipment.one.sha256 and one.facts["what"] == JOB]
    printed = (
        (name, one.copies) for name, one in takers.items() if any_printed(list_wanted_formats(one, shipment.pack))
    )
    copies = {name: number for name, number in printed if number}
    copies |= {SPARE: spare} if spare else {}
    channel = choose_channel(printer.channels, FOR_FILES)
    out = [one for one in jobs if one.state in MAY_HAVE_ARRIVED]
    gone = [restore_planned_delivery(one) for one in out]
    done = again and any(one.facts.get("again") == again for one in jobs)
    if channel is None or not copies or not (_is_more(copies, out) or (again and not done)):
        return tuple(gone)
    again = again if out and not done else ""
    open_ones = [one for one in jobs if one not in out and one.facts.get("again", "") == again]
    open_ones = [one for one in open_ones if (one.facts["channel"], one.facts["to"]) == channel]
    if open_ones and dict(open_ones[-1].facts["of"]) == copies:
        return (*gone, restore_planned_delivery(open_ones[-1]))
    record = shipment.one.record
    id_ = make_delivery_id(record.pack, shipment.one.sha256, PRINTER, channel[0], JOB, len(jobs))
    identity = (id_, PRINTER, record.pack, record.edition, shipment.one.sha256, record.code)
    files = tuple(
        PlannedFile(
            format=file.format,
            name=file_name_in_parcel(shipment.one, file.file),
            sha256="" if record.numbered else file.sha256,
            bytes=file.bytes,
            quantity=sum(copies.values()),
        )
        for file in record.files
        if file.format in PRINTED
    )
    job = tuple(sorted(copies.items()))
    return (*gone, PlannedDelivery(*identity, *channel, files, record.texts, "new", again, job=job))


def _is_more(copies: Mapping[str, int], out: Iterable[Delivery]) -> bool:
    """Whether some college is to have more than any job was for."""
    most: dict[str, int] = {}
    for one in out:
        for name, quantity in one.facts["of"]:
            most[name] = max(quantity, most.get(name, 0))
    return any(quantity > most.get(name, 0) for name, quantity in copies.items())
