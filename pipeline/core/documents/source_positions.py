"""Source lines of the words on a page, for the live preview. Files of a build have none.

`mark_source_lines` puts a processing instruction before the words of each line of a source. `replace_source_marks`
replaces them by an attribute of the block around them, so that they do not affect the layout: for each line the number
of letters and digits before it and the line number, then the file.
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

SOURCE_ATTRIBUTE = "data-source"
"""The attribute of a block with the source lines of its words."""

_MARK = "source"
_ATTRIBUTE = re.compile(r"(?P<lines>(?:\d+:\d+ )+)(?P<path>.+)", re.DOTALL)
_DRAWINGS = frozenset({"math", "svg"})
"""Elements that a page shows as a drawing."""


@dataclass(frozen=True, slots=True)
class SourceLines:
    """The lines of a source that the words of a block are on."""

    path: str
    starts: tuple[int, ...]
    """The number of letters and digits in the block before each line."""
    lines: tuple[int, ...]

    def line(self, letters: int) -> int:
        """Return the line of the letter after this number of letters."""
        return self.lines[max(0, bisect_right(self.starts, letters) - 1)]


def mark_source_lines(words: str, place: Location) -> Markup:
    """Return words as markup, with a mark before each line if their place is known."""
    if not place.path or "?>" in place.path:
        return escape(words)
    return Markup("\n").join(
        Markup(f"<?{_MARK} {line} {place.path}?>") + escape(part)
        for line, part in enumerate(words.split("\n"), place.line)
    )


def replace_source_marks(root: etree._Element, blocks: frozenset[str]) -> None:
    """Replace the marks in a tree by an attribute of each of these blocks."""
    instructions: list[Any] = list(root.iter(etree.ProcessingInstruction))
    marks = [mark for mark in instructions if mark.target == _MARK]
    if not marks:
        return
    lines_by_block: dict[etree._Element, _BlockLines] = {}
    for block, part in _parts(root, blocks):
        if block is not None:
            lines_by_block.setdefault(block, _BlockLines()).add(part)
    for block, lines in lines_by_block.items():
        if lines.lines:
            block.set(SOURCE_ATTRIBUTE, lines.attribute)
    for mark in marks:
        _remove(mark)


@dataclass
class _BlockLines:
    """The letters of a block so far, and the lines that begin in it."""

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
            self.lines.pop()  # that line had no words
        self.lines.append((self.letters, line))

    @property
    def attribute(self) -> str:
        """The value of the attribute."""
        return "".join(f"{letters}:{line} " for letters, line in self.lines) + self.path


def _parts(
    root: etree._Element, blocks: frozenset[str]
) -> Iterator[tuple[etree._Element | None, str | tuple[int, str]]]:
    """Yield the words and the marks of a tree in order, each with its block."""
    stack: list[etree._Element | None] = [None]
    uncounted = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "pi")):
        if event == "pi":
            if element.target == _MARK and not uncounted:
                line, _, path = element.text.partition(" ")
                yield stack[-1], (int(line), path)
        elif event == "start":
            stack.append(element if element.tag in blocks else stack[-1])
            uncounted += _is_uncounted(element)
            if not uncounted:
                yield stack[-1], element.text or ""
            continue
        else:
            stack.pop()
            uncounted -= _is_uncounted(element)
        if not uncounted and element is not root:
            yield stack[-1], element.tail or ""


def _is_uncounted(element: etree._Element) -> bool:
    """True for elements whose letters are not counted: drawings, and the numbers of notes."""
    return is_note_number(element.get("role")) or str(element.tag).rpartition("}")[2] in _DRAWINGS


def is_note_number(role: str | None) -> bool:
    """True if an element of a role is the number of a note, which a page may show as another number."""
    return role == "doc-noteref"


def _remove(mark: etree._Element) -> None:
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
    """Count letters and digits, which typography does not change."""
    return sum(map(str.isalnum, words))


def read_source_lines(attribute: str) -> SourceLines | None:
    """Return the source lines in the attribute of a block."""
    match = _ATTRIBUTE.fullmatch(attribute)
    if match is None:
        return None
    pairs = [pair.split(":") for pair in match["lines"].split()]
    return SourceLines(match["path"], tuple(int(start) for start, _ in pairs), tuple(int(line) for _, line in pairs))
