"""Counts and tables in words: aligned columns for people, JSON for programs, CSV for spreadsheets."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

from pipeline.core.diagnostics import Diagnostic, Severity

LONGEST_CELL = 2**22
"""Letters of a cell of a CSV file that is read.

The usual limit, 131,072, would make a register or a ledger with a longer reason unreadable for good. Older releases
kept what a server said, which has at most 4 MB in SFTP.
"""


def tally(diagnostics: Sequence[Diagnostic]) -> str:
    """'2 errors, 1 warning', or 'no remarks'."""
    errors = sum(d.severity is Severity.ERROR for d in diagnostics)
    warnings = len(diagnostics) - errors
    parts = [count(errors, "error")] if errors else []
    parts += [count(warnings, "warning")] if warnings else []
    return ", ".join(parts) or "no remarks"


def count(number: int, noun: str, several: str = "") -> str:
    """'1 file', '2 files', '2 leaves'."""
    return f"{number} {noun}" if number == 1 else f"{number} {several or f'{noun}s'}"


def cut_short(words: str, most: int = 60) -> str:
    """The words, or the first of them with an ellipsis: `most` letters in all."""
    return words if len(words) <= most else f"{words[: most - 1]}…"


def enumerated(names: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


_NAMED = 3
"""So many files are named in one remark."""


def files_in_words(names: Sequence[str]) -> str:
    """The names of a few files, and how many there are: "4 files: 'a', 'b', 'c' and 1 more"."""
    if len(names) == 1:
        return f"'{names[0]}'"
    said = [f"'{name}'" for name in names[:_NAMED]]
    said += [f"{len(names) - _NAMED} more"] if len(names) > _NAMED else []
    return f"{len(names)} files: {enumerated(said)}"


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for spreadsheets: UTF-8 with a byte-order mark so that accents survive, lines ended by CRLF.

    A cell that a spreadsheet would take for a formula is led by an apostrophe.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerows([f"'{cell}" if runs_in_a_spreadsheet(cell) else cell for cell in row] for row in (heads, *rows))
    return "\ufeff" + out.getvalue()


def runs_in_a_spreadsheet(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula: by its first character, of full width too."""
    return cell[:1] in _FORMULA_SIGNS


_FORMULA_SIGNS = frozenset("=+-@\t\r\n＝＋－＠")
"""Excel reads the wide signs as it does the narrow ones."""


def as_columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in aligned columns of plain text."""
    table = [list(heads), *([cell or "–" for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table)
    return "".join(f"{line}\n" for line in lines)


def as_records(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table as a JSON list of objects."""
    records = [dict(zip(heads, row, strict=True)) for row in rows]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"
