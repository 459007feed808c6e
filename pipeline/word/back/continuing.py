"""Blocks in which some of a document's changes were made before: known by what they say, and gone on from there.

Nothing is noted anywhere of what was accepted: a block goes on where it says, to the letter, what was sent with some of
the document's own changes made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from pipeline.word.back.proposals import UnitChange
from pipeline.word.back.values import Value, changed_values, same, spaced, typed_values, values_of
from pipeline.word.commenting.blocks import SentBlock
from pipeline.word.commenting.units import SourceUnit

MadeBefore = tuple[bool, ...]
"""Of each change to a block whether it was made before."""


@dataclass(frozen=True, slots=True)
class Continued:
    """A block as it is: its number now, and the changes to it, in its own units."""

    block: int
    taken: MadeBefore
    changes: tuple[UnitChange, ...] = field(repr=False)
    """Each in its place; of those that were made before the place alone counts."""


def continued(
    sent: Sequence[SentBlock],
    now: Sequence[SentBlock],
    found: Mapping[int, int],
    changes: Mapping[int, Sequence[UnitChange]],
) -> dict[int, Continued]:
    """The blocks that go on, by their numbers when they were sent; `found` are those that have not changed."""
    made: dict[int, Continued] = {}
    for left, right in _gaps(found, len(sent), len(now)):
        if any(number in changes for number in left):
            for one, other, taken in _pairs(sent, now, left, right, changes):
                rest = _carried(sent[one].units, changes.get(one, ()), taken, now[other].units)
                if rest is not None:
                    made[one] = Continued(other, taken, rest)
    return made


def _gaps(found: Mapping[int, int], sent: int, now: int) -> Iterator[tuple[range, range]]:
    """The blocks between those that have not changed, as they were and as they are."""
    for (a, b), (c, d) in pairwise([(-1, -1), *sorted(found.items()), (sent, now)]):
        if c > a + 1 and d > b + 1:
            yield range(a + 1, c), range(b + 1, d)


def _pairs(
    sent: Sequence[SentBlock],
    now: Sequence[SentBlock],
    left: range,
    right: range,
    changes: Mapping[int, Sequence[UnitChange]],
) -> Iterator[tuple[int, int, MadeBefore]]:
    """The blocks of a gap that belong together: all in their order where that explains all, else those alone that fit.

    A block that has none of its changes made is like many others, so by itself it is not enough.
    """
    values = {one: values_of(sent[one].units) for one in left}
    wanted = {other: spaced(values_of(now[other].units)) for other in right}
    frames = {one: _frame(sent[one]) for one in left}, {other: _frame(now[other]) for other in right}

    def fit(one: int, other: int) -> MadeBefore | None:
        if frames[0][one] != frames[1][other]:
            return None
        return _taken(values[one], changes.get(one, ()), wanted[other])

    if len(left) == len(right):
        row = [(one, other, fit(one, other)) for one, other in zip(left, right, strict=True)]
        whole = [(one, other, taken) for one, other, taken in row if taken is not None]
        if len(whole) == len(row):
            yield from whole
            return
    fits = {(one, other): taken for one in left for other in right if (taken := fit(one, other)) is not None}
    for (one, other), taken in fits.items():
        rivals = sum(one == a or other == b for a, b in fits)
        if rivals == 1 and any(taken):
            yield one, other, taken


def _frame(block: SentBlock) -> tuple[object, ...]:
    """All of a block that must be the same: not its number in a list, nor its row in a table."""
    within = (name.split()[:3] + name.split()[4:] if name.startswith("list ") else [name] for name in block.within)
    return block.kind, block.level, block.is_locked, block.cell[1], tuple(map(tuple, within))


def _taken(values: Sequence[Value], changes: Sequence[UnitChange], wanted: Sequence[Value]) -> MadeBefore | None:
    """The changes with which a block says what it does now; none where no choice of them does.

    Where several do, as with equal words that were taken away, the first changes are those.
    """
    states: dict[tuple[int, _Reading], MadeBefore] = {(0, (0, False)): ()}
    for change in changes:
        reached: dict[tuple[int, _Reading], MadeBefore] = {}
        for (at, reading), taken in states.items():
            before = _read_on(values[at : change.first], wanted, reading)
            made = before and _read_on(typed_values(change.after), wanted, before)
            if made:
                reached.setdefault((max(at, change.last), made), (*taken, True))
            if before:
                reached.setdefault((max(at, change.first), before), (*taken, False))
        states = reached
    ends = ((taken, _read_on(values[at:], wanted, reading)) for (at, reading), taken in states.items())
    return next((taken for taken, end in ends if end and end[0] == len(wanted)), None)


_Reading = tuple[int, bool]
"""So many values were read, and whether a space is due before the next."""


def _read_on(values: Iterable[Value], wanted: Sequence[Value], reading: _Reading) -> _Reading | None:
    """The reading behind some values; none where they are others than wanted. Spaces count as one."""
    at, is_due = reading
    for value in values:
        if value.seen.isspace():
            is_due = at > 0
            continue
        if is_due and not (at < len(wanted) and wanted[at].seen == " "):
            return None
        at += is_due
        if at >= len(wanted) or not wanted[at].like(value):
            return None
        at, is_due = at + 1, False
    return at, is_due


def _carried(
    units: Sequence[SourceUnit], changes: Sequence[UnitChange], taken: MadeBefore, now: Sequence[SourceUnit]
) -> tuple[UnitChange, ...] | None:
    """The changes in the units of the block as it is; none where they would not come to what they did.

    Those of what is locked are never made, so that of them only the place is looked for.
    """
    spans = _spans(values_of(units), changes, taken)
    if spans is None:
        return None
    gaps = _Gaps(now)
    made: list[UnitChange] = []
    for number, (change, span) in enumerate(zip(changes, spans, strict=True)):
        ways = [replace(change, first=first, last=last) for first in gaps.near(span[0]) for last in gaps.near(span[1])]
        if taken[number] or change.touched >= 0:
            made.append(ways[0])
            continue
        done = [one for one, is_done in zip(changes, taken, strict=True) if is_done or one is change]
        wanted = changed_values(units, done)
        right = (way for way in ways if way.first <= way.last and same(changed_values(now, [way]), wanted))
        found = next(right, None)
        if found is None:
            return None
        made.append(found)
    rest = [one for number, one in enumerate(made) if not taken[number] and one.touched < 0]
    every = [one for number, one in enumerate(changes) if taken[number] or one.touched < 0]
    return tuple(made) if same(changed_values(now, rest), changed_values(units, every)) else None


_Spot = tuple[int, int]
"""A place in a block: behind so many letters, and behind so many spaces after them."""


def _spans(
    values: Sequence[Value], changes: Sequence[UnitChange], taken: MadeBefore
) -> list[tuple[_Spot, _Spot]] | None:
    """The two ends of each change in the block with some of them made; none where they overlap."""
    spans: list[tuple[_Spot, _Spot]] = []
    spot, at = (0, 0), 0
    for change, is_made in zip(changes, taken, strict=True):
        if at > change.first and change.last > change.first:
            return None
        start = _behind(spot, values[at : change.first])
        spot = _behind(start, typed_values(change.after) if is_made else values[change.first : change.last])
        spans.append((start, spot))
        at = max(at, change.last)
    return spans


def _behind(spot: _Spot, values: Iterable[Value]) -> _Spot:
    letters, spaces = spot
    for value in values:
        letters, spaces = (letters, spaces + 1) if value.seen.isspace() else (letters + 1, 0)
    return letters, spaces


class _Gaps:
    """The places between the letters of a block."""

    def __init__(self, units: Sequence[SourceUnit]) -> None:
        values = values_of(units)
        self.letters = [number for number, value in enumerate(values) if not value.seen.isspace()]
        self.count = len(values)

    def near(self, spot: _Spot) -> list[int]:
        """The numbers of the units before which a place may be, the likeliest first: spaces may have gone."""
        letters, spaces = spot
        start = self.letters[letters - 1] + 1 if letters else 0
        end = self.letters[letters] if letters < len(self.letters) else self.count
        likely = min(start + spaces, end)
        return sorted(range(start, end + 1), key=lambda at: (abs(at - likely), at))
