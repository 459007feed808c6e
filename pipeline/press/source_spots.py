"""Spots of a page that show words of a line of a source, read off the engine's boxes. Only a live text has any."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from xml.etree.ElementTree import Element

from pipeline.markup.source_places import SOURCE, SourceLines, is_call, read_lines
from pipeline.model.sheets import SourceSpot

_POINTS = 0.75  # a CSS pixel


class SpotReader:
    """Gathers the spots of a document, box by box in the order of reading."""

    def __init__(self, tree: Element) -> None:
        self._lines: dict[str, SourceLines] = {}
        for element in tree.iter():
            if (written := element.get(SOURCE)) and (lines := read_lines(written)):
                self._lines[element.get("id", "")] = lines
        self._counted: dict[str, int] = {}
        self.spots: list[SourceSpot] = []

    def add(self, box: Any, block: str, page: int, height: float) -> None:
        """Add a text in a block of a page; the height of the page is in pixels."""
        lines = self._lines.get(block)
        if lines is None or (box.element is not None and is_call(box.element.get("role"))):
            return
        before = self._counted.get(block, 0)
        parts = list(_parts(box.text, lines, before))
        self._counted[block] = before + sum(map(str.isalnum, box.text))
        whole = sum(len(part) for _, part in parts) or 1
        x, y = box.position_x, height - box.position_y - box.height
        for line, part in parts:
            wide = box.width * len(part) / whole
            left, low, broad, high = (round(number * _POINTS, 2) for number in (x, y, wide, box.height))
            self._note(SourceSpot(page, left, low, broad, high, lines.path, line))
            x += wide

    def _note(self, spot: SourceSpot) -> None:
        """Note a spot; one that goes on where the last one ends is part of it."""
        last = self.spots[-1] if self.spots else None
        if last and last.continues(spot):
            self.spots[-1] = last.joined(spot)
        elif spot.width > 0:
            self.spots.append(spot)


def _parts(words: str, lines: SourceLines, letters: int) -> Iterator[tuple[int, str]]:
    """The words of a box by the line of the source that they stand in."""
    begun, line = 0, 0
    for at, character in enumerate(words):
        if not character.isalnum():
            continue
        now = lines.line(letters)
        if line and now != line:
            yield line, words[begun:at]
            begun = at
        line, letters = now, letters + 1
    yield line or lines.line(max(0, letters - 1)), words[begun:]
