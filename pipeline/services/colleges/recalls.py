"""Recalls: what colleges must give back, and who still holds some of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.load.folders import LEDGER
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.versions import version_ref
from pipeline.model.words import format_date
from pipeline.resolve.reading import PackView
from pipeline.services.colleges.events import Event, read_valid_events
from pipeline.services.colleges.holdings import (
    MAY_HAVE_ARRIVED,
    WITHDRAWN,
    Delivery,
    Holding,
    compute_holdings,
    deliveries,
    drop_withdrawn,
    is_on_paper,
)
from pipeline.services.colleges.takers import PreparedEdition
from pipeline.services.editions.records import Chain, SavedRecord
from pipeline.services.editions.status import CurrentState

RECALLED = "recalled"
"""The kind of the event that begins a recall; its subject is the recall's name."""
REMINDED = "reminded"
"""The kind of the event by which release 1 asked again, by another day or with other words on what comes instead."""
TOLD = "told"
"""The kind of the event that says that a college was told of a recall; its subject is the recall's name."""
NOTICED = "received"
"""The kind of the event by which, in release 1, a college said that it knew; its subject is the recall's name."""
EditionTexts = tuple[str, str, tuple[str, ...]]
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
    number: int = 0
    """The number of its event in the ledger."""

    def holds_in(self, pack: str, edition: str, briefings: Iterable[str]) -> tuple[str, ...]:
        """The words of an edition that it has recalled: `nights@Autumn 2026`, `lamps@1.0`; none of most."""
        return () if self.lifted else tuple(one for one in (f"{pack}@{edition}", *briefings) if one in self.words)


def list_recalls(events: Sequence[Event]) -> dict[str, Recall]:
    """The recalls by name, in the order in which they were begun; what an event does not say stays empty."""
    found: dict[str, Recall] = {}
    for event in events:
        if event.kind == RECALLED:
            facts = event.facts
            words = facts.get("words")
            if words is None:  # the first release did not name them
                words = find_covered_names(
                    facts.get("of", ""), list_planned_editions(one for one in events if one.number < event.number)
                )
            begun = Recall(event.subject, "", "", event.day, tuple(words), number=event.number)
            found[event.subject] = _with_facts(begun, facts)
        elif event.subject in found and event.kind == REMINDED:
            found[event.subject] = _with_facts(found[event.subject], event.facts)
        elif event.kind == WITHDRAWN and event.subject in found:
            one = found[event.subject]
            if event.facts.get("event") == one.number:
                found[event.subject] = replace(one, lifted=event.facts.get("reason", "no reason is on record"))
    return found


def _with_facts(one: Recall, facts: Mapping[str, Any]) -> Recall:
    said = {key: facts[key] for key in ("of", "reason", "instead", "by") if key in facts}
    by = facts.get("answer_by")
    return replace(one, answer_by=date.fromisoformat(by) if by else one.answer_by, **said)


def list_planned_editions(events: Iterable[Event]) -> tuple[EditionTexts, ...]:
    """The editions of which a delivery was planned, each with its briefings."""
    known = deliveries(events).values()
    return tuple(dict.fromkeys((*one.title, tuple(one.facts["briefings"])) for one in known))


def list_issued_editions(records: Iterable[SavedRecord]) -> tuple[EditionTexts, ...]:
    """The editions that were issued, with their briefings."""
    return tuple((one.record.pack, one.record.edition, one.record.texts) for one in records)


def list_published_versions(library: Library) -> tuple[str, ...]:
    """The versions of briefings that were published: those that are kept, and those in force."""
    kept = (version_ref(name, number) for name, numbers in library.kept_numbers.items() for number in numbers)
    every = library.briefings.values()
    now = (version_ref(one.id, one.fields.version) for one in every if one.fields.status is Status.PUBLISHED)
    return tuple(dict.fromkeys((*kept, *now)))


def find_covered_names(of: str, editions: Iterable[EditionTexts], versions: Iterable[str] = ()) -> tuple[str, ...]:
    """The versions and editions that somebody means by a name, of those that there are.

    `versions` are those of briefings, whether or not they stand in an edition.
    """
    found = dict.fromkeys(text for text in versions if of in (text, text.partition("@")[0]))
    for pack, edition, briefings in editions:
        if of in (pack, f"{pack}@{edition}"):
            found[f"{pack}@{edition}"] = None
        found |= dict.fromkeys(text for text in briefings if of in (text, text.partition("@")[0]))
    return tuple(found)


def is_recalled(one: Holding, recall: Recall) -> bool:
    """Whether copies have words that a recall has taken back; those into which leaves have gone may have none."""
    return bool(recall.holds_in(one.pack, one.edition, one.briefings))


def find_open_copies(events: Sequence[Event], recall: Recall) -> tuple[Holding, ...]:
    """The copies that a recall asks for: held with its words, or perhaps on their way, whenever they were sent."""
    held = (one for one in compute_holdings(events) if one.state == "held")
    perhaps = (copy for one in deliveries(events).values() for copy in _perhaps_sent(one))
    return tuple(one for one in (*held, *perhaps) if is_recalled(one, recall))


