"""Blocks of a source as it was sent, found again in the source as it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from pipeline.word.back.values import values_of
from pipeline.word.commenting.blocks import SentBlock


def carried(sent: Sequence[SentBlock], now: Sequence[SentBlock]) -> dict[int, int]:
    """For each block that has not changed since, its number now.

    Of blocks that say the same only those are carried that stand in an unbroken row up to one that is alone.
    """
    plain = (list(_keys(sent)), list(_keys(now)))
    counts = [Counter(keys) for keys in plain]
    left, right = (
        [
            key if max(many[key] for many in counts) == 1 else (key, trail)
            for key, trail in zip(keys, trails, strict=True)
        ]
        for keys, trails in zip(plain, (_trails(sent), _trails(now)), strict=True)
    )
    blocks = SequenceMatcher(None, left, right, autojunk=False).get_matching_blocks()
    found = {one.a + number: one.b + number for one in blocks for number in range(one.size)}
    often = [Counter(left), Counter(right)]
    alone = {number for number in found if all(many[left[number]] == 1 for many in often)}
    ends = (len(sent), len(now))
    return {
        a: b for a, b in found.items() if a in alone or all(_is_sure(found, alone, a, b, ends, by) for by in (-1, 1))
    }


def _is_sure(found: dict[int, int], alone: set[int], sent: int, now: int, ends: tuple[int, int], by: int) -> bool:
    """Whether all blocks on one side of a pair are pairs too, up to one that is alone or the end of both texts."""
    while sent not in alone:
        sent, now = sent + by, now + by
        if (sent, now) in ((-1, -1), ends):
            return True
        if found.get(sent) != now:
            return False
    return True


def nearest(found: dict[int, int], block: int) -> int:
    """Number now of a block that has changed: behind the last one before it that has not."""
    return next((found[n] + block - n for n in range(block, -1, -1) if n in found), block)


def _keys(blocks: Sequence[SentBlock]) -> Iterator[tuple[object, ...]]:
    """Blocks as they are compared, with the table or box that they stand in.

    Of a cell the column and the head of its row too, as many hold the same. A heading is another one where its author
    gave it another id.
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
    """For each block the headings that it stands under, by their ids."""
    trail: dict[int, str] = {}
    for block in blocks:
        if block.kind == "heading":
            trail = {level: name for level, name in trail.items() if level < block.level}
        yield tuple(trail.values())
        if block.kind == "heading":
            trail[block.level] = block.id
