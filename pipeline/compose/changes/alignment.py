"""Pairs of parts of an old and a new text: equal, changed or moved; a part that has no pair is new or gone.

All units are paired over the whole text first, so that a paragraph that went elsewhere is found there: equal in order,
equal elsewhere, with the author's own anchor, alike, and short between the same neighbours. Containers follow the units
that they hold.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from difflib import SequenceMatcher
from itertools import pairwise

from pipeline.compose.changes.parts import Container, Unit, WordKey, containers, units

ALIKE = 0.5
"""Two units with this share of their words in common, rare words counting more, are one unit that was changed."""

SHORT = 3
"""A unit of so few words, such as '5', is found elsewhere only where there is one such."""

BETWEEN = 8
"""Fewer words than these make a unit short, which is the same between the same neighbours."""

_OURS = re.compile(r"b\d+|fn-\d+")
"""Anchors that the pipeline gives: they follow from an order."""


def align(old: Container | Unit, new: Container | Unit) -> None:
    """Pair the units, then the containers, of two texts by setting `mate` on both sides."""
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


def _pair(one: Unit, other: Unit) -> None:
    one.mate, other.mate = other, one


def _pair_equal(before: Sequence[Unit], after: Sequence[Unit]) -> None:
    """Pair equal units, first those in order, then those that stand elsewhere."""
    keys: list[list[WordKey]] = [[(unit.kind, *unit.words) for unit in side] for side in (before, after)]
    for first, second, length in SequenceMatcher(None, keys[0], keys[1], autojunk=False).get_matching_blocks():
        for step in range(length):
            _pair(before[first + step], after[second + step])
    spare: dict[WordKey, list[Unit]] = defaultdict(list)
    for unit, key in zip(before, keys[0], strict=True):
        if unit.mate is None:
            spare[key].append(unit)
    many = Counter(key for unit, key in zip(after, keys[1], strict=True) if unit.mate is None)
    for unit, key in zip(after, keys[1], strict=True):
        if unit.mate is None and spare[key] and (len(unit.words) > SHORT or len(spare[key]) == many[key] == 1):
            _pair(spare[key].pop(0), unit)


def _anchor(unit: Unit) -> tuple[str, str] | None:
    """The author's own anchor of a heading, a reference or a term: it outlives its words."""
    said = unit.element.get("id", "") if unit.element is not None else ""
    return (unit.kind, said) if said and not _OURS.fullmatch(said) else None


def _pair_alike(before: Sequence[Unit], after: Sequence[Unit]) -> None:
    """Pair what is left by likeness, the most alike first, of equals the nearest."""
    common = Counter(word for unit in (*before, *after) for word in set(unit.words))

    def weight(words: Mapping[WordKey, int]) -> float:
        return sum(many / math.sqrt(common[word]) for word, many in words.items())

    def unpaired(side: Sequence[Unit]) -> list[tuple[int, Unit, Counter[WordKey]]]:
        return [(place, unit, Counter(unit.words)) for place, unit in enumerate(side) if unit.mate is None]

    left, found = unpaired(after), []
    for first, old, was in unpaired(before):
        for second, new, now in left:
            if old.kind == new.kind:
                likeness = 2 * weight(was & now) / ((weight(was) + weight(now)) or 1)
                if likeness >= ALIKE:
                    found.append((likeness, -abs(first - second), first, second))
    for *_, first, second in sorted(found, reverse=True):
        if before[first].mate is None and after[second].mate is None:
            _pair(before[first], after[second])


def _pair_between(before: Sequence[Unit], after: Sequence[Unit]) -> None:
    """Pair short units, such as a date, that stand between the same neighbours."""
    place = {id(unit): number for number, unit in enumerate(after)}
    for last, unit in pairwise(before):
        if unit.mate is not None or last.mate is None or place[id(last.mate)] + 1 == len(after):
            continue
        other = after[place[id(last.mate)] + 1]
        if other.mate is None and other.kind == unit.kind and max(len(unit.words), len(other.words)) < BETWEEN:
            _pair(unit, other)


