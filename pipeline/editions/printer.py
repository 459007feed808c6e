"""The printer's job: the files, the lists of quantities and copies, and the ticket. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from pipeline.bind.copies_in_one import pages_a_copy
from pipeline.editions.copies import Made
from pipeline.editions.ticket import PrintJob, table_name, ticket
from pipeline.report import as_csv


def one_file(job: PrintJob) -> dict[str, bytes]:
    """What the printer gets of copies without numbers: the one file, how many for whom, and the ticket of the job."""
    rows = [(name, one.name, str(one.copies), one.delivery or "") for name, one in job.takers.items()]
    if job.order.spare:
        rows.append(("", "spare", str(job.order.spare), job.order.spare_to or ""))
    return {
        job.master.name: job.master.content,
        "quantities.csv": as_csv(("college", "name", "copies", "deliver to"), rows).encode(),
        "job-ticket.txt": ticket(job),
    }


def numbered_list(job: PrintJob, files: Sequence[tuple[str, Made]]) -> dict[str, bytes]:
    """What the printer gets beside numbered copies: whose each is, where it stands in the files of all, the ticket."""
    rows = [
        (file.name, str(file.number), name, job.takers[name].name, job.takers[name].delivery or "", file.sha256)
        for name, file in files
    ]
    heads = ("file", "copy number", "college", "name", "deliver to", "sha256")
    return {
        "quantities.csv": as_csv(heads, rows).encode(),
        table_name(job): _where_each_is(job, files),
        "job-ticket.txt": ticket(job),
    }


def _where_each_is(job: PrintJob, files: Sequence[tuple[str, Made]]) -> bytes:
    """The table of the files that hold all copies in order: whose each is, and its first and last page there."""
    each = iter(files)
    rows = []
    for run in job.runs:
        for first in range(1, run.pages + 1, pages_a_copy(job.master.pages)):
            name, file = next(each)
            place = (run.name, str(first), str(first + job.master.pages - 1))
            college = job.takers[name]
            rows.append((str(file.number), name, college.name, college.delivery or "", *place))
    heads = ("copy number", "college", "name", "deliver to", "file", "first page", "last page")
    return as_csv(heads, rows).encode()
