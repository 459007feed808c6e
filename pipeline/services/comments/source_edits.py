"""Make changes in a source, touching no other characters, and read it again to check the result."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise, takewhile
from typing import NamedTuple

from pipeline.services.comments.block_changes import (
    UnitChange,
    changed_values,
    read_the_same,
    typed_words,
    values_of,
)
from pipeline.services.comments.blocks import TextBlocks
from pipeline.services.comments.matching import frame_of
from pipeline.services.comments.units import SourceText, SourceUnit
from pipeline.services.importing.inlines import escape_line_start, escape_words

ReadBlocks = Callable[[bytes], TextBlocks | None]
"""Reads the blocks of a text."""

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


class Edit(NamedTuple):
    """A change to the block of a number."""

    number: int
    block: int
    change: UnitChange


class Replacement(NamedTuple):
    """The start and end of characters of the normalized source, and the words that replace them."""

    start: int
    end: int
    words: str


class Neighbours(NamedTuple):
    """The other changes to a block that are made with one, on each side, the nearest first."""

    before: Sequence[UnitChange]
    behind: Sequence[UnitChange]

    @property
    def least(self) -> int:
        """Number of the first unit that no change before it replaces."""
        return max((change.last for change in self.before), default=0)

    @property
    def most(self) -> int:
        """Number of the first unit after it that another change replaces."""
        return min((change.first for change in self.behind), default=sys.maxsize)

    def begins_line(self, units: Sequence[SourceUnit], first: int) -> bool:
        """Return True if nothing will precede a unit on its line."""
        for change in self.before:
            if change.last < first:
                break
            if change.after:
                return False
            first = change.first
        return not units[:first] or units[first - 1].is_break

    def ends_line(self, units: Sequence[SourceUnit], last: int) -> bool:
        """Return True if nothing will follow a unit on its line."""
        for change in self.behind:
            if change.first > last:
                break
            if change.after:
                return False
            last = change.last
        return not units[last:] or units[last].is_break


def _neighbours(edits: Sequence[Edit], position: int) -> Neighbours:
    """Return the neighbours of an edit; `edits` are sorted from the end of the text to its start."""
    block = edits[position].block
    before = takewhile(lambda edit: edit.block == block, edits[position + 1 :])
    behind = takewhile(lambda edit: edit.block == block, reversed(edits[:position]))
    return Neighbours([edit.change for edit in before], [edit.change for edit in behind])


def make_edits(text: TextBlocks, edits: Sequence[Edit], read: ReadBlocks) -> tuple[TextBlocks, frozenset[int]]:
    """Return the text with edits made, and the numbers of the edits that could not be made."""
    refused = {edit.number for edit in edits if not is_plain(text.blocks[edit.block].units, edit.change)}
    wanted = [edit for edit in edits if edit.number not in refused]
    wanted.sort(key=lambda edit: (edit.block, edit.change.first, edit.change.last, edit.number), reverse=True)
    groups = [list(group) for _, group in groupby(wanted, lambda edit: edit.block)]
    changed, failed = _make_groups(text, groups, read)
    made = [edit for edit in wanted if edit.number not in failed]
    if made and not _reads_as_meant(text, made, changed):
        return text, frozenset(edit.number for edit in edits)
    return changed, frozenset(refused | failed)


def is_plain(units: Sequence[SourceUnit], change: UnitChange) -> bool:
    """Return True if a change replaces only characters, with nothing between them in the source."""
    replaced = units[change.first : change.last]
    adjacent = all(unit.end == following.start for unit, following in pairwise(replaced))
    return change.touched < 0 and adjacent and not any(unit.lock for unit in replaced)


def _make_groups(text: TextBlocks, groups: Sequence[Sequence[Edit]], read: ReadBlocks) -> tuple[TextBlocks, set[int]]:
    """Make the edits of several blocks, from the end of the text; if they do not read as meant, try each half."""
    if not groups:
        return text, set()
    changed = _changed(text, [(edit, 0) for group in groups for edit in group], read)
    if changed is not None:
        return changed, set()
    if len(groups) == 1:
        return _make_one_by_one(text, groups[0], read)
    half = len(groups) // 2
    changed, failed = _make_groups(text, groups[:half], read)
    changed, more = _make_groups(changed, groups[half:], read)
    return changed, failed | more


_VARIANTS = 6
"""Ways to write an edit that are tried."""


def _make_one_by_one(text: TextBlocks, edits: Sequence[Edit], read: ReadBlocks) -> tuple[TextBlocks, set[int]]:
    """Make the edits to one block, leaving out each that does not fit those after it.

    All are made in the original text, so that none is written at a place from which another has moved the words.
    """
    changed, made = text, list[tuple[Edit, int]]()
    for edit in edits:
        for variant in range(_VARIANTS):
            attempt = _changed(text, [*made, (edit, variant)], read)
            if attempt is not None:
                changed, made = attempt, [*made, (edit, variant)]
                break
    return changed, {edit.number for edit in edits} - {edit.number for edit, _ in made}


def _changed(text: TextBlocks, variants: Sequence[tuple[Edit, int]], read: ReadBlocks) -> TextBlocks | None:
    """Return the text with all edits made, each in its variant; None if it does not read as meant."""
    source, raw = text.source, text.source.raw
    edits = [edit for edit, _ in variants]
    floor = len(source.read)
    for position, (edit, variant) in enumerate(variants):
        units = text.blocks[edit.block].units
        replacements = list(_replacements(source, units, edit.change, _neighbours(edits, position)))
        if variant >= len(replacements) or replacements[variant].end > floor:
            return None
        start, end, words = replacements[variant]
        raw = raw[: source.homes[start]] + words + raw[source.homes[end] :]
        floor = start
    changed = read(raw.encode("utf-8", "surrogatepass"))
    return changed if changed is not None and _reads_as_meant(text, edits, changed) else None


def _reads_as_meant(text: TextBlocks, edits: Sequence[Edit], changed: TextBlocks) -> bool:
    """Return True if a changed text reads like the original with the edits, and has all else unchanged."""
    if len(text.blocks) != len(changed.blocks):
        return False
    by_block: Mapping[int, list[UnitChange]] = defaultdict(list)
    for edit in reversed(edits):
        by_block[edit.block].append(edit.change)
    pairs = zip(text.blocks, changed.blocks, strict=True)
    return all(
        frame_of(before) == frame_of(after)
        and read_the_same(changed_values(before.units, by_block.get(number, ())), values_of(after.units))
        for number, (before, after) in enumerate(pairs)
    )


def _replacements(
    source: SourceText, units: Sequence[SourceUnit], change: UnitChange, neighbours: Neighbours
) -> Iterator[Replacement]:
    """Yield the ways to write a change, the likeliest first."""
    words = typed_words(change.after)
    first, last = change.first, change.last
    if neighbours.begins_line(units, first):
        words = words.lstrip(" ")
    if neighbours.ends_line(units, last):
        words = words.rstrip(" ")
    if not words:
        first, last = _with_spare_spaces(units, first, last, neighbours)
    for start, end in _spans(source, units, first, last):
        begins_line = not source.read[source.read.rfind("\n", 0, start) + 1 : start].strip(" \t>")
        plain = escape_words(words)
        space = " " if plain.startswith(" ") else ""
        yield Replacement(start, end, space + escape_line_start(plain) if begins_line and plain else plain)
        if words.strip():
            yield Replacement(start, end, _MARKS.sub(r"\\\1", words))


def _with_spare_spaces(units: Sequence[SourceUnit], first: int, last: int, neighbours: Neighbours) -> tuple[int, int]:
    """Extend a deletion over spaces that would remain at the start or end of a line, or over the emptied line.

    Units that another change replaces are left to it.
    """
    least, most = neighbours.least, min(neighbours.most, len(units))
    begins_line = neighbours.begins_line(units, first)
    while begins_line and last < most and _is_plain_space(units[last]) and not units[last].is_break:
        last += 1
    ends_line = neighbours.ends_line(units, last)
    if begins_line and ends_line and last < most and units[last].is_break:
        return first, last + 1  # the whole line, with its end
    while ends_line and first > least and _is_plain_space(units[first - 1]):
        first -= 1
    return first, last


def _is_plain_space(unit: SourceUnit) -> bool:
    return unit.seen == " " and not unit.lock


def _spans(source: SourceText, units: Sequence[SourceUnit], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Yield the possible spans of a change; an insertion has several, as marks may be between two characters."""
    if last > first:
        yield units[first].start, units[last - 1].end
        return
    offsets = []
    if first > 0 and not units[first - 1].lock:
        offsets.append(units[first - 1].start if units[first - 1].is_break else units[first - 1].end)
        if units[first - 1].is_break:
            offsets.insert(0, units[first - 1].end)
    if first < len(units) and units[first].start >= 0:
        offsets.append(units[first].start)
    if first == len(units) and units and units[-1].start >= 0:
        offsets += _ends_of_locked(source.read, units[-1].start)
    if 0 < first <= len(units) and units[first - 1].lock and first < len(units):
        offsets += _ends_of_locked(source.read[: max(units[first].start, 0)], units[first - 1].start)
    yield from ((offset, offset) for offset in dict.fromkeys(offsets))


_LAST_MARKS = re.compile(r"(?<!\s)\s*(?:\{[^{}]*\}|\|)\Z")


def _ends_of_locked(read: str, start: int) -> list[int]:
    """Return where a locked part that starts at an offset may end: with the line, or before its last marks."""
    end = read.find("\n", start)
    line = read[: len(read) if end < 0 else end].rstrip()
    bare = _LAST_MARKS.sub("", line[start:])
    return list(dict.fromkeys((len(line), start + len(bare))))
