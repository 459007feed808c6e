"""The changes that reviewers made to the words of one block, and what the block reads with them."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import NamedTuple

from pipeline.core.text.fonts import remove_direction_characters
from pipeline.core.text.typography import PASTED_CHARACTERS
from pipeline.services.comments.paragraphs import KEPT, ReviewedCharacter, Revision
from pipeline.services.comments.units import SourceUnit, digest_of_words


@dataclass(frozen=True, slots=True)
class UnitChange:
    """Other words for some units of a block, with author and day. Without an author it was not tracked."""

    first: int
    last: int
    """Number of the first unit after those that are replaced; equal to `first` where words are only inserted."""
    after: str
    author: str = ""
    day: str = ""
    touched: int = -1
    """Number of a locked unit that it would change; -1 if there is none."""


_FOREIGN = 1_000_000
"""Added to the number of a locked part that came from another block."""

_MOST_PAIRS = 4_000_000
"""Pairs of words that are compared; a block with more counts as replaced."""


def find_changes(number: int, units: Sequence[SourceUnit], characters: Sequence[ReviewedCharacter]) -> list[UnitChange]:
    """Return the changes to the block of a number, in the order of its words; no two overlap."""
    shown = [at for at, unit in enumerate(units) if unit.seen]
    sent: list[Hashable] = [at if units[at].lock else units[at].seen for at in shown]
    atoms = list(_atoms(number, characters))
    before: list[Hashable] = [atom.value for atom in atoms if atom.revision.state != "inserted"]
    opcodes = _opcodes(sent, before)
    places = [0] * (len(before) + 1)
    """The place in the words that were sent of each place in the document with all changes rejected."""
    for _, a, b, c, d in opcodes:
        for place in range(c, d + 1):
            places[place] = min(b, a + place - c)
    ends = (*shown, len(units))

    def span(start: int, end: int) -> tuple[int, int]:
        return ends[start], ends[end - 1] + 1 if end > start else ends[start]

    changes = []
    for kind, a, b, c, d in opcodes:
        if kind != "equal":
            touched = next((ends[n] for n in range(a, b) if isinstance(sent[n], int)), -1)
            changes.append(UnitChange(*span(a, b), _letters(before[c:d]), touched=touched))
    at = 0
    for who, group in groupby(atoms, lambda atom: _reviewer(atom.revision)):
        tracked = list(group)
        removed = sum(atom.revision.state != "inserted" for atom in tracked)
        if who != KEPT:
            inserted = [atom for atom in tracked if atom.revision.state == "inserted"]
            first, last = span(places[at], places[at + removed])
            locked = next((n for n in range(first, last) if units[n].lock), -1)
            touched = max([locked, *(atom.part for atom in inserted)])
            words = _letters([atom.value for atom in inserted])
            changes.append(UnitChange(first, last, words, who.author, who.day, touched))
        at += removed
    changes += _changed_parts(units, [each for each in characters if each.lock and each.lock.number == number])
    effective = (change for change in changes if change.after or change.last > change.first or change.touched >= 0)
    return sorted(effective, key=lambda change: (change.first, change.last))


def _reviewer(revision: Revision) -> Revision:
    """Return a revision without the difference of insertion and deletion: one reviewer's replacement is one change."""
    return KEPT if revision == KEPT else revision._replace(state="inserted")


class _Atom(NamedTuple):
    """A character or the number of a locked part, its revision, and the locked part that it is in; else -1."""

    value: Hashable
    revision: Revision
    part: int = -1


def _atoms(number: int, characters: Sequence[ReviewedCharacter]) -> Iterator[_Atom]:
    """Yield the characters, and the number of each locked part once; a part is deleted when nothing of it is kept.

    Words that somebody inserted into a deleted part are characters.
    """
    for lock, group in groupby(characters, lambda character: character.lock):
        members = list(group)
        if lock is None:
            yield from (_Atom(member.letter, member.revision) for member in members)
            continue
        part = lock.part if lock.number == number else _FOREIGN + lock.part
        revisions = {member.revision.state: member.revision for member in reversed(members)}
        yield _Atom(part, revisions.get("kept") or revisions.get("deleted") or revisions["inserted"], part)
        if "deleted" in revisions and "kept" not in revisions:
            inserted = (member for member in members if member.revision.state == "inserted")
            yield from (_Atom(member.letter, member.revision, part) for member in inserted)


