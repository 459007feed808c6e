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
    new: Sequence[PaperLeaf],
    found: Sequence[LeafStep],
    titles: Mapping[str, tuple[str, str]],
    why: Mapping[str, str],
    words: Words,
) -> tuple[EffectivePages, ...]:
    """The texts of the new edition in order, with the folios that are new, those that stay, and why there are new ones.

    `titles` has the title and the version of each text by its id, `why` the reason of each that is new or changed. Of
    any other the words are those that were taken out, if they are without figures.
    """
    fresh = set(put_in(found))
    known = {side.bare for step in found for leaf in step.out for side in leaf}
    runs: dict[str, list[tuple[PrintedSide, bool]]] = {}
    text = ""
    for leaf in new:
        for side in leaf:
            text = side.text or text
            if side.digest:
                runs.setdefault(text, []).append((side, leaf in fresh))

    def moved(run: Sequence[tuple[PrintedSide, bool]]) -> str:
        own = [side.bare for side, is_new in run if is_new]
        return words.say("replace-why-moved") if own and known.issuperset(own) else ""

    return tuple(
        EffectivePages(
            *titles.get(name, (name, "")),
            _listed(run, True, words),
            _listed(run, False, words),
            why.get(name) or moved(run),
        )
        for name, run in runs.items()
    )


def pages_that_went(old: Sequence[PaperLeaf], text: str, words: Words) -> str:
    """The pages of a text that has left, as they are printed: 'pages 5 to 8'."""
    folios = [side.folio for leaf in old for side in leaf if side.text == text and side.folio]
    if len(folios) < 2:
        return words.say("replace-page", page=folios[0]) if folios else ""
    return words.say("replace-pages", first=folios[0], last=folios[-1])


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
