"""The printer's job as it is delivered: the folder that was prepared for the printer, sealed."""

from __future__ import annotations

from pipeline.build.project import Project
from pipeline.cli.editions.issued_copies import PackToCopy
from pipeline.colleges.deliveries.jobs import PRINTER
from pipeline.colleges.deliveries.plan import PlannedDelivery
from pipeline.colleges.deliveries.transport import NotDelivered, Parcel
from pipeline.editions.sealing.manifest import ParcelSeal, sealed

TICKET, LEAVES_FOR = "job-ticket.txt", "leaves.csv"
"""Names of the ticket, and of the table of leaves, which may be all that is to be printed."""


def job_parcel(project: Project, issued: PackToCopy, title: str, one: PlannedDelivery, seal: ParcelSeal) -> Parcel:
    """The job as a parcel: every file that was prepared for the printer, and what says which they are."""
    issue, printer = issued.issue, issued.library.imprint.fields.printer
    place = project.output / "printer" / issue.folder
    files = {path.name: path.read_bytes() for path in sorted(place.iterdir())} if place.is_dir() else {}
    words = next((files[name] for name in (TICKET, LEAVES_FOR) if name in files), None)
    if words is None:
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
    return Parcel(one.id, one.to, f"Print job: {title}", sealed(said, files, seal), words.decode())
