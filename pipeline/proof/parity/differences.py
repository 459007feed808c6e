"""Differences between two lists of things, told in words: missing, one too many, changed, moved, doubled."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from pipeline.proof.parity.account import AccountEntry

NEAR = 5
"""Words shown on either side of a difference."""

SHORT = 80
"""So many characters are shown whole."""

LONGEST = 2000
"""Number of differences above which it would take too long to match things: they are paired as they stand."""

Pair = tuple[AccountEntry | None, AccountEntry | None]
"""A thing of the text, and what stands for it in the file."""


@dataclass(frozen=True, slots=True)
class TextDifference:
    """A difference in words, the heading that it stands under, and the number of pages that have begun before it."""

    words: str
    heading: str
    page: int

    @property
    def where(self) -> str:
        """The place in words."""
        return under(self.heading)


def differences(expected: Sequence[AccountEntry], found: Sequence[AccountEntry]) -> Iterator[TextDifference]:
    """Every difference in the order of the file. What stands in both, but elsewhere, is told once."""
    pairs = list(_pairs(expected, found))
    lost = {meant.words: meant for meant, held in pairs if meant and not held}
    strange = Counter(held.words for meant, held in pairs if held and not meant)
    known = {meant.words for meant in expected}
    moved = Counter(meant.words for meant, held in pairs if meant and not held) & strange
    told = Counter(moved)
    page = 0
    for meant, held in pairs:
        page = held.page if held else page
        if meant and held:
            if meant.words != held.words:
                yield TextDifference(_changed(meant.words, held.words), meant.heading, page)
        elif meant:
            if moved[meant.words]:
                moved[meant.words] -= 1
            else:
                yield TextDifference(f"'{short(meant.words)}' is missing", meant.heading, page)
        elif held:
            if told[held.words]:
                told[held.words] -= 1
                words = f"'{short(held.words)}' has its place {under(lost[held.words].heading)}"
            elif held.words in known:
                words = f"'{short(held.words)}' stands there once more than it should"
            else:
                words = f"'{short(held.words)}' is one too many"
            yield TextDifference(words, held.heading, page)


def first_difference(expected: Sequence[str], found: Sequence[str]) -> int:
    """Number of words, or letters, that are the same from the beginning."""
    shortest = min(len(expected), len(found))
    return next((n for n in range(shortest) if expected[n] != found[n]), shortest)


def under(heading: str) -> str:
    """Words for a place: under a heading, or before any."""
    return f"under '{short(heading)}'" if heading else "before the first heading"


def short(words: str) -> str:
    """Words as they are shown."""
    return words if len(words) <= SHORT else words[: SHORT - 1] + "…"


def _pairs(expected: Sequence[AccountEntry], found: Sequence[AccountEntry]) -> Iterator[Pair]:
    meant, held = [entry.words for entry in expected], [entry.words for entry in found]
    if meant == held or max(len(meant), len(held)) > LONGEST:
        yield from zip_longest(expected, found)
        return
    for _, i, i_end, j, j_end in SequenceMatcher(None, meant, held, autojunk=False).get_opcodes():
        yield from zip_longest(expected[i:i_end], found[j:j_end])


def _changed(meant: str, held: str) -> str:
    """Words for a change: the whole where it is short, else the words where the difference begins."""
    if max(len(meant), len(held)) <= SHORT:
        return f"'{held}' stands where '{meant}' should"
    expected, found = meant.split(), held.split()
    at = first_difference(expected, found)
    before = " ".join(expected[max(0, at - NEAR) : at])
    said, should = (short(" ".join(words[at : at + NEAR])) for words in (found, expected))
    after = f"after '{before}' comes" if before else "it begins with"
    return f"{after} {_quoted(said, 'nothing')}, not {_quoted(should, 'its end')}"


def _quoted(words: str, nothing: str) -> str:
    return f"'{words}'" if words else nothing
