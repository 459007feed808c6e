"""Whether a file of plain text says what its text says: each block whole and in order, and no words of its own."""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from urllib.parse import unquote

from pipeline.codes import parity, proofs
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.markup.body import read_body
from pipeline.markup.plain import is_left_out
from pipeline.model.formats import TEXT
from pipeline.proof.parity.account import AccountEntry, TextAccount
from pipeline.proof.parity.differences import short, under
from pipeline.proof.parity.letters import letters
from pipeline.proof.parity.promise import Promise, said_of_day
from pipeline.proof.parity.texts import promised
from pipeline.proof.pdf.feet import statuses_of

_ADDRESS = re.compile(r"<(?:https?://[^<>\s]+|[^<>\s]+@[^<>\s]+)>")
"""An address behind the words of a link, which are the text's own."""

_RULE = re.compile(r"\s*([=~.-])\1*")
_SIGNS = 6
"""Letters that may stand between two blocks: the number of an entry of a list."""


@dataclass(frozen=True, slots=True)
class Read:
    """A file of plain text: its lines, its letters, and where those of each line begin."""

    lines: tuple[str, ...]
    stream: str
    starts: tuple[int, ...]

    def line_of(self, letter: int) -> int:
        """The line that a letter stands on, from 0."""
        return bisect_right(self.starts, letter) - 1

    def is_heading(self, first: int, last: int) -> bool:
        """Whether letters have lines to themselves, and a rule below these."""
        line = self.line_of(last - 1)
        below = self.lines[line + 1] if line + 1 < len(self.lines) else ""
        return bool(_RULE.fullmatch(below)) and first in self.starts


def plain_faults(content: bytes, promise: Promise, path: str) -> Iterator[Diagnostic]:
    """Every difference between a file and its texts."""
    place = Place(path)
    try:
        words = content.decode()
    except UnicodeDecodeError:
        yield parity.PARITY_UNREAD.at(place, reason="it is not written in UTF-8")
        return
    read = _read(words)
    accounts = promised(promise, TEXT, is_left_out)
    spans: list[tuple[int, int]] = []
    reached = 0
    for account in accounts:
        for entry, span in _found(account, read, reached):
            if span is None:
                said = f"'{short(entry.words)}' is missing, or is not where it should be"
                yield parity.PARITY_WORDS.at(place, where=under(entry.heading), difference=said)
                continue
            spans.append(span)
            reached = max(reached, span[1])
            if entry.kind == "heading" and not read.is_heading(*span):
                said = f"'{short(entry.words)}' is no heading there"
                yield parity.PARITY_HEADINGS.at(place, where=under(entry.heading), difference=said)
        yield from _addresses(account, words, place)
    yield from _statuses(promise, accounts, read, spans, place)
    yield from _others(promise, read, spans, place)


def _read(words: str) -> Read:
    lines = _ADDRESS.sub("", words).split("\n")
    by_line = [letters(line) for line in lines]
    return Read(tuple(lines), "".join(by_line), tuple(accumulate(map(len, by_line), initial=0))[:-1])


def _found(account: TextAccount, read: Read, reached: int) -> Iterator[tuple[AccountEntry, tuple[int, int] | None]]:
    """Each block of a text with its first letter in the file and that behind its last; None for one that is missing."""
    for entry in account.heard:
        meant = letters(entry.words)
        at = read.stream.find(meant, reached) if meant else -1
        if at >= 0:
            reached = at + len(meant)
            yield entry, (at, reached)
        elif meant:
            yield entry, None


def _addresses(account: TextAccount, words: str, place: Place) -> Iterator[Diagnostic]:
    """The addresses of links are said, in brackets or as their words."""
    said = letters(unquote(words))
    for lead in account.links:
        address = lead.destination.removeprefix("mailto:")
        if not address.startswith(("#", "briefing:")) and letters(address) not in said:
            difference = f"the address '{short(address)}' is missing"
            yield parity.PARITY_LINKS.at(place, where=under(lead.entry.heading), difference=difference)


def _statuses(
    promise: Promise, accounts: Sequence[TextAccount], read: Read, spans: Sequence[tuple[int, int]], place: Place
) -> Iterator[Diagnostic]:
    """Statuses and marking that are not said before the text begins, in a pack of each text in it."""
    length = (spans[0][0] if spans else 0) + (accounts[0].opening if accounts else 0)
    head = read.stream[: length + sum(len(letters(status)) for status in statuses_of(promise.identity))]
    for status in statuses_of(promise.identity):
        if letters(status) not in head:
            yield proofs.STATUS_LATE.at(place, status=status)
    for passage in promise.passages:
        for status in statuses_of(passage.identity):
            if letters(status) not in read.stream:
                yield proofs.STATUS_LATE.at(place, status=status)


def _others(promise: Promise, read: Read, spans: Sequence[tuple[int, int]], place: Place) -> Iterator[Diagnostic]:
    """Words between the blocks that are neither the text's nor those that stand around it."""
    identities = [promise.identity, *(passage.identity for passage in promise.passages)]
    own = promise.identity
    version = own.words.say("version", number=own.version) if own.version else ""
    around = [*(word for one in identities for word in statuses_of(one)), own.id, version, own.edition]
    around.append(said_of_day(promise, own, code=own.code))
    known = "".join(letters(words) for words in around)
    whole = "".join(
        letters("".join(read_body(chapter.body, chapter.name).itertext()))
        for passage in promise.passages
        for chapter in passage.chapters
    )
    reached = 0
    for first, last in (*sorted(spans), (len(read.stream), len(read.stream))):
        strange = read.stream[reached:first]
        if len(strange) > _SIGNS and strange not in whole and not _is_made_of(strange, around, known):
            line = read.lines[read.line_of(reached)].strip()
            yield parity.PARITY_FRAME.at(place, words=line[:80])
        reached = max(reached, last)


def _is_made_of(strange: str, around: Sequence[str], known: str) -> bool:
    """Whether letters are those of words that may stand around a text."""
    for words in sorted({letters(one) for one in around if one}, key=len, reverse=True):
        strange = strange.replace(words, "")
    return len(strange) <= _SIGNS or strange in known
