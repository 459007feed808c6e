"""The printer's job as it is delivered: the folder that was prepared for the printer, sealed."""

from __future__ import annotations

from pipeline.build.project import Project
from pipeline.cli.editions.issued_copies import PackToCopy
from pipeline.colleges.deliveries.jobs import PRINTER
from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.colleges.deliveries.transport import NotDelivered, Parcel
from pipeline.editions.sealing.manifest import ParcelSeal, sealed
from pipeline.model.source.college import DeliverySettings

TICKET = "job-ticket.txt"


def job_parcel(project: Project, issued: PackToCopy, title: str, one: PlannedDelivery, seal: ParcelSeal) -> Parcel:
    """The job as a parcel: every file that was prepared for the printer, and what says which they are."""
    issue, printer = issued.issue, issued.library.imprint.fields.of(DeliverySettings).printer
    place = project.output / "printer" / issue.folder
    files = {path.name: path.read_bytes() for path in sorted(place.iterdir())} if place.is_dir() else {}
    if TICKET not in files:
        raise NotDelivered("refused", f"{place} does not hold the job that was prepared")
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
