"""Events of the ledger: what left the house, and what came back. Each has the hash of the one before. Pure."""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

FIRST = "0" * 64
"""The hash of the one before, in the first event."""

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
        return self.digest == digest_of(*astuple(self)[:-1])


def canonical(facts: Mapping[str, Any]) -> str:
    """Facts as JSON with one way to write it: keys in order, no blanks. RFC 8785 for text, whole numbers and lists."""
    return json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def digest_of(*columns: int | str) -> str:
    """The SHA-256 of an event, over all its columns, the hash of the one before included."""
    return hashlib.sha256(json.dumps(columns, ensure_ascii=True).encode()).hexdigest()


def instant(moment: datetime) -> str:
    """A moment as events tell it. It must know its time zone."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def is_instant(said: str) -> bool:
    """Whether these words are a moment as events tell it."""
    return bool(_INSTANT.fullmatch(said))


def event_after(last: Event | None, at: str, kind: str, subject: str, facts: Mapping[str, Any]) -> Event:
    """The event that comes after the last one, or the first."""
    number, previous = (last.number + 1, last.digest) if last else (1, FIRST)
    columns = (number, at, kind, subject, canonical(facts), previous)
    return Event(*columns, digest_of(*columns))


def renamed(events: Sequence[Event], present: Mapping[str, str]) -> tuple[Event, ...]:
    """Name colleges by their present ids in events, to read them by; `present` has those by the former ones.

    The hashes stay those of what is kept.
    """
    return tuple(_renamed(event, present) for event in events) if present else tuple(events)


def _renamed(event: Event, present: Mapping[str, str]) -> Event:
    facts = dict(event.facts)
    if facts.get("college") in present:
        facts["college"] = present[facts["college"]]
    elif facts.get("what") == "job":
        facts["of"] = [[present.get(name, name), quantity] for name, quantity in facts["of"]]
    else:
        return event
    return replace(event, said=canonical(facts))


def first_fault(events: Iterable[Event]) -> int | None:
    """The number of the first event that does not follow from those before; nothing where the chain holds.

    A number that is missing is that of the event that should be there.
    """
    previous = FIRST
    for number, event in enumerate(events, 1):
        if (event.number, event.previous) != (number, previous) or not event.follows_itself:
            return number
        previous = event.digest
    return None
