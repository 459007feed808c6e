"""A document that came back as a list in Markdown with a box for each proposal, and what somebody ticked in it. Pure.

A code host shows the list as a comment in which a click ticks a box. Words of others stand in it as code.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.sentences import count, span
from pipeline.word.back.cutting import cut_beside, cut_pair
from pipeline.word.back.page import FATES
from pipeline.word.back.returned import Proposal, Returned

MOST = 30_000
"""Letters of a list: hosts refuse a comment of more than 65,536. Proposals beyond it are listed in a later one."""

TAKE_IN = "**Take in what is ticked, and take the document out of the inbox**"
"""Words of the last box. Only once it is ticked does anything happen."""

_EVERY = "all that have a box"
_BOX = re.compile(r"^- \[[xX]\] ", re.MULTILINE)
_NUMBER = re.compile(r"^- \[[xX]\] ([0-9]+)\. ", re.MULTILINE)
_WORDS = 300
"""So many letters of what goes or comes are shown."""
_REMARKS = 20_000
"""Letters of the remarks of a list."""
_HINT = 1_000
"""So many letters of what is to be done by hand are shown: whoever has a browser alone copies them from there."""


@dataclass(frozen=True, slots=True)
class TickedList:
    """Ticks that somebody set in the list of a document."""

    numbers: frozenset[int]
    is_finished: bool
    """Whether the last box is ticked too."""
    is_whole: bool
    """Whether every proposal was listed."""


def boxes(path: str, returned: Returned) -> str:
    """The list of a document, which lies at a path: a box for each proposal that can be made, and one that ends it."""
    rows = [f"### {span(path)}", "", _summary(returned), ""]
    listed = list(_listed(returned))
    if sum(one.fate == "open" for one, _ in listed) > 1:
        rows.append(f"- [ ] {_EVERY}")
    rows += [line for _, line in listed]
    if left := _left(returned):
        rows.append(f"- {count(left, 'more proposal')}, listed once these are taken in: until then the document stays")
    rows += _remarks(returned)
    return "\n".join([*rows, "", f"- [ ] {TAKE_IN}", ""])


def _listed(returned: Returned) -> Iterator[tuple[Proposal, str]]:
    """The proposals that there is room for, each with its line; what the source says already is none any more."""
    room = MOST
    for one in returned.proposals:
        if one.fate == "made":
            continue
        line = _line(one)
        room -= len(line)
        if room < 0:
            return
        yield one, line


def _left(returned: Returned) -> int:
    return sum(one.fate != "made" for one in returned.proposals) - len(list(_listed(returned)))


def ticked(text: str, shown: str, returned: Returned) -> TickedList | None:
    """Read what is ticked in a text of the list as it was shown; None where that list does not stand in it."""
    text = text.replace("\r\n", "\n")
    at = _BOX.sub("- [ ] ", text).find(shown.rstrip("\n"))
    if at < 0:
        return None
    part = text[at : at + len(shown)]
    numbers = frozenset(map(int, _NUMBER.findall(part)))
    if _is_ticked(part, _EVERY):
        numbers |= {int(one) for one in re.findall(r"^- \[.\] ([0-9]+)\. ", part, re.MULTILINE)}
    known = {one.number for one in returned.proposals if one.fate == "open"}
    return TickedList(numbers & known, _is_ticked(part, TAKE_IN), not _left(returned))


def _is_ticked(part: str, words: str) -> bool:
    return f"- [x] {words}\n" in f"{part}\n" or f"- [X] {words}\n" in f"{part}\n"


def _summary(returned: Returned) -> str:
    authors = ", ".join(span(name) for name in dict.fromkeys(one.author for one in returned.proposals) if name)
    by = f", by {authors}" if authors else ""
    number = sum(one.fate != "made" for one in returned.proposals)
    return f"{count(number, 'proposal')} for {span(returned.path)}{by}. Tick what is to be made."


def _line(one: Proposal) -> str:
    gone, come = cut_beside(one.before, one.after, _WORDS)
    change = ", ".join(filter(None, (gone and f"take away {span(gone)}", come and f"put in {span(come)}")))
    box = "[ ] " if one.fate == "open" else ""
    fate = "" if one.fate == "open" else f" {FATES[one.fate]}"
    beside = span("".join((one.around[0], "[…]", one.around[1])))
    return f"- {box}{one.number}. {span(one.who)}, line {one.place.line}: {change}, in {beside}.{fate}"


def _remarks(returned: Returned) -> Iterator[str]:
    """Remarks, which have no box: they are for a person to do by hand."""
    if not returned.remarks:
        return
    yield ""
    yield "To do by hand:"
    yield ""
    room = _REMARKS
    for number, one in enumerate(returned.remarks):
        line = _told(one, returned)
        room -= len(line)
        if room < 0:
            yield f"- {len(returned.remarks) - number} more: `briefings import` tells them"
            return
        yield line


def _told(one: Diagnostic, returned: Returned) -> str:
    """A remark with its hint, which alone says what is to be done by hand."""
    hint = cut_pair(one, returned.pairs, _WORDS).hint
    said = (cut_beside(one.sentence, "", _WORDS)[0], cut_beside(hint, "", _HINT)[0])
    return f"- line {one.place.line}: {' '.join(map(span, filter(None, said)))}"
