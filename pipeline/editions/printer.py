"""The printer's job: the files, the lists of quantities and copies, and the ticket. Pure."""

from collections.abc import Sequence

from pipeline.bind.variable import pages_a_copy
from pipeline.core.sentences import as_csv
from pipeline.editions.states import FinishedFile
from pipeline.editions.ticket import PrintJob, copies_of, deliver_to, spare_to, table_name, ticket, to_publisher


def one_file(job: PrintJob) -> dict[str, bytes]:
    """Files for the printer without numbered copies: the one PDF, the quantities by college, the job ticket."""
    new = job.added.copies if job.added else {}
    rows = [
        (name, one.name, str(one.copies), deliver_to(one), str(new[name].quantity) if name in new else "")
        for name, one in job.sent_by_printer.items()
    ]
    if posted := job.posted:
        fresh = sum(new[name].quantity for name in posted if name in new)
        many = str(copies_of(posted))
        rows.append(("", "posted by the publisher", many, to_publisher(job), str(fresh) if fresh else ""))
    if job.order.spare:
        rows.append(("", "spare", str(job.order.spare), spare_to(job), ""))
    return {
        job.master.name: job.master.content,
        "quantities.csv": _table(job, ("college", "name", "copies", "deliver to"), rows),
        "job-ticket.txt": ticket(job),
    }


def numbered_list(job: PrintJob, files: Sequence[tuple[str, FinishedFile]]) -> dict[str, bytes]:
    """Files for the printer beside numbered copies: holder and place of each copy in the merged files, job ticket."""
    rows = [
        (file.name, str(file.number), *_whose(job, name), file.sha256, _is_new(job, name, file.number))
        for name, file in files
    ]
    heads = ("file", "copy number", "college", "name", "deliver to", "sha256")
    return {
        "quantities.csv": _table(job, heads, rows),
        table_name(job): _where_each_is(job, files),
        "job-ticket.txt": ticket(job),
    }


def _where_each_is(job: PrintJob, files: Sequence[tuple[str, FinishedFile]]) -> bytes:
    """The table of the files that hold all copies in order: whose each is, and its first and last page there."""
    each = iter(files)
    rows = []
    for run in job.runs:
        for first in range(1, run.pages + 1, pages_a_copy(job.master.pages)):
            name, file = next(each)
            place = (run.name, str(first), str(first + job.master.pages - 1))
            rows.append((str(file.number), *_whose(job, name), *place, _is_new(job, name, file.number)))
    heads = ("copy number", "college", "name", "deliver to", "file", "first page", "last page")
    return _table(job, heads, rows)


def _whose(job: PrintJob, name: str) -> tuple[str, str, str]:
    """A college's id and name, and where its copies go."""
    where = to_publisher(job) if name in job.posted else deliver_to(job.takers[name])
    return name, job.takers[name].name, where


def _is_new(job: PrintJob, name: str, number: int) -> str:
    """'yes' of a copy that the order before did not have."""
    fresh = job.added.copies.get(name) if job.added else None
    return "yes" if fresh and number in fresh.numbers else ""


def _table(job: PrintJob, heads: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> bytes:
    """The rows as a table; the last cell of each tells what is new, and stands only where something is."""
    if job.added is None:
        return as_csv(heads, [row[:-1] for row in rows]).encode()
    return as_csv((*heads, "new"), rows).encode()
