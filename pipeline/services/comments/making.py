"""Changes made to a source: those characters and no others, read again to see that it says what was meant."""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby, pairwise, takewhile
from typing import NamedTuple

from pipeline.services.comments.blocks import TextInUnits
from pipeline.services.comments.proposals import UnitChange, changed_values, frame_of, same, typed_words, values_of
from pipeline.services.comments.units import SourceText, SourceUnit
from pipeline.services.importing.inlines import escaped, line_start

ReadUnits = Callable[[bytes], TextInUnits | None]
"""Reads the units of a text."""

_MARKS = re.compile(r"([!-/:-@\[-`{-~])")


class Edit(NamedTuple):
    """A change to a block of a text by the block's number."""

    number: int
    block: int
    change: UnitChange


class Rewriting(NamedTuple):
    """Characters of the text as it is read, and what stands there instead."""

    start: int
    end: int
    words: str


class Beside(NamedTuple):
    """The other changes to a block that are made with one, on both sides, the nearest first."""

    before: Sequence[UnitChange]
    behind: Sequence[UnitChange]

    @property
    def least(self) -> int:
        """Number of the first unit that no change before it takes."""
        return max((one.last for one in self.before), default=0)

    @property
    def most(self) -> int:
        """Number of the first unit behind it that another change takes."""
        return min((one.first for one in self.behind), default=sys.maxsize)

    def begins(self, units: Sequence[SourceUnit], first: int) -> bool:
        """Whether nothing will stand before a unit on its line."""
        for one in self.before:
            if one.last < first:
                break
            if one.after:
                return False
            first = one.first
        return not units[:first] or units[first - 1].is_break

    def ends(self, units: Sequence[SourceUnit], last: int) -> bool:
        """Whether nothing will stand behind a unit on its line."""
        for one in self.behind:
            if one.first > last:
                break
            if one.after:
                return False
            last = one.last
        return not units[last:] or units[last].is_break


def _beside(edits: Sequence[Edit], number: int) -> Beside:
    """The changes beside one, of edits that are sorted from behind."""
    block = edits[number].block
    before = takewhile(lambda edit: edit.block == block, edits[number + 1 :])
    behind = takewhile(lambda edit: edit.block == block, reversed(edits[:number]))
    return Beside([edit.change for edit in before], [edit.change for edit in behind])


def make(text: TextInUnits, edits: Sequence[Edit], read: ReadUnits) -> tuple[TextInUnits, frozenset[int]]:
    """The text with the edits made, and the numbers of those that could not be made."""
    refused = {edit.number for edit in edits if not is_plain(text.blocks[edit.block].units, edit.change)}
    wanted = [edit for edit in edits if edit.number not in refused]
    wanted.sort(key=lambda edit: (edit.block, edit.change.first, edit.change.last, edit.number), reverse=True)
    groups = [list(group) for _, group in groupby(wanted, lambda edit: edit.block)]
    made, further = _attempt(text, groups, read)
    kept = [edit for edit in wanted if edit.number not in further]
    if kept and not _as_meant(text, kept, made):
        return text, frozenset(edit.number for edit in edits)
    return made, frozenset(refused | further)


def is_plain(units: Sequence[SourceUnit], change: UnitChange) -> bool:
    """Whether a change is one of characters that stand side by side in the source."""
    gone = units[change.first : change.last]
    together = all(one.end == other.start for one, other in pairwise(gone))
    return change.touched < 0 and together and not any(unit.lock for unit in gone)


def _attempt(text: TextInUnits, groups: Sequence[Sequence[Edit]], read: ReadUnits) -> tuple[TextInUnits, set[int]]:
    """Make edits block by block, the last ones first; where they do not come out as meant, halve the blocks."""
    if not groups:
        return text, set()
    changed = _changed(text, [(edit, 0) for group in groups for edit in group], read)
    if changed is not None:
        return changed, set()
    if len(groups) == 1:
        return _one_by_one(text, groups[0], read)
    half = len(groups) // 2
    made, refused = _attempt(text, groups[:half], read)
    made, further = _attempt(made, groups[half:], read)
    return made, refused | further


def _one_by_one(text: TextInUnits, edits: Sequence[Edit], read: ReadUnits) -> tuple[TextInUnits, set[int]]:
    """Make the edits to one block, leaving out each that does not go with those behind it.

    All are made in the text as it was, so that none is written where another has moved the words.
    """
    made, kept = text, list[tuple[Edit, int]]()
    for edit in edits:
        for variant in range(_VARIANTS):
            changed = _changed(text, [*kept, (edit, variant)], read)
            if changed is not None:
                made, kept = changed, [*kept, (edit, variant)]
                break
    return made, {edit.number for edit in edits} - {edit.number for edit, _ in kept}


