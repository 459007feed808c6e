"""Find the blocks of a source as it was sent in the source as it is now.

Nothing records which proposals were accepted. A block is known to be the same if it now reads as it was sent, or as it
was sent with some of the proposed changes made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import pairwise

from pipeline.services.comments.block_changes import (
    UnitChange,
    Value,
    changed_values,
    read_the_same,
    single_spaced,
    typed_values,
    values_of,
)
from pipeline.services.comments.blocks import SentBlock
from pipeline.services.comments.units import SourceUnit


def frame_of(block: SentBlock) -> tuple[object, ...]:
    """Return everything about a block that no change of words can alter."""
    return block.kind, block.level, block.within, block.is_locked, block.cell


def match_unchanged(sent: Sequence[SentBlock], now: Sequence[SentBlock]) -> dict[int, int]:
    """Return the number now of each block that has not changed.

    A block that reads like another is matched only if all blocks between it and a unique one, or the end, are matched.
    """
    plain = (list(_keys(sent)), list(_keys(now)))
    counts = [Counter(keys) for keys in plain]
    left, right = (
        [
            key if max(count[key] for count in counts) == 1 else (key, trail)
            for key, trail in zip(keys, trails, strict=True)
        ]
        for keys, trails in zip(plain, (_trails(sent), _trails(now)), strict=True)
    )
    runs = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    matches = {run.a + number: run.b + number for run in runs for number in range(run.size)}
    counts = [Counter(left), Counter(right)]
    unique = {number for number in matches if all(count[left[number]] == 1 for count in counts)}
    ends = (len(sent), len(now))
    return {
        a: b
        for a, b in matches.items()
        if a in unique or all(_is_sure(matches, unique, (a, b), ends, step) for step in (-1, 1))
    }


def _is_sure(
    matches: Mapping[int, int], unique: set[int], pair: tuple[int, int], ends: tuple[int, int], step: int
) -> bool:
    """Return True if all blocks on one side of a pair match, up to a unique one or the end of both texts."""
    sent, now = pair
    while sent not in unique:
        sent, now = sent + step, now + step
        if (sent, now) in ((-1, -1), ends):
            return True
        if matches.get(sent) != now:
            return False
    return True


def nearest(matches: Mapping[int, int], block: int) -> int:
    """Return the probable number now of a block that has changed, counted from the last match before it."""
    return next((matches[n] + block - n for n in range(block, -1, -1) if n in matches), block)


def _keys(blocks: Sequence[SentBlock]) -> Iterator[tuple[object, ...]]:
    """Yield what each block is compared by: its words, and the table or box that contains it.

    Many cells hold the same words, so their column and the first cell of their row count too. A heading with another
    id of its author's is another heading.
    """
    head: object = None
    for block in blocks:
        values = tuple(values_of(block.units))
        if block.kind == "cell" and block.cell[1] == 0:
            head = values
        within = tuple(name for name in block.within if name.startswith(("table ", "box ")))
        cell = (block.cell[1], head) if block.kind == "cell" else None
        yield block.kind, values, within, cell, block.id if block.is_named else ""


def _trails(blocks: Sequence[SentBlock]) -> Iterator[tuple[str, ...]]:
    """Yield the ids of the headings above each block."""
    trail: dict[int, str] = {}
    for block in blocks:
        if block.kind == "heading":
            trail = {level: name for level, name in trail.items() if level < block.level}
        yield tuple(trail.values())
        if block.kind == "heading":
            trail[block.level] = block.id


Made = tuple[bool, ...]
"""For each change to a block, whether the source has it already."""


@dataclass(frozen=True, slots=True)
class BlockMatch:
    """A changed block: its number now, and the changes to it in its own units."""

    block: int
    made: Made
    changes: tuple[UnitChange, ...] = field(repr=False)
    """Each at its place now; of a change that was made only the place counts."""


def match_changed(
    sent: Sequence[SentBlock],
    now: Sequence[SentBlock],
    matches: Mapping[int, int],
    changes: Mapping[int, Sequence[UnitChange]],
) -> dict[int, BlockMatch]:
    """Return the blocks that read as sent with some changes made; `matches` has the unchanged blocks."""
    changed: dict[int, BlockMatch] = {}
    for (a, b), (c, d) in pairwise([(-1, -1), *sorted(matches.items()), (len(sent), len(now))]):
        gap = {number: sent[number] for number in range(a + 1, c)}
        candidates = {number: now[number] for number in range(b + 1, d)}
        if candidates and any(number in changes for number in gap):
            for number, other, made in _pairs(gap, candidates, changes):
                placed = _place_changes(sent[number].units, changes.get(number, ()), made, now[other].units)
                if placed is not None:
                    changed[number] = BlockMatch(other, made, placed)
    return changed


def _pairs(
    sent: Mapping[int, SentBlock], now: Mapping[int, SentBlock], changes: Mapping[int, Sequence[UnitChange]]
) -> Iterator[tuple[int, int, Made]]:
    """Pair the blocks of a gap: all of them in order if that explains all, else each that fits only one other.

    A block with none of its changes made resembles many others, so it needs the other blocks of the gap.
    """
    values = {number: values_of(block.units) for number, block in sent.items()}
    wanted = {other: single_spaced(values_of(block.units)) for other, block in now.items()}
    frames = {number: _loose_frame(block) for number, block in sent.items()}
    frames_now = {other: _loose_frame(block) for other, block in now.items()}

    def fit(number: int, other: int) -> Made | None:
        if frames[number] != frames_now[other]:
            return None
        return _changes_made(values[number], changes.get(number, ()), wanted[other])

    if len(sent) == len(now):
        in_order = [(number, other, fit(number, other)) for number, other in zip(sent, now, strict=True)]
        fitting = [(number, other, made) for number, other, made in in_order if made is not None]
        if len(fitting) == len(in_order):
            yield from fitting
            return
    fits = {(number, other): made for number in sent for other in now if (made := fit(number, other)) is not None}
    for (number, other), made in fits.items():
        rivals = sum(number == a or other == b for a, b in fits)
        if rivals == 1 and any(made):
            yield number, other, made


def _loose_frame(block: SentBlock) -> tuple[object, ...]:
    """Return what a block and its match have in common: not its number in a list, nor its row in a table."""
    within = (name.split()[:3] + name.split()[4:] if name.startswith("list ") else [name] for name in block.within)
    return block.kind, block.level, block.is_locked, block.cell[1], tuple(map(tuple, within))


_Reading = tuple[int, bool]
"""How many values were read, and whether a space must come before the next."""


def _changes_made(values: Sequence[Value], changes: Sequence[UnitChange], wanted: Sequence[Value]) -> Made | None:
    """Return the changes that turn the values into those wanted; None if no choice of changes does.

    Where several choices do, as when one of two equal words is gone, the first changes are chosen.
    """
    states: dict[tuple[int, _Reading], Made] = {(0, (0, False)): ()}
    for change in changes:
        reached: dict[tuple[int, _Reading], Made] = {}
        for (at, reading), made in states.items():
            before = _read_on(values[at : change.first], wanted, reading)
            after = before and _read_on(typed_values(change.after), wanted, before)
            if after:
                reached.setdefault((max(at, change.last), after), (*made, True))
            if before:
                reached.setdefault((max(at, change.first), before), (*made, False))
        states = reached
    ends = ((made, _read_on(values[at:], wanted, reading)) for (at, reading), made in states.items())
    return next((made for made, end in ends if end and end[0] == len(wanted)), None)


def _read_on(values: Iterable[Value], wanted: Sequence[Value], reading: _Reading) -> _Reading | None:
    """Continue a reading with some values; None if others are wanted. Spaces count as one."""
    at, is_due = reading
    for value in values:
        if value.seen.isspace():
            is_due = at > 0
            continue
        if is_due and not (at < len(wanted) and wanted[at].seen == " "):
            return None
        at += is_due
        if at >= len(wanted) or not wanted[at].matches(value):
            return None
        at, is_due = at + 1, False
    return at, is_due


def _place_changes(
    units: Sequence[SourceUnit], changes: Sequence[UnitChange], made: Made, now: Sequence[SourceUnit]
) -> tuple[UnitChange, ...] | None:
    """Return the changes in the units of the block now; None if they would not have the same result.

    Changes to locked parts are never made, so that only their place is found.
    """
    spans = _spans(values_of(units), changes, made)
    if spans is None:
        return None
    placed: list[UnitChange] = []
    for change, span, is_made in zip(changes, spans, made, strict=True):
        firsts, lasts = (_units_near(now, spot) for spot in span)
        candidates = [replace(change, first=first, last=last) for first in firsts for last in lasts]
        if is_made or change.touched >= 0:
            placed.append(candidates[0])
            continue
        with_change = [other for other, done in zip(changes, made, strict=True) if done or other is change]
        wanted = changed_values(units, with_change)
        ordered = (candidate for candidate in candidates if candidate.first <= candidate.last)
        equivalent = next((one for one in ordered if read_the_same(changed_values(now, [one]), wanted)), None)
        if equivalent is None:
            return None
        placed.append(equivalent)
    open_now = [change for change, done in zip(placed, made, strict=True) if not done and change.touched < 0]
    all_sent = [change for change, done in zip(changes, made, strict=True) if done or change.touched < 0]
    same = read_the_same(changed_values(now, open_now), changed_values(units, all_sent))
    return tuple(placed) if same else None


_Spot = tuple[int, int]
"""A place in a block: after so many letters, and after so many spaces that follow them."""


def _spans(values: Sequence[Value], changes: Sequence[UnitChange], made: Made) -> list[tuple[_Spot, _Spot]] | None:
    """Return both ends of each change in the block with some of them made; None if two overlap."""
    spans: list[tuple[_Spot, _Spot]] = []
    spot, at = (0, 0), 0
    for change, is_made in zip(changes, made, strict=True):
        if at > change.first and change.last > change.first:
            return None
        start = _spot_after(spot, values[at : change.first])
        spot = _spot_after(start, typed_values(change.after) if is_made else values[change.first : change.last])
        spans.append((start, spot))
        at = max(at, change.last)
    return spans


def _spot_after(spot: _Spot, values: Iterable[Value]) -> _Spot:
    letters, spaces = spot
    for value in values:
        letters, spaces = (letters, spaces + 1) if value.seen.isspace() else (letters + 1, 0)
    return letters, spaces


def _units_near(units: Sequence[SourceUnit], spot: _Spot) -> list[int]:
    """Return the units before which a spot may be, the likeliest first, as spaces may have gone."""
    values, (count, spaces) = values_of(units), spot
    letters = [number for number, value in enumerate(values) if not value.seen.isspace()]
    start = letters[count - 1] + 1 if count else 0
    end = letters[count] if count < len(letters) else len(values)
    likely = min(start + spaces, end)
    return sorted(range(start, end + 1), key=lambda at: (abs(at - likely), at))
