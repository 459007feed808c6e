"""Headings whose id is made of their words: links to them lead there no more once those are changed."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from pipeline.core.diagnostics import Place
from pipeline.load.briefing import briefing_id
from pipeline.word.commenting.blocks import SentBlock

_TEXTS = (".md", ".yaml", ".yml")
_MOST = 4
"""So many places are named; of more it is told how many."""


class LostId(NamedTuple):
    """A heading by the number of its block, the id that it would lose, and the links to it."""

    block: int
    id: str
    links: tuple[Place, ...]

    @property
    def where(self) -> str:
        """The places of the links, for a reader."""
        named = [f"{one.path}:{one.line}" for one in self.links[:_MOST]]
        return ", ".join(named) + (f" and {len(self.links) - _MOST} more" if len(self.links) > _MOST else "")


def lost_ids(
    path: str, now: Sequence[SentBlock], made: Sequence[SentBlock], files: Mapping[str, bytes]
) -> Iterator[LostId]:
    """The ids that headings have no more in a text that was made of another, where something links to them."""
    for number, (one, other) in enumerate(zip(now, made, strict=False)):
        if one.kind == "heading" and one.id and one.id != other.id:
            links = tuple(_links(path, one.id, files))
            if links:
                yield LostId(number, one.id, links)


def _links(path: str, name: str, files: Mapping[str, bytes]) -> Iterator[Place]:
    """The places of the links to an id of a text: in the text itself, and in all others."""
    inside = re.compile(rf"(?:\]\(|\]:)\s*<?#{re.escape(name)}(?![\w:.\-])")
    outside = re.compile(rf"briefing:{re.escape(briefing_id(path))}#{re.escape(name)}(?![\w:.\-])")
    for other in sorted(files):
        if other.startswith("source/") and not other.startswith("source/sent/") and other.endswith(_TEXTS):
            text = files[other].decode("utf-8", "replace")
            found = [match.start() for form in (inside, outside)[other != path :] for match in form.finditer(text)]
            for at in sorted(found):
                yield Place(other, text.count("\n", 0, at) + 1, at - text.rfind("\n", 0, at))
