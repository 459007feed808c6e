"""Events of a disclosure, held to the ledger here: the chain, which of them are told, and the list of them. Pure."""

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from pipeline.colleges.disclosure.contents import (
    EVENTS,
    HASH_ONLY,
    HEADS,
    LEDGER_ROWS,
    REDACTED,
    WHOLE,
    disclosed_facts,
)
from pipeline.colleges.disclosure.event_list import (
    DisclosedEdition,
    DisclosedVersion,
    cells_of,
    event_heads,
    event_rows,
)
from pipeline.colleges.disclosure.expected import Expected
from pipeline.colleges.disclosure.names import is_redaction
from pipeline.colleges.ledger.events import FIRST, Event, canonical
from pipeline.load.library.register import Entry
from pipeline.model.source.edition import EditionRecord
from pipeline.model.source.kept import RECORD, KeptRecord

_Fault = tuple[str, str]


def ledger_faults(
    payload: Mapping[str, bytes], said: Mapping[str, Any], events: Sequence[Event], those: Expected
) -> Iterator[_Fault]:
    """Faults of the chain of events: within itself, against the ledger, and in which of them are told."""
    rows = _rows(payload[LEDGER_ROWS])
    if not rows or tuple(rows[0]) != HEADS:
        yield LEDGER_ROWS, "has other columns" if rows else "cannot be read as a table"
        return
    previous, told = FIRST, {event.number for event in those.least.events}
    names = {one.id for one in those.least.deliveries}
    for number, row in enumerate(rows[1:], 1):
        event = Event(int(row[1]), *row[2:])
        if wrong := _row_fault(number, row[0], event, previous, events, names):
            yield LEDGER_ROWS, wrong
            return
        if (row[0] != HASH_ONLY) != (number in told):
            what = "is of the choice, and is given by its hash alone" if number in told else "is outside of the choice"
            yield LEDGER_ROWS, f"does not agree: event {number} {what}"
            return
        previous = event.digest
    last = said["last_event"]
    if (last["number"], last["sha256"]) != (len(rows) - 1, previous if rows[1:] else ""):
        yield LEDGER_ROWS, f"does not hold: it does not end with event {last['number']}, as it should"


def _row_fault(number: int, given: str, event: Event, previous: str, events: Sequence[Event], names: set[str]) -> str:
    """The fault of a row of the chain; nothing where it has none."""
    follows = (event.number, event.previous) == (number, previous)
    if given not in (WHOLE, REDACTED, HASH_ONLY) or not follows or (given == WHOLE and not event.follows_itself):
        return f"does not hold: event {number} does not follow from those before"
    own = events[number - 1] if number <= len(events) else None
    if own is None or own.digest != event.digest:
        what = "is not in the ledger here" if own is None else "is another one in the ledger here"
        return f"does not agree: event {number} {what}"
    other = given == HASH_ONLY and any((event.at, event.kind, event.subject, event.said))
    if other or (given == REDACTED and not _is_without_names(event, own, names)):
        return f"does not agree: event {number} says something else in the ledger here"
    return ""


def _is_without_names(event: Event, own: Event, names: set[str]) -> bool:
    same = (event.at, event.kind, event.subject) == (own.at, own.kind, own.subject)
    facts = json.loads(event.said)
    return same and canonical(facts) == event.said and is_redaction(facts, disclosed_facts(own, names))


def events_faults(payload: Mapping[str, bytes], said: Mapping[str, Any], those: Expected) -> Iterator[_Fault]:
    """The fault that the list of events is not that of the rows and the records which are given."""
    rows = _rows(payload[EVENTS])
    chain = [Event(int(row[1]), *row[2:]) for row in _rows(payload[LEDGER_ROWS])[1:] if row[0] != HASH_ONLY]
    planned = {event.subject: event.facts for event in chain if event.kind == "planned"}
    editions = [
        DisclosedEdition(EditionRecord.model_validate_json(payload[one["path"]]), one["sha256"])
        for one in said["records"]
        if one["path"]
    ]
    versions = [DisclosedVersion(_kept(payload, one["version"]), one["sha256"]) for one in said["versions"]]
    prepared = tuple(_prepared(rows[1:], those))
    made = [event_heads(), *map(cells_of, event_rows(chain, planned, editions, versions, prepared))]
    required = {one.sha256 for one in those.least.prepared}
    if rows != made or not required <= {one.sha256 for one in prepared}:
        yield EVENTS, "tells something else than the events and the records beside it"


def _prepared(rows: Sequence[Sequence[str]], those: Expected) -> Iterator[Entry]:
    """The entries of the register that a list of events tells of, with the words that it has on each."""
    told = [row for row in rows if row[1] == "prepared"]
    for entry in those.most.prepared:
        plain = replace(entry, overridden="")
        for row in told:
            reason = row[6].removeprefix("overridden: ")
            one = replace(plain, overridden=reason) if row[6] else plain
            if cells_of(event_rows((), {}, (), (), (one,))[0]) == row and is_redaction(reason, entry.overridden):
                told.remove(row)
                yield one
                break


def _kept(payload: Mapping[str, bytes], version: str) -> KeptRecord:
    place = f"versions/{version.replace('@', '/')}/{RECORD}"
    there = place if place in payload else f"{place.removesuffix('.json')}.redacted.json"
    return KeptRecord.model_validate_json(payload[there])


def _rows(content: bytes) -> list[list[str]]:
    try:
        return [*csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""))]
    except csv.Error:
        return []