def _pair_containers(old: Container, new: Container) -> None:
    """Pair containers by the words of the units that both hold, never across each other."""
    holding = _holding(new)
    votes: Counter[tuple[int, int]] = Counter()
    all_old, all_new = containers(old), containers(new)
    number = {id(container): place for place, container in enumerate(all_new)}
    for first, container in enumerate(all_old):
        for unit in units(container):
            for other in holding.get(id(unit.mate), ()) if unit.mate else ():
                if other.element.tag == container.element.tag and _columns(other) == _columns(container):
                    same_depth = _depth(container) == _depth(other)
                    votes[first, number[id(other)]] += len(unit.words) * 2 + same_depth
    above = {
        id(inside): container for side in (old, new) for container in containers(side) for inside in container.items
    }
    for (first, second), _ in votes.most_common():
        one, other = all_old[first], all_new[second]
        if one.mate is None and other.mate is None and not (_crosses(one, other, above) or _crosses(other, one, above)):
            one.mate, other.mate = other, one
    _pair_only(old, new)
    for one in all_old:
        if one.element.tag == "table" and one.mate is not None:
            _pair_table_parts(one, one.mate)


def _pair_only(old: Container, new: Container) -> None:
    """Pair two containers, whatever they were paired with before."""
    if old.mate is not new:
        for mate in (old.mate, new.mate):
            if mate is not None:
                mate.mate = None
        old.mate, new.mate = new, old


def _pair_table_parts(old: Container, new: Container) -> None:
    """Pair the head and the body of a table with those of the same table: a table has one head, and it stays there."""
    for tag in ("thead", "tbody"):
        before, after = (
            [one for one in side.items if isinstance(one, Container) and one.element.tag == tag] for side in (old, new)
        )
        if before and after:
            _pair_only(before[0], after[0])


def _holding(text: Container) -> dict[int, list[Container]]:
    """The containers around each unit."""
    found: dict[int, list[Container]] = defaultdict(list)
    for container in containers(text):
        for unit in units(container):
            found[id(unit)].append(container)
    return found


def _crosses(one: Container, other: Container, above: Mapping[int, Container]) -> bool:
    """Whether a container that holds `one` is taken for one that stands in `other`."""
    around = above.get(id(one))
    while around is not None:
        if around.mate is not None and any(around.mate is container for container in containers(other)):
            return True
        around = above.get(id(around))
    return False


def _columns(container: Container) -> int:
    """The number of columns of a table: one that has another number is another table; of anything else 0."""
    if container.element.tag != "table":
        return 0
    return max((sum(int(cell.get("colspan", "1")) for cell in row) for row in container.element.iter("tr")), default=0)


def _depth(container: Container) -> int:
    return sum(1 for _ in container.element.iterancestors())


def staying(order: Sequence[tuple[int, int]]) -> set[int]:
    """Of things in their new order, each by its old place and its weight, those that keep their order; the rest moved.

    Those stay that weigh most together: the heaviest rising run.
    """
    ranks = {place: rank for rank, place in enumerate(sorted({place for place, _ in order}), 1)}
    nothing = (0, -len(order))
    heaviest = [nothing] * (len(ranks) + 1)
    """A Fenwick tree by rank of old places: the weight of the heaviest run, and its last thing, negative."""
    before: list[int] = []
    for number, (place, weight) in enumerate(order):
        best, rank = nothing, ranks[place] - 1
        while rank:
            best, rank = max(best, heaviest[rank]), rank & (rank - 1)
        before.append(-best[1])
        best, rank = (best[0] + weight, -number), ranks[place]
        while rank < len(heaviest):
            heaviest[rank], rank = max(best, heaviest[rank]), rank + (rank & -rank)
    number, stays = -max(heaviest)[1], set[int]()
    while number < len(order):
        stays.add(number)
        number = before[number]
    return stays
