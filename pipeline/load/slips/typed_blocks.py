"""Lists and tables as other programs have them: lines that make a paragraph here, reported where they begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from pipeline.codes import body as codes
from pipeline.core.diagnostics import Diagnostic, Place

_BULLET = re.compile(
    "([\u00b7\u2022\u2023\u2043\u2219\u25a0\u25aa\u25ab\u25b6\u25ba\u25cb\u25cf\u25e6\u27a2\uf0a7\uf0b7])[ \t]*\\S"
)
_DASH = re.compile(r"([–−])[ \t]+\S|(-)(?=[^\W\d_])")
"""A bullet only where another line begins with it too: a dash may happen to be the first in its line."""
_ROUND = re.compile(r"o(?=\t[ \t]*\S)")
"""The hollow bullet as it comes from Word; with a space behind it it is a word of many languages."""
_HELD = re.compile("([-+*]|[0-9]{1,9}[.)])[\u00a0\u2007\u202f]\\s*\\S")
"""A bullet or a number with a space behind it that does not break, which makes no list."""
_LABEL = re.compile(r"(?P<opens>\(?)(?P<label>[a-z]|[ivx]{1,4}|[0-9]{1,2})(?P<closes>[.)])\s+\S")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")

_HELD_HINT = (
    "The space behind it is one that does not break, as other programs set it: type an ordinary space in its place."
)
_HYPHEN_HINT = f"{codes.PASTED_BULLET.remedy} To keep the sign, put a backslash before it."
_LABEL_HINT = (
    "Begin each entry with '1. ', or with '- ', in its place, and leave an empty line above the first. "
    "To keep the signs, write them within a line and not at its beginning."
)
_APART = re.compile(r"`[^`]*`|\$[^$]*\$")
"""Code and formulas, where a stroke divides no cells."""
_PIPE = re.compile(r"(?<!\\)\|")
_PIPE_BETWEEN = re.compile(r"(?<=\s)\|(?=\s)")
"""Marks that may divide cells where no line begins with a stroke."""
_DASHES = re.compile(r"[|: \t]*-[-|: \t]*")
_GAP = re.compile(r"(?<=[^\s.!?:]) {3,}(?=\S)")
_STROKES = "Put a line '{dashes}' below its head, and '|' before, between and behind the cells of each line."


class Label(NamedTuple):
    """A beginning of a line that may number an entry: '(a)', 'ii.', '1)'."""

    opens: str
    label: str
    closes: str

    @classmethod
    def of(cls, line: str) -> Label | None:
        """The label of a line, if it has one."""
        found = _LABEL.match(line)
        return cls(*found.groups()) if found else None

    @property
    def following(self) -> tuple[Label, ...]:
        """The labels that may come next: of 'i' it is 'ii' or 'j'."""
        plain = _next(self.label)
        roman = [after for before, after in pairwise(_ROMAN) if before == self.label]
        return tuple(self._replace(label=label) for label in (plain, *roman) if label)

    @property
    def stands_alone(self) -> bool:
        """Whether it is '2.' or '2)', with which a line of running text seldom begins."""
        return self.label.isdigit() and not self.opens

    @property
    def is_first(self) -> bool:
        """Whether an enumeration begins with it."""
        return self.label in ("a", "i", "1")

    def __str__(self) -> str:
        return "".join(self)


def _next(label: str) -> str:
    return str(int(label) + 1) if label.isdigit() else chr(ord(label) + 1) if len(label) == 1 else ""


def pasted_bullets(
    content: str, above: str, in_entry: bool, quoted: bool, place: Callable[[int], Place]
) -> Iterator[Diagnostic]:
    """A remark on the first bullet or number of another program in a paragraph.

    `above` is the paragraph before; `place` is where a character of this one stands. Of '-two' in an entry another rule
    tells; in a quotation, what stands behind a dash is who said it.
    """
    lines = content.split("\n")
    last = Label.of(above.lstrip())
    first = Label.of(lines[0].lstrip())
    if last and first and last.is_first and first in last.following:
        yield _numbered(place(len(lines[0]) - len(lines[0].lstrip())), str(first))
        return
    if not quoted and (sign := _dash(lines[0])) and sign == _dash(above.partition("\n")[0]):
        yield _bulleted(place(len(lines[0]) - len(lines[0].lstrip())), sign)
        return
    begins = _enumeration([line.strip() for line in lines])
    at = 0
    for number, line in enumerate(lines):
        words = line.strip()
        start = at + len(line) - len(line.lstrip())
        if held := _HELD.match(words):
            yield codes.PASTED_BULLET.at(place(start), _HELD_HINT, bullet=held[1])
            return
        bullet = _bullet(lines, number)
        if bullet and not (in_entry and bullet == "-") and not (quoted and _dash(words)):
            yield _bulleted(place(start), bullet)
            return
        if number == begins:
            yield _numbered(place(start), str(Label.of(words)))
            return
        at += len(line) + 1


def _bulleted(place: Place, bullet: str) -> Diagnostic:
    return codes.PASTED_BULLET.at(place, _HYPHEN_HINT if bullet == "-" else None, bullet=bullet)


def _numbered(place: Place, label: str) -> Diagnostic:
    return codes.PASTED_BULLET.at(place, _LABEL_HINT, bullet=label)


def _bullet(lines: list[str], number: int) -> str:
    """The bullet that a line begins with; a dash only where the line below begins with it too.

    Where a list may begin, at the head or behind a colon, it may be any line further down: entries run over.
    """
    words = lines[number].strip()
    if found := _BULLET.match(words):
        return found[1]
    if _ROUND.match(words):
        return "o"
    sign = _dash(words)
    begins = number == 0 or lines[number - 1].rstrip().endswith(":")
    end = len(lines) if begins else min(number + 2, len(lines))
    return sign if sign and any(_dash(lines[other]) == sign for other in range(number + 1, end)) else ""


def _dash(line: str) -> str:
    """The dash or hyphen that a line begins with as with a bullet."""
    found = _DASH.match(line.strip())
    return found[0][0] if found else ""


def _enumeration(lines: list[str]) -> int | None:
    """The number of the first line whose label begins an enumeration: one further down has the next."""
    below: set[Label] = set()
    first = None
    for number in range(len(lines) - 1, -1, -1):
        if label := Label.of(lines[number]):
            starts = number == 0 or lines[number - 1].endswith(":") or label.stands_alone
            if starts and not below.isdisjoint(label.following):
                first = number
            below.add(label)
    return first


def typed_tables(content: str, place: Callable[[int], Place]) -> Iterator[Diagnostic]:
    """A remark on the first of some lines that look like rows of a table; `place` is where a character stands."""
    plain = _APART.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), content)
    lines = plain.split("\n")
    if any("|" in line and _DASHES.fullmatch(line.strip()) for line in lines):
        return  # told of as a table whose dashes do not fit
    counted = _Counted.of(lines)
    at = 0
    for number, line in enumerate(lines):
        if cells := _cells_of_row(lines, number, counted):
            hint = _STROKES.format(dashes="|" + "---|" * cells)
            yield codes.TABLE_TYPED.at(place(at + len(line) - len(line.lstrip())), hint)
            return
        at += len(line) + 1


class _Counted(NamedTuple):
    """Number of strokes and gaps in every line of a paragraph; 0 if lines differ."""

    strokes: int
    gaps: int

    @classmethod
    def of(cls, lines: list[str]) -> _Counted:
        """Those of some lines, of which one alone is no table."""
        return cls(_alike(_PIPE_BETWEEN, lines), _alike(_GAP, lines)) if len(lines) > 1 else cls(0, 0)


def _alike(mark: re.Pattern[str], lines: list[str]) -> int:
    found = {len(mark.findall(line.strip())) for line in lines}
    return found.pop() if len(found) == 1 else 0


def _cells_of_row(lines: list[str], number: int, counted: _Counted) -> int:
    """Number of cells in a line that looks like the first row of a table; 0 for any other line."""
    line = lines[number].strip()
    following = lines[number + 1].strip() if number + 1 < len(lines) else ""
    if line[:1] == "|":
        pipes = len(_PIPE.findall(line))
        alone = len(lines) == 1 and line.endswith("|") and pipes > 2
        return pipes - line.endswith("|") if following[:1] == "|" or alone else 0
    if counted.strokes:
        return counted.strokes + 1
    if "\t" in line and "\t" in following and not (_bullet(lines, number) or Label.of(line)):
        return line.count("\t") + 1
    return counted.gaps + 1 if counted.gaps else 0
