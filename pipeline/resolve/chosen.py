"""Choice of an order: the briefings, packs and series it names, and those that they rest on."""

from collections.abc import Iterable, Set
from dataclasses import dataclass

from pipeline.model.library import Library
from pipeline.model.source.pack import Pack


@dataclass(frozen=True, slots=True)
class Chosen:
    """The things named, in order of id, and every briefing needed to make them."""

    briefings: tuple[str, ...]
    packs: tuple[str, ...]
    series: tuple[str, ...]
    needed: tuple[str, ...]
    loose: tuple[str, ...] = ()
    """Briefings whose front matter cannot be read: of these only the body is checked."""


def choose(library: Library, names: tuple[str, ...] = ()) -> Chosen:
    """The briefings, packs and series of these names, or of the whole library; names of nothing are passed over.

    Pages of the handbook are not made by themselves: they come with their pack.
    """
    briefings = [n for n, b in library.briefings.items() if n in names or (not names and not b.manual)]
    packs = [name for name in library.packs if not names or name in names]
    series = [name for name in library.series if not names or name in names]
    needed = {*names, *briefings}
    for name in packs:
        needed.update(line for line in library.packs[name].lines if "@" not in line)
    for name in series:
        needed.update(library.series[name].fields.briefings)
    if not names:
        needed.update(library.briefings, library.loose)
    there = tuple(sorted(needed & library.briefings.keys()))
    loose = tuple(sorted(needed & library.loose.keys()))
    return Chosen(tuple(sorted(briefings)), tuple(sorted(packs)), tuple(sorted(series)), there, loose)


def left_of(library: Library, chosen: Chosen, done: Set[str]) -> Chosen:
    """The choice without the things that are done, such as 'briefings/foot-patrol', and those that only they need.

    A page of the handbook that no pack lists is looked at always.
    """
    briefings = tuple(name for name in chosen.briefings if f"briefings/{name}" not in done)
    packs = tuple(name for name in chosen.packs if f"packs/{name}" not in done)
    series = tuple(name for name in chosen.series if f"series/{name}" not in done)
    needed = _of_things(library, briefings, packs, series)
    free = set(chosen.needed) - _of_things(library, chosen.briefings, chosen.packs, chosen.series)
    return Chosen(briefings, packs, series, tuple(name for name in chosen.needed if name in needed | free))


def _of_things(library: Library, briefings: Iterable[str], packs: Iterable[str], series: Iterable[str]) -> set[str]:
    """The ids of the texts that things are made of."""
    of_packs = (text for name in packs for text in texts_of(library, library.packs[name]))
    return {*briefings, *of_packs, *(name for one in series for name in library.series[one].fields.briefings)}


def texts_of(library: Library, pack: Pack) -> tuple[str, ...]:
    """The ids of the present texts that a pack rests on: those it lists, and all of the series that it opens with."""
    own = {line.partition("@")[0] for line in pack.lines}
    opened = "series" in (*pack.fields.front, *pack.fields.back)
    beside = (one.fields.briefings for one in library.series.values() if opened and own & set(one.fields.briefings))
    return tuple(sorted(own.union(*beside)))


def listed(pack: Pack) -> tuple[str, ...]:
    """The ids of the briefings that a pack lists, each once, in order."""
    return tuple(dict.fromkeys(line.partition("@")[0] for line in pack.lines))
