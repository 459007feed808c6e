"""Lists and tables as other programs have them: lines that make a paragraph here, told where they begin."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import NamedTuple

from pipeline.codes import body as codes
from pipeline.diagnostics import Diagnostic, Place

_BULLET = re.compile(
    "([\u00b7\u2022\u2023\u2043\u2219\u25a0\u25aa\u25ab\u25b6\u25ba\u25cb\u25cf\u25e6\u27a2\uf0a7\uf0b7])[ \t]*\\S"
)
_DASH = re.compile(r"([–−o])[ \t]+\S|(-)(?=[^\W\d_])")
"""A bullet only where a list may begin: a dash, or a Welsh word, may happen to be the first in its line."""
_HELD = re.compile("([-+*]|[0-9]{1,9}[.)])[\u00a0\u2007\u202f]\\s*\\S")
"""A bullet or a number with a space behind it that does not break, which makes no list."""
_LABEL = re.compile(r"(?P<opens>\(?)(?P<label>[a-z]|[ivx]{1,4}|[0-9]{1,2})(?P<closes>[.)])\s+\S")
_ROMAN = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")

_HELD_HINT = (
    "The space behind it is one that does not break, as other programs set it: type an ordinary space in its place."
)
_LABEL_HINT = (
    "Begin each entry with '1. ', or with '- ', in its place, and leave an empty line above the first. "
    "To keep the signs, write them within a line and not at its beginning."
)
_APART = re.compile(r"`[^`]*`|\$[^$]*\$")
"""Code and formulas, where a stroke divides no cells."""
_PIPE = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r"[|: \t]*-[-|: \t]*")
_GAP = re.compile(r"(?<=[^\s.!?:]) {3,}(?=\S)")
_STROKES = "Put a line '{dashes}' below its head, and '|' before, between and behind the cells of each line."


class Label(NamedTuple):
    """What a line begins with that may number an entry: '(a)', 'ii.', '1)'."""

    opens: str
    label: str
    closes: str

    @classmethod
    def of(cls, line: str) -> Label | None:
        """The label of a line, if it has one."""
        found = _LABEL.match(line)
        return cls(*found.groups()) if found else None

    def comes_before(self, other: Label | None) -> bool:
        """Whether the other is the next of the same kind."""
        if other is None or (self.opens, self.closes) != (other.opens, other.closes):
            return False
        return _next(self.label) == other.label or (self.label, other.label) in pairwise(_ROMAN)

    @property
    def is_first(self) -> bool:
        """Whether an enumeration begins with it."""
        return self.label in ("a", "i", "1")

    def __str__(self) -> str:
        return "".join(self)


def _next(label: str) -> str:
    return str(int(label) + 1) if label.isdigit() else chr(ord(label) + 1) if len(label) == 1 else ""


def pasted_bullets(content: str, above: str, in_entry: bool, place: Callable[[int], Place]) -> Iterator[Diagnostic]:
    """A remark on the first bullet or number of another program in a paragraph.

    `above` is the paragraph before; `place` is where a character of this one stands. Of '-two' in an entry another rule
    tells.
    """
    lines = content.split("\n")
    last = Label.of(above.lstrip())
    first = Label.of(lines[0].lstrip())
    if last and last.is_first and last.comes_before(first):
        yield _numbered(place(len(lines[0]) - len(lines[0].lstrip())), str(first))
        return
    at, before = 0, ":"
    for number, line in enumerate(lines):
        words = line.strip()
        start = at + len(line) - len(line.lstrip())
        if held := _HELD.match(words):
            yield codes.PASTED_BULLET.at(place(start), _HELD_HINT, bullet=held[1])
            return
        bullet = _bullet(words, before, lines[number + 1 :])
        if bullet and not (in_entry and bullet == "-"):
            yield codes.PASTED_BULLET.at(place(start), bullet=bullet)
            return
        if label := _begins_enumeration(words, lines[number + 1 :]):
            yield _numbered(place(start), str(label))
            return
        at, before = at + len(line) + 1, words


def _numbered(place: Place, label: str) -> Diagnostic:
    return codes.PASTED_BULLET.at(place, _LABEL_HINT, bullet=label)


def _bullet(words: str, before: str, below: list[str]) -> str:
    """The bullet that a line begins with; a dash or an o only behind a colon or twice."""
    if found := _BULLET.match(words):
        return found[1]
    found = _DASH.match(words)
    if not found:
        return ""
    sign = found[1] or found[2]
    again = _DASH.match(below[0].strip()) if below else None
    alike = again is not None and sign == (again[1] or again[2])
    return sign if alike or (found[1] and before.endswith(":")) else ""


def _begins_enumeration(words: str, below: list[str]) -> Label | None:
    """The label of a line, where one further down in the paragraph has the next."""
    label = Label.of(words)
    return label if label and any(label.comes_before(Label.of(line.strip())) for line in below) else None


def typed_tables(content: str, place: Callable[[int], Place]) -> Iterator[Diagnostic]:
    """A remark on the first of some lines that look like rows of a table; `place` is where a character stands."""
    plain = _APART.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), content)
    lines = plain.split("\n")
    if any("|" in line and _DASHES.fullmatch(line.strip()) for line in lines):
        return  # told of as a table whose dashes do not fit
    at = 0
    for number, line in enumerate(lines):
        if cells := _cells_of_row(line.strip(), lines[number + 1 :], lines):
            hint = _STROKES.format(dashes="|" + "---|" * cells)
            yield codes.TABLE_TYPED.at(place(at + len(line) - len(line.lstrip())), hint)
            return
        at += len(line) + 1


def _cells_of_row(line: str, below: list[str], lines: list[str]) -> int:
    """How many cells a line has that looks like the first row of a table; none where it does not."""
    following = below[0].strip() if below else ""
    pipes = len(_PIPE.findall(line))
    if line[:1] == "|":
        alone = len(lines) == 1 and line.endswith("|") and pipes > 2
        return pipes - line.endswith("|") if following[:1] == "|" or alone else 0
    if pipes and all(len(_PIPE.findall(one)) == pipes for one in lines) and below:
        return pipes + 1
    if "\t" in line and "\t" in following and not (_BULLET.match(line) or _DASH.match(line) or Label.of(line)):
        return line.count("\t") + 1
    gaps = len(_GAP.findall(line))
    return gaps + 1 if gaps and below and all(len(_GAP.findall(one.strip())) == gaps for one in lines) else 0
