"""Changes of the words of one block, and blocks of a source found again as it is now."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher
from itertools import groupby, pairwise
from typing import NamedTuple

from pipeline.core.text.fonts import without_direction_characters
from pipeline.core.text.typography import PASTED
from pipeline.services.comments.blocks import SentBlock
from pipeline.services.comments.paragraphs import KEPT, ReviewedCharacter, Tracked
from pipeline.services.comments.units import SourceUnit, digest_of_words


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


def changes_of(number: int, units: Sequence[SourceUnit], bits: Sequence[ReviewedCharacter]) -> list[UnitChange]:
    """The changes to a block by its number, in the order of its words; none touches another."""
    seen = [at for at, unit in enumerate(units) if unit.seen]
    sent: list[Hashable] = [at if units[at].lock else units[at].seen for at in seen]
    atoms = list(_atoms(number, bits))
    was: list[Hashable] = [value for value, tracked, _ in atoms if tracked.state != "in"]
    codes = _opcodes(sent, was)
    places = [0] * (len(was) + 1)
    """For each place in what the document says was there, the place in what was sent."""
    for _, a, b, c, d in codes:
        for place in range(c, d + 1):
            places[place] = min(b, a + place - c)
    ends = (*seen, len(units))
    found = []
    for kind, a, b, c, d in codes:
        if kind != "equal":
            locked = next((ends[n] for n in range(a, b) if isinstance(sent[n], int)), -1)
            found.append(UnitChange(ends[a], ends[b - 1] + 1 if b > a else ends[a], _said(was[c:d]), touched=locked))
    at = 0
    for who, group in groupby(atoms, lambda atom: atom[1]._replace(state="") if atom[1] != KEPT else KEPT):
        part = list(group)
        gone = [value for value, tracked, _ in part if tracked.state != "in"]
        if who != KEPT:
            come = [atom for atom in part if atom[1].state == "in"]
            start, end = places[at], places[at + len(gone)]
            first, last = ends[start], ends[end - 1] + 1 if end > start else ends[start]
            locked = next((n for n in range(first, last) if units[n].lock), -1)
            touched = max([locked, *(part for _, _, part in come)])
            words = _said([value for value, _, _ in come])
            found.append(UnitChange(first, last, words, who.author, who.day, touched))
        at += len(gone)
    found += _changed_parts(units, [bit for bit in bits if bit.part and bit.part.number == number])
    real = (change for change in found if change.after or change.last > change.first or change.touched >= 0)
    return sorted(real, key=lambda change: (change.first, change.last))


Atom = tuple[Hashable, Tracked, int]
"""A character or the number of a locked part, its tracked change, and the locked part that it is in; else -1."""


def _atoms(number: int, bits: Sequence[ReviewedCharacter]) -> Iterator[Atom]:
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


def _changed_parts(units: Sequence[SourceUnit], bits: Sequence[ReviewedCharacter]) -> Iterator[UnitChange]:
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


def _said(values: Sequence[Hashable]) -> str:
    return "".join(value for value in values if isinstance(value, str))


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


# Nothing records what was accepted: a block is continued if it says what was sent with some of the changes made.

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
    for (a, b), (c, d) in pairwise([(-1, -1), *sorted(found.items()), (len(sent), len(now))]):
        left, right = range(a + 1, c), range(b + 1, d)  # the blocks between those that have not changed
        if right and any(number in changes for number in left):
            for one, other, taken in _pairs(sent, now, left, right, changes):
                rest = _carried(sent[one].units, changes.get(one, ()), taken, now[other].units)
                if rest is not None:
                    made[one] = Continued(other, taken, rest)
    return made


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
