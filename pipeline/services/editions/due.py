"""The verb due: which reviews fall due, with the packs and colleges that they concern."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import groupby
from urllib.parse import urlsplit

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, day_of
from pipeline.cli.outcome import Outcome, Table, listed, rendered
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import Remarks, errors
from pipeline.model.due import DueReview
from pipeline.model.library import Library
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.pack import Pack
from pipeline.model.words import format_date, months_after
from pipeline.resolve.environment import address_of, environment_of
from pipeline.resolve.status import is_retired, review_by, reviewed_on
from pipeline.resolve.versions import read_kept_version
from pipeline.services.editions.edition import slug, takers

_Holders = Mapping[str, Sequence[Pack]]
"""The packs that list a text, by the line by which they do."""


def due_reviews(library: Library, today: date) -> tuple[DueReview, ...]:
    """The next review of every text in use that has one, by owner, day and id; texts without an owner come last.

    A review concerns the colleges that are open on its day, or today if it is overdue.
    """
    holders: dict[str, list[Pack]] = {}
    for pack in library.packs.values():
        for line in pack.lines:
            holders.setdefault(line, []).append(pack)
    found = (*_present(library, holders, today), *_pinned(library, holders, today))
    return tuple(sorted(found, key=lambda one: (not one.owner, one.owner.casefold(), one.day, one.id, one.version)))


def _present(library: Library, holders: _Holders, today: date) -> Iterator[DueReview]:
    for name, briefing in library.briefings.items():
        if not briefing.manual and not is_retired(briefing):
            lines = name, f"{name}@{briefing.fields.version}"
            yield from _due(library, name, briefing.fields, _packs(holders, *lines), today, kept=False)


def _pinned(library: Library, holders: _Holders, today: date) -> Iterator[DueReview]:
    """Reviews of the kept versions in packs, as far as the present text bears another number."""
    environment = environment_of(library)
    for line in holders:
        kept = library.kept.get(line)
        present = library.briefings.get(kept.id) if kept else None
        if kept is None or (present and present.fields.version == kept.version):
            continue
        briefing = read_kept_version(environment, kept, date.min).briefing
        if not is_retired(briefing):
            fields = briefing.fields.model_copy(update={"owner": (present or briefing).fields.owner})
            yield from _due(library, kept.id, fields, _packs(holders, line), today, kept=True)


def _packs(holders: _Holders, *lines: str) -> dict[str, Pack]:
    """The packs that list a text by one of these lines, by id."""
    return {pack.id: pack for line in lines for pack in holders.get(line, ())}


def _due(
    library: Library, name: str, fields: BriefingFields, packs: Mapping[str, Pack], today: date, kept: bool
) -> Iterator[DueReview]:
    """The review of a text that these packs hold, if it has a day."""
    imprint = library.imprint
    day = review_by(fields, imprint.fields)
    if day is None:
        return
    on = max(day, today)
    taken_by = {college: one.name for pack in packs.values() for college, one in takers(library, pack, on).items()}
    told = [on for on in (fields.first_published, fields.updated, reviewed_on(fields)) if on]
    text = f"{name}-{fields.version}" if kept else name
    host = urlsplit(imprint.fields.address or "").hostname or f"{slug(imprint.fields.publisher)}.invalid"
    yield DueReview(
        day=day,
        owner=fields.owner or "",
        id=name,
        version=fields.version,
        title=fields.title,
        status=str(fields.status),
        kept=kept,
        packs=tuple((one, packs[one].fields.title) for one in sorted(packs)),
        colleges=tuple(sorted(taken_by.items())),
        address=address_of(library.briefings[name].head, imprint) if name in library.briefings else "",
        uid=f"review-{text}@{host}",
        changed=max((*told, *(entry.date for entry in fields.history)), default=day),
        revision=len(fields.history),
    )


MONTHS = 3
"""Months ahead that are looked at where no day is named."""


@click.command("due")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="The last day to look at (default: in 3 months).")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="Look from this day on (default: today).")
@rendered("text", "json", "csv", "ical")
def verb(project: Project, until: datetime | None, produced: datetime | None) -> Outcome:
    """List the reviews that fall due, by owner, with the packs and colleges that they concern.

    Those that are overdue are listed too, and those of kept versions in packs. `--report ical` gives a calendar to
    import or subscribe to: an entry keeps its place in it, however often it is imported.
    """
    today = day_of(produced, project)
    last = until.date() if until else months_after(today, MONTHS)

    def look() -> tuple[str, tuple[DueReview, ...], Remarks]:
        library, remarks = project.loaded
        return library.imprint.fields.title, due_reviews(library, today), tuple(errors(remarks))

    title, reviews, unread = project.store.remember(
        "reviews", (project.files, today), tuple[str, tuple[DueReview, ...], Remarks], look
    )
    due = tuple(one for one in reviews if one.day <= last)
    text = due_by_owner(due, today) if due else f"Nothing falls due by {format_date(last)}."
    found = listed(unread, Table(HEADS, due_rows(due, today)), text)
    return replace(found, forms={"ical": lambda: due_calendar(due, title)})


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
