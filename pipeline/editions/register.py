"""The register of copies, `source/copies.csv`: a row for what each college was prepared. Appended, never rewritten."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass
from datetime import date

from pipeline.codes import copies as codes
from pipeline.diagnostics import Diagnostic, Place

REGISTER = "source/copies.csv"
HEADS = (
    *("college", "pack", "edition", "versions", "format", "quantity", "copy number", "sha256", "date prepared"),
    "overridden",
)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a college was prepared: so many copies of a file. `copy_number` is 0 where copies have none."""

    college: str
    pack: str
    edition: str
    versions: str
    """'id@version' of each briefing, in order of the pack, parted by spaces."""
    format: str
    quantity: int
    copy_number: int
    sha256: str
    prepared: date
    overridden: str = ""
    """'name=reason' of what was prepared although something stood against it, parted by semicolons."""

    @property
    def issue(self) -> tuple[str, str]:
        """The pack and its edition."""
        return self.pack, self.edition


def read_register(content: bytes) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]:
    """The entries in order, and what is wrong with the file."""
    entries: list[Entry] = []
    remarks: list[Diagnostic] = []
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return (), (codes.REGISTER_ROW.at(Place(REGISTER), reason="the file is not UTF-8"),)
    rows = csv.reader(io.StringIO(text, newline=""))
    try:
        listed = [(rows.line_num, row) for row in rows]
    except csv.Error as wrong:
        return (), (codes.REGISTER_ROW.at(Place(REGISTER, max(rows.line_num, 1)), reason=str(wrong)),)
    for number, (line, row) in enumerate(listed):
        place = Place(REGISTER, line)
        if number == 0:
            if tuple(row) != HEADS:
                return (), (codes.REGISTER_ROW.at(place, reason=f"the heads should be {', '.join(HEADS)}"),)
        elif row:
            try:
                entries.append(_entry(row))
            except ValueError as wrong:
                remarks.append(codes.REGISTER_ROW.at(place, reason=str(wrong)))
    return tuple(entries), tuple(remarks)


def _entry(row: list[str]) -> Entry:
    if len(row) != len(HEADS):
        raise ValueError(f"it has {len(row)} cells and should have {len(HEADS)}")
    college, pack, edition, versions, kind, quantity, number, digest, prepared, overridden = row
    if not (quantity.isdecimal() and (number.isdecimal() or not number)):
        raise ValueError("quantity and copy number should be whole numbers")
    try:
        day = date.fromisoformat(prepared)
    except ValueError as wrong:
        raise ValueError(f"'{prepared}' is no date such as 2026-04-26") from wrong
    return Entry(college, pack, edition, versions, kind, int(quantity), int(number or 0), digest, day, overridden)


def appended(content: bytes, entries: Iterable[Entry]) -> bytes:
    """The register with more rows at its end; what stands in it is left as it is, byte for byte."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    if not content.strip():
        content = b""
        table.writerow(HEADS)
    elif not content.endswith(b"\n"):
        out.write("\r\n")
    table.writerows(_cells(entry) for entry in entries)
    return content + out.getvalue().encode()


def _cells(entry: Entry) -> Iterator[str]:
    for said in astuple(entry):
        yield "" if said == 0 else str(said)
