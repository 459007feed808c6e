"""`source/ledger.csv`: the events of the ledger as a table beside the sources. Pure.

It is a copy that git keeps: of the events of the database, in order, perhaps without the last of them. Where the two
differ it says how, and never chooses.
"""

import csv
import io
from collections.abc import Iterable
from dataclasses import astuple, fields

from pipeline.colleges.ledger.events import Event, fault_of, is_instant
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.core.sentences import LONGEST_CELL
from pipeline.load.folders import LEDGER

UNREADABLE = "The ledger's table cannot be read here"

csv.field_size_limit(LONGEST_CELL)

HEADS = tuple(field.name for field in fields(Event))


def read_table(content: bytes) -> tuple[tuple[Event, ...], tuple[Diagnostic, ...]]:
    """The events in the order of their lines, and the first line that cannot be read, with none of those after it.

    A last line that was cut off is no event and no fault: what it began to say is in the database.
    """
    whole = without_torn_line(content)
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
                forked = message("ledger-forked", Place(LEDGER, rows.line_num), number=event.number)
                return tuple(events), (forked,)
            else:
                events.append(event)
    except csv.Error as wrong:
        reason = "a cell is too long" if "field limit" in str(wrong) else "its quotation marks do not match"
        return tuple(events), (_fault(rows.line_num, reason),)
    return tuple(events), ()


def readable_events(content: bytes) -> tuple[Event, ...]:
    """The events of a table that this program can have written, for readers who report no faults."""
    return tuple(event for event in read_table(content)[0] if not fault_of(event))


def as_rows(events: Iterable[Event], heads: bool = True) -> bytes:
    """The lines of events, below the heads of an empty table."""
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\n")
    table.writerows([HEADS] if heads else [])
    table.writerows(astuple(event) for event in events)
    return out.getvalue().encode()


def without_torn_line(content: bytes) -> bytes:
    """The lines that were written to their end."""
    return content[: content.rfind(b"\n") + 1]


def _event(row: list[str]) -> Event | None:
    if len(row) != len(HEADS) or not (row[0].isascii() and row[0].isdecimal() and len(row[0]) < 10):
        return None
    return Event(int(row[0]), *row[1:]) if is_instant(row[1]) else None


def _no_event(row: list[str], line: int) -> Diagnostic:
    if "".join(row).startswith(("<<<<<<<", "=======", ">>>>>>>", "|||||||")):
        hint = "Keep the lines of one side, delete git's marks, and enter again what the other side has entered."
        return message("ledger-broken", Place(LEDGER, line), hint, what=f"{UNREADABLE}: it has conflict marks of git")
    return _fault(line, "it is no event")


def _fault(line: int, reason: str) -> Diagnostic:
    return message("ledger-broken", Place(LEDGER, line), what=f"{UNREADABLE}: {reason}")
