"""Events of the ledger, each with the hash of the one before, and `source/ledger.csv`, the table of them."""

import csv
import hashlib
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.sentences import LONGEST_CELL, cut_short
from pipeline.load.folders import LEDGER
from pipeline.model.formats import Format

PREPARED = "prepared"
"""The kind of the events that say what a college was prepared."""
NO_PREVIOUS = "0" * 64
"""The hash of the one before, in the first event."""

_EXAMPLE = "2026-11-28T09:30:00Z"
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z")


@dataclass(frozen=True, slots=True)
class Event:
    """An event as it is kept, in the order of its columns.

    `said` is JSON with one way to write it: what was hashed is what is kept, in a database and in the CSV.
    """

    number: int
    """From 1, without a gap."""
    at: str
    """The moment at which it was written down, in UTC: 2026-11-28T09:30:00Z."""
    kind: str
    """The kind of event, such as `sent` or `destroyed`."""
    subject: str
    """The delivery, copy or recall that it is about."""
    said: str
    previous: str
    digest: str

    @property
    def facts(self) -> Mapping[str, Any]:
        """The facts that are said of it, by name."""
        facts: dict[str, Any] = json.loads(self.said)
        return facts

    @property
    def day(self) -> date:
        """The day that it tells of, where it names one by `on`; else the day on which it was written down."""
        return date.fromisoformat(self.facts.get("on") or self.at[:10])

    @property
    def follows_itself(self) -> bool:
        """Whether its hash is that of what it says."""
        return self.digest == hash_event(*astuple(self)[:-1])


_LONGEST = 2000
"""Letters of a reason that are kept at most."""


def clean_reason(words: str | None) -> str:
    """A reason as the ledger keeps it: in one line, cut short."""
    return cut_short(" ".join((words or "").split()), _LONGEST)


def canonical_json(facts: Mapping[str, Any]) -> str:
    """Facts as JSON with one way to write it: keys in order, no blanks. RFC 8785 for text, whole numbers and lists."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def hash_event(*columns: int | str) -> str:
    """The SHA-256 of an event, over all its columns, the hash of the one before included."""
    return hashlib.sha256(json.dumps(columns, ensure_ascii=True).encode()).hexdigest()


def format_instant(moment: datetime) -> str:
    """A moment as events tell it. It must know its time zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_instant(said: str) -> bool:
    """Whether these words are a moment as events tell it."""
    try:
        return bool(_INSTANT.fullmatch(said) and datetime.fromisoformat(said))
    except ValueError:
        return False


def create_event(last: Event | None, at: str, kind: str, subject: str, facts: Mapping[str, Any]) -> Event:
    """The event that comes after the last one, or the first."""
    number, previous = (last.number + 1, last.digest) if last else (1, NO_PREVIOUS)
    columns = (number, at, kind, subject, canonical_json(facts), previous)
    return Event(*columns, hash_event(*columns))


def use_present_ids(events: Sequence[Event], present: Mapping[str, str]) -> tuple[Event, ...]:
    """Name colleges by their present ids, by the former ones in `present`. The hashes do not change."""
    return tuple(_renamed(event, present) for event in events) if present else tuple(events)


def _renamed(event: Event, present: Mapping[str, str]) -> Event:
    facts = dict(event.facts)
    if facts.get("college") in present:
        facts["college"] = present[facts["college"]]
    elif facts.get("what") == "job":
        facts["of"] = [[present.get(name, name), quantity] for name, quantity in facts["of"]]
    else:
        return event
    return replace(event, said=canonical_json(facts))


def first_fault(events: Iterable[Event]) -> int | None:
    """The number of the first event that does not follow from those before, or is missing; none where all do."""
    previous = NO_PREVIOUS
    for number, event in enumerate(events, 1):
        if (event.number, event.previous) != (number, previous) or not event.follows_itself:
            return number
        previous = event.digest
    return None


# The facts of each kind of event


def _is_day(text: str) -> str:
    date.fromisoformat(text)
    return text


_Day = Annotated[str, AfterValidator(_is_day)]
_Number = Annotated[int, Field(ge=0, lt=10**9)]
_CopyLine = tuple[str, str, _Number, _Number] | tuple[str, str, _Number, _Number, str]


class _Facts(BaseModel):
    """The facts that every event may have. Others than those named are left alone."""

    model_config = ConfigDict(strict=True)

    on: _Day = ""
    by: str = ""


