"""Lists and tables as other programs have them: lines that make a paragraph here, reported where they begin."""

import re
from collections.abc import Callable, Iterator

from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import catalogue, message

_BULLET = re.compile(
    "([\u00b7\u2022\u2023\u2043\u2219\u25a0\u25aa\u25ab\u25b6\u25ba\u25cb\u25cf\u25e6\u27a2\uf0a7\uf0b7])[ \t]*\\S"
    r"|(o)(?=\t[ \t]*\S)"
)
"""A bullet, or the hollow one as it comes from Word; with a space after it 'o' is a word of many languages."""
_DASH = re.compile(r"([–−])[ \t]+\S|(-)(?=[^\W\d_])")
"""A bullet only where another line begins with it too: a dash may happen to be the first in its line."""
_HELD = re.compile("([-+*]|[0-9]{1,9}[.)])[\u00a0\u2007\u202f]\\s*\\S")
"""A bullet or a number with a no-break space after it, which makes no list."""

_HELD_HINT = "A no-break space follows it, as other programs set it: type an ordinary space instead."
_HYPHEN_HINT = f"{catalogue()['pasted-bullet'].do} To keep the sign, put a backslash before it."
_CODE = re.compile(r"`[^`]*`|\$[^$]*\$")
"""Code and formulas, where a stroke divides no cells."""
_PIPE = re.compile(r"(?<!\\)\|")
_DASHES = re.compile(r"[|: \t]*-[-|: \t]*")
_STROKES = "Put a line '{dashes}' below its head, and '|' before, between and after the cells of each line."


def pasted_bullets(content: str, quoted: bool, place: Callable[[int], Place]) -> Iterator[Diagnostic]:
    """A remark on the first bullet of another program in a paragraph; `place` is that of a character of it.

    In a quotation a dash stands before who said it.
    """
    lines = content.split("\n")
    at = 0
    for number, line in enumerate(lines):
        words = line.strip()
        start = at + len(line) - len(line.lstrip())
        if held := _HELD.match(words):
            yield message("pasted-bullet", place(start), _HELD_HINT, bullet=held[1])
            return
        if bullet := _bullet(lines, number, quoted):
            yield message("pasted-bullet", place(start), _HYPHEN_HINT if bullet == "-" else None, bullet=bullet)
            return
        at += len(line) + 1


def _bullet(lines: list[str], number: int, quoted: bool) -> str:
    """The bullet that a line begins with; a dash only where the line below begins with it too.

    Where a list may begin, in the first line or after a colon, it may be any line further down: entries run over.
    """
    if found := _BULLET.match(lines[number].strip()):
        return found[1] or found[2]
    sign = "" if quoted else _dash(lines[number])
    begins = number == 0 or lines[number - 1].rstrip().endswith(":")
    end = len(lines) if begins else number + 2
    return sign if sign and any(_dash(line) == sign for line in lines[number + 1 : end]) else ""


def _dash(line: str) -> str:
    """The dash or hyphen that a line begins with as with a bullet."""
    found = _DASH.match(line.strip())
    return found[0][0] if found else ""


def typed_tables(content: str, place: Callable[[int], Place]) -> Iterator[Diagnostic]:
    """A remark on the first of some lines that begin with '|', as rows of a table do."""
    lines = _CODE.sub(lambda found: re.sub(r"[^\n]", "x", found[0]), content).split("\n")
    if any("|" in line and _DASHES.fullmatch(line.strip()) for line in lines):
        return  # reported as a table whose dashes do not fit
    at = 0
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        row = line.strip()
        pipes = len(_PIPE.findall(row))
        alone = len(lines) == 1 and row.endswith("|") and pipes > 2
        if row[:1] == "|" and (below.strip()[:1] == "|" or alone):
            hint = _STROKES.format(dashes="|" + "---|" * (pipes - row.endswith("|")))
            yield message("table-typed", place(at + len(line) - len(line.lstrip())), hint)
            return
        at += len(line) + 1
