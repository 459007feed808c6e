"""Instructions and lists for whoever holds the folder: leaves by what is printed on them, in the words of the house. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from pipeline.editions.replacing.leaves import Leaf, Side, Step
from pipeline.model.words import Words


@dataclass(frozen=True, slots=True)
class ToldStep:
    """A line of the instruction sheet: where, what to take out, what to put in; either of these may be nothing."""

    where: str
    out: str
    into: str


@dataclass(frozen=True, slots=True)
class EffectivePages:
    """A text of the new edition in the list of effective pages: its version, and its folios by the day they bear."""

    title: str
    version: str
    fresh: str
    """The folios of the leaves that are put in."""
    kept: str
    """Those of the leaves that stay."""


def told_steps(found: Sequence[Step], words: Words) -> tuple[ToldStep, ...]:
    """The lines of the instruction sheet."""
    return tuple(ToldStep(_where(step.after, words), _span(step.out, words), _span(step.into, words)) for step in found)


def _where(after: Leaf | None, words: Words) -> str:
    if after is None:
        return words.say("replace-front")
    last = _named(after)[-1:]
    return words.say("replace-after", page=last[0]) if last else words.say("replace-after-cover")


def _span(leaves: Sequence[Leaf], words: Words) -> str:
    """Leaves that lie behind one another, by the first and the last of what is printed on them."""
    if not leaves:
        return ""
    many, named = words.count("replace-leaves", len(leaves)), [folio for leaf in leaves for folio in _named(leaf)]
    covered, blank = not _named(leaves[0]), not leaves[-1][1].digest
    if covered and len(named) < 1:
        said = words.say("replace-cover")
    elif covered:
        said = words.say("replace-cover-to", last=named[-1])
    elif len(named) == 1:
        said = words.say("replace-page", page=named[0])
    else:
        said = words.say("replace-pages", first=named[0], last=named[-1])
    return words.say("replace-blank" if blank else "replace-named", leaves=said, many=many)


def _named(leaf: Leaf) -> list[str]:
    return [side.folio for side in leaf if side.folio]


def effective_pages(
    new: Sequence[Leaf], found: Sequence[Step], titles: Mapping[str, tuple[str, str]], words: Words
) -> tuple[EffectivePages, ...]:
    """The texts of the new edition in order, with the folios that are new and those that stay.

    `titles` has the title and the version of each text by its id.
    """
    fresh = {id(leaf) for step in found for leaf in step.into}
    runs: dict[str, list[tuple[Side, bool]]] = {}
    text = ""
    for leaf in new:
        for side in leaf:
            text = side.text or text
            if side.digest:
                runs.setdefault(text, []).append((side, id(leaf) in fresh))
    return tuple(
        EffectivePages(
            *titles.get(name, (name, "")),
            _listed([(side, is_new) for side, is_new in run], True, words),
            _listed([(side, is_new) for side, is_new in run], False, words),
        )
        for name, run in runs.items()
    )


def _listed(run: Sequence[tuple[Side, bool]], fresh: bool, words: Words) -> str:
    """The folios of the sides that are new, or that stay: '3 to 6, 9'."""
    groups: list[list[str]] = []
    last = -2
    for place, (side, is_new) in enumerate(run):
        if is_new is fresh:
            if place != last + 1:
                groups.append([])
            groups[-1].append(side.folio or words.say("replace-cover"))
            last = place
    return ", ".join(_run(group, words) for group in groups)


def _run(group: Sequence[str], words: Words) -> str:
    if len(group) < 3:
        return ", ".join(group)
    return words.say("replace-run", first=group[0], last=group[-1])


def sides_put_in(found: Sequence[Step]) -> Iterator[Side]:
    """Every side that is printed, in order; blank ones too."""
    return (side for step in found for leaf in step.into for side in leaf)
