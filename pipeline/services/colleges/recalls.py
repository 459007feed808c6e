"""Recalls in the ledger: the versions and editions that they cover, and the open copies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.load.folders import LEDGER_FILE
from pipeline.model.library import Library
from pipeline.model.source.briefing import Status
from pipeline.model.source.versions import version_ref
from pipeline.model.words import format_date
from pipeline.resolve.reading import PackView
from pipeline.services.colleges.holdings import (
    HELD,
    MAY_BE_OUT,
    MAY_HAVE_ARRIVED,
    Delivery,
    Holding,
    compute_holdings,
    drop_withdrawn,
    is_on_paper,
    list_deliveries,
)
from pipeline.services.colleges.ledger_events import Event, EventKind, read_valid_events
from pipeline.services.colleges.recipients import PreparedEdition
from pipeline.services.editions.record_chain import PackChain, SavedRecord
from pipeline.services.editions.status import CurrentState

EditionTexts = tuple[str, str, tuple[str, ...]]
"""A pack, its edition, and the briefings in it with their versions."""


@dataclass(frozen=True, slots=True)
class Recall:
    """A recall as it was begun."""

    name: str
    """`recall-3`."""
    of: str
    """A briefing (`lamps`), one of its versions (`lamps@1.0`), a pack, or an edition (`nights@Autumn 2026`)."""
    reason: str
    on: date
    covered: tuple[str, ...] = ()
    """The versions and editions that it covers: those known on its day, no later ones."""
    answer_by: date | None = None
    """The day by which colleges should answer."""
    instead: str = ""
    """A sentence on what to use in its place."""
    by: str = ""
    """The role that signs its notices."""
    lifted: str = ""
    """Why it was lifted, if it was."""
    number: int = 0
    """The number of its event in the ledger."""

    def names_in(self, pack: str, edition: str, briefings: Iterable[str]) -> tuple[str, ...]:
        """Return what it recalls of an edition: `nights@Autumn 2026`, `lamps@1.0`."""
        names = (f"{pack}@{edition}", *briefings)
        return () if self.lifted else tuple(name for name in names if name in self.covered)


def list_recalls(events: Sequence[Event]) -> dict[str, Recall]:
    """Return the recalls by name, in the order in which they were begun."""
    recalls: dict[str, Recall] = {}
    for event in events:
        recall = recalls.get(event.subject)
        if event.kind == EventKind.RECALLED:
            facts = event.facts
            covered = facts.get("words")
            if covered is None:  # the first release did not list them
                editions = list_planned_editions(earlier for earlier in events if earlier.number < event.number)
                covered = find_covered_names(facts.get("of", ""), editions)
            begun = Recall(event.subject, "", "", event.day, tuple(covered), number=event.number)
            recalls[event.subject] = _with_facts(begun, facts)
        elif recall and event.kind == EventKind.REMINDED:
            recalls[event.subject] = _with_facts(recall, event.facts)
        elif recall and event.kind == EventKind.WITHDRAWN and event.facts.get("event") == recall.number:
            recalls[event.subject] = replace(recall, lifted=event.facts.get("reason", "no reason is on record"))
    return recalls


def _with_facts(recall: Recall, facts: Mapping[str, Any]) -> Recall:
    fields = {key: facts[key] for key in ("of", "reason", "instead", "by") if key in facts}
    day = facts.get("answer_by")
    return replace(recall, answer_by=date.fromisoformat(day) if day else recall.answer_by, **fields)


def list_planned_editions(events: Iterable[Event]) -> tuple[EditionTexts, ...]:
    """Return the editions with a planned delivery."""
    planned = list_deliveries(events).values()
    return tuple(dict.fromkeys((*delivery.title, tuple(delivery.facts["briefings"])) for delivery in planned))


def list_issued_editions(records: Iterable[SavedRecord]) -> tuple[EditionTexts, ...]:
    """Return the editions that were issued."""
    return tuple((saved.record.pack, saved.record.edition, saved.record.texts) for saved in records)


def list_published_versions(library: Library) -> tuple[str, ...]:
    """Return the versions of briefings that were published: kept versions, and those in force."""
    kept = (version_ref(name, number) for name, numbers in library.kept_numbers.items() for number in numbers)
    in_force = (
        version_ref(briefing.id, briefing.fields.version)
        for briefing in library.briefings.values()
        if briefing.fields.status is Status.PUBLISHED
    )
    return tuple(dict.fromkeys((*kept, *in_force)))


def find_covered_names(of: str, editions: Iterable[EditionTexts], versions: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the known versions and editions that a name covers.

    `versions` are those of briefings, whether or not they are in an edition.
    """
    names = dict.fromkeys(text for text in versions if of in (text, text.partition("@")[0]))
    for pack, edition, briefings in editions:
        if of in (pack, f"{pack}@{edition}"):
            names[f"{pack}@{edition}"] = None
        names |= dict.fromkeys(text for text in briefings if of in (text, text.partition("@")[0]))
    return tuple(names)


def is_recalled(holding: Holding, recall: Recall) -> bool:
    """Return whether a recall covers copies; if leaves were put in, they may have no recalled text any more."""
    return bool(recall.names_in(holding.pack, holding.edition, holding.briefings))


