"""Recalls: every copy with words that must come back, and which of them are accounted for. Pure."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.colleges.deliveries.states import OUT
from pipeline.colleges.holdings import WITHDRAWN, Delivery, Holding, deliveries, holdings, in_force, is_paper
from pipeline.colleges.ledger.events import Event
from pipeline.editions.issued.records import RecordFile
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.kept import pin

RECALLED = "recalled"
"""The kind of the event that begins a recall; its subject is the recall's name."""
REMINDED = "reminded"
"""The kind of the event by which release 1 asked again, by another day or with other words on what comes instead."""
TOLD = "told"
"""The kind of the event that says that a college was told of a recall; its subject is the recall's name."""
NOTICED = "received"
"""The kind of the event by which, in release 1, a college said that it knew; its subject is the recall's name."""
NamedWords = tuple[str, str, tuple[str, ...]]
"""An edition as a recall looks at it: its pack, its name, and its briefings with their versions."""


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
    words: tuple[str, ...] = ()
    """The versions and editions that it is about: those that were known on its day, none of later ones."""
    answer_by: date | None = None
    """The day by which colleges are asked to answer."""
    instead: str = ""
    """Words on what comes in its place."""
    by: str = ""
    """The role that signs its notices."""
    lifted: str = ""
    """The reason why it was lifted, if it was: it was begun by mistake."""
    lifted_on: date | None = None
    number: int = 0
    """The number of its event in the ledger."""

    def holds_in(self, pack: str, edition: str, briefings: Iterable[str]) -> tuple[str, ...]:
        """The words of an edition that it has recalled: `nights@Autumn 2026`, `lamps@1.0`; none of most."""
        return () if self.lifted else tuple(one for one in (f"{pack}@{edition}", *briefings) if one in self.words)


def recalls(events: Sequence[Event]) -> dict[str, Recall]:
    """The recalls by name, in the order in which they were begun; what an event does not say stays empty."""
    found: dict[str, Recall] = {}
    for event in events:
        if event.kind == RECALLED:
            found[event.subject] = _recall(event, events)
        elif event.subject in found and event.kind in (WITHDRAWN, REMINDED):
            found[event.subject] = _since(found[event.subject], event)
    return found


def _since(one: Recall, event: Event) -> Recall:
    """A recall after it was lifted, or after its holders were asked again."""
    facts = event.facts
    if event.kind == REMINDED:
        by = facts.get("answer_by")
        instead, role = facts.get("instead", one.instead), facts.get("by", one.by)
        return replace(one, answer_by=date.fromisoformat(by) if by else one.answer_by, instead=instead, by=role)
    if facts.get("event") != one.number:
        return one
    why = facts.get("reason", "no reason is on record")
    return replace(one, lifted=why, lifted_on=event.day)


def _recall(event: Event, events: Iterable[Event]) -> Recall:
    """A recall; one that does not name its words has those of the deliveries that were planned before it."""
    facts = event.facts
    words = facts.get("words")
    if words is None:
        words = words_of(facts.get("of", ""), planned_editions(one for one in events if one.number < event.number))
    answer_by = facts.get("answer_by")
    return Recall(
        event.subject,
        facts.get("of", ""),
        facts.get("reason", ""),
        event.day,
        tuple((one[0], one[1], one[2], one[3]) for one in facts.get("copies", ())),
        tuple(words),
        date.fromisoformat(answer_by) if answer_by else None,
        facts.get("instead", ""),
        facts.get("by", ""),
        number=event.number,
    )


def planned_editions(events: Iterable[Event]) -> tuple[NamedWords, ...]:
    """The editions of which a delivery was planned, each with its briefings."""
    known = deliveries(events).values()
    return tuple(dict.fromkeys((*one.title, tuple(one.facts["briefings"])) for one in known))


def issued_editions(records: Iterable[RecordFile]) -> tuple[NamedWords, ...]:
    """The editions that were issued, with their briefings."""
    return tuple((one.record.pack, one.record.edition, one.record.texts) for one in records)


def published_versions(library: Library) -> tuple[str, ...]:
    """The versions of briefings that were published: those that are kept, and those in force."""
    kept = (pin(name, number) for name, numbers in library.kept_numbers.items() for number in numbers)
    every = library.briefings.values()
    now = (pin(one.id, one.fields.version) for one in every if one.fields.status is Status.PUBLISHED)
    return tuple(dict.fromkeys((*kept, *now)))


def words_of(of: str, editions: Iterable[NamedWords], versions: Iterable[str] = ()) -> tuple[str, ...]:
    """The versions and editions that somebody means by a name, of those that there are.

    `versions` are those of briefings, whether or not they stand in an edition.
    """
    found = dict.fromkeys(text for text in versions if of in (text, text.partition("@")[0]))
    for pack, edition, briefings in editions:
        if of in (pack, f"{pack}@{edition}"):
            found[f"{pack}@{edition}"] = None
        found |= dict.fromkeys(text for text in briefings if of in (text, text.partition("@")[0]))
    return tuple(found)


def is_of(one: Holding, of: str) -> bool:
    """Whether a holding is of what a recall names."""
    return bool(words_of(of, ((one.pack, one.edition, one.briefings),)))


def copies_out(events: Sequence[Event], of: str) -> tuple[Holding, ...]:
    """The copies that colleges hold of a text, in whatever edition it stands."""
    return tuple(one for one in holdings(events) if one.state == "held" and is_of(one, of))


