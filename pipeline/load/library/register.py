"""The register of copies, `source/copies.csv`: a row for what each college was prepared. Appended, never rewritten."""

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import date

from pipeline.codes import copies as codes
from pipeline.core.diagnostics import Desk, Diagnostic, Place, errors
from pipeline.core.tables import LONGEST_CELL
from pipeline.load.library.folders import REGISTER
from pipeline.load.slips.merge_marks import merge_marks
from pipeline.model.source.edition import EditionBefore
from pipeline.model.source.pack import Pack

HEADS = (
    *("college", "pack", "edition", "versions", "format", "quantity", "copy number", "sha256", "date prepared"),
    "overridden",
)

csv.field_size_limit(LONGEST_CELL)

ANOTHER = re.compile(r"; (?=[a-z0-9-]+=)")
"""Separator of the names in a list of overridden objections, each with its reason."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of the register: a number of copies of a file for a college. `copy_number` is 0 if copies have none."""

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
    """'name=reason' of what was prepared although something stood against it, parted by semicolons. No reason holds
    what would part it."""

    @property
    def issue(self) -> tuple[str, str]:
        """The pack and its edition."""
        return self.pack, self.edition

    @property
    def reasons(self) -> tuple[tuple[str, str], ...]:
        """Reasons of the overridden objections, by name."""
        said = ANOTHER.split(self.overridden) if self.overridden else ()
        return tuple((name, reason) for name, _, reason in (one.partition("=") for one in said))


