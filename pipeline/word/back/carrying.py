"""Blocks of a source as it was sent, found again in the source as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from pipeline.word.back.values import values_of
from pipeline.word.commenting.blocks import SentBlock


def carried(sent: Sequence[SentBlock], now: Sequence[SentBlock]) -> dict[int, int]:
    """For each block that has not changed since, its number now."""
    matcher = SequenceMatcher(None, list(_keys(sent)), list(_keys(now)), autojunk=False)
    return {
        block.a + number: block.b + number for block in matcher.get_matching_blocks() for number in range(block.size)
    }


def nearest(found: dict[int, int], block: int) -> int:
    """Number now of a block that has changed: behind the last one before it that has not."""
    return next((found[n] + block - n for n in range(block, -1, -1) if n in found), block)


def rivals(found: dict[int, int], block: int, count: int) -> range:
    """The numbers of the blocks that stand now between the neighbours of one that has changed."""
    before = next((found[n] for n in range(block - 1, -1, -1) if n in found), -1)
    behind = min((now for was, now in found.items() if was > block), default=count)
    return range(before + 1, max(behind, before + 1))


def _keys(blocks: Sequence[SentBlock]) -> Iterator[tuple[object, ...]]:
    """Blocks as they are compared; of a cell the column and the head of its row too, as many hold the same."""
    head: object = None
    for block in blocks:
        values = tuple(values_of(block.units))
        if block.kind == "cell" and block.cell[1] == 0:
            head = values
        yield block.kind, values, (block.cell[1], head) if block.kind == "cell" else None
