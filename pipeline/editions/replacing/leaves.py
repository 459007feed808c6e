"""Leaves of a printed pack: which to take out of the folder of one edition, and which to put in. Pure.

A leaf has two sides. It is another leaf where words, pictures or folio of either side are others. The name of the
edition, its day, its code and the number of a copy stand in the running lines: these alone replace no leaf.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher

MOST = 0.6
"""The share of leaves from which on a whole reprint costs no more."""


@dataclass(frozen=True, slots=True)
class PrintedSide:
    """One side of a leaf."""

    folio: str
    """The folio as it is printed; nothing on a side that bears none, such as a cover or a blank one."""
    digest: str = ""
    """The digest of its words and pictures; nothing of a blank side."""
    page: int = field(default=0, compare=False)
    """Its page in the file that it was read from, counted from 1; 0 where the file has none."""
    label: str = field(default="", compare=False)
    """The label of that page, also where it is not printed."""
    text: str = field(default="", compare=False)
    """The id of the text it belongs to, or of the pack."""
    bare: str = field(default="", compare=False)
    """The digest without any figure: that of two lists is the same if they differ in folios alone."""


PaperLeaf = tuple[PrintedSide, PrintedSide]
BLANK = PrintedSide("")


@dataclass(frozen=True, slots=True)
class LeafStep:
    """One line of the instructions, to be carried out in order, from the front to the back."""

    after: PaperLeaf | None
    """The leaf behind which it is done, as it lies there by then; none at the front."""
    out: tuple[PaperLeaf, ...]
    into: tuple[PaperLeaf, ...]


def leaves_of(sides: Sequence[PrintedSide]) -> tuple[PaperLeaf, ...]:
    """The leaves of a file that is printed on both sides."""
    padded = [*sides, BLANK] if len(sides) % 2 else list(sides)
    return tuple((padded[n], padded[n + 1]) for n in range(0, len(padded), 2))


def steps(old: Sequence[PaperLeaf], new: Sequence[PaperLeaf]) -> tuple[LeafStep, ...]:
    """The instructions that make the leaves of one edition those of another."""
    found = []
    for kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind != "equal":
            found.append(LeafStep(new[j1 - 1] if j1 else None, tuple(old[i1:i2]), tuple(new[j1:j2])))
    return tuple(found)


def put_in(found: Sequence[LeafStep]) -> tuple[PaperLeaf, ...]:
    """Every leaf that is to be printed, in order."""
    return tuple(leaf for step in found for leaf in step.into)


def folios_on(leaves: Sequence[PaperLeaf]) -> tuple[str, ...]:
    """The folios that leaves bear, in order."""
    return tuple(side.folio for leaf in leaves for side in leaf if side.folio)


@dataclass(frozen=True, slots=True)
class OwnFolios:
    """The cost of folios that run through a pack: how many leaves there would be if each text had its own."""

    after: str
    """The last folio before the leaves of which most differ by their folio alone; nothing at the front."""
    would: int


def own_folios(old: Sequence[PaperLeaf], new: Sequence[PaperLeaf], found: Sequence[LeafStep]) -> OwnFolios | None:
    """The leaves that folios by briefing would replace, where most are replaced for their folio alone; else none."""
    fresh = put_in(found)
    if not all(folio.isdecimal() for folio in folios_on((*old, *new))):
        return None
    known = {side.bare for leaf in old for side in leaf}
    alike = [all(side.bare in known for side in leaf if side.digest) for leaf in fresh]
    would = len(put_in(steps(_by_briefing(old), _by_briefing(new))))
    if not fresh or sum(alike) * 2 <= len(fresh) or would >= len(fresh):
        return None
    step = max(found, key=lambda one: len(one.into))
    return OwnFolios(next(reversed(folios_on([step.after] if step.after else ())), ""), would)


def _by_briefing(leaves: Sequence[PaperLeaf]) -> tuple[PaperLeaf, ...]:
    """The leaves as they would be if each text began on one of its own, with folios of its own.

    Figures in the pack's own lists count for nothing: they are folios, which would not move.
    """
    runs: list[list[PrintedSide]] = []
    for side in (side for leaf in leaves for side in leaf if side.digest):
        if not runs or runs[-1][0].text != side.text:
            runs.append([])
        runs[-1].append(side)
    own = runs[0][0].text if runs else ""
    times: Counter[str] = Counter()
    found: list[PaperLeaf] = []
    for run in runs:
        text = run[0].text
        times[text] += 1
        begin = f"{text} {times[text]}"
        said = [side.bare if text == own else side.digest for side in run]
        found += leaves_of([PrintedSide(f"{begin}-{n}", words) for n, words in enumerate(said, 1)])
    return tuple(found)
