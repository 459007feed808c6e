"""Leaves that are replaced: the instructions make the folder of one edition that of another."""

from __future__ import annotations

import io
import os
import random
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, NamedTuple

import pytest
from pikepdf import Array, Dictionary, Pdf, String

from pipeline.bind.pdf.leaves import print_leaves
from pipeline.editions.replacing.leaves import (
    BLANK,
    LeafStep,
    OwnFolios,
    PaperLeaf,
    PrintedSide,
    leaves_of,
    own_folios,
    put_in,
    steps,
)

PAIRS = int(os.environ.get("PAIRS", "100"))
"""How many pairs of editions are generated; `PAIRS=500` tries more."""


class Text(NamedTuple):
    """A text of a generated pack: the number that it keeps, and the words of its pages."""

    number: int
    pages: tuple[str, ...]


def sides(texts: Sequence[Text], by_briefing: bool) -> list[PrintedSide]:
    """The sides of a pack: by briefing each text begins on a right-hand page, else they follow one another."""
    found = [PrintedSide("", "cover", text="pack"), PrintedSide("A-2" if by_briefing else "2", "contents", text="pack")]
    for text in texts:
        if by_briefing and len(found) % 2:
            found.append(BLANK)
        for page, words in enumerate(text.pages, 1):
            folio = f"{text.number}-{page}" if by_briefing else str(len(found) + 1)
            found.append(PrintedSide(folio, words, text=f"t{text.number}", bare=words))
    return found


def edited(texts: Sequence[Text], luck: random.Random) -> list[Text]:
    """A term's work: texts change, grow, shrink, come, go or stand elsewhere."""
    new = list(texts)
    for _ in range(luck.randint(1, 4)):
        at = luck.randrange(len(new))
        text = new[at]
        match luck.randrange(7):
            case 0 | 1:
                page = luck.randrange(len(text.pages))
                new[at] = text._replace(pages=tuple(w + "'" * (n == page) for n, w in enumerate(text.pages)))
            case 2:
                new[at] = text._replace(pages=(*text.pages[:-1], text.pages[-1] + "'", f"more {luck.random()}"))
            case 3 if len(text.pages) > 1:
                new[at] = text._replace(pages=text.pages[:-1])
            case 4:
                number = max(one.number for one in (*texts, *new)) + 1
                pages = tuple(f"{number}:{k}" for k in range(luck.randint(1, 6)))
                new.insert(luck.randrange(len(new) + 1), Text(number, pages))
            case 5 if len(new) > 2:
                new.remove(text)
            case _:
                new.insert(luck.randrange(len(new)), new.pop(at))
    return new


def pair(seed: int, by_briefing: bool) -> tuple[tuple[PaperLeaf, ...], tuple[PaperLeaf, ...]]:
    """The leaves of two generated editions."""
    luck = random.Random(seed)
    old = [Text(n, tuple(f"{n}:{k}" for k in range(luck.randint(1, 7)))) for n in range(1, luck.randint(4, 30))]
    return leaves_of(sides(old, by_briefing)), leaves_of(sides(edited(old, luck), by_briefing))


def carried_out(folder: Sequence[PaperLeaf], found: Sequence[LeafStep]) -> list[PaperLeaf]:
    """The work of a person with the folder in hand, from front to back: leaves go by what is printed on them."""
    folder, hand = list(folder), 0
    for step in found:
        if step.after is not None:
            printed = _printed(step.after)
            hand = next(n for n in range(max(hand - 1, 0), len(folder)) if _printed(folder[n]) == printed) + 1
        for leaf in step.out:
            assert _printed(folder[hand]) == _printed(leaf), "another leaf lies there"
            del folder[hand]
        folder[hand:hand] = step.into
        hand += len(step.into)
    return folder


def _printed(leaf: PaperLeaf) -> tuple[str, ...]:
    return tuple(side.folio for side in leaf)


@pytest.mark.parametrize("by_briefing", [False, True])
def test_the_instructions_make_the_other_edition(by_briefing: bool) -> None:
    """Of generated pairs, however folios run; the printed leaves are those that the old folder lacks, and no others."""
    printed = all_leaves = 0
    for seed in range(PAIRS):
        old, new = pair(seed, by_briefing)
        found = steps(old, new)
        assert carried_out(old, found) == list(new), seed
        kept = len(old) - sum(len(step.out) for step in found)
        assert len(put_in(found)) == len(new) - kept, seed
        assert all(leaf not in old or _moved(leaf, old, new) for leaf in put_in(found)), seed
        printed, all_leaves = printed + len(put_in(found)), all_leaves + len(new)
    assert (printed / all_leaves < 0.25) is by_briefing


