"""Changes of the words of one block: so many units of it for other words."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby

from pipeline.word.back.paragraphs import KEPT, Bit, Tracked
from pipeline.word.commenting.sent import digest_of_words
from pipeline.word.commenting.units import SourceUnit


@dataclass(frozen=True, slots=True)
class UnitChange:
    """Units of a block for other words, from whom and when. Without an author it was not tracked."""

    first: int
    last: int
    """Number of the first unit behind those that go; the same as `first` where words only come in."""
    after: str
    author: str = ""
    day: str = ""
    touched: int = -1
    """Number of a locked unit that it would change; -1 where there is none."""


_STRANGE = 1_000_000
"""Added to the number of a locked part that came from another block."""

_MOST = 4_000_000
"""So many pairs of words are compared; beyond that a block is a different one."""


def changes_of(number: int, units: Sequence[SourceUnit], bits: Sequence[Bit]) -> list[UnitChange]:
    """The changes to a block by its number, in the order of its words; none touches another."""
    seen = [at for at, unit in enumerate(units) if unit.seen]
    sent: list[Hashable] = [at if units[at].lock else units[at].seen for at in seen]
    atoms = list(_atoms(number, bits))
    was: list[Hashable] = [value for value, tracked, _ in atoms if tracked.state != "in"]
    places = _places(sent, was)
    ends = (*seen, len(units))
    found = [_untracked(sent, was, ends, one) for one in _opcodes(sent, was) if one[0] != "equal"]
    at = 0
    for who, group in groupby(atoms, lambda atom: atom[1]._replace(state="") if atom[1] != KEPT else KEPT):
        part = list(group)
        gone = [value for value, tracked, _ in part if tracked.state != "in"]
        if who != KEPT:
            come = [atom for atom in part if atom[1].state == "in"]
            start, end = places[at], places[at + len(gone)]
            found.append(_change(units, ends, start, end, come, who))
        at += len(gone)
    found += _changed_parts(units, [bit for bit in bits if bit.part and bit.part.number == number])
    return sorted((one for one in found if one.after or one.last > one.first or one.touched >= 0), key=_order)


def _order(change: UnitChange) -> tuple[int, int]:
    return change.first, change.last


Atom = tuple[Hashable, Tracked, int]
"""A character or the number of a locked part, its tracked change, and the locked part that it is in; else -1."""


def _atoms(number: int, bits: Sequence[Bit]) -> Iterator[Atom]:
    """The characters, and for a locked part its number once; it is gone when nothing of it is kept.

    Words that somebody inserted into a part that is gone are characters.
    """
    for part, group in groupby(bits, lambda bit: bit.part):
        held = list(group)
        if part is None:
            yield from ((bit.letter, bit.tracked, -1) for bit in held)
            continue
        value = part.part if part.number == number else _STRANGE + part.part
        fates = {bit.tracked.state: bit.tracked for bit in reversed(held)}
        yield value, fates.get("kept") or fates.get("out") or fates["in"], value
        if "out" in fates and "kept" not in fates:
            yield from ((bit.letter, bit.tracked, value) for bit in held if bit.tracked.state == "in")


def _changed_parts(units: Sequence[SourceUnit], bits: Sequence[Bit]) -> Iterator[UnitChange]:
    """The locked parts in which somebody wrote, so that they are not what was sent."""
    for part, group in groupby(bits, lambda bit: bit.part):
        held = list(group)
        if part is None or not any(bit.tracked.state == "kept" for bit in held) or part.part >= len(units):
            continue
        said = "".join(bit.letter for bit in held if bit.tracked.state != "out")
        if digest_of_words(said) != part.digest:
            who = next((bit.tracked for bit in held if bit.tracked != KEPT), KEPT)
            yield UnitChange(part.part, part.part + 1, said, who.author, who.day, part.part)


def _opcodes(sent: Sequence[Hashable], was: Sequence[Hashable]) -> list[tuple[str, int, int, int, int]]:
    if sent == was:
        return [("equal", 0, len(sent), 0, len(was))]
    left, right = _tokens(sent), _tokens(was)
    if len(left) * len(right) > _MOST:
        return [("replace", 0, len(sent), 0, len(was))]
    found = SequenceMatcher(None, [one for one, _ in left], [one for one, _ in right], autojunk=False).get_opcodes()
    starts, others = [start for _, start in left], [start for _, start in right]
    starts, others = [*starts, len(sent)], [*others, len(was)]
    return [(kind, starts[a], starts[b], others[c], others[d]) for kind, a, b, c, d in found]


def _tokens(values: Sequence[Hashable]) -> list[tuple[Hashable, int]]:
    """Whole words, other characters and locked parts, each with its place: nobody changes half a word."""
    found: list[tuple[Hashable, int]] = []
    for at, value in enumerate(values):
        in_word = isinstance(value, str) and value.isalnum()
        if in_word and found and isinstance(before := values[at - 1], str) and before.isalnum():
            found[-1] = (f"{found[-1][0]}{value}", found[-1][1])
        else:
            found.append((value, at))
    return found


def _places(sent: Sequence[Hashable], was: Sequence[Hashable]) -> list[int]:
    """For each place in what the document says was there, the place in what was sent."""
    places = [0] * (len(was) + 1)
    for _, a, b, c, d in _opcodes(sent, was):
        for number in range(c, d + 1):
            places[number] = min(b, a + number - c)
    return places


def _untracked(
    sent: Sequence[Hashable], was: Sequence[Hashable], ends: Sequence[int], code: tuple[str, int, int, int, int]
) -> UnitChange:
    _, a, b, c, d = code
    locked = next((ends[n] for n in range(a, b) if isinstance(sent[n], int)), -1)
    return UnitChange(ends[a], ends[b - 1] + 1 if b > a else ends[a], _said(was[c:d]), touched=locked)


def _change(
    units: Sequence[SourceUnit], ends: Sequence[int], start: int, end: int, come: Sequence[Atom], who: Tracked
) -> UnitChange:
    first, last = ends[start], ends[end - 1] + 1 if end > start else ends[start]
    locked = next((n for n in range(first, last) if units[n].lock), -1)
    touched = max([locked, *(part for _, _, part in come)])
    return UnitChange(first, last, _said([value for value, _, _ in come]), who.author, who.day, touched)


def _said(values: Sequence[Hashable]) -> str:
    return "".join(value for value in values if isinstance(value, str))
