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
    keys_sent, keys_now = list(_comparison_keys(sent)), list(_comparison_keys(now))
    counts = Counter(keys_sent) | Counter(keys_now)

    def distinguish(keys: Sequence[tuple[object, ...]], blocks: Sequence[SentBlock]) -> list[tuple[object, ...]]:
        """Add the headings above to each key that several blocks have."""
        trails = _heading_trails(blocks)
        return [key if counts[key] == 1 else (key, trail) for key, trail in zip(keys, trails, strict=True)]

    left, right = distinguish(keys_sent, sent), distinguish(keys_now, now)
    runs = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    matches = {run.a + number: run.b + number for run in runs for number in range(run.size)}
    counts_apart = Counter(left) | Counter(right)
    unique = {number for number in matches if counts_apart[left[number]] == 1}
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


def likely_position(matches: Mapping[int, int], block: int) -> int:
    """Return the probable number now of a block that has changed, counted from the last match before it."""
    return next((matches[n] + block - n for n in range(block, -1, -1) if n in matches), block)


def _comparison_keys(blocks: Sequence[SentBlock]) -> Iterator[tuple[object, ...]]:
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


def _heading_trails(blocks: Sequence[SentBlock]) -> Iterator[tuple[str, ...]]:
    """Yield the ids of the headings above each block."""
    trail: dict[int, str] = {}
    for block in blocks:
        if block.kind == "heading":
            trail = {level: name for level, name in trail.items() if level < block.level}
        yield tuple(trail.values())
        if block.kind == "heading":
            trail[block.level] = block.id


Applied = tuple[bool, ...]
"""True for each change to a block that the source has already."""


@dataclass(frozen=True, slots=True)
class BlockMatch:
    """A changed block: its number now, and the changes to it in its own units."""

    block: int
    applied: Applied
    changes: tuple[UnitChange, ...] = field(repr=False)
    """Each at its place now; of a change that was applied only the place counts."""


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
            for number, other, applied in _pair_blocks(gap, candidates, changes):
                placed = _place_changes(sent[number].units, changes.get(number, ()), applied, now[other].units)
                if placed is not None:
                    changed[number] = BlockMatch(other, applied, placed)
    return changed


def _pair_blocks(
    sent: Mapping[int, SentBlock], now: Mapping[int, SentBlock], changes: Mapping[int, Sequence[UnitChange]]
) -> Iterator[tuple[int, int, Applied]]:
    """Pair the blocks of a gap: all of them in order if that explains all, else each that fits only one other.

    A block with none of its changes applied resembles many others, so it needs the other blocks of the gap.
    """
    values = {number: values_of(block.units) for number, block in sent.items()}
    wanted = {other: single_spaced(values_of(block.units)) for other, block in now.items()}
    frames = {number: _loose_frame(block) for number, block in sent.items()}
    frames_now = {other: _loose_frame(block) for other, block in now.items()}

    def fit(number: int, other: int) -> Applied | None:
        if frames[number] != frames_now[other]:
            return None
        return _find_applied(values[number], changes.get(number, ()), wanted[other])

    if len(sent) == len(now):
        in_order = [(number, other, fit(number, other)) for number, other in zip(sent, now, strict=True)]
        fitting = [(number, other, applied) for number, other, applied in in_order if applied is not None]
        if len(fitting) == len(in_order):
            yield from fitting
            return
    fits = {(number, other): applied for number in sent for other in now if (applied := fit(number, other)) is not None}
    for (number, other), applied in fits.items():
        rivals = sum(number == a or other == b for a, b in fits)
        if rivals == 1 and any(applied):
            yield number, other, applied


def _loose_frame(block: SentBlock) -> tuple[object, ...]:
    """Return what a block and its match have in common: not its number in a list, nor its row in a table."""
    within = (name.split()[:3] + name.split()[4:] if name.startswith("list ") else [name] for name in block.within)
    return block.kind, block.level, block.is_locked, block.cell[1], tuple(map(tuple, within))


_Reading = tuple[int, bool]
"""The number of values that were read, and whether a space must come before the next."""


def _find_applied(values: Sequence[Value], changes: Sequence[UnitChange], wanted: Sequence[Value]) -> Applied | None:
    """Return the changes that turn the values into those wanted; None if no choice of changes does.

    Where several choices do, as when one of two equal words is gone, the first changes are chosen.
    """
    states: dict[tuple[int, _Reading], Applied] = {(0, (0, False)): ()}
    for change in changes:
        reached: dict[tuple[int, _Reading], Applied] = {}
        for (at, reading), applied in states.items():
            before = _continue_reading(values[at : change.first], wanted, reading)
            after = before and _continue_reading(typed_values(change.after), wanted, before)
            if after:
                reached.setdefault((max(at, change.last), after), (*applied, True))
            if before:
                reached.setdefault((max(at, change.first), before), (*applied, False))
        states = reached
    ends = ((applied, _continue_reading(values[at:], wanted, reading)) for (at, reading), applied in states.items())
    return next((applied for applied, end in ends if end and end[0] == len(wanted)), None)


def _continue_reading(values: Iterable[Value], wanted: Sequence[Value], reading: _Reading) -> _Reading | None:
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
    units: Sequence[SourceUnit], changes: Sequence[UnitChange], applied: Applied, now: Sequence[SourceUnit]
) -> tuple[UnitChange, ...] | None:
    """Return the changes in the units of the block now; None if they would not have the same result.

    Changes to locked parts are never applied, so that only their place is found.
    """
    spans = _spans(values_of(units), changes, applied)
    if spans is None:
        return None
    placed: list[UnitChange] = []
    for change, span, done in zip(changes, spans, applied, strict=True):
        firsts, lasts = (_units_near(now, spot) for spot in span)
        candidates = [replace(change, first=first, last=last) for first in firsts for last in lasts]
        if done or change.touched >= 0:
            placed.append(candidates[0])
            continue
        with_change = [other for other, known in zip(changes, applied, strict=True) if known or other is change]
        wanted = changed_values(units, with_change)
        ordered = (candidate for candidate in candidates if candidate.first <= candidate.last)
        equivalent = next((each for each in ordered if read_the_same(changed_values(now, [each]), wanted)), None)
        if equivalent is None:
            return None
        placed.append(equivalent)
    triples = list(zip(changes, placed, applied, strict=True))
    open_now = [change for _, change, done in triples if not done and change.touched < 0]
    all_sent = [change for change, _, done in triples if done or change.touched < 0]
    same = read_the_same(changed_values(now, open_now), changed_values(units, all_sent))
    return tuple(placed) if same else None


_Spot = tuple[int, int]
"""A position in a block: the number of letters before it, and of the spaces between the last of them and it."""


def _spans(
    values: Sequence[Value], changes: Sequence[UnitChange], applied: Applied
) -> list[tuple[_Spot, _Spot]] | None:
    """Return both ends of each change in the block with some of them applied; None if two overlap."""
    spans: list[tuple[_Spot, _Spot]] = []
    spot, at = (0, 0), 0
    for change, done in zip(changes, applied, strict=True):
        if at > change.first and change.last > change.first:
            return None
        start = _spot_after(spot, values[at : change.first])
        spot = _spot_after(start, typed_values(change.after) if done else values[change.first : change.last])
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
