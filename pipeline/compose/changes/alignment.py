"""Pairs of parts of an old and a new text: equal, changed or moved. A part without a pair is new or gone.

Units are paired over the whole text first, so that a paragraph that moved is found: equal in order, equal elsewhere,
with the author's own anchor, alike, and short between the same neighbours. Containers follow the units in them.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from pipeline.compose.changes.parts import Container, Unit, WordKey, containers, units

LEAST_LIKENESS = 0.5
"""Share of common words, rare words counting more, at which two units are one unit that was changed."""

SHORT = 3
"""The most words of a unit, such as '5', that is paired elsewhere only if there is no other like it."""

SHORT_BETWEEN = 8
"""A unit of fewer words is paired with one between the same neighbours."""

_COUNTED_ANCHOR = re.compile(r"b\d+|fn-\d+")
"""Anchors that the pipeline makes, by counting."""


def pair_parts(old: Container | Unit, new: Container | Unit) -> None:
    """Pair the units, then the containers, of two texts: sets `mate` on both sides."""
    before, after = units(old), units(new)
    _pair_equal(before, after)
    anchored = {anchor: unit for unit in before if unit.mate is None and (anchor := _anchor(unit))}
    for unit in after:
        if unit.mate is None and (anchor := _anchor(unit)) in anchored and anchor:
            _pair(anchored.pop(anchor), unit)
    _pair_alike(before, after)
    _pair_between(before, after)
    if isinstance(old, Container) and isinstance(new, Container):
        _pair_containers(old, new)


def _pair(old: Unit, new: Unit) -> None:
    old.mate, new.mate = new, old


def _pair_equal(before: Sequence[Unit], after: Sequence[Unit]) -> None:
    """Pair equal units, first in order, then elsewhere."""
    keys: list[list[WordKey]] = [[(unit.kind, *unit.words) for unit in side] for side in (before, after)]
    for first, second, length in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_matching_blocks():
        for step in range(length):
            _pair(before[first + step], after[second + step])
    spare: dict[WordKey, list[Unit]] = defaultdict(list)
    for unit, key in zip(before, keys[0], strict=True):
        if unit.mate is None:
            spare[key].append(unit)
    counts = Counter(key for unit, key in zip(after, keys[1], strict=True) if unit.mate is None)
    for unit, key in zip(after, keys[1], strict=True):
        if unit.mate is None and spare[key] and (len(unit.words) > SHORT or len(spare[key]) == counts[key] == 1):
            _pair(spare[key].pop(0), unit)


def _anchor(unit: Unit) -> tuple[str, str] | None:
    """Return the author's own anchor of a heading, reference or term, which stays when its words change."""
    anchor = unit.element.get("id", "") if unit.element is not None else ""
    return (unit.kind, anchor) if anchor and not _COUNTED_ANCHOR.fullmatch(anchor) else None


def _pair_alike(before: Sequence[Unit], after: Sequence[Unit]) -> None:
    """Pair the other units by likeness, the most alike first; of equals the nearest."""
    frequency = Counter(word for unit in (*before, *after) for word in set(unit.words))

    def weight(words: Mapping[WordKey, int]) -> float:
        return sum(count / math.sqrt(frequency[word]) for word, count in words.items())

    def unpaired(side: Sequence[Unit]) -> list[tuple[int, Unit, Counter[WordKey]]]:
        return [(index, unit, Counter(unit.words)) for index, unit in enumerate(side) if unit.mate is None]

    candidates, pairs = unpaired(after), []
    for old_index, old, old_words in unpaired(before):
        for new_index, new, new_words in candidates:
            if old.kind == new.kind:
                likeness = 2 * weight(old_words & new_words) / ((weight(old_words) + weight(new_words)) or 1)
                if likeness >= LEAST_LIKENESS:
                    pairs.append((likeness, -abs(old_index - new_index), old_index, new_index))
    for *_, old_index, new_index in sorted(pairs, reverse=True):
        if before[old_index].mate is None and after[new_index].mate is None:
            _pair(before[old_index], after[new_index])


