"""Recalls: every copy with a text that must come back, and which of them are accounted for. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.colleges.deliveries.states import OUT
from pipeline.colleges.holdings import LEAVES, Delivery, Holding, deliveries, holdings, is_paper
from pipeline.colleges.ledger.events import Event
from pipeline.compose.posting.parts import LetterItem, LetterPart
from pipeline.editions.letters import as_text, with_numbers
from pipeline.model.formats import PRINTED
from pipeline.model.words import Words

RECALLED = "recalled"
"""The kind of the event that begins a recall; its subject is the recall's name."""


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall as it was begun."""

    name: str
    """Its number, as a word: `recall-3`."""
    of: str
    """A briefing (`lamps`), one of its versions (`lamps@1.0`), a pack, or an edition (`nights@Autumn 2026`)."""
    reason: str
    on: date
    copies: tuple[tuple[str, str, int, int], ...]
    """The copies that were out, or may have been: delivery, format, copy number and quantity."""


def recalls(events: Iterable[Event]) -> dict[str, Recall]:
    """The recalls by name, in the order in which they were begun."""
    return {
        event.subject: Recall(
            event.subject,
            event.facts["of"],
            event.facts["reason"],
            event.day,
            tuple((one[0], one[1], one[2], one[3]) for one in event.facts["copies"]),
        )
        for event in events
        if event.kind == RECALLED
    }


def is_of(one: Holding, of: str) -> bool:
    """Whether a holding is of what a recall names."""
    if of in (one.pack, f"{one.pack}@{one.edition}"):
        return True
    return any(of in (text, text.partition("@")[0]) for text in one.briefings)


def copies_out(events: Sequence[Event], of: str) -> tuple[Holding, ...]:
    """The copies that colleges hold of a text, in whatever edition it stands."""
    return tuple(one for one in holdings(events) if one.state == "held" and is_of(one, of))


def copies_under_way(events: Sequence[Event], of: str) -> tuple[Holding, ...]:
    """The copies of a text that may be out: nobody knows yet whether they were sent."""
    known = deliveries(events).values()
    return tuple(copy for one in known for copy in _perhaps_sent(one) if is_of(copy, of))


def _perhaps_sent(one: Delivery) -> Iterator[Holding]:
    """The copies of a delivery that may be out: printed ones until a person settles that, others by its state."""
    pack, edition = one.title
    texts, record = tuple(one.facts["briefings"]), str(one.facts["record"])
    for kind, number, quantity in one.copies():
        unsettled = one.state in OUT and one.state != "sent"
        if unsettled or (one.state == "planned" and is_paper(kind)):
            copy = Holding(one.college, pack, edition, kind, number, quantity, texts, one.id, "may be out", one.since)
            yield replace(copy, record=record)


def begun(of: str, reason: str, on: date, out: Iterable[Holding]) -> Mapping[str, Any]:
    """The facts of a recall of copies."""
    copies = [[one.delivery, one.format, one.copy, one.quantity] for one in out]
    return {"of": of, "reason": reason, "on": on.isoformat(), "copies": copies}


def still_open(events: Sequence[Event], recall: Recall) -> tuple[Holding, ...]:
    """The copies of a recall that are not accounted for: still held with the text that was recalled, or on their way.

    A copy in which leaves have replaced the text is accounted for, and so is one that was settled as not sent. One that
    was thought to be gone when the recall began, and is not, is open too.
    """
    asked = {copy[:3] for copy in recall.copies}
    begin = next((one.number for one in events if (one.kind, one.subject) == (RECALLED, recall.name)), 0)
    before = {one.subject for one in events if one.kind == "sent" and one.number < begin}
    found = (*copies_out(events, recall.of), *copies_under_way(events, recall.of))
    return tuple(one for one in found if one.key in asked or one.delivery in before)


def number_of(found: Iterable[Holding]) -> int:
    """The number of copies, one by one."""
    return sum(one.quantity for one in found)


def notice(
    recall: Recall,
    college: str,
    found: Sequence[Holding],
    titles: Mapping[str, str],
    contact: str | None,
    words: Words,
) -> str:
    """The letter to a college: what it holds, why it must not be used, and the slip to send back.

    `titles` has the title of each pack by its id, and of what is recalled by the name of the recall; `words` are those
    of the college's language.
    """
    title = titles.get(recall.name, recall.of)
    parts = [
        LetterPart((words.say("recall-title", title=title),)),
        LetterPart((words.say("recall-to", college=college, date=words.day(recall.on)),)),
        LetterPart((words.say("recall-reason", reason=recall.reason),)),
    ]
    for head, unsettled in (("recall-hold", False), ("recall-perhaps", True)):
        those = [one for one in found if (one.state == "may be out") == unsettled]
        if those:
            parts.append(LetterPart((words.say(head),), tuple(_listed(those, titles, words))))
    parts.append(LetterPart((words.say("recall-ask"), words.say("recall-answer"))))
    for delivery in dict.fromkeys(one.delivery for one in found):
        parts.append(LetterPart((words.say("post-delivery", id=delivery), f"  {words.say('recall-answers')}")))
    send = words.say("recall-send", recall=recall.name, contact=contact or words.say("recall-sender"))
    return as_text((*parts, LetterPart((words.say("recall-sign"),)), LetterPart((send,))))


def _listed(those: Sequence[Holding], titles: Mapping[str, str], words: Words) -> Iterator[LetterItem]:
    """The copies, edition by edition and format by format: 'Nights, Autumn 2026: printed, copies 3 to 26'."""
    for pack, edition in dict.fromkeys((one.pack, one.edition) for one in those):
        of = [one for one in those if (one.pack, one.edition) == (pack, edition)]
        for said in _copies(of, words):
            yield LetterItem(words.say("recall-of", title=titles.get(pack, pack), edition=edition, copies=said))


def _copies(of: Sequence[Holding], words: Words) -> Iterator[str]:
    """The copies of an edition, format by format: 'printed, copies 3 to 26'."""
    for kind in dict.fromkeys(one.format for one in of):
        copies = [one for one in of if one.format == kind]
        numbers = [one.copy for one in copies if one.copy]
        key = "recall-paper" if kind in PRINTED else "recall-leaves" if kind == LEAVES else f"letter-{kind}"
        if numbers:
            yield with_numbers(words.say(key), numbers, words)
        else:
            many = words.count("letter-many", number_of(copies))
            yield words.say("letter-numbered", what=words.say(key), numbers=many)
