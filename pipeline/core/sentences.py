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

# Text from outside, safe in Markdown


def inline_code(words: str) -> str:
    """Return words as inline code, so that links, mentions and markup in them have no effect."""
    shown = visible(words).strip() or "–"
    fence = "`" * (_longest_run(shown) + 1)
    room = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{room}{shown}{room}{fence}"


def fenced_block(text: str) -> str:
    """Return lines as a fenced code block that none of them ends."""
    lines = visible(text, "\n")
    fence = "`" * max(3, _longest_run(lines) + 1)
    return f"{fence}text\n{lines}\n{fence}"


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


# Counts and tables

LONGEST_CELL = 2**22
"""Characters of a cell of a CSV file that is read.

With the usual limit, 131,072, a register or a ledger with a longer reason would be unreadable. Older releases recorded
answers of servers, which have at most 4 MB in SFTP.
"""


def count_diagnostics(diagnostics: Sequence[Diagnostic]) -> str:
    """'2 errors, 1 warning', or 'no remarks'."""
    errors = sum(diagnostic.severity is Severity.ERROR for diagnostic in diagnostics)
    parts = ((errors, "error"), (len(diagnostics) - errors, "warning"))
    return ", ".join(count_noun(number, noun) for number, noun in parts if number) or "no remarks"


def count_noun(number: int, noun: str, several: str = "") -> str:
    """'1 file', '2 files', '2 leaves'."""
    return f"{number} {noun}" if number == 1 else f"{number} {several or f'{noun}s'}"


def truncate(words: str, most: int = 60) -> str:
    """Return the words, or the first of them with an ellipsis: at most `most` characters."""
    return words if len(words) <= most else f"{words[: most - 1]}…"


def join_names(names: Sequence[str], last: str = "and") -> str:
    """'a', 'a and b', 'a, b and c'."""
    return f" {last} ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))


def name_files(names: Sequence[str]) -> str:
    """Name up to three files: "4 files: 'a', 'b', 'c' and 1 more"."""
    if len(names) == 1:
        return f"'{names[0]}'"
    listed = [f"'{name}'" for name in names[:3]]
    listed += [f"{len(names) - 3} more"] if len(names) > 3 else []
    return f"{len(names)} files: {join_names(listed)}"


def format_csv(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table for spreadsheets: CSV with a byte-order mark so that accents survive, and CRLF.

    A cell that a spreadsheet would take for a formula gets an apostrophe in front.
    """
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerows([f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in row] for row in (heads, *rows))
    return "\ufeff" + out.getvalue()


_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
"""Characters that begin a formula in a spreadsheet: Excel reads the wide signs as the narrow ones."""


def format_columns(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in aligned columns of plain text."""
    table = [list(heads), *([cell or "–" for cell in row] for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(heads))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in table)
    return "".join(f"{line}\n" for line in lines)


def format_json_rows(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as a JSON list of objects."""
    records = [dict(zip(heads, row, strict=True)) for row in rows]
    return json.dumps(records, ensure_ascii=False, indent=2) + "\n"


def describe_numbers(numbers: Sequence[int], noun: str = "copy", several: str = "copies") -> str:
    """'copies 3 to 26 and 31'."""
    runs = [str(first) if first == last else f"{first} to {last}" for first, last in number_runs(numbers)]
    return f"{noun if len(numbers) == 1 else several} {join_names(runs)}"


def number_runs(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and the last number of each run without a gap."""
    runs: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if runs and number == runs[-1][1] + 1:
            runs[-1] = runs[-1][0], number
        else:
            runs.append((number, number))
    return runs


def close_matches(word: str, known: Iterable[str], most: int = 1) -> list[str]:
    """Return up to `most` known words that are similar to a word, the nearest first."""
    names, by_pair = _index(frozenset(known))
    folded = word.casefold()
    shared = Counter(name for pair in set(_pairs(folded)) for name in by_pair.get(pair, ()))
    likely = sorted(shared, key=lambda name: (-shared[name] / (len(name) + len(folded)), name))
    return [names[match] for match in get_close_matches(folded, likely[:24], most, 0.6)]


@lru_cache(maxsize=64)
def _index(known: frozenset[str]) -> tuple[Mapping[str, str], Mapping[str, tuple[str, ...]]]:
    """Index words by their folded forms, and these by the pairs of letters in them."""
    names: dict[str, str] = {}
    by_pair: dict[str, list[str]] = {}
    for name in sorted(known):
        if names.setdefault(name.casefold(), name) == name:
            for pair in set(_pairs(name.casefold())):
                by_pair.setdefault(pair, []).append(name.casefold())
    return names, {pair: tuple(matches) for pair, matches in by_pair.items()}


def _pairs(word: str) -> Iterator[str]:
    letters = f" {word[:200]} "
    return (letters[start : start + 2] for start in range(len(letters) - 1))


def suggest_names(word: str, known: Iterable[str], otherwise: str) -> str:
    """Return a hint: similar known words if there are any, then where to look."""
    names = [f"'{name}'" for name in close_matches(word, known, 3)]
    return f"Did you mean {join_names(names, 'or')}? {otherwise}".rstrip() if names else otherwise


def list_known_names(known: Iterable[str], most: int = 12) -> str:
    """'It has a, b and c.', if that is short enough to read."""
    names = sorted(known)
    return f"It has {join_names(names)}." if 0 < len(names) <= most else ""


@dataclass(frozen=True, slots=True)
class WordMeasure:
    """Number of words of a newer text, and its differences from the older one."""

    words: int
    new: int = 0
    gone: int = 0
    """Words of the older text that are missing."""
    moved: int = 0
    """Paragraphs, rows, lists and other parts that were moved."""
    otherwise: int = 0
    """Changes without new or missing words: of punctuation, links, format, and pictures with the same alt text."""
