"""Places within words, and words that stand together."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate
from typing import Any

from pipeline.core.diagnostics import Place
from pipeline.model.body import Code, Emphasis, Figure, Heading, Link, Marked, Paragraph, Span, Strong, Table, Text
from pipeline.resolve.reading import Passage


def place_in(text: Text | Code, offset: int) -> Place:
    """The place of a character of a text, given the text's own place; a new line starts at column 1."""
    before = text.text[:offset]
    lines = before.count("\n")
    column = offset - before.rfind("\n") if lines else text.place.column + offset
    return Place(text.place.path, text.place.line + lines, column)


@dataclass(frozen=True)
class WordRun:
    """Words that stand together without markup between them, over as many lines as they take."""

    texts: tuple[Text, ...]
    behind: Any = None
    """The mark-up that they follow directly."""

    @cached_property
    def words(self) -> str:
        """The words as one string."""
        return "".join(text.text for text in self.texts)

    def place(self, offset: int) -> Place:
        """The place of a character of the run."""
        number = min(bisect_right(self._starts, offset) - 1, len(self.texts) - 1)
        text, start = self.texts[number].place, self._starts[number]
        before = bisect_left(self._breaks, offset)
        lines = before - bisect_left(self._breaks, start)
        column = offset - self._breaks[before - 1] if lines else text.column + offset - start
        return Place(text.path, text.line + lines, column)

    @cached_property
    def _breaks(self) -> tuple[int, ...]:
        return tuple(found.start() for found in re.finditer("\n", self.words))

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        return (0, *accumulate(len(text.text) for text in self.texts))


def runs(passage: Passage) -> Iterator[WordRun]:
    """All words of a passage in runs."""
    for kind in (Paragraph, Heading, Emphasis, Strong, Span, Marked, Link):
        for node in passage.every(kind):
            yield from _runs_in(node.children)  # type: ignore[attr-defined]
    for table in passage.every(Table):
        for cell in (*table.head, *(cell for row in table.rows for cell in row), table.caption):
            yield from _runs_in(cell)
    for figure in passage.every(Figure):
        yield from _runs_in(figure.caption)


def unlinked_runs(passage: Passage) -> Iterator[WordRun]:
    """The words of a passage in runs, but for those of links."""
    linked = {id(child) for link in passage.every(Link) for child in link.children}
    yield from (run for run in runs(passage) if id(run.texts[0]) not in linked)


def _runs_in(children: tuple[Any, ...]) -> Iterator[WordRun]:
    together: list[Text] = []
    behind: Any = None
    for child in children:
        if isinstance(child, Text):
            together.append(child)
            continue
        if together:
            yield WordRun(tuple(together), behind)
            together = []
        behind = child
    if together:
        yield WordRun(tuple(together), behind)
