"""A file of source as it is read, and where each of its characters stands in the file itself."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, field

from pipeline.core.diagnostics import Place
from pipeline.core.text.typography import PASTED

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class SourceText:
    """A text as `read_text` gives it, beside the file: without its first mark, with plain line ends and letters."""

    raw: str = field(repr=False)
    read: str = field(repr=False)
    homes: tuple[int, ...] = field(repr=False)
    """Of each character of `read`, and of its end, the offset in `raw`."""
    lines: tuple[int, ...] = field(repr=False)
    """Offsets of the lines of `read`."""

    def offset(self, place: Place) -> int:
        """The offset in the text as it is read of a place; -1 where there is no such line."""
        return self.lines[place.line - 1] + place.column - 1 if place.line <= len(self.lines) else -1

    def line(self, place: Place) -> str:
        """The line of a place; nothing where there is none."""
        start = self.offset(place) - place.column + 1
        return self.read[start:].partition("\n")[0] if start >= 0 else ""

    def place(self, path: str, offset: int) -> Place:
        """The place of an offset in the text as it is read."""
        row = bisect_right(self.lines, offset) - 1
        return Place(path, row + 1, offset - self.lines[row] + 1)

    def replaced(self, start: int, end: int, words: str) -> str:
        """The file with other words at a place of the text as it is read; all else stays as it is, to the byte."""
        return self.raw[: self.homes[start]] + words + self.raw[self.homes[end] :]


def source_text(content: bytes) -> SourceText:
    """The text of a file that was read before: its bytes are UTF-8."""
    raw = content.decode("utf-8")
    letters: list[str] = []
    homes: list[int] = []
    at = len(_MARK) if raw.startswith(_MARK) else 0
    while at < len(raw):
        taken = 2 if raw.startswith("\r\n", at) else 1
        made = "\n" if raw[at] == "\r" else _plain(raw[at])
        letters.append(made)
        homes += [at] * len(made)
        at += taken
    read = "".join(letters)
    starts = (0, *(n + 1 for n, letter in enumerate(read) if letter == "\n"))
    return SourceText(raw, read, (*homes, len(raw)), starts)


def _plain(letter: str) -> str:
    changed = PASTED.get(ord(letter))
    return letter if changed is None else str(changed)
