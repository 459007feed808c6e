"""Blocks compared: by what a reader sees and what is locked, not by how lines are broken."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from pipeline.core.text.fonts import without_direction_characters
from pipeline.core.text.typography import PASTED
from pipeline.word.back.proposals import UnitChange
from pipeline.word.commenting.blocks import SentBlock
from pipeline.word.commenting.units import SourceUnit

_STRAIGHT = str.maketrans({**dict.fromkeys("“”„", '"'), **dict.fromkeys("‘’‚", "'")})
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ue8f0\ue8f1]")


class Value(NamedTuple):
    """A character with its looks, or the digest of something locked; looks of None go with any."""

    seen: str
    looks: str | None = ""

    def like(self, other: Value) -> bool:
        """Whether two are the same."""
        return self.seen == other.seen and (self.looks == other.looks or None in (self.looks, other.looks))


def typed_words(words: str) -> str:
    """Words that somebody typed in a word processor as the house writes them: straight quotes, plain spaces."""
    plain = _CONTROLS.sub("", without_direction_characters(words).translate(PASTED)).translate(_STRAIGHT)
    return re.sub(r"\s+", " ", plain)


def values_of(units: Iterable[SourceUnit]) -> list[Value]:
    """The values of some units."""
    return [Value(f"\0{unit.lock}" if unit.lock else unit.seen, unit.looks) for unit in units]


def typed_values(words: str) -> list[Value]:
    """The values of typed words, which go with any looks."""
    return [Value(letter, None) for letter in typed_words(words)]


def changed_values(units: Sequence[SourceUnit], changes: Sequence[UnitChange]) -> list[Value]:
    """The values of a block once changes are made to it, in the order of their places."""
    values = values_of(units)
    made: list[Value] = []
    at = 0
    for change in changes:
        made += values[at : change.first]
        made += typed_values(change.after)
        at = max(at, change.last)
    return made + values[at:]


def same(some: Sequence[Value], others: Sequence[Value]) -> bool:
    """Whether two blocks read the same; spaces count as one, and not at the ends."""
    left, right = spaced(some), spaced(others)
    return len(left) == len(right) and all(one.like(other) for one, other in zip(left, right, strict=True))


def spaced(values: Sequence[Value]) -> list[Value]:
    """The values with one space for several, and none at the ends."""
    made: list[Value] = []
    for value in values:
        if not value.seen.isspace():
            made.append(value)
        elif made and made[-1].seen != " ":
            made.append(Value(" ", None))
    return made[:-1] if made and made[-1].seen == " " else made


def words_with(units: Sequence[SourceUnit], changes: Sequence[UnitChange]) -> str:
    """The words of a block once changes are made to it, for a reader."""
    shown, at = "", 0
    for change in changes:
        shown += "".join(unit.seen for unit in units[at : change.first]) + change.after
        at = max(at, change.last)
    return shown + "".join(unit.seen for unit in units[at:])


def frame_of(block: SentBlock) -> tuple[object, ...]:
    """All of a block that no change of words may alter."""
    return block.kind, block.level, block.within, block.is_locked, block.cell
