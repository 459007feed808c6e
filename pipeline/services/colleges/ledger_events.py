"""Events of the ledger, chained by hashes, and their table `source/ledger.csv`."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import LONGEST_CELL, truncate
from pipeline.load.folders import LEDGER_FILE
from pipeline.model.formats import Format


class EventKind(StrEnum):
    """The kinds of events, by the words that ledgers have for them. Ledgers are kept for good: never change a value."""

    PREPARED = "prepared"
    """Copies were prepared for a college."""

    PLANNED = "planned"
    """A delivery was planned; its facts say what goes where."""
    BEGUN = "begun"
    """The program began to prepare a delivery."""
    COMMITTING = "committing"
    """The last step of a delivery began, so that it may have arrived."""
    SENT = "sent"
    FAILED = "failed"
    """Nothing arrived."""
    UNCERTAIN = "uncertain"
    """Only a person can find out whether a delivery arrived."""

    RECEIVED = "received"
    """A college has copies. Release 1 also used it, with the name of a recall, for `TOLD`."""
    REPLACED = "replaced"
    """A delivery took the place of the copies that the college held before."""
    RETURNED = "returned"
    DESTROYED = "destroyed"
    LOST = "lost"

    RECALLED = "recalled"
    """A recall began."""
    REMINDED = "reminded"
    """Release 1 repeated a recall, with another day to answer by or other words on what comes instead."""
    TOLD = "told"
    """A college was notified of a recall."""

    WITHDRAWN = "withdrawn"
    """An earlier event was entered by mistake; the fact `event` is its number."""


DELIVERY_STATES = (
    *(EventKind.PLANNED, EventKind.BEGUN, EventKind.COMMITTING),
    *(EventKind.SENT, EventKind.FAILED, EventKind.UNCERTAIN),
)
"""Kinds of events that are the states of a delivery."""
RECEIPTS = (EventKind.RECEIVED, EventKind.REPLACED, EventKind.RETURNED, EventKind.DESTROYED, EventKind.LOST)
"""Kinds of events that are answers of a college to a delivery."""

NO_PREVIOUS = "0" * 64
"""The value of `previous` in the first event."""

_EXAMPLE = "2026-11-28T09:30:00Z"
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


@dataclass(frozen=True, slots=True)
class Event:
    """An event of the ledger; its fields are the columns of the table, in order."""

    number: int
    """From 1, without a gap."""
    at: str
    """When it was written down, in UTC: 2026-11-28T09:30:00Z."""
    kind: str
    """An `EventKind`, or the kind of an event that a newer release wrote."""
    subject: str
    """The delivery, copy or recall that it is about."""
    said: str
    """Its facts as canonical JSON: the hash is of exactly these bytes."""
    previous: str
    """The digest of the event before."""
    digest: str

    @property
    def facts(self) -> Mapping[str, Any]:
        """Its facts by name."""
        facts: dict[str, Any] = json.loads(self.said)
        return facts

    @property
    def day(self) -> date:
        """The day on which it happened: its fact `on`, else the day on which it was written down."""
        return date.fromisoformat(self.facts.get("on") or self.at[:10])

    @property
    def follows_itself(self) -> bool:
        """Whether its digest is the hash of its other columns."""
        return self.digest == hash_event(*astuple(self)[:-1])


_MAX_REASON = 2000
"""Characters of a reason that the ledger keeps."""


def clean_reason(text: str | None) -> str:
    """Put a reason on one line, and shorten it for the ledger."""
    return truncate(" ".join((text or "").split()), _MAX_REASON)


def canonical_json(facts: Mapping[str, Any]) -> str:
    """Write facts as canonical JSON: keys in order, no blanks (RFC 8785 for text, whole numbers and lists)."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_event(*columns: int | str) -> str:
    """Return the SHA-256 of an event, from all its columns but the digest."""
    return hashlib.sha256(json.dumps(columns, ensure_ascii=True).encode()).hexdigest()


