"""The printer's job as a delivery: planned once for the copies that are to be printed, and again for more. Pure."""

from collections.abc import Iterable, Mapping

from pipeline.colleges.deliveries.plan import (
    FOR_FILES,
    PlannedDelivery,
    PlannedFile,
    Shipment,
    channel_for,
    delivery_id,
    known_delivery,
    named_in_parcel,
)
from pipeline.colleges.deliveries.states import OUT
from pipeline.colleges.holdings import JOB, Delivery
from pipeline.editions.copies import wanted
from pipeline.model.formats import PRINTED, any_printed
from pipeline.model.source.college import College, Printer

PRINTER = "printer"
"""The name of the printer in the ledger, and behind `--to`."""
SPARE = ""
"""Stands for spare copies among the colleges of a job."""


def plan_job(
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
    copies = {
        name: college.copies
        for name, college in takers.items()
        if college.copies and any_printed(wanted(college, shipment.pack))
    }
    copies |= {SPARE: spare} if spare else {}
    channel = channel_for(printer.channels, FOR_FILES)
    out = [one for one in jobs if one.state in OUT]
    gone = [known_delivery(one) for one in out]
    done = again and any(one.facts.get("again") == again for one in jobs)
    if channel is None or not copies or not (_is_more(copies, out) or (again and not done)):
        return tuple(gone)
    again = again if out and not done else ""
    open_ones = [one for one in jobs if one not in out and _at(one) == channel and one.facts.get("again", "") == again]
    if open_ones and dict(open_ones[-1].facts["of"]) == copies:
        return (*gone, known_delivery(open_ones[-1]))
    record = shipment.one.record
    id_ = delivery_id(record.pack, shipment.one.sha256, PRINTER, channel[0], JOB, len(jobs))
    identity = (id_, PRINTER, record.pack, record.edition, shipment.one.sha256, record.code)
    files = tuple(
        PlannedFile(
            file.format,
            named_in_parcel(shipment.one, file.file),
            "" if record.numbered else file.sha256,
            file.bytes,
            sum(copies.values()),
        )
        for file in record.files
        if file.format in PRINTED
    )
    return (
        *gone,
        PlannedDelivery(*identity, *channel, files, record.texts, "new", again, job=tuple(sorted(copies.items()))),
    )


def _is_more(copies: Mapping[str, int], out: Iterable[Delivery]) -> bool:
    """Whether some college is to have more than any job was for."""
    most: dict[str, int] = {}
    for one in out:
        for name, quantity in one.facts["of"]:
            most[name] = max(quantity, most.get(name, 0))
    return any(quantity > most.get(name, 0) for name, quantity in copies.items())


def _at(one: Delivery) -> tuple[str, str]:
    return one.facts["channel"], one.facts["to"]