class _File(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")

    format: Format
    name: str
    sha256: str
    bytes: _Number
    quantity: _Number
    copies: tuple[_Number, ...]


class _Prepared(_Facts):
    on: _Day
    college: str
    pack: str
    edition: str
    versions: str
    format: str
    copies: tuple[tuple[_Number, _Number, str], ...]
    overridden: tuple[tuple[str, str], ...]


class _Planned(_Facts):
    college: str
    pack: str
    edition: str
    record: str
    code: str
    channel: str
    to: str
    what: str
    files: tuple[_File, ...]
    briefings: tuple[str, ...]
    newer: tuple[str, ...] = ()
    again: str = ""


class _PlannedLeaves(_Planned):
    from_: str = Field(alias="from")


class _PlannedJob(_Planned):
    of: tuple[tuple[str, _Number], ...]


class _Receipt(_Facts):
    of: tuple[_CopyLine, ...] = ()
    copies: tuple[_Number, ...] = ()
    quantity: _Number = 0
    scan: str = ""


class _Withdrawn(_Facts):
    event: _Number
    reason: str = ""


class _Recalled(_Facts):
    of: str = ""
    reason: str = ""
    copies: tuple[_CopyLine, ...] = ()
    words: tuple[str, ...] = ()
    answer_by: _Day = ""
    instead: str = ""


class _Told(_Facts):
    college: str


class _Reason(_Facts):
    reason: str = ""


_KINDS: Mapping[str, type[_Facts]] = {
    PREPARED: _Prepared,
    "planned": _Planned,
    **dict.fromkeys(("begun", "committing", "sent"), _Facts),
    **dict.fromkeys(("failed", "uncertain"), _Reason),
    **dict.fromkeys(("received", "replaced", "returned", "destroyed", "lost"), _Receipt),
    "withdrawn": _Withdrawn,
    **dict.fromkeys(("recalled", "reminded"), _Recalled),
    "told": _Told,
}
_PLANS: Mapping[Any, type[_Facts]] = {"leaves": _PlannedLeaves, "job": _PlannedJob}
_RECALL = "recall-"
"""The beginning of the name of a recall."""
_OF_RECALLS = ("recalled", "reminded", "told")


def find_event_fault(event: Event) -> str:
    """The reason why an event is none that this program can have written, by its columns and facts; else nothing."""
    if not all(isinstance(column, str) for column in astuple(event)[1:]):
        return "a column is not text"
    if not is_instant(event.at):
        return f"'at' is no moment such as {_EXAMPLE}"
    kind = _KINDS.get(event.kind)
    if kind is None:
        return f"this release knows no event '{event.kind[:32]}'"
    try:
        facts = event.facts
        if not isinstance(facts, dict) or canonical_json(facts) != event.said:
            return "'said' is not written as this program writes it"
    except (ValueError, RecursionError):
        return "'said' is no JSON"
    if event.kind == "planned":
        kind = _PLANS.get(str(facts.get("what")), kind)
    elif event.kind == "received" and event.subject.startswith(_RECALL):
        kind = _Told
    try:
        kind.model_validate_json(event.said)
    except ValidationError as wrong:
        path = ".".join(map(str, wrong.errors()[0]["loc"])) or "JSON"
        return f"'said' has no valid '{path}'"
    if event.kind in _OF_RECALLS and not event.subject.startswith(_RECALL):
        return f"'subject' is no recall such as {_RECALL}1"
    return ""


# `source/ledger.csv` is a copy of the events that git keeps, in order, perhaps without the last ones. Where it differs
# from a database it says how, and never chooses.

UNREADABLE = "The ledger's table cannot be read here"

csv.field_size_limit(LONGEST_CELL)

HEADS = tuple(field.name for field in fields(Event))


def read_table(content: bytes) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """The events in the order of their lines, and the first line that cannot be read, with none of those after it.

    A last line that was cut off is no event and no fault: what it began to say is in the database.
    """
    whole = drop_torn_line(content)
    if content and not whole and not as_rows(()).startswith(content):
        return (), (_fault(1, f"the heads should be {', '.join(HEADS)}"),)
    try:
        whole.decode()
    except UnicodeDecodeError as wrong:
        return (), (_fault(len((whole[: wrong.start] + b"-").splitlines()), "the file is not UTF-8"),)
    events: list[Event] = []
    rows = csv.reader(io.TextIOWrapper(io.BytesIO(whole), "utf-8-sig", newline=""), strict=True)
    try:
        for row in rows:
            event = _event(row) if rows.line_num > 1 else None
            if rows.line_num == 1:
                if tuple(row) != HEADS:
                    return (), (_fault(1, f"the heads should be {', '.join(HEADS)}"),)
            elif event is None:
                return tuple(events), (_no_event(row, rows.line_num),)
            elif events and event.number <= events[-1].number:
                forked = message("ledger-forked", Location(LEDGER, rows.line_num), number=event.number)
                return tuple(events), (forked,)
            else:
                events.append(event)
    except csv.Error as wrong:
        reason = "a cell is too long" if "field limit" in str(wrong) else "its quotation marks do not match"
        return tuple(events), (_fault(rows.line_num, reason),)
    return tuple(events), ()


def read_valid_events(content: bytes) -> tuple[Event, ...]:
    """The events of a table that this program can have written, for readers who report no faults."""
    return tuple(event for event in read_table(content)[0] if not find_event_fault(event))


def as_rows(events: Iterable[Event], heads: bool = True) -> bytes:
    """The lines of events, below the heads of an empty table."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerows([HEADS] if heads else [])
    table.writerows(astuple(event) for event in events)
    return out.getvalue().encode()


def drop_torn_line(content: bytes) -> bytes:
    """The lines that were written to their end."""
    return content[: content.rfind(b"\n") + 1]


def _event(row: list[str]) -> Event | None:
    if len(row) != len(HEADS) or not (row[0].isascii() and row[0].isdecimal() and len(row[0]) < 10):
        return None
    return Event(int(row[0]), *row[1:]) if is_instant(row[1]) else None


def _no_event(row: list[str], line: int) -> Diagnostic:
    if "".join(row).startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        hint = "Keep the lines of one side, delete git's marks, and enter again what the other side has entered."
        return message(
            "ledger-broken", Location(LEDGER, line), hint, what=f"{UNREADABLE}: it has conflict marks of git"
        )
    return _fault(line, "it is no event")


def _fault(line: int, reason: str) -> Diagnostic:
    return message("ledger-broken", Location(LEDGER, line), what=f"{UNREADABLE}: {reason}")