def _moved(leaf: PaperLeaf, old: Sequence[PaperLeaf], new: Sequence[PaperLeaf]) -> bool:
    """Whether a leaf lies before or behind others than it did."""
    return [one for one in old if one in new] != [one for one in new if one in old] or old.count(leaf) > 0


def issued(leaves: Sequence[PaperLeaf]) -> tuple[bytes, list[PrintedSide]]:
    """A print file of leaves, which says on each page nothing but its words, and the sides with their pages in it."""
    found = []
    with Pdf.new() as file:
        for number, side in enumerate((side for leaf in leaves for side in leaf), 1):
            file.add_blank_page(page_size=(210, 297))
            file.pages[-1].obj.Contents = file.make_stream(f"% {side.digest}".encode())
            found.append(replace(side, page=number if side.digest else 0, label=side.folio))
        pairs = [part for n, side in enumerate(found) for part in (n, Dictionary(P=String(side.folio)))]
        file.Root.PageLabels = Dictionary(Nums=Array(pairs))
        out = io.BytesIO()
        file.save(out)
    return out.getvalue(), found


@pytest.mark.proof
@pytest.mark.parametrize("by_briefing", [False, True])
def test_the_print_file_holds_those_leaves_and_no_others(by_briefing: bool) -> None:
    """Of generated pairs, behind their sheets: side by side with their folios, blank backs too."""
    sheets, _ = issued([(PrintedSide("R-1", "instructions"), PrintedSide("R-2", "pages in force"))])
    for seed in range(PAIRS):
        old, bare = pair(seed, by_briefing)
        file, told = issued(bare)
        found = steps(old, leaves_of(told))
        wanted = [side for leaf in put_in(found) for side in leaf]
        with Pdf.open(io.BytesIO(print_leaves(sheets, file, [side.page for side in wanted]))) as made:
            pages = [(page.label, _words(page.obj)) for page in list(made.pages)[2:]]
        assert pages == [(side.folio, side.digest) for side in wanted], seed


def _words(page: Any) -> str:
    return bytes(page.Contents.read_bytes()).decode().removeprefix("% ") if "/Contents" in page else ""


def test_a_leaf_is_replaced_where_either_side_differs() -> None:
    """In words or in its folio; a blank back is a side too."""
    old = leaves_of([PrintedSide("1", "a"), PrintedSide("2", "b"), PrintedSide("3", "c")])
    assert old[1] == (PrintedSide("3", "c"), BLANK)
    for changed in (PrintedSide("1", "a'"), PrintedSide("2", "a")):
        new = (changed, old[0][1]), old[1]
        assert steps(old, new) == (LeafStep(None, (old[0],), (new[0],)),)
    grown = leaves_of([PrintedSide("1", "a"), PrintedSide("2", "b"), PrintedSide("3", "c"), PrintedSide("4", "d")])
    assert steps(old, grown) == (LeafStep(old[0], (old[1],), (grown[1],)),)


def test_the_page_of_a_file_is_nothing_printed() -> None:
    """Nor is the text that a page belongs to."""
    assert PrintedSide("1", "a", page=3, label="1", text="x") == PrintedSide("1", "a", page=5, label="1", text="y")


def test_what_folios_of_their_own_would_spare_is_counted() -> None:
    """Where most leaves differ by their folio alone."""
    texts = [Text(n, tuple(f"{n}:{k}" for k in range(2))) for n in range(1, 21)]
    grown = [texts[0], Text(2, ("2:0", "2:1", "2:2", "2:3'")), *texts[2:]]
    old, new = (leaves_of(sides(some, by_briefing=False)) for some in (texts, grown))
    assert own_folios(old, new, steps(old, new)) == OwnFolios("6", 1)
    old, new = (leaves_of(sides(some, by_briefing=True)) for some in (texts, grown))
    assert own_folios(old, new, steps(old, new)) is None


def test_what_would_be_spared_is_what_is_spared() -> None:
    """Of generated pairs those for which it is told: texts that stand elsewhere now count too."""
    told = 0
    for seed in range(PAIRS):
        old, new = pair(seed, by_briefing=False)
        if spared := own_folios(old, new, steps(old, new)):
            told += 1
            assert spared.would == len(put_in(steps(*pair(seed, by_briefing=True)))), seed
    assert told > PAIRS / 4


def test_nothing_is_spared_where_the_words_are_others() -> None:
    """Then folios are not to blame."""
    texts = [Text(n, tuple(f"{n}:{k}" for k in range(2))) for n in range(1, 9)]
    changed = [text._replace(pages=tuple(f"{words}'" for words in text.pages)) for text in texts]
    old, new = (leaves_of(sides(some, by_briefing=False)) for some in (texts, changed))
    assert own_folios(old, new, steps(old, new)) is None
