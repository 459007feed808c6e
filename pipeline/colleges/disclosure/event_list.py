"""Events of a disclosure in words: one list of all that happened, for a spreadsheet and for the page. Pure."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from typing import Any

from pipeline.colleges.copies_said import copies_said
from pipeline.colleges.deliveries.plan import FOR_PAPER
from pipeline.colleges.deliveries.states import ENDED
from pipeline.colleges.disclosure.names import NAME
from pipeline.colleges.holdings import RECEIPTS, WITHDRAWN
from pipeline.colleges.ledger.events import Event
from pipeline.colleges.recalls import RECALLED, REMINDED
from pipeline.core.tables import as_csv, count
from pipeline.editions.runs import numbers_in_words
from pipeline.load.library.register import Entry
from pipeline.model.source.edition import EditionRecord
from pipeline.model.source.kept import KeptRecord

AGAIN = "sent once more: "
"""Words before the reason for which a delivery went once more."""
_BY, _TO = "approved by: ", "to: "
"""Words before the role of an approver, and before an address on paper."""
_STAYS = re.compile(rf"{_BY}(?!{re.escape(NAME)}(?:;|, code|$))")
"""The beginning of words on an approver, of whom not all was taken out."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """A row of the list of events."""

    day: date
    event: str
    """The kind of it: `published`, `issued`, `prepared`, or that of an event of the ledger."""
    college: str = ""
    pack: str = ""
    edition: str = ""
    copies: str = ""
    detail: str = ""
    delivery: str = ""
    """The delivery or the recall."""
    number: int = 0
    """The number of an event of the ledger, else 0."""
    sha256: str = ""
    """The hash by which it is proved, where it has one of its own."""

    @property
    def free(self) -> bool:
        """Whether the detail has words that somebody typed, or that a server said."""
        lifts = self.event == WITHDRAWN and ": " in self.detail
        reasons = lifts or (self.event in (RECALLED, REMINDED, "failed", "uncertain") and self.detail)
        typed = any(words in self.detail for words in (_TO, "overridden: ", AGAIN))
        return bool(reasons or typed or _STAYS.search(self.detail))


@dataclass(frozen=True, slots=True)
class DisclosedVersion:
    """A kept version, its record without names, and the SHA-256 of the record as it was written."""

    record: KeptRecord
    sha256: str


@dataclass(frozen=True, slots=True)
class DisclosedEdition:
    """An edition, its record without names, and the SHA-256 of the record as it was written."""

    record: EditionRecord
    sha256: str


def event_rows(
    events: Iterable[Event],
    planned: Mapping[str, Mapping[str, Any]],
    editions: Iterable[DisclosedEdition],
    versions: Iterable[DisclosedVersion],
    prepared: Iterable[Entry],
) -> tuple[EventRow, ...]:
    """All that happened, by day. `planned` has the facts of each delivery; nothing that is given here has a name."""
    every = tuple(events)
    numbered = {event.number: event for event in every}
    rows = [
        *(row for one in versions for row in _of_version(one)),
        *map(_of_edition, editions),
        *map(_of_entry, prepared),
        *(_of_event(event, planned, numbered.get(event.facts.get("event", 0), event)) for event in every),
    ]
    return tuple(sorted(rows, key=lambda row: row.day))


def events_table(rows: Iterable[EventRow]) -> bytes:
    """The list as a table for spreadsheets."""
    return as_csv(event_heads(), map(cells_of, rows)).encode()


def event_heads() -> list[str]:
    """The columns of the list."""
    return [field.name for field in fields(EventRow)]


def cells_of(row: EventRow) -> list[str]:
    """A row of the list as it stands in the table."""
    return [row.day.isoformat(), *(str(cell or "") for cell in astuple(row)[1:])]


def _of_version(one: DisclosedVersion) -> Iterator[EventRow]:
    record = one.record
    name = f"{record.id}@{record.version}, {record.title}"
    by = f"; {_BY}{record.approved_by}" if record.approved_by else ""
    if record.approved_on:
        code = f", code of its words {record.approved_code}" if record.approved_code else ""
        yield EventRow(record.approved_on, "approved", detail=f"{name}{by}{code}", sha256=one.sha256)
    yield EventRow(record.published, "published", detail=f"{name}{by}", sha256=one.sha256)


def _of_edition(one: DisclosedEdition) -> EventRow:
    record = one.record
    said = [record.title, *([f"{_BY}{record.approved_by}"] if record.approved_by else [])]
    said += [f"corrects {record.corrects}"] if record.corrects else []
    said += [f"{taken.code} overridden: {taken.reason}" for taken in record.overridden]
    whose, files = ("", record.pack, record.edition), count(len(record.files), "file")
    return EventRow(record.issued, "issued", *whose, files, "; ".join(said), sha256=one.sha256)


def _of_entry(one: Entry) -> EventRow:
    many = f"copy {one.copy_number}" if one.copy_number else count(one.quantity, "copy", "copies")
    detail = f"overridden: {one.overridden}" if one.overridden else ""
    issue = (one.college, *one.issue, f"{one.format}: {many}")
    return EventRow(one.prepared, "prepared", *issue, detail=detail, sha256=one.sha256)


def _of_event(event: Event, planned: Mapping[str, Mapping[str, Any]], about: Event) -> EventRow:
    """The row of an event; it is about itself, or about the one that it takes back."""
    plan = planned.get(event.subject, about.facts if about.kind != RECALLED else {})
    college, pack, edition = (str(plan.get(key, "")) for key in ("college", "pack", "edition"))
    if about.kind == RECALLED:
        copies = copies_said(line for line in about.facts["copies"] if line[0] in planned)
    elif about.kind in RECEIPTS:
        copies = copies_said(about.facts.get("of", ()))
    else:
        copies = _files(event.facts) if event.kind == "planned" else ""
    detail = _DETAILS.get(event.kind, _reason)(event.facts)
    whose = (college, pack, edition)
    return EventRow(event.day, event.kind, *whose, copies, detail, event.subject, event.number, event.digest)


def _files(facts: Mapping[str, Any]) -> str:
    """The files of a plan: 'screen: 1 copy; print: copies 3 to 26'."""
    kinds: dict[str, list[Mapping[str, Any]]] = {}
    for file in facts["files"]:
        kinds.setdefault(file["format"], []).append(file)
    return "; ".join(f"{kind}: {_many(those)}" for kind, those in kinds.items())


def _many(files: Iterable[Mapping[str, Any]]) -> str:
    those = tuple(files)
    numbers = [number for file in those for number in file["copies"]]
    return numbers_in_words(numbers) if numbers else count(sum(file["quantity"] for file in those), "copy", "copies")


def _plan(facts: Mapping[str, Any]) -> str:
    again = f"; {AGAIN}{facts['again']}" if facts.get("again") else ""
    to = f", {_TO}{facts['to']}" if facts.get("channel") in FOR_PAPER and facts.get("to") else ""
    return f"by {facts['channel']}{to}{again}" if "channel" in facts else again


def _end(facts: Mapping[str, Any]) -> str:
    said = {"channel": "as the channel answered", "person": "as a person says"}.get(str(facts.get("by")), "")
    return "; ".join(filter(None, (said, _reason(facts))))


def _reason(facts: Mapping[str, Any]) -> str:
    return str(facts.get("reason", ""))


def _by(facts: Mapping[str, Any]) -> str:
    return f"answers are asked for by {facts['answer_by']}" if facts.get("answer_by") else ""


def _answer(facts: Mapping[str, Any]) -> str:
    return f"slip with the SHA-256 {facts['scan']}" if facts.get("scan") else ""


_DETAILS: Mapping[str, Callable[[Mapping[str, Any]], str]] = {
    "planned": _plan,
    **dict.fromkeys((*ENDED, "failed"), _end),
    **dict.fromkeys(RECEIPTS, _answer),
    WITHDRAWN: lambda facts: f"takes back event {facts['event']}{f': {_reason(facts)}' if _reason(facts) else ''}",
    REMINDED: lambda facts: "; ".join(filter(None, (_by(facts), str(facts.get("instead", ""))))),
    RECALLED: lambda facts: f"{facts['of']}: {facts['reason']}",
}