def find_open_copies(events: Sequence[Event], recall: Recall) -> tuple[Holding, ...]:
    """Return the copies that a recall asks for: held or perhaps on their way, sent on any day."""
    held = (holding for holding in compute_holdings(events) if holding.state == HELD)
    unsettled = (copy for delivery in list_deliveries(events).values() for copy in _list_unsettled_copies(delivery))
    return tuple(holding for holding in (*held, *unsettled) if is_recalled(holding, recall))


def _list_unsettled_copies(delivery: Delivery) -> Iterator[Holding]:
    """Yield the copies of a delivery that may be out; printed ones until a person settles the delivery."""
    unsettled = delivery.state in MAY_HAVE_ARRIVED and delivery.state != EventKind.SENT
    for copy in delivery.holdings(MAY_BE_OUT, delivery.since):
        if unsettled or (delivery.state == EventKind.PLANNED and is_on_paper(copy.format)):
            yield copy


def find_recalls_of(recalls: Iterable[Recall], pack: str, edition: str, briefings: Iterable[str]) -> tuple[Recall, ...]:
    """Return the recalls that cover an edition or one of its texts."""
    texts = tuple(briefings)
    return tuple(recall for recall in recalls if recall.names_in(pack, edition, texts))


def list_told_events(events: Sequence[Event], recall: str) -> tuple[Event, ...]:
    """Return the events, apart from withdrawn ones, by which colleges know of a recall."""
    valid = (event for event in drop_withdrawn(events) if event.subject == recall)
    return tuple(event for event in valid if event.kind in (EventKind.TOLD, EventKind.RECEIVED))


def find_notice_days(events: Sequence[Event], recall: str) -> dict[str, date]:
    """Return the last day on which each college was notified of a recall."""
    return {str(event.facts["college"]): event.day for event in list_told_events(events, recall)}


def count_copies(holdings: Iterable[Holding]) -> int:
    """Return the number of copies in holdings."""
    return sum(holding.quantity for holding in holdings)


def edition_is_not_recalled(recalls: Iterable[Recall], prepared: PreparedEdition) -> Iterator[Diagnostic]:
    """No recall covers the edition or one of its texts."""
    texts = [version_ref(name, version) for name, version, _ in prepared.versions]
    return _report_recalls(recalls, prepared.pack.id, prepared.edition, texts, prepared.pack.marks.at("edition"))


def pack_is_not_recalled(files: Mapping[str, bytes], binding: PackView) -> Iterator[Diagnostic]:
    """No recall covers the pack as it is now, by the ledger among the files."""
    pack = binding.pack
    texts = [version_ref(reading.briefing.id, reading.briefing.fields.version) for reading in binding.present]
    return _report_recalls(_read_recalls(files), pack.id, pack.fields.edition or "", texts, pack.marks.at("edition"))


def _report_recalls(
    recalls: Iterable[Recall], pack: str, edition: str, texts: Sequence[str], place: Location
) -> Iterator[Diagnostic]:
    for recall in find_recalls_of(recalls, pack, edition, texts):
        names = recall.names_in(pack, edition, texts)
        what = "was recalled" if f"{pack}@{edition}" in names else f"holds {', '.join(names)}, recalled"
        values = {"what": what, "day": format_date(recall.on), "reason": f"{recall.reason.rstrip('.')}."}
        yield message("edition-recalled", place, edition=edition, pack=pack, name=recall.name, **values)


def _read_recalls(files: Mapping[str, bytes]) -> Sequence[Recall]:
    """Read the recalls from the table of the ledger: a verifier may have no database."""
    return tuple(list_recalls(read_valid_events(files.get(LEDGER_FILE, b""))).values())


class RecallStates:
    """Adds recalls to the states of editions and versions, for `verify` and status pages."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """Read the recalls from the files of `source/`, by path."""
        self._recalls = _read_recalls(files)

    def of_edition(self, chain: PackChain, saved: SavedRecord, state: CurrentState) -> CurrentState:
        """Add the recalls of an edition. No step names the newest edition if that is recalled too."""
        record, last = saved.record, chain[-1].record
        if state.steps and find_recalls_of(self._recalls, last.pack, last.edition, last.texts):
            instead = f"'{last.edition}' is recalled too: use nothing of it, and ask the publisher what comes instead."
            state = replace(state, steps=(instead,))
        recalls = find_recalls_of(self._recalls, record.pack, record.edition, record.texts)
        if not recalls:
            return state
        texts = {text.pinned: text for text in record.briefings}
        reasons = []
        for recall in recalls:
            reasons.append(_describe_recall(recall))
            for name in recall.names_in(record.pack, record.edition, ()):
                reasons.append(f"Do not use '{name.partition('@')[2]}' any more.")
            names = recall.names_in(record.pack, record.edition, texts)
            for text in (texts[name] for name in names if name in texts):
                reasons.append(f"Do not use '{text.title}' {text.version}.")
        return replace(state, word="recalled", reasons=(*reasons, *state.reasons))

    def of_version(self, name: str, version: str, state: CurrentState) -> CurrentState:
        """Add the recalls of a version of a text."""
        pin = version_ref(name, version)
        recalls = [recall for recall in self._recalls if not recall.lifted and pin in recall.covered]
        if not recalls:
            return state
        reasons = [text for recall in recalls for text in (_describe_recall(recall), "Do not use it any more.")]
        return replace(state, word="recalled", reasons=(*reasons, *state.reasons))


def _describe_recall(recall: Recall) -> str:
    instead = f" {recall.instead}" if recall.instead else ""
    return f"Recalled on {format_date(recall.on)}: {recall.reason.rstrip('.')}.{instead}"