def copies_under_way(events: Sequence[Event], of: str) -> tuple[Holding, ...]:
    """The copies of a text that may be out: nobody knows yet whether they were sent."""
    return tuple(copy for copy in _under_way(events) if is_of(copy, of))


def _under_way(events: Sequence[Event]) -> Iterator[Holding]:
    return (copy for one in deliveries(events).values() for copy in _perhaps_sent(one))


def _perhaps_sent(one: Delivery) -> Iterator[Holding]:
    """The copies of a delivery that may be out: printed ones until a person settles that, others by its state."""
    pack, edition = one.title
    texts, record = tuple(one.facts["briefings"]), str(one.facts["record"])
    for kind, number, quantity in one.copies():
        unsettled = one.state in OUT and one.state != "sent"
        if unsettled or (one.state == "planned" and is_paper(kind)):
            copy = Holding(one.college, pack, edition, kind, number, quantity, texts, one.id, "may be out", one.since)
            yield replace(copy, record=record)


def begun(
    of: str,
    reason: str,
    on: date,
    out: Iterable[Holding],
    issued: Iterable[NamedWords] = (),
    answer_by: date | None = None,
    instead: str = "",
    versions: Iterable[str] = (),
    by: str = "",
) -> Mapping[str, Any]:
    """The facts of a recall of copies; `issued` are the editions that were issued, whoever holds them.

    `versions` are the versions of briefings that were published, whether or not they stand in one.
    """
    found = tuple(out)
    copies = [[one.delivery, one.format, one.copy, one.quantity] for one in found]
    here = ((one.pack, one.edition, one.briefings) for one in found)
    said: dict[str, Any] = {"of": of, "reason": reason, "on": on.isoformat(), "copies": copies}
    said["words"] = list(words_of(of, (*here, *issued), versions))
    more = {"answer_by": answer_by.isoformat() if answer_by else "", "instead": instead, "by": by}
    return said | {name: value for name, value in more.items() if value}


def is_recalled(one: Holding, recall: Recall) -> bool:
    """Whether copies have words that a recall has taken back; those into which leaves have gone may have none."""
    return bool(recall.holds_in(one.pack, one.edition, one.briefings))


def still_open(events: Sequence[Event], recall: Recall) -> tuple[Holding, ...]:
    """The copies of a recall that are not accounted for: held with its words, or on their way.

    It looks at every copy with those words, whenever it was sent. A copy in which leaves have replaced the text is
    accounted for, and so is one that was settled as not sent.
    """
    held = (one for one in holdings(events) if one.state == "held")
    return tuple(one for one in (*held, *_under_way(events)) if is_recalled(one, recall))


def recalls_asking(events: Sequence[Event], college: str, pack: str) -> tuple[str, ...]:
    """The names of the recalls that ask a college for copies of a pack."""
    known = recalls(events).values()
    own = {one.name: still_open(events, one) for one in known}
    return tuple(
        name for name, found in own.items() if any((copy.college, copy.pack) == (college, pack) for copy in found)
    )


def recalled_in(known: Iterable[Recall], pack: str, edition: str, briefings: Iterable[str]) -> tuple[Recall, ...]:
    """The recalls that have taken words of an edition back."""
    texts = tuple(briefings)
    return tuple(one for one in known if one.holds_in(pack, edition, texts))


def standing(known: Iterable[Recall], words: Iterable[str]) -> Recall | None:
    """The recall that has taken all these words back already."""
    asked = set(words)
    return next((one for one in known if not one.lifted and asked <= set(one.words)), None)


def tellings(events: Sequence[Event], recall: str) -> tuple[Event, ...]:
    """The events by which colleges know of a recall, but those that were taken back."""
    own = (event for event in in_force(events) if event.subject == recall)
    return tuple(event for event in own if event.kind in (TOLD, NOTICED))


@dataclass(frozen=True, slots=True)
class Holder:
    """A college that a recall asks for copies."""

    college: str
    copies: int
    """The number of copies that it was asked for."""
    told: date | None
    """The day on which it was told last."""
    open: tuple[Holding, ...]
    """The copies that are not accounted for."""


def holders(events: Sequence[Event], recall: Recall) -> tuple[Holder, ...]:
    """The colleges that a recall asks, in order: those whose copies it named, and those to whom some went since."""
    planned, found = deliveries(events), still_open(events, recall)
    asked: dict[str, Counter[tuple[str, str, int]]] = {}
    for delivery, kind, number, quantity in recall.copies:
        if delivery in planned:
            asked.setdefault(planned[delivery].college, Counter())[delivery, kind, number] += quantity
    out: dict[str, Counter[tuple[str, str, int]]] = {}
    for one in found:
        out.setdefault(one.college, Counter())[one.key] += one.quantity
    told = {str(event.facts["college"]): event.day for event in tellings(events, recall.name)}
    none = Counter[tuple[str, str, int]]()
    return tuple(
        Holder(
            name,
            (asked.get(name, none) | out.get(name, none)).total(),
            told.get(name),
            tuple(one for one in found if one.college == name),
        )
        for name in sorted({*asked, *out, *told})
    )


def number_of(found: Iterable[Holding]) -> int:
    """The number of copies, one by one."""
    return sum(one.quantity for one in found)
