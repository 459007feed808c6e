"""A large build in parts, and how they wait: as bytes, so that what is at work is all that takes room."""

from __future__ import annotations

import zlib
from collections import deque
from collections.abc import Iterator, Sequence

from pipeline.build.project import MANY
from pipeline.build.shared_pickle import Shared, read_back, written
from pipeline.model.asset import Asset
from pipeline.model.publication import PackPublication, SeriesPublication
from pipeline.resolve.resolve import Resolution

TEXTS = MANY
"""Briefings of a part."""

MEMBERS = 400
"""Texts in the packs and series of a part: packs are set side by side, and most that they hold is pressed by then."""

Gathering = PackPublication | SeriesPublication


def parted(left: Resolution) -> tuple[Resolution, ...]:
    """What is to be made, in parts: briefings, then packs and the pages of series. A small build is one part."""
    gatherings: tuple[Gathering, ...] = (*left.packs, *left.series)
    if len(left.publications) <= TEXTS and _members(gatherings) <= MEMBERS:
        return (left,)
    firsts = range(0, len(left.publications), TEXTS)
    briefings = [Resolution(left.publications[first : first + TEXTS], (), (), ()) for first in firsts]
    return (*briefings, *_gathered(gatherings))


def _gathered(gatherings: Sequence[Gathering]) -> Iterator[Resolution]:
    """As many packs and series at a time as may be; one that holds more is alone."""
    held: list[Gathering] = []
    for one in gatherings:
        if held and _members((*held, one)) > MEMBERS:
            yield _part(held)
            held = []
        held.append(one)
    if held:
        yield _part(held)


def _members(gatherings: Sequence[Gathering]) -> int:
    """How many texts packs and series hold, those of the series in a pack counted too."""
    inner = sum(_members(one.series) for one in gatherings if isinstance(one, PackPublication))
    return inner + sum(len(one.members) for one in gatherings)


def _part(held: Sequence[Gathering]) -> Resolution:
    packs = tuple(one for one in held if isinstance(one, PackPublication))
    return Resolution((), packs, tuple(one for one in held if isinstance(one, SeriesPublication)), ())


class Parts:
    """Parts that wait for their turn. Pictures and other files stay as they are, which all parts share."""

    def __init__(self, left: Resolution) -> None:
        parts = parted(left)
        self.number = len(parts)
        self._files = Shared(kind=Asset)
        self._waiting: deque[Resolution | bytes] = deque(parts if self.number == 1 else map(self._put_away, parts))

    def __iter__(self) -> Iterator[Resolution]:
        """Each part in turn; it is gone from here once it is taken."""
        while self._waiting:
            part = self._waiting.popleft()
            yield read_back(zlib.decompress(part), self._files) if isinstance(part, bytes) else part

    def _put_away(self, part: Resolution) -> bytes:
        return zlib.compress(written(part, self._files), 1)
