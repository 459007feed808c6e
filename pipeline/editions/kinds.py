"""Doubts about corrections that change a number, a negation, a finding, or more than a tenth of the words."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.editions.approvals import entry_of, strings_in
from pipeline.model.source.versions import WORDS, folder_of, numbers
from pipeline.resolve.reading import Reading
from pipeline.resolve.wording import words_of

MOST = 0.1
"""The share of the words that a correction may change without a doubt."""

_NUMBER = re.compile(r"\d+(?:[.,]\d+)*%?")
_NEGATIONS = frozenset(
    {"no", "not", "never", "none", "nobody", "nothing", "nowhere", "neither", "nor", "without", "cannot"}
)
_WORD = re.compile(r"(?<![\w’'.,%-])[\w’'.,%-]*\w%?")


def kind_doubts(
    reading: Reading, files: Mapping[str, bytes], kept: Mapping[str, Sequence[str]]
) -> Iterator[Diagnostic]:
    """The doubt about a correction, at its kind in the history.

    It is compared with the version before it, as far as that is kept with its wording: `kept` has the numbers of the
    kept versions of each briefing, in order, and `files` the files of `source/` by path.
    """
    briefing = reading.briefing
    found, version = entry_of(briefing), briefing.fields.version
    earlier = [one for one in kept.get(briefing.id, ()) if numbers(one) < numbers(version)]
    before = files.get(f"{folder_of(briefing.id, earlier[-1])}/{WORDS}") if earlier else None
    if found is None or found.entry.kind != "correction" or before is None:
        return
    if doubts := tuple(_doubts(json.loads(before), json.loads(words_of(reading)))):
        place = briefing.marks.at("history", found.number, "kind")
        yield message("kind-doubtful", place, version=version, doubts=", and ".join(doubts[:2]))


def _doubts(before: Sequence[Any], after: Sequence[Any]) -> Iterator[str]:
    """The doubts, in clauses: the gravest first."""
    if _of(before, "field", "evidence") != _of(after, "field", "evidence"):
        yield "its findings are others"
    was, now = _words(before), _words(after)
    changed = [span for span in SequenceMatcher(None, was, now, autojunk=False).get_opcodes() if span[0] != "equal"]
    for _, i1, i2, j1, j2 in changed:
        gone, new = ([word for word in side if _NUMBER.fullmatch(word)] for side in (was[i1:i2], now[j1:j2]))
        if gone != new:
            yield _changed_number(gone, new)
            break
    for _, i1, i2, j1, j2 in changed:
        gone, new = ([word for word in side if _is_negation(word)] for side in (was[i1:i2], now[j1:j2]))
        if len(gone) != len(new):
            yield f"'{(new or gone)[0]}' is {'new' if len(new) > len(gone) else 'gone'}"
            break
    many = sum(max(i2 - i1, j2 - j1) for _, i1, i2, j1, j2 in changed)
    if many > MOST * max(len(was), 1):
        yield f"{100 * many // max(len(was), 1)}% of its words are others"


def _changed_number(gone: Sequence[str], new: Sequence[str]) -> str:
    if gone and new:
        return f"{gone[0]} has become {new[0]}"
    return f"{gone[0]} is gone" if gone else f"{new[0]} is new"


def _is_negation(word: str) -> bool:
    return word.casefold() in _NEGATIONS or word.casefold().endswith(("n't", "n’t"))


def _of(wording: Sequence[Any], *names: str) -> list[Any]:
    """The entries of a kind and name."""
    return [entry for entry in wording if list(entry[: len(names)]) == list(names)]


def _words(wording: Sequence[Any]) -> list[str]:
    """The words of the title, the summary and the texts."""
    said = [entry[2] for entry in wording if entry[:2] in (["field", "title"], ["field", "summary"])]
    said += [words for entry in _of(wording, "text") for block in entry[2:] for words in strings_in(block[1:])]
    return [word.strip(".,") for one in said for word in _WORD.findall(one)]
