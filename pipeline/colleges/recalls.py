"""Recalls: every copy with a text that must come back, and which of them are accounted for. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.colleges.deliveries.states import OUT
from pipeline.colleges.holdings import Delivery, Holding, deliveries, holdings, is_paper
from pipeline.colleges.ledger.events import Event
from pipeline.core.tables import count
from pipeline.editions.copies import numbers_in_words
from pipeline.model.day import in_words
from pipeline.model.formats import FORMATS, PRINTED

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
    recall: Recall, college: str, found: Sequence[Holding], titles: Mapping[str, str], contact: str | None
) -> str:
    """The letter to a college: what it holds, why it must not be used, and the slip to send back.

    `titles` has the title of each pack by its id, and of what is recalled by the name of the recall.
    """
    title = titles.get(recall.name, recall.of)
    lines = [f"Please stop using: {title}", "", f"To {college}, {in_words(recall.on)}", "", f"Reason: {recall.reason}"]
    for head, unsettled in (("By our records you hold:", False), ("These may be out, on their way to you:", True)):
        those = [one for one in found if (one.state == "may be out") == unsettled]
        lines += ["", head] if those else []
        for pack, edition in dict.fromkeys((one.pack, one.edition) for one in those):
            of = [one for one in those if (one.pack, one.edition) == (pack, edition)]
            lines += [f"- {titles.get(pack, pack)}, {edition}: {said}" for said in _copies(of)]
    lines += ["", "Please take every copy out of use, and destroy or return it; delete files."]
    lines += ["Then answer, a line for each delivery:"]
    for delivery in dict.fromkeys(one.delivery for one in found):
        answers = "   ".join(f"{how}: ____ copies" for how in ("destroyed", "returned", "not found"))
        lines += ["", f"Delivery {delivery}", f"  {answers}"]
    lines += ["", "Day: ______________   Role, signed: ______________________________", ""]
    lines.append(f"{recall.name}. Send it to {contact or 'where the pack came from'}.")
    return "\n".join(lines) + "\n"


def _copies(of: Sequence[Holding]) -> Iterable[str]:
    """The copies of an edition, format by format: 'printed, copies 3 to 26'."""
    for kind in dict.fromkeys(one.format for one in of):
        copies = [one for one in of if one.format == kind]
        numbers = [one.copy for one in copies if one.copy]
        words = "printed" if kind in PRINTED else _NOTES.get(kind, kind)
        yield f"{words}, {numbers_in_words(numbers) if numbers else count(number_of(copies), 'copy', 'copies')}"


_NOTES = {str(name): row.note for name, row in FORMATS.items()}