def _pair_between(before: Sequence[Unit], after: Sequence[Unit]) -> None:
    """Pair short units, such as a date, between the same neighbours."""
    index = {id(unit): number for number, unit in enumerate(after)}
    for previous, unit in pairwise(before):
        if unit.mate is not None or previous.mate is None or index[id(previous.mate)] + 1 == len(after):
            continue
        other = after[index[id(previous.mate)] + 1]
        if other.mate is None and other.kind == unit.kind and max(len(unit.words), len(other.words)) < SHORT_BETWEEN:
            _pair(unit, other)


def _pair_containers(old: Container, new: Container) -> None:
    """Pair containers by the words of the units that are in both, never across each other."""
    around = _containers_around(new)
    votes: Counter[tuple[int, int]] = Counter()
    all_old, all_new = containers(old), containers(new)
    index = {id(container): number for number, container in enumerate(all_new)}
    for number, container in enumerate(all_old):
        for unit in units(container):
            for other in around.get(id(unit.mate), ()) if unit.mate else ():
                if other.element.tag == container.element.tag and _columns(other) == _columns(container):
                    same_depth = _depth(container) == _depth(other)
                    votes[number, index[id(other)]] += len(unit.words) * 2 + same_depth
    parents = {
        id(inner): container for side in (old, new) for container in containers(side) for inner in container.items
    }
    for (old_index, new_index), _ in votes.most_common():
        one, other = all_old[old_index], all_new[new_index]
        if one.mate or other.mate or _crosses(one, other, parents) or _crosses(other, one, parents):
            continue
        one.mate, other.mate = other, one
    _pair_only(old, new)
    for container in all_old:
        if container.element.tag == "table" and container.mate is not None:
            _pair_table_parts(container, container.mate)


def _pair_only(old: Container, new: Container) -> None:
    """Pair two containers, and undo their other pairs."""
    if old.mate is not new:
        for mate in (old.mate, new.mate):
            if mate is not None:
                mate.mate = None
        old.mate, new.mate = new, old


def _pair_table_parts(old: Container, new: Container) -> None:
    """Pair the heads and the bodies of two tables: neither moves to another table."""
    for tag in ("thead", "tbody"):
        before, after = (
            [part for part in side.items if isinstance(part, Container) and part.element.tag == tag]
            for side in (old, new)
        )
        if before and after:
            _pair_only(before[0], after[0])


def _containers_around(text: Container) -> dict[int, list[Container]]:
    """Return the containers around each unit."""
    around: dict[int, list[Container]] = defaultdict(list)
    for container in containers(text):
        for unit in units(container):
            around[id(unit)].append(container)
    return around


def _crosses(one: Container, other: Container, parents: Mapping[int, Container]) -> bool:
    """Whether a container around `one` is paired with one within `other`."""
    parent = parents.get(id(one))
    while parent is not None:
        if parent.mate is not None and any(parent.mate is container for container in containers(other)):
            return True
        parent = parents.get(id(parent))
    return False


def _columns(container: Container) -> int:
    """Return the number of columns of a table, which tells tables apart; 0 for another element."""
    if container.element.tag != "table":
        return 0
    return max((sum(int(cell.get("colspan", "1")) for cell in row) for row in container.element.iter("tr")), default=0)


def _depth(container: Container) -> int:
    return sum(1 for _ in container.element.iterancestors())


def heaviest_rising_run(items: Sequence[tuple[int, int]]) -> set[int]:
    """Return the indices of the items that keep their order; the others have moved.

    The items are in their new order, each with its old place and its weight. Those stay that weigh most together.
    """
    ranks = {place: rank for rank, place in enumerate(sorted({place for place, _ in items}), 1)}
    nothing = (0, -len(items))
    heaviest = [nothing] * (len(ranks) + 1)
    """A Fenwick tree by rank of old places: the weight of the heaviest run, and the negative index of its last item."""
    previous: list[int] = []
    for index, (place, weight) in enumerate(items):
        best, rank = nothing, ranks[place] - 1
        while rank:
            best, rank = max(best, heaviest[rank]), rank & (rank - 1)
        previous.append(-best[1])
        best, rank = (best[0] + weight, -index), ranks[place]
        while rank < len(heaviest):
            heaviest[rank], rank = max(best, heaviest[rank]), rank + (rank & -rank)
    index, staying = -max(heaviest)[1], set[int]()
    while index < len(items):
        staying.add(index)
        index = previous[index]
    return staying
