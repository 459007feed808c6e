"""Choice of what is disclosed, and the events, editions and kept versions that it concerns. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.colleges.holdings import RECEIPTS, WITHDRAWN, Delivery, Holding, deliveries, holdings
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.recalls import NOTICED, RECALLED, REMINDED, TOLD, recalls
from pipeline.editions.issued.records import Chain, RecordFile
from pipeline.load.library.register import Entry
from pipeline.model.source.kept import KeptRecord


@dataclass(frozen=True, slots=True)
class Choice:
    """The college, the text, the pack and the period of a disclosure; what is not named is not limited."""

    college: str | None = None
    briefing: str | None = None
    """A briefing (`lamps`), or one of its versions (`lamps@1.0`)."""
    pack: str | None = None
    first: date | None = None
    """The first day of the period."""
    last: date | None = None
    """The last day of it, which belongs to it."""

    def has_day(self, day: date) -> bool:
        """Whether a day lies in the period."""
        return (self.first or date.min) <= day <= (self.last or date.max)

    def is_of(self, pack: str, texts: Iterable[str]) -> bool:
        """Whether a pack with these versions of texts is meant."""
        return self.pack in (None, pack) and (self.briefing is None or any(map(self.has_text, texts)))

    def has_text(self, text: str) -> bool:
        """Whether a version of a text, 'lamps@1.0', is meant."""
        return self.briefing in (None, text, text.partition("@")[0])


@dataclass(frozen=True, slots=True)
class Sources:
    """The sources of a disclosure: the events of the ledger, the records of editions and versions, the register."""

    events: Sequence[Event]
    chains: Mapping[str, Chain]
    kept: Mapping[str, KeptRecord]
    """Kept versions by 'id@version'."""
    register: Sequence[Entry] = ()


@dataclass(frozen=True, slots=True)
class Concerned:
    """Everything that a choice concerns."""

    deliveries: tuple[Delivery, ...]
    events: tuple[Event, ...]
    records: tuple[RecordFile, ...]
    versions: tuple[str, ...]
    """Kept versions, as 'id@version'."""
    prepared: tuple[Entry, ...]
    held: tuple[Holding, ...]
    """Copies that colleges hold at the end of the period."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to disclose."""
        return not (self.events or self.records or self.versions or self.prepared)


def concerned(sources: Sources, choice: Choice) -> Concerned:
    """All that a choice concerns.

    A delivery is of a period if anything happened to it then, or if copies of it were held when the period began. What
    is told of it begins with its plan and ends with the period, but for what takes an answer back later.
    """
    those = tuple(_deliveries(sources.events, choice))
    events = tuple(_events(sources.events, those, choice))
    prepared = tuple(one for one in sources.register if _is_prepared(one, choice))
    sent = {str(one.facts["record"]) for one in those}
    named = {one.issue for one in prepared}
    records = tuple(
        one
        for chain in sources.chains.values()
        for one in chain
        if choice.is_of(one.record.pack, one.record.texts)
        and (
            one.sha256 in sent
            or (one.record.pack, one.record.edition) in named
            or (choice.college is None and choice.has_day(one.record.issued))
        )
    )
    bound = dict.fromkeys(text for one in records for text in one.record.kept_texts if choice.has_text(text))
    alone = choice.college is None and choice.pack is None
    published = [
        name for name, one in sources.kept.items() if alone and choice.has_text(name) and choice.has_day(one.published)
    ]
    versions = sorted(name for name in {*bound, *published} if name in sources.kept)
    held = tuple(one for one in holdings(sources.events, choice.last) if one.state == "held" and _is_held(one, choice))
    return Concerned(those, events, records, tuple(versions), prepared, held)


def _deliveries(events: Sequence[Event], choice: Choice) -> Iterator[Delivery]:
    """The deliveries that a choice concerns, in the order in which they were planned."""
    first = choice.first
    before = holdings(events, first - timedelta(1)) if first and first > date.min else ()
    held = {one.delivery for one in before if one.state == "held"}
    happened = {found for event in events if choice.has_day(event.day) for found in _touched(event, events)}
    for one in deliveries(events).values():
        is_its = choice.college in (None, one.college) and choice.is_of(one.title[0], one.facts["briefings"])
        if is_its and (one.id in held or not happened.isdisjoint({(one.id, ""), (one.id, one.college)})):
            yield one


def _touched(event: Event, events: Sequence[Event]) -> Iterator[tuple[str, str]]:
    """The deliveries that an event is about; of a notice of a recall, those to its college alone."""
    college = str(event.facts.get("college", "")) if event.kind in (TOLD, NOTICED) else ""
    yield event.subject, college
    if event.kind in (RECALLED, REMINDED, TOLD, NOTICED, WITHDRAWN):
        about = (one for one in events if one.kind == RECALLED and one.subject == event.subject)
        yield from ((name, college) for one in about for name in _asked_for(one))


def _events(events: Sequence[Event], those: Sequence[Delivery], choice: Choice) -> Iterator[Event]:
    """The events of some deliveries until the end of the period, what led to those, and what took any of them back."""
    own = _own(events, those, choice)
    told = {event.number for event in own if event.day <= (choice.last or date.max)}
    last = {event.subject: event.number for event in own if event.number in told}
    for event in own:
        undoes = event.kind == WITHDRAWN and event.facts["event"] in told
        leads = event.kind not in (*RECEIPTS, WITHDRAWN, TOLD, REMINDED) and event.number < last.get(event.subject, 0)
        if undoes or leads or event.number in told:
            yield event


def _own(events: Sequence[Event], those: Sequence[Delivery], choice: Choice) -> tuple[Event, ...]:
    """The events of some deliveries and of the recalls that ask for them; of notices those to the college."""
    names, asking, own = {one.id for one in those}, _asking(events, those), dict[int, Event]()
    for event in events:
        is_notice = event.kind in (TOLD, NOTICED) and choice.college in (None, event.facts.get("college"))
        of_recall = (
            event.kind in (RECALLED, REMINDED) or is_notice or (event.kind == WITHDRAWN and event.facts["event"] in own)
        )
        if event.subject in names or (event.subject in asking and of_recall):
            own[event.number] = event
    return tuple(own.values())


def _asking(events: Sequence[Event], those: Sequence[Delivery]) -> frozenset[str]:
    """The recalls of some deliveries: they ask for copies, or their colleges were told, as of copies sent since."""
    names = {one.id for one in those}
    asking = {event.subject for event in events if not names.isdisjoint(_asked_for(event))}
    known = recalls(events)
    for event in events:
        if event.kind in (TOLD, NOTICED) and (recall := known.get(event.subject)):
            their = (one for one in those if one.college == event.facts.get("college"))
            if any(not {"@".join(one.title), *one.facts["briefings"]}.isdisjoint(recall.words) for one in their):
                asking.add(recall.name)
    return frozenset(asking)


def _asked_for(event: Event) -> frozenset[str]:
    """The deliveries of which a recall asks for copies; of another event, none."""
    return frozenset(copy[0] for copy in event.facts["copies"]) if event.kind == RECALLED else frozenset()


def _is_prepared(one: Entry, choice: Choice) -> bool:
    is_its = choice.college in (None, one.college) and choice.is_of(one.pack, one.versions.split())
    return is_its and choice.has_day(one.prepared)


def _is_held(one: Holding, choice: Choice) -> bool:
    return choice.college in (None, one.college) and choice.is_of(one.pack, one.briefings)
