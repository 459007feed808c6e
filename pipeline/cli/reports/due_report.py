"""Reviews that fall due as a list by owner, as a table for programs, and as a calendar."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby

from pipeline.core import tables
from pipeline.model.due import DueReview

HEADS = ("owner", "review by", "overdue", "id", "version", "kept", "status", "packs", "colleges", "title")
"""Columns of the table."""

_BRIEF = ("review by", "id", "version", "packs", "colleges", "title")
_FEW = 3
"""So many colleges are named in the list; of more their number stands there."""


def due_rows(reviews: Sequence[DueReview], today: date) -> tuple[tuple[str, ...], ...]:
    """The rows of the table. Packs and colleges go by their ids."""
    return tuple(
        (
            *(one.owner, one.day.isoformat(), _yes(one.day < today), one.id, one.version, _yes(one.kept), one.status),
            *(_ids(one.packs), _ids(one.colleges), one.title),
        )
        for one in reviews
    )


def due_by_owner(reviews: Sequence[DueReview], today: date) -> str:
    """The reviews below the names of those who answer for them."""
    return "\n".join(
        f"{owner or 'No owner'}\n{tables.as_columns(_BRIEF, [_line(one, today) for one in those])}"
        for owner, those in groupby(reviews, key=lambda one: one.owner)
    )


def due_calendar(reviews: Sequence[DueReview], title: str) -> str:
    """A calendar (RFC 5545) with a day for each review; the same reviews give the same calendar on any day."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//briefings//reviews//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Reviews: {title}")
    for one in reviews:
        event = Event()
        event.add("uid", one.uid)
        event.add("dtstamp", datetime.combine(one.changed, time(), UTC))
        event.add("dtstart", one.day)
        event.add("summary", f"Review due: {one.title} ({one.version})")
        event.add("description", _description(one))
        event.add("sequence", one.revision)
        event.add("transp", "TRANSPARENT")
        if one.owner:
            event.add("categories", [one.owner])
        if one.address:
            event.add("url", one.address)
        calendar.add_component(event)
    written: bytes = calendar.to_ical()
    return written.decode()


def _description(one: DueReview) -> str:
    """Facts about a review for whoever opens its entry, a line each."""
    named = (("Packs", one.packs), ("Colleges", one.colleges))
    said = [f"{label}: {'; '.join(name for _, name in those)}" for label, those in named if those]
    return "\n".join((f"{one.id} {one.version}", f"Owner: {one.owner or 'nobody is named'}", *said))


def _line(one: DueReview, today: date) -> tuple[str, ...]:
    day = f"{one.day.isoformat()}{' overdue' if one.day < today else ''}"
    version = f"{one.version} kept" if one.kept else one.version
    takers = _ids(one.colleges) if len(one.colleges) <= _FEW else tables.count(len(one.colleges), "college")
    return day, one.id, version, _ids(one.packs), takers, one.title


def _ids(those: tuple[tuple[str, str], ...]) -> str:
    return " ".join(name for name, _ in those)


def _yes(said: bool) -> str:
    return "yes" if said else "no"