def _changed_parts(units: Sequence[SourceUnit], characters: Sequence[ReviewedCharacter]) -> Iterator[UnitChange]:
    """Yield a change for each locked part in which somebody wrote, so that it is not what was sent."""
    for lock, group in groupby(characters, lambda character: character.lock):
        members = list(group)
        if lock is None or lock.part >= len(units) or all(member.revision.state != "kept" for member in members):
            continue
        words = "".join(member.letter for member in members if member.revision.state != "deleted")
        if digest_of_words(words) != lock.digest:
            who = next((member.revision for member in members if member.revision != KEPT), KEPT)
            yield UnitChange(lock.part, lock.part + 1, words, who.author, who.day, lock.part)


def _opcodes(sent: Sequence[Hashable], before: Sequence[Hashable]) -> list[tuple[str, int, int, int, int]]:
    if sent == before:
        return [("equal", 0, len(sent), 0, len(before))]
    left, right = _tokens(sent), _tokens(before)
    if len(left) * len(right) > _MOST_PAIRS:
        return [("replace", 0, len(sent), 0, len(before))]
    tokens = ([token for token, _ in left], [token for token, _ in right])
    starts, others = [*(at for _, at in left), len(sent)], [*(at for _, at in right), len(before)]
    opcodes = SequenceMatcher(None, *tokens, autojunk=False).get_opcodes()
    return [(kind, starts[a], starts[b], others[c], others[d]) for kind, a, b, c, d in opcodes]


def _tokens(values: Sequence[Hashable]) -> list[tuple[Hashable, int]]:
    """Return whole words, other characters and locked parts with their places, as people change whole words."""
    tokens: list[tuple[Hashable, int]] = []
    for at, value in enumerate(values):
        in_word = isinstance(value, str) and value.isalnum()
        if in_word and tokens and isinstance(before := values[at - 1], str) and before.isalnum():
            tokens[-1] = (f"{tokens[-1][0]}{value}", tokens[-1][1])
        else:
            tokens.append((value, at))
    return tokens


def _letters(values: Sequence[Hashable]) -> str:
    return "".join(value for value in values if isinstance(value, str))


_STRAIGHT = str.maketrans({**dict.fromkeys("“”„", '"'), **dict.fromkeys("‘’‚", "'")})
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x9f\ufeff\ue8f0\ue8f1]")


class Value(NamedTuple):
    """A character with its looks, or the digest of something locked; looks of None match any."""

    seen: str
    looks: str | None = ""

    def matches(self, other: Value) -> bool:
        """Return True if both read the same."""
        return self.seen == other.seen and (self.looks == other.looks or None in (self.looks, other.looks))


def typed_words(words: str) -> str:
    """Return words from a word processor with straight quotes and plain single spaces, as sources have them."""
    plain = _CONTROLS.sub("", remove_direction_characters(words).translate(PASTED_CHARACTERS)).translate(_STRAIGHT)
    return re.sub(r"\s+", " ", plain)


def values_of(units: Iterable[SourceUnit]) -> list[Value]:
    """Return the values of some units."""
    return [Value(f"\0{unit.lock}" if unit.lock else unit.seen, unit.looks) for unit in units]


def typed_values(words: str) -> list[Value]:
    """Return the values of typed words, which match any looks."""
    return [Value(letter, None) for letter in typed_words(words)]


def changed_values(units: Sequence[SourceUnit], changes: Sequence[UnitChange]) -> list[Value]:
    """Return the values of a block with changes made to it; they must be in the order of their places."""
    values = values_of(units)
    changed: list[Value] = []
    at = 0
    for change in changes:
        changed += values[at : change.first]
        changed += typed_values(change.after)
        at = max(at, change.last)
    return changed + values[at:]


def read_the_same(some: Sequence[Value], others: Sequence[Value]) -> bool:
    """Compare two blocks; spaces count as one, and not at the ends."""
    left, right = single_spaced(some), single_spaced(others)
    return len(left) == len(right) and all(a.matches(b) for a, b in zip(left, right, strict=True))


def single_spaced(values: Sequence[Value]) -> list[Value]:
    """Return the values with one space for several, and none at the ends."""
    spaced: list[Value] = []
    for value in values:
        if not value.seen.isspace():
            spaced.append(value)
        elif spaced and spaced[-1].seen != " ":
            spaced.append(Value(" ", None))
    return spaced[:-1] if spaced and spaced[-1].seen == " " else spaced


def words_with(units: Sequence[SourceUnit], changes: Sequence[UnitChange]) -> str:
    """Return the words of a block with changes made to it, for a reader."""
    words, at = "", 0
    for change in changes:
        words += "".join(unit.seen for unit in units[at : change.first]) + change.after
        at = max(at, change.last)
    return words + "".join(unit.seen for unit in units[at:])
