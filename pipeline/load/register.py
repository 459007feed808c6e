"""Copies that were prepared for colleges, and `source/copies.csv`, their register in releases before 2."""

import csv
import io
import re
from dataclasses import dataclass
from datetime import date

from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.sentences import LONGEST_CELL
from pipeline.load.folders import REGISTER_FILE

REGISTER_COLUMNS = (
    *("college", "pack", "edition", "versions", "format", "quantity", "copy number", "sha256", "date prepared"),
    "overridden",
)

csv.field_size_limit(LONGEST_CELL)

_SEPARATOR = re.compile(r"; (?=[a-z0-9-]+=)")
"""Separator of the names in a list of overridden objections, each with its reason."""
_MOST = 10**9


@dataclass(frozen=True, slots=True)
class CopyEntry:
    """Copies of a file that were prepared for a college. `copy_number` is 0 if copies have none."""

    college: str
    pack: str
    edition: str
    versions: str
    """'id@version' of each briefing, in the order of the pack, separated by spaces."""
    format: str
    quantity: int
    copy_number: int
    sha256: str
    prepared: date
    overridden: tuple[tuple[str, str], ...] = ()
    """Names of the objections that were overridden, each with the reason."""

    @property
    def issue(self) -> tuple[str, str]:
        """The pack and its edition."""
        return self.pack, self.edition


def read_register(content: bytes) -> tuple[CopyEntry, ...]:
    """Return the rows of a register, in order.

    Raises:
        EnvironmentFailure: at the first row that cannot be read.
    """
    entries: list[CopyEntry] = []
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(content), "utf-8-sig", newline=""), strict=True)
    try:
        if tuple(next(rows, ())) not in (REGISTER_COLUMNS, ()):
            raise ValueError(f"the heads should be {', '.join(REGISTER_COLUMNS)}")
        entries.extend(_entry(row) for row in rows if row)
    except (csv.Error, ValueError) as wrong:
        raise EnvironmentFailure(
            f"{REGISTER_FILE}, the register of an earlier release, cannot be read at line {max(rows.line_num, 1)}: "
            f"{wrong}. "
            "Bring the line back as git has it."
        ) from None
    return tuple(entries)


def _entry(row: list[str]) -> CopyEntry:
    if len(row) != len(REGISTER_COLUMNS):
        raise ValueError(f"it has {len(row)} cells and should have {len(REGISTER_COLUMNS)}")
    college, pack, edition, versions, kind, quantity, number, digest, prepared, overridden = row
    partitions = (objection.partition("=") for objection in _SEPARATOR.split(overridden) if objection)
    reasons = tuple((name, reason) for name, _, reason in partitions)
    what, day = (college, pack, edition, versions, kind), date.fromisoformat(prepared)
    entry = CopyEntry(*what, int(quantity), int(number or 0), digest, day, reasons)
    if not (0 < entry.quantity < _MOST and 0 <= entry.copy_number < _MOST):
        raise ValueError(f"'{quantity}' and '{number}' are no quantity and no copy number")
    return entry