def format_instant(moment: datetime) -> str:
    """Write a moment, which must have a time zone, as events record it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_instant(text: str) -> bool:
    """Return whether a text is a moment as events record it."""
    try:
        return bool(_INSTANT.fullmatch(text) and datetime.fromisoformat(text))
    except ValueError:
        return False


def create_event(last: Event | None, at: str, kind: str, subject: str, facts: Mapping[str, Any]) -> Event:
    """Create the event that follows the last one, or the first event."""
    number, previous = (last.number + 1, last.digest) if last else (1, NO_PREVIOUS)
    columns = (number, at, str(kind), subject, canonical_json(facts), previous)
    return Event(*columns, hash_event(*columns))


def use_present_ids(events: Sequence[Event], present: Mapping[str, str]) -> tuple[Event, ...]:
    """Replace former ids of colleges in the facts by present ones. The digests stay as they are."""
    return tuple(_use_present_ids(event, present) for event in events) if present else tuple(events)


def _use_present_ids(event: Event, present: Mapping[str, str]) -> Event:
    facts = dict(event.facts)
    if facts.get("college") in present:
        facts["college"] = present[facts["college"]]
    elif facts.get("what") == "job":
        facts["of"] = [[present.get(name, name), quantity] for name, quantity in facts["of"]]
    else:
        return event
    return replace(event, said=canonical_json(facts))


def find_broken_link(events: Iterable[Event]) -> int | None:
    """Return the number of the first event that breaks the chain or is missing, or None."""
    previous = NO_PREVIOUS
    for number, event in enumerate(events, 1):
        if (event.number, event.previous) != (number, previous) or not event.follows_itself:
            return number
        previous = event.digest
    return None


# The facts of each kind of event. Their names and types are fixed: ledgers are kept for good.


def _require_day(text: str) -> str:
    date.fromisoformat(text)
    return text


_Day = Annotated[str, AfterValidator(_require_day)]
_Number = Annotated[int, Field(ge=0, lt=10**9)]
_CopyLine = tuple[str, str, _Number, _Number] | tuple[str, str, _Number, _Number, str]


class _EventFacts(BaseModel):
    """Facts that every event may have. Facts without a field here are accepted and ignored."""

    model_config = ConfigDict(strict=True)

    on: _Day = ""
    by: str = ""


class _FileFacts(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    format: Format
    name: str
    sha256: str
    bytes: _Number
    quantity: _Number
    copies: tuple[_Number, ...]


class _PreparedFacts(_EventFacts):
    on: _Day
    college: str
    pack: str
    edition: str
    versions: str
    format: str
    copies: tuple[tuple[_Number, _Number, str], ...]
    overridden: tuple[tuple[str, str], ...]


class _PlannedFacts(_EventFacts):
    college: str
    pack: str
    edition: str
    record: str
    code: str
    channel: str
    to: str
    what: str
    files: tuple[_FileFacts, ...]
    briefings: tuple[str, ...]
    newer: tuple[str, ...] = ()
    again: str = ""


class _PlannedLeavesFacts(_PlannedFacts):
    from_: str = Field(alias="from")


class _PlannedJobFacts(_PlannedFacts):
    of: tuple[tuple[str, _Number], ...]


class _ReceiptFacts(_EventFacts):
    of: tuple[_CopyLine, ...] = ()
    copies: tuple[_Number, ...] = ()
    quantity: _Number = 0
    scan: str = ""


class _WithdrawnFacts(_EventFacts):
    event: _Number
    reason: str = ""


class _RecallFacts(_EventFacts):
    of: str = ""
    reason: str = ""
    copies: tuple[_CopyLine, ...] = ()
    words: tuple[str, ...] = ()
    answer_by: _Day = ""
    instead: str = ""


class _NoticeFacts(_EventFacts):
    college: str


class _FailureFacts(_EventFacts):
    reason: str = ""


_FACTS_BY_KIND: Mapping[str, type[_EventFacts]] = {
    EventKind.PREPARED: _PreparedFacts,
    EventKind.PLANNED: _PlannedFacts,
    **dict.fromkeys((EventKind.BEGUN, EventKind.COMMITTING, EventKind.SENT), _EventFacts),
    **dict.fromkeys((EventKind.FAILED, EventKind.UNCERTAIN), _FailureFacts),
    **dict.fromkeys(RECEIPTS, _ReceiptFacts),
    EventKind.WITHDRAWN: _WithdrawnFacts,
    **dict.fromkeys((EventKind.RECALLED, EventKind.REMINDED), _RecallFacts),
    EventKind.TOLD: _NoticeFacts,
}
_FACTS_BY_PLAN: Mapping[Any, type[_EventFacts]] = {"leaves": _PlannedLeavesFacts, "job": _PlannedJobFacts}
_RECALL_PREFIX = "recall-"
_RECALL_KINDS = (EventKind.RECALLED, EventKind.REMINDED, EventKind.TOLD)


def find_event_fault(event: Event) -> str:
    """Return why this program cannot have written an event, by its columns and facts, or nothing."""
    if not all(isinstance(column, str) for column in astuple(event)[1:]):
        return "a column is not text"
    if not is_instant(event.at):
        return f"'at' is not a time such as {_EXAMPLE}"
    model = _FACTS_BY_KIND.get(event.kind)
    if model is None:
        return f"this release has no event '{event.kind[:32]}'"
    try:
        facts = event.facts
        if not isinstance(facts, dict) or canonical_json(facts) != event.said:
            return "'said' was not written by this program"
    except (ValueError, RecursionError):
        return "'said' is no JSON"
    if event.kind == EventKind.PLANNED:
        model = _FACTS_BY_PLAN.get(str(facts.get("what")), model)
    elif event.kind == EventKind.RECEIVED and event.subject.startswith(_RECALL_PREFIX):
        model = _NoticeFacts
    try:
        model.model_validate_json(event.said)
    except ValidationError as error:
        path = ".".join(map(str, error.errors()[0]["loc"])) or "JSON"
        return f"'said' has no valid '{path}'"
    if event.kind in _RECALL_KINDS and not event.subject.startswith(_RECALL_PREFIX):
        return f"'subject' is not a recall such as {_RECALL_PREFIX}1"
    return ""


# `source/ledger.csv` is a copy of the events that git keeps, in order, perhaps without the last ones. Where it differs
# from a database, the difference is reported, and neither is changed.

UNREADABLE = "The ledger's table cannot be read here"

csv.field_size_limit(LONGEST_CELL)

LEDGER_HEADS = tuple(field.name for field in fields(Event))


def read_table(content: bytes) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """Return the events of a table up to the first line that cannot be read, and the fault in that line.

    A last line without its end is no event and no fault: a crash cut it off, and it was never confirmed.
    """
    lines = drop_torn_line(content)
    if content and not lines and not format_event_rows(()).startswith(content):
        return (), (_table_fault(1, f"the heads should be {', '.join(LEDGER_HEADS)}"),)
    try:
        lines.decode()
    except UnicodeDecodeError as error:
        return (), (_table_fault(len((lines[: error.start] + b"-").splitlines()), "the file is not UTF-8"),)
    events: list[Event] = []
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(lines), "utf-8-sig", newline=""), strict=True)
    try:
        for row in rows:
            event = _parse_row(row) if rows.line_num > 1 else None
            if rows.line_num == 1:
                if tuple(row) != LEDGER_HEADS:
                    return (), (_table_fault(1, f"the heads should be {', '.join(LEDGER_HEADS)}"),)
            elif event is None:
                return tuple(events), (_row_fault(row, rows.line_num),)
            elif events and event.number <= events[-1].number:
                forked = message("ledger-forked", Location(LEDGER_FILE, rows.line_num), number=event.number)
                return tuple(events), (forked,)
            else:
                events.append(event)
    except csv.Error as error:
        reason = "a cell is too long" if "field limit" in str(error) else "its quotation marks do not match"
        return tuple(events), (_table_fault(rows.line_num, reason),)
    return tuple(events), ()


def read_valid_events(content: bytes) -> tuple[Event, ...]:
    """Return the events of a table that this program can have written, for readers who report no faults."""
    return tuple(event for event in read_table(content)[0] if not find_event_fault(event))


def format_event_rows(events: Iterable[Event], heads: bool = True) -> bytes:
    """Write events as lines of the table."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerows([LEDGER_HEADS] if heads else [])
    table.writerows(astuple(event) for event in events)
    return out.getvalue().encode()


def drop_torn_line(content: bytes) -> bytes:
    """Return the lines that have their end."""
    return content[: content.rfind(b"\n") + 1]


def _parse_row(row: list[str]) -> Event | None:
    if len(row) != len(LEDGER_HEADS) or not (row[0].isascii() and row[0].isdecimal() and len(row[0]) < 10):
        return None
    return Event(int(row[0]), *row[1:]) if is_instant(row[1]) else None


def _row_fault(row: list[str], line: int) -> Diagnostic:
    if "".join(row).startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        hint = "Keep the lines of one side, delete git's marks, and enter the other side's events again."
        what = f"{UNREADABLE}: it has conflict marks of git"
        return message("ledger-broken", Location(LEDGER_FILE, line), hint, what=what)
    return _table_fault(line, "it is not an event")


def _table_fault(line: int, reason: str) -> Diagnostic:
    return message("ledger-broken", Location(LEDGER_FILE, line), what=f"{UNREADABLE}: {reason}")
