"""The printer's job: the files, the list of quantities, and the ticket. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from pipeline.editions.copies import Issue, Made
from pipeline.model.imprint import College


def one_file(issue: Issue, file: Made, copies: Mapping[str, College]) -> dict[str, bytes]:
    """What the printer gets of copies without numbers: the one file, how many for whom, and the ticket of the job."""
    rows = [(name, college.name, college.copies, college.delivery or "") for name, college in copies.items()]
    return {
        file.name: file.content,
        "quantities.csv": _table(("college", "name", "copies", "deliver to"), rows),
        "job-ticket.txt": _ticket(issue, file, copies),
    }


def numbered_list(
    issue: Issue, master: Made, files: Sequence[tuple[str, Made]], copies: Mapping[str, College]
) -> dict[str, bytes]:
    """What the printer gets beside numbered copies, each a file to be printed once: whose they are, and the ticket."""
    rows = [
        (file.name, file.number, name, copies[name].name, copies[name].delivery or "", file.sha256)
        for name, file in files
    ]
    return {
        "quantities.csv": _table(("file", "copy number", "college", "name", "deliver to", "sha256"), rows),
        "job-ticket.txt": _ticket(issue, master, copies, numbered=True),
    }


def _table(heads: Sequence[str], rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(heads)
    table.writerows(rows)
    return ("\ufeff" + out.getvalue()).encode()


def _ticket(issue: Issue, file: Made, copies: Mapping[str, College], numbered: bool = False) -> bytes:
    total = sum(college.copies for college in copies.values())
    leaves = (file.pages + 1) // 2
    files = f"{total:,} numbered files, each printed once" if numbered else file.name
    facts = (
        ("Job", f"{issue.title}, {issue.edition}"),
        ("Files" if numbered else "File", files),
        ("SHA-256", "of each file in quantities.csv" if numbered else file.sha256),
        ("Pages", f"{file.pages}, blank versos counted"),
        ("Leaves", f"{leaves} a copy, printed on both sides, flipped on the long edge"),
        ("Trim size", "A4, 210 × 297 mm, 3 mm bleed, crop marks in the file"),
        ("Inks", "four, as the file's output intent says" if issue.imprint.fields.print.profile else "black"),
        ("Copies", f"{total:,}"),
        ("Sheets", f"{leaves * total:,} of A4"),
    )
    lines = [f"{label + ':':<11}{words}" for label, words in facts]
    lines += ["", "Deliver:"]
    for college in copies.values():
        where = f": {college.delivery}" if college.delivery else f" ({college.contact})" if college.contact else ""
        lines.append(f"- {college.copies} to {college.name}{where}")
    return ("\n".join(lines) + "\n").encode()