def _changed(text: TextInUnits, ways: Sequence[tuple[Edit, int]], read: ReadUnits) -> TextInUnits | None:
    """The text with all edits made, each in its way; nothing where it does not read as it was meant."""
    source, raw = text.source, text.source.raw
    edits = [edit for edit, _ in ways]
    floor = len(source.read)
    for number, (edit, variant) in enumerate(ways):
        units = text.blocks[edit.block].units
        found = list(_replacements(source, units, edit.change, _beside(edits, number)))
        if variant >= len(found) or found[variant].end > floor:
            return None
        start, end, words = found[variant]
        raw = raw[: source.homes[start]] + words + raw[source.homes[end] :]
        floor = start
    made = read(raw.encode("utf-8", "surrogatepass"))
    return made if made is not None and _as_meant(text, edits, made) else None


def _as_meant(text: TextInUnits, edits: Sequence[Edit], made: TextInUnits) -> bool:
    """Whether a text reads as one does with edits made to it, and in all else as it did."""
    if len(text.blocks) != len(made.blocks):
        return False
    by_block: Mapping[int, list[UnitChange]] = defaultdict(list)
    for edit in reversed(edits):
        by_block[edit.block].append(edit.change)
    pairs = zip(text.blocks, made.blocks, strict=True)
    return all(
        frame_of(was) == frame_of(now)
        and same(changed_values(was.units, by_block.get(number, ())), values_of(now.units))
        for number, (was, now) in enumerate(pairs)
    )


_VARIANTS = 6


def _replacements(
    source: SourceText, units: Sequence[SourceUnit], change: UnitChange, beside: Beside
) -> Iterator[Rewriting]:
    """The ways to write a change, the likeliest first."""
    words = typed_words(change.after)
    first, last = change.first, change.last
    if beside.begins(units, first):
        words = words.lstrip(" ")
    if beside.ends(units, last):
        words = words.rstrip(" ")
    if not words:
        first, last = _without_spaces(units, first, last, beside)
    for start, end in _spots(source, units, first, last):
        begins = not source.read[source.read.rfind("\n", 0, start) + 1 : start].strip(" \t>")
        plain = escaped(words)
        space = " " if plain.startswith(" ") else ""
        yield Rewriting(start, end, space + line_start(plain) if begins and plain else plain)
        if words.strip():
            yield Rewriting(start, end, _MARKS.sub(r"\\\1", words))


def _without_spaces(units: Sequence[SourceUnit], first: int, last: int, beside: Beside) -> tuple[int, int]:
    """The ends of what is taken away, with spaces that would be left beside the end of a line, or the line itself.

    What another change takes is left to it.
    """
    least, most = beside.least, min(beside.most, len(units))
    begins = beside.begins(units, first)
    while begins and last < most and units[last].seen == " " and not units[last].lock and not units[last].is_break:
        last += 1
    ends = beside.ends(units, last)
    if begins and ends and last < most and units[last].is_break:
        return first, last + 1  # the whole line, with its end
    while ends and first > least and units[first - 1].seen == " " and not units[first - 1].lock:
        first -= 1
    return first, last


def _spots(source: SourceText, units: Sequence[SourceUnit], first: int, last: int) -> Iterator[tuple[int, int]]:
    """Places in the source for a change: between two characters there may be marks, so there are several places."""
    if last > first:
        yield units[first].start, units[last - 1].end
        return
    found = []
    if first > 0 and not units[first - 1].lock:
        found.append(units[first - 1].start if units[first - 1].is_break else units[first - 1].end)
        if units[first - 1].is_break:
            found.insert(0, units[first - 1].end)
    if first < len(units) and units[first].start >= 0:
        found.append(units[first].start)
    if first == len(units) and units and units[-1].start >= 0:
        found += _behind(source.read, units[-1].start)
    if 0 < first <= len(units) and units[first - 1].lock and first < len(units):
        found += _behind(source.read[: max(units[first].start, 0)], units[first - 1].start)
    yield from ((at, at) for at in dict.fromkeys(found))


_LAST_MARKS = re.compile(r"(?<!\s)\s*(?:\{[^{}]*\}|\|)\Z")


def _behind(read: str, start: int) -> list[int]:
    """Places at which something locked may end that begins at an offset: with the line, or before its last marks."""
    end = read.find("\n", start)
    line = read[: len(read) if end < 0 else end].rstrip()
    bare = _LAST_MARKS.sub("", line[start:])
    return list(dict.fromkeys((len(line), start + len(bare))))
