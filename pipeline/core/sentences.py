"""Counts, runs of numbers, tables and "did you mean" suggestions."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from pipeline.core.diagnostics import Diagnostic, Severity, visible

# Words of others in Markdown


def span(words: str) -> str:
    """Write words as code within a line, where they hold no link, mention or markup."""
    shown = visible(words).strip() or "–"
    fence = "`" * (_longest_run(shown) + 1)
    room = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{room}{shown}{room}{fence}"


def block(text: str) -> str:
    """Write lines as a block of code: none of them ends it."""
    lines = visible(text, "\n")
    fence = "`" * max(3, _longest_run(lines) + 1)
    return f"{fence}text\n{lines}\n{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


# Counts and tables

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


def files_in_words(names: Sequence[str]) -> str:
    """The names of three files, and how many there are: "4 files: 'a', 'b', 'c' and 1 more"."""
    if len(names) == 1:
        return f"'{names[0]}'"
    listed = [f"'{name}'" for name in names[:3]]
    listed += [f"{len(names) - 3} more"] if len(names) > 3 else []
    return f"{len(names)} files: {enumerated(listed)}"


def as_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table for spreadsheets: UTF-8 with a byte-order mark so that accents survive, lines ended by CRLF.

    A cell that a spreadsheet would take for a formula is led by an apostrophe.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerows([f"'{cell}" if runs_in_a_spreadsheet(cell) else cell for cell in row] for row in (heads, *rows))
    return "\ufeff" + out.getvalue()


def runs_in_a_spreadsheet(cell: str) -> bool:
    """Whether a spreadsheet would take a cell for a formula: Excel reads wide signs as it does narrow ones."""
    return cell.startswith(tuple("=+-@\t\r\n＝＋－＠"))


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


def numbers_in_words(numbers: Sequence[int], one: str = "copy", several: str = "copies") -> str:
    """Numbers as a reader takes them in: 'copies 3 to 26 and 31'."""
    said = [str(first) if first == last else f"{first} to {last}" for first, last in runs_of(numbers)]
    return f"{one if len(numbers) == 1 else several} {enumerated(said)}"


def runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """The first and the last number of each run without a gap."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def close_matches(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Up to `most` known words that could have been meant, the nearest first."""
    names, by_pair = _index(frozenset(known))
    folded = word.casefold()
    shared = Counter(name for pair in set(_pairs(folded)) for name in by_pair.get(pair, ()))
    likely = sorted(shared, key=lambda name: (-shared[name] / (len(name) + len(folded)), name))
    return [names[found] for found in get_close_matches(folded, likely[:24], most, 0.6)]


@lru_cache(maxsize=64)
def _index(known: frozenset[str]) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """The words by their folded forms, and these by the pairs of letters in them."""
    names: dict[str, str] = {}
    by_pair: dict[str, list[str]] = {}
    for name in sorted(known):
        if names.setdefault(name.casefold(), name) == name:
            for pair in set(_pairs(name.casefold())):
                by_pair.setdefault(pair, []).append(name.casefold())
    return names, {pair: tuple(found) for pair, found in by_pair.items()}


def _pairs(word: str) -> Iterator[str]:
    edged = f" {word[:200]} "
    return (edged[n : n + 2] for n in range(len(edged) - 1))


def suggestion(word: str, known: Iterable[str], otherwise: str) -> str:
    """A hint: the nearest known words if there are any, then where to look."""
    names = [f"'{name}'" for name in close_matches(word, known, 3)]
    return f"Did you mean {enumerated(names, 'or')}? {otherwise}".rstrip() if names else otherwise


def known_names(known: Iterable[str], most: int = 12) -> str:
    """'It has a, b and c.', where that is short enough to read."""
    names = sorted(known)
    return f"It has {enumerated(names)}." if 0 < len(names) <= most else ""


@dataclass(frozen=True, slots=True)
class WordMeasure:
    """The words of a newer text, how many of them are new, how many of the older one are gone, and what has moved."""

    words: int
    new: int = 0
    gone: int = 0
    moved: int = 0
    """Paragraphs, rows, lists and other parts that stand elsewhere."""
    otherwise: int = 0
    """Changes in which no word is new or gone: of signs, links and setting, and of pictures described as before."""
