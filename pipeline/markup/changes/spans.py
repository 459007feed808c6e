"""Spans of the words of two lines, equal and changed in turn, as a reader takes them: a change ends with a word."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from pipeline.markup.changes.parts import SPACE, WordKey

CRUMB = 4
"""Letters of an equal piece between two changes that is read as part of one change."""


@dataclass(slots=True)
class WordSpan:
    """A run of words that both lines have, or that one of them has in place of those of the other."""

    equal: bool
    old_start: int
    old_end: int
    new_start: int
    new_end: int


def spans_of(old: Sequence[WordKey], new: Sequence[WordKey]) -> list[WordSpan]:
    """The spans of two lines, in order."""
    found = list(_joined(old, new))
    for number, span in enumerate(found):
        if not span.equal:
            _end_with_word(span, found[number - 1] if number else None, found[number + 1], old, new)
    return found


def _joined(old: Sequence[WordKey], new: Sequence[WordKey]) -> Iterator[WordSpan]:
    """Spans without crumbs: a few equal letters between two changes are part of the change.

    They are equal and changed in turn, and one that is equal ends them.
    """
    codes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    last: WordSpan | None = None
    for number, (kind, i1, i2, j1, j2) in enumerate(codes):
        piece = old[i1:i2]
        crumb = 0 < number < len(codes) - 1 and len(piece) < CRUMB and all(len(str(word[0])) < CRUMB for word in piece)
        equal = kind == "equal" and not crumb
        if last is not None and not equal and not last.equal:
            last.old_end, last.new_end = i2, j2
            continue
        if last is not None:
            yield last
        last = WordSpan(equal, i1, i2, j1, j2)
    if last is not None:
        yield last
    if last is not None and not last.equal:
        yield WordSpan(True, last.old_end, last.old_end, last.new_end, last.new_end)


def _end_with_word(
    span: WordSpan, before: WordSpan | None, after: WordSpan, old: Sequence[WordKey], new: Sequence[WordKey]
) -> None:
    """Leave the blank at the end of a change to the words behind it, where both lines have one there."""
    was, now = old[span.old_start : span.old_end], new[span.new_start : span.new_end]
    while was and now and was[-1] == now[-1] == SPACE:
        was, now = was[:-1], now[:-1]
        span.old_end, span.new_end = span.old_end - 1, span.new_end - 1
        after.old_start, after.new_start = span.old_end, span.new_end
    words, stood = was or now, old[before.old_start : before.old_end] if before else []
    if before and not (was and now) and len(words) > 1 and words[-1] == SPACE and stood and stood[-1] == SPACE:
        before.old_end, before.new_end = before.old_end - 1, before.new_end - 1
        span.old_start, span.new_start = before.old_end, before.new_end
        span.old_end, span.new_end = span.old_end - 1, span.new_end - 1
        after.old_start, after.new_start = span.old_end, span.new_end
