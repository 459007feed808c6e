"""Copies that colleges were prepared, by the events of the ledger. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from itertools import groupby
from typing import Any

from pipeline.colleges.ledger.events import PREPARED, Event
from pipeline.colleges.ledger.stores import NextEvent
from pipeline.colleges.ledger.table import readable_events
from pipeline.core.diagnostics import UsageError
from pipeline.load.folders import LEDGER, REGISTER
from pipeline.load.register import Entry, read_register

_SAME = ("college", "pack", "edition", "versions", "format")


def prepared_copies(files: Mapping[str, bytes]) -> tuple[Entry, ...]:
    """The copies by the files of `source/`, for readers: whoever verifies may have no database."""
    return (*read_register(files.get(REGISTER, b"")), *entries_of(readable_events(files.get(LEDGER, b""))))


def entries_of(events: Iterable[Event]) -> tuple[Entry, ...]:
    """The copies, in the order in which they were prepared."""
    return tuple(entry for event in events if event.kind == PREPARED for entry in _entries(event.facts))


def _entries(facts: Mapping[str, Any]) -> Iterator[Entry]:
    what = {name: facts[name] for name in _SAME}
    day, reasons = date.fromisoformat(facts["on"]), tuple((name, reason) for name, reason in facts["overridden"])
    for quantity, number, digest in facts["copies"]:
        yield Entry(**what, quantity=quantity, copy_number=number, sha256=digest, prepared=day, overridden=reasons)


def next_events(new: Iterable[Entry], before: Sequence[Entry] | None = None) -> Iterator[NextEvent]:
    """An event for each college and format. `before` are the copies of the edition so far, if numbers follow them."""
    for what, copies in groupby(new, lambda one: replace(one, quantity=1, copy_number=0, sha256="")):
        yield _next_event(what, [(one.quantity, one.copy_number, one.sha256) for one in copies], before)
        before = None


def _next_event(what: Entry, copies: Sequence[tuple[int, int, str]], before: Sequence[Entry] | None) -> NextEvent:
    facts = {name: getattr(what, name) for name in (*_SAME, "overridden")}
    facts |= {"on": what.prepared.isoformat(), "copies": copies}

    def event(known: Sequence[Event]) -> tuple[str, str, Mapping[str, Any]]:
        if before not in (None, tuple(one for one in entries_of(known) if one.issue == what.issue)):
            raise UsageError("Others prepared copies meanwhile. Run the command again.")
        return PREPARED, f"copies of {what.pack}"[:80], facts

    return event
