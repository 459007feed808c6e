"""Places of words in the sources, carried by a text that is shown live. No file of a build has any.

The writer of a text puts a mark before the words of each line of a source. `settle_marks` puts what they say into an
attribute of the block around them, so that the words themselves are set as if there were none: the letters and digits
before each line, the number of that line, and the file.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree
from markupsafe import Markup, escape

from pipeline.core.diagnostics import Location

SOURCE = "data-source"
"""The attribute of a block that says which lines of a source its words stand in."""

_MARK = "source"
_WRITTEN = re.compile(r"(?P<lines>(?:\d+:\d+ )+)(?P<path>.+)", re.DOTALL)
_SILENT = frozenset({"math", "svg"})
"""Elements that a page shows as a drawing."""


@dataclass(frozen=True, slots=True)
class SourceLines:
    """The lines of a source that the words of a block stand in."""

    path: str
    starts: tuple[int, ...]
    """The number of letters and digits in the block before each line."""
    lines: tuple[int, ...]

    def line(self, letters: int) -> int:
        """The line of the letter that so many stand before."""
        return self.lines[max(0, bisect_right(self.starts, letters) - 1)]


def marked(words: str, place: Location) -> Markup:
    """Words as markup, with a mark before those of each line; without any where their place is not known."""
    if not place.path or "?>" in place.path:
        return escape(words)
    return Markup("\n").join(
        Markup(f"<?{_MARK} {line} {place.path}?>") + escape(part)
        for line, part in enumerate(words.split("\n"), place.line)
    )


def settle_marks(root: etree._Element, blocks: frozenset[str]) -> None:
    """Take the marks out of a tree, and give each of these blocks the attribute that says what they said."""
    instructions: list[Any] = list(root.iter(etree.ProcessingInstruction))
    marks = [mark for mark in instructions if mark.target == _MARK]
    if not marks:
        return
    found: dict[etree._Element, _Found] = {}
    for block, part in _parts(root, blocks):
        if block is not None:
            found.setdefault(block, _Found()).add(part)
    for block, lines in found.items():
        if lines.lines:
            block.set(SOURCE, lines.written)
    for mark in marks:
        _take_out(mark)


@dataclass
class _Found:
    """Account of a block while it is read: the letters so far, and the lines."""

    letters: int = 0
    path: str = ""
    lines: list[tuple[int, int]] = field(default_factory=list)

    def add(self, part: str | tuple[int, str]) -> None:
        """Add words, or the line and the file that a mark names."""
        if isinstance(part, str):
            self.letters += letters_in(part)
            return
        line, path = part
        self.path = self.path or path
        if path != self.path or (self.lines and self.lines[-1][1] == line):
            return
        if self.lines and self.lines[-1][0] == self.letters:
            self.lines.pop()  # no word stood in that line
        self.lines.append((self.letters, line))

    @property
    def written(self) -> str:
        """The value of the attribute."""
        return "".join(f"{letters}:{line} " for letters, line in self.lines) + self.path


def _parts(
    root: etree._Element, blocks: frozenset[str]
) -> Iterator[tuple[etree._Element | None, str | tuple[int, str]]]:
    """The words and the marks of a tree in order, each with the block that it stands in."""
    around: list[etree._Element | None] = [None]
    silent = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "pi")):
        if event == "pi":
            if element.target == _MARK and not silent:
                line, _, path = element.text.partition(" ")
                yield around[-1], (int(line), path)
        elif event == "start":
            around.append(element if element.tag in blocks else around[-1])
            silent += _is_silent(element)
            if not silent:
                yield around[-1], element.text or ""
            continue
        else:
            around.pop()
            silent -= _is_silent(element)
        if not silent and element is not root:
            yield around[-1], element.tail or ""


def _is_silent(element: etree._Element) -> bool:
    """Whether the words of an element are not counted: drawings, and the numbers of notes."""
    return is_call(element.get("role")) or str(element.tag).rpartition("}")[2] in _SILENT


def is_call(role: str | None) -> bool:
    """Whether an element of a role holds the number of a note, which a page may show otherwise."""
    return role == "doc-noteref"


def _take_out(mark: etree._Element) -> None:
    parent, before = mark.getparent(), mark.getprevious()
    if parent is None:
        return
    if before is not None:
        before.tail = (before.tail or "") + (mark.tail or "") or None
    else:
        parent.text = (parent.text or "") + (mark.tail or "") or None
    mark.tail = None
    parent.remove(mark)


def letters_in(words: str) -> int:
    """The number of letters and digits, which no rule of setting changes."""
    return sum(map(str.isalnum, words))


def read_lines(written: str) -> SourceLines | None:
    """The lines that the attribute of a block names."""
    found = _WRITTEN.fullmatch(written)
    if found is None:
        return None
    pairs = [pair.split(":") for pair in found["lines"].split()]
    return SourceLines(found["path"], tuple(int(start) for start, _ in pairs), tuple(int(line) for _, line in pairs))