def read_register(
    content: bytes, present: Mapping[str, str] | None = None
) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]:
    """The entries in order, and what is wrong with the file. `present` are the ids of colleges now, by former ones."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as wrong:
        line = len((content[: wrong.start] + b"-").splitlines())
        return (), (codes.REGISTER_ROW.at(Place(REGISTER, line), reason="the file is not UTF-8"),)
    if clash := _merge_mark(text):
        return (), (clash,)
    lines = list(io.StringIO(text, newline=""))  # parted as the reader counts them, also where a line ends in CR alone
    rows = csv.reader(lines, strict=True)
    listed: list[tuple[int, list[str]]] = []
    try:
        before = 0
        for row in rows:
            listed.append((before + 1, row))
            before = rows.line_num
    except csv.Error:
        reason = "its quotation marks do not match"
        return (), (codes.REGISTER_ROW.at(Place(REGISTER, before + 1), reason=reason),)
    if text.strip() and tuple(listed[0][1]) != HEADS:
        return (), (codes.REGISTER_ROW.at(Place(REGISTER), reason=f"the heads should be {', '.join(HEADS)}"),)
    entries, remarks = _entries(listed[1:], lines)
    return tuple(replace(one, college=(present or {}).get(one.college, one.college)) for one in entries), remarks


MERGED = (
    "Keep the rows of both sides, of rows that are alike one, and delete the lines '<<<<<<<', '=======' and '>>>>>>>'. "
    "If both gave one copy number of an edition, keep the rows of the side whose copies went out, and prepare the "
    "others again."
)


def _merge_mark(text: str) -> Diagnostic | None:
    """That git has left both sides of a merge in the register: once, however often it has."""
    desk = Desk()
    merge_marks(text, REGISTER, desk)
    return replace(desk.remarks[0], hint=MERGED) if desk.remarks else None


def _entries(
    rows: Iterable[tuple[int, list[str]]], lines: Sequence[str]
) -> tuple[tuple[Entry, ...], tuple[Diagnostic, ...]]:
    """The entries of the rows below the heads, each with the line it begins on."""
    entries: list[Entry] = []
    remarks: list[Diagnostic] = []
    taken: dict[tuple[str, str, int], int] = {}
    told: dict[Entry, int] = {}
    for line, row in rows:
        if not row:
            continue
        try:
            entry = _entry(row)
            first = taken.setdefault((*entry.issue, entry.copy_number), line) if entry.copy_number else line
            if first != line:
                raise _Fault(f"copy {entry.copy_number} of the edition stands on line {first} already", NUMBER)
        except _Fault as wrong:
            place = Place(REGISTER, line, _column(lines[line - 1], wrong.cell))
            remarks.append(codes.REGISTER_ROW.at(place, reason=wrong.reason))
        else:
            entries.append(entry)
            if (first := told.setdefault(entry, line)) != line:
                place, copies = Place(REGISTER, line), entry.quantity
                remarks.append(
                    codes.REGISTER_TWICE.at(
                        place, line=first, college=entry.college, format=entry.format, copies=copies
                    )
                )
    return tuple(entries), tuple(remarks)


CHANGES = "changes"
"""The section of a pack that tells what has changed."""


def tells_changes(pack: Pack) -> bool:
    """Whether a pack has a section of what has changed since a day, for which the register is read."""
    return pack.fields.since is not None and CHANGES in pack.fields.back


def issued_before(content: bytes, packs: Mapping[str, Pack]) -> tuple[dict[str, EditionBefore], tuple[Diagnostic, ...]]:
    """Of each pack that tells what has changed since a day, the edition that was out by then.

    And what is wrong with the register, if a pack tells so: without it the section lacks something or is left out.
    """
    asking = {name: pack for name, pack in packs.items() if tells_changes(pack)}
    entries, found = read_register(content) if asking else ((), ())
    issued = {}
    for name, pack in asking.items():
        since, present = pack.fields.since or date.min, pack.fields.edition
        out = [e for e in entries if e.pack == name and e.prepared <= since and e.edition != present]
        first = {entry.edition: entry for entry in reversed(out)}
        editions = tuple(dict.fromkeys(entry.edition for entry in out))
        if editions:
            pins = (line.partition("@") for line in first[editions[-1]].versions.split())
            issued[name] = EditionBefore(editions[-1], since, tuple((text, version) for text, _, version in pins))
    return issued, tuple(errors(found))


VERSIONS, QUANTITY, NUMBER, DAY = 3, 5, 6, 8
"""The cells that hold no words, counted from 0."""

_PINNED = re.compile(r"[a-z0-9-]+@\d{1,6}\.\d{1,6}")


class _Fault(Exception):
    """Fault of a row, with the number of its cell."""

    def __init__(self, reason: str, cell: int = 0) -> None:
        super().__init__(reason, cell)
        self.reason, self.cell = reason, cell


def _column(line: str, cell: int) -> int:
    """Column of a cell in a line, from 1: commas in quotation marks part no cells."""
    quoted, passed = False, 0
    for at, character in enumerate(line):
        if passed == cell:
            return at + 1
        quoted ^= character == '"'
        passed += character == "," and not quoted
    return 1


def _entry(row: list[str]) -> Entry:
    if len(row) != len(HEADS):
        raise _Fault(f"it has {len(row)} cells and should have {len(HEADS)}")
    college, pack, edition, versions, kind, quantity, number, digest, prepared, overridden = row
    if not (_is_count(quantity) and int(quantity) > 0):
        raise _Fault(f"'{quantity}' is no quantity: write a whole number", QUANTITY)
    if number and not (_is_count(number) and int(number) > 0):
        raise _Fault(f"'{number}' is no copy number: write a whole number, or nothing", NUMBER)
    if number and int(quantity) != 1:
        raise _Fault("a numbered copy is one copy", QUANTITY)
    try:
        day = date.fromisoformat(prepared)
    except ValueError as wrong:
        raise _Fault(f"'{prepared}' is no date such as 2026-04-26", DAY) from wrong
    if unclear := [line for line in versions.split() if not _PINNED.fullmatch(line)]:
        raise _Fault(f"'{unclear[0]}' is no briefing with its version, such as foot-patrol@1.0", VERSIONS)
    return Entry(college, pack, edition, versions, kind, int(quantity), int(number or 0), digest, day, overridden)


def _is_count(said: str) -> bool:
    return said.isascii() and said.isdecimal() and len(said) < 10


def appended(content: bytes, entries: Iterable[Entry]) -> bytes:
    """The register with more rows at its end; what stands in it is left as it is, byte for byte."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    if not content.removeprefix(codecs.BOM_UTF8).strip():
        content = b""
        table.writerow(HEADS)
    elif not content.endswith((b"\n", b"\r")):
        out.write("\r\n")
    table.writerows(_cells(entry) for entry in entries)
    return content + out.getvalue().encode()


def _cells(entry: Entry) -> Iterator[str]:
    for said in astuple(entry):
        yield "" if said == 0 else str(said)
