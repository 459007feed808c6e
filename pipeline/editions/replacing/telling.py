"""Instructions and lists for whoever holds the folder: leaves go by what is printed on them. Pure."""

from collections.abc import Iterator, Mapping, Sequence

from pipeline.compose.replacement import EffectivePages, ToldStep
from pipeline.editions.replacing.leaves import LeafStep, PaperLeaf, PrintedSide, put_in
from pipeline.model.words import Words


def told_steps(found: Sequence[LeafStep], words: Words) -> tuple[ToldStep, ...]:
    """The lines of the instruction sheet."""
    return tuple(ToldStep(_where(step.after, words), _span(step.out, words), _span(step.into, words)) for step in found)


def _where(after: PaperLeaf | None, words: Words) -> str:
    if after is None:
        return words.say("replace-front")
    named = _named(after, words)
    return words.say("replace-after", page=named[-1]) if after[0].folio else words.say("replace-after-cover")


def _span(leaves: Sequence[PaperLeaf], words: Words) -> str:
    """Leaves that lie behind one another, by the first and the last of what is printed on them."""
    if not leaves:
        return ""
    named = [folio for leaf in leaves for folio in _named(leaf, words)]
    if not leaves[0][0].folio:
        last = named[-1]
        said = words.say("replace-cover-to", last=last) if named[1:] else words.say("replace-cover")
    elif len(named) == 1:
        said = words.say("replace-page", page=named[0])
    else:
        said = words.say("replace-pages", first=named[0], last=named[-1])
    many, blank = words.count("replace-leaves", len(leaves)), sum(not back.digest for _, back in leaves)
    if not blank:
        return words.say("replace-named", leaves=said, many=many)
    if blank == 1 and not leaves[-1][1].digest:
        return words.say("replace-blank" if leaves[1:] else "replace-blank-one", leaves=said, many=many)
    return words.count("replace-blanks", blank, leaves=said, many=many)


def _named(leaf: PaperLeaf, words: Words) -> list[str]:
    """The folios of the sides that are printed; a side without one is a cover."""
    return [side.folio or words.say("replace-cover") for side in leaf if side.digest]


def effective_pages(
    new: Sequence[PaperLeaf], found: Sequence[LeafStep], titles: Mapping[str, tuple[str, str]], words: Words
) -> tuple[EffectivePages, ...]:
    """The texts of the new edition in order, with the folios that are new and those that stay.

    `titles` has the title and the version of each text by its id.
    """
    fresh = set(put_in(found))
    runs: dict[str, list[tuple[PrintedSide, bool]]] = {}
    text = ""
    for leaf in new:
        for side in leaf:
            text = side.text or text
            if side.digest:
                runs.setdefault(text, []).append((side, leaf in fresh))
    return tuple(
        EffectivePages(
            *titles.get(name, (name, "")),
            _listed(run, True, words),
            _listed(run, False, words),
        )
        for name, run in runs.items()
    )


def _listed(run: Sequence[tuple[PrintedSide, bool]], fresh: bool, words: Words) -> str:
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


def sides_put_in(found: Sequence[LeafStep]) -> Iterator[PrintedSide]:
    """Every side that is printed, in order; blank ones too."""
    return (side for step in found for leaf in step.into for side in leaf)
