"""The state of an edition, or of a kept version, as the library has it now: current or not, and why. Pure."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Literal, Protocol

from pipeline.core.services import hooked
from pipeline.editions.issued.records import Chain, RecordFile, corrected_by
from pipeline.model.bibliography import Reference, WorkState
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.versions import correction_of, numbers
from pipeline.model.words import in_words
from pipeline.resolve.status import retired_in_words

NowWord = Literal["current", "uncertain", "superseded", "corrected", "withdrawn", "recalled"]

GRAVITY: tuple[NowWord, ...] = ("current", "uncertain", "superseded", "corrected", "withdrawn", "recalled")
"""From the lightest to the gravest: the gravest that applies is said. What is recalled, notices tell."""


@dataclass(frozen=True, slots=True)
class StateNow:
    """The state of an edition or a version now: a word for it, the sentences that say why, and those on what to do."""

    word: NowWord
    reasons: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


class Notices(Protocol):
    """Notices of a service on editions and versions, such as recalls: each gives a state with what it adds to it."""

    def of_edition(self, chain: Chain, one: RecordFile, state: StateNow) -> StateNow:
        """The state of an edition, one of the records of its pack."""

    def of_version(self, name: str, version: str, state: StateNow) -> StateNow:
        """The state of a kept version."""


def notices(files: Mapping[str, bytes]) -> tuple[Notices, ...]:
    """The notices of every service, by the files of `source/`."""
    return tuple(ask(files) for _, ask in hooked("notices"))


def _gravest(found: list[tuple[NowWord, str]]) -> StateNow:
    ordered = sorted(found, key=lambda one: -GRAVITY.index(one[0]))
    return StateNow(ordered[0][0] if ordered else "current", tuple(reason for _, reason in ordered))


def edition_now(library: Library, chain: Chain, one: RecordFile, told: Iterable[Notices] = ()) -> StateNow:
    """The state now of an edition: by the records after it, by what became of its briefings, and by notices."""
    by_records = [*_by_records(chain, one)]
    found = _gravest([*by_records, *_by_briefings(library, one)])
    state = replace(found, steps=_what_to_do(chain[-1], one)) if by_records else found
    for notice in told:
        state = notice.of_edition(chain, one, state)
    return state


def _what_to_do(last: RecordFile, one: RecordFile) -> tuple[str, ...]:
    if one is last:
        return ()
    copy = "a copy of " if last.record.numbered else ""
    return (f"Ask the publisher for {copy}'{last.record.edition}'.",)


def _by_records(chain: Chain, one: RecordFile) -> Iterator[tuple[NowWord, str]]:
    last, corrected = chain[-1], corrected_by(chain, one.record.edition)
    if corrected:
        yield "corrected", f"This edition is corrected by {_named(corrected)}."
    if last.record.number > one.record.number and last is not corrected:
        yield "superseded", f"This edition is superseded by {_named(last)}."


def _named(one: RecordFile) -> str:
    return f"'{one.record.edition}', issued on {in_words(one.record.issued)}"


def _by_briefings(library: Library, one: RecordFile) -> Iterator[tuple[NowWord, str]]:
    for briefing in one.record.briefings:
        for word, reason in _by_version(library, briefing.id, briefing.version, briefing.title):
            yield word, f"{reason} Do not use it." if word == "withdrawn" else reason


def version_now(library: Library, name: str, version: str, title: str, told: Iterable[Notices] = ()) -> StateNow:
    """The state now of a kept version: by the present text, by the versions after it, and by notices."""
    found = list(_by_version(library, name, version, title))
    later = [one for one in library.kept_numbers.get(name, ()) if numbers(one) > numbers(version)]
    if later and not any(word == "corrected" for word, _ in found):
        found.append(("superseded", f"Version {later[-1]} is published since."))
    state = _gravest(found)
    for notice in told:
        state = notice.of_version(name, version, state)
    return state


def with_doubts(state: StateNow, rests: Iterable[tuple[str, Iterable[Reference]]]) -> StateNow:
    """The state with the works that do not hold any more, behind the title of each text that rests on them.

    Only who publishes the text can say whether it still holds: what was current is uncertain.
    """
    reasons = tuple(_doubt(title, work) for title, works in rests for work in works)
    word = "uncertain" if reasons and state.word == "current" else state.word
    return replace(state, word=word, reasons=(*state.reasons, *reasons))


def _doubt(title: str, work: Reference) -> str:
    on = f" on {in_words(work.state_day)}" if work.state_day else ""
    if work.state is WorkState.RETRACTED:
        return f"'{title}' rests on {work.key}, which was retracted{on}."
    return f"'{title}' rests on {work.key}, about which an expression of concern was published{on}."


def _by_version(library: Library, name: str, version: str, title: str) -> Iterator[tuple[NowWord, str]]:
    """Facts that stand against relying on a version of a text."""
    briefing = library.briefings.get(name)
    if briefing is None:
        why = "cannot be read now" if name in library.broken else "is not in the library any more"
        yield "uncertain", f"'{title}' {why}: nobody can say whether it still holds."
        return
    if retired := retired_in_words(library, name):
        word: NowWord = "withdrawn" if briefing.fields.status is Status.WITHDRAWN else "superseded"
        yield word, f"'{title}' is {retired.rstrip('.')}."
    published = {*library.kept_numbers.get(name, ())}
    published |= {briefing.fields.version} if briefing.fields.status is Status.PUBLISHED else set()
    if later := correction_of(version, briefing.fields.history, published):
        yield "corrected", f"'{title}' {version} has a mistake that version {later} corrects."