def _perhaps_sent(one: Delivery) -> Iterator[Holding]:
    """The copies of a delivery that may be out: printed ones until a person settles that, others by its state."""
    pack, edition = one.title
    texts, record = tuple(one.facts["briefings"]), str(one.facts["record"])
    for kind, number, quantity in one.copies():
        unsettled = one.state in MAY_HAVE_ARRIVED and one.state != "sent"
        if unsettled or (one.state == "planned" and is_on_paper(kind)):
            copy = Holding(one.college, pack, edition, kind, number, quantity, texts, one.id, "may be out", one.since)
            yield replace(copy, record=record)


def find_recalls_of(known: Iterable[Recall], pack: str, edition: str, briefings: Iterable[str]) -> tuple[Recall, ...]:
    """The recalls that have taken words of an edition back."""
    texts = tuple(briefings)
    return tuple(one for one in known if one.holds_in(pack, edition, texts))


def list_told_events(events: Sequence[Event], recall: str) -> tuple[Event, ...]:
    """The events by which colleges know of a recall, but those that were taken back."""
    own = (event for event in drop_withdrawn(events) if event.subject == recall)
    return tuple(event for event in own if event.kind in (TOLD, NOTICED))


def find_told_days(events: Sequence[Event], recall: str) -> dict[str, date]:
    """The last day on which each college was told of a recall, by college."""
    return {str(event.facts["college"]): event.day for event in list_told_events(events, recall)}


def count_copies(found: Iterable[Holding]) -> int:
    """The number of copies, one by one."""
    return sum(one.quantity for one in found)


def edition_is_not_recalled(known: Iterable[Recall], issue: PreparedEdition) -> Iterator[Diagnostic]:
    """Recalls that stand against an edition going out."""
    texts = [version_ref(name, version) for name, version, _ in issue.versions]
    return _faults(known, issue.pack.id, issue.edition, texts, issue.pack.marks.at("edition"))


def pack_is_not_recalled(files: Mapping[str, bytes], binding: PackView) -> Iterator[Diagnostic]:
    """Recalls that stand against issuing a pack as it is."""
    pack, texts = binding.pack, [version_ref(one.briefing.id, one.briefing.fields.version) for one in binding.present]
    edition = pack.fields.edition or ""
    return _faults(_recalls_by_table(files), pack.id, edition, texts, pack.marks.at("edition"))


def _faults(
    known: Iterable[Recall], pack: str, edition: str, texts: Sequence[str], place: Location
) -> Iterator[Diagnostic]:
    whole = f"{pack}@{edition}"
    for one in find_recalls_of(known, pack, edition, texts):
        words = one.holds_in(pack, edition, texts)
        what = "was recalled" if whole in words else f"holds {', '.join(words)}, recalled"
        said = {"what": what, "day": format_date(one.on), "reason": f"{one.reason.rstrip('.')}."}
        yield message("edition-recalled", place, edition=edition, pack=pack, name=one.name, **said)


def _recalls_by_table(files: Mapping[str, bytes]) -> Sequence[Recall]:
    """The recalls by the table of the ledger beside the sources: whoever verifies may have no database."""
    return tuple(list_recalls(read_valid_events(files.get(LEDGER, b""))).values())


class RecallStates:
    """The recalls of editions and of versions, as `verify` and status pages tell them."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """`files` are those of `source/`, by path."""
        self.known = _recalls_by_table(files)

    def of_edition(self, chain: Chain, one: SavedRecord, state: CurrentState) -> CurrentState:
        """The state of an edition, with what has been recalled of it.

        Nobody is sent to the newest edition where that is recalled as well.
        """
        record, last = one.record, chain[-1].record
        if state.steps and find_recalls_of(self.known, last.pack, last.edition, last.texts):
            instead = f"'{last.edition}' is recalled too: use nothing of it, and ask the publisher what comes instead."
            state = replace(state, steps=(instead,))
        found = find_recalls_of(self.known, record.pack, record.edition, record.texts)
        if not found:
            return state
        texts = {text.pinned: text for text in record.briefings}
        reasons = []
        for each in found:
            reasons.append(_sentence(each))
            for word in each.holds_in(record.pack, record.edition, ()):
                reasons.append(f"Do not use '{word.partition('@')[2]}' any more.")
            for text in (texts[word] for word in each.holds_in(record.pack, record.edition, texts) if word in texts):
                reasons.append(f"Do not use '{text.title}' {text.version}.")
        return replace(state, word="recalled", reasons=(*reasons, *state.reasons))

    def of_version(self, name: str, version: str, state: CurrentState) -> CurrentState:
        """The state of a version of a text, with what has been recalled of it."""
        found = [one for one in self.known if not one.lifted and version_ref(name, version) in one.words]
        if not found:
            return state
        reasons = [each for one in found for each in (_sentence(one), "Do not use it any more.")]
        return replace(state, word="recalled", reasons=(*reasons, *state.reasons))


def _sentence(one: Recall) -> str:
    return f"Recalled on {format_date(one.on)}: {one.reason.rstrip('.')}.{f' {one.instead}' if one.instead else ''}"
