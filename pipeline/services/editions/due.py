"""The verb due: list the reviews that fall due, with the packs and colleges that they concern."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import groupby
from urllib.parse import urlsplit

import click

from pipeline.build.project import Project
from pipeline.cli.options import DAY, production_day
from pipeline.cli.outcome import Outcome, OutcomeTable, list_outcome, verb_with_outcome
from pipeline.core import sentences as tables
from pipeline.core.diagnostics import Remarks, errors
from pipeline.model.due import DueReview
from pipeline.model.library import Library
from pipeline.model.source.briefing import BriefingFields
from pipeline.model.source.pack import Pack
from pipeline.model.words import add_months, format_date
from pipeline.resolve.environment import address_of, environment_of
from pipeline.resolve.status import last_review_of, next_review_of
from pipeline.resolve.versions import view_kept_version
from pipeline.services.editions.edition import list_pack_recipients, slug

_Holders = Mapping[str, Sequence[Pack]]
"""The packs that list a text, by their line for it."""


def due_reviews(library: Library, today: date) -> tuple[DueReview, ...]:
    """Return the next review of every text in use, by owner, day and id; texts without an owner come last.

    A review concerns the colleges that are open on its day, or today if it is overdue.
    """
    holders: dict[str, list[Pack]] = {}
    for pack in library.packs.values():
        for line in pack.lines:
            holders.setdefault(line, []).append(pack)
    reviews = (*_current(library, holders, today), *_pinned(library, holders, today))

    def order(review: DueReview) -> tuple[bool, str, date, str, str]:
        return not review.owner, review.owner.casefold(), review.day, review.id, review.version

    return tuple(sorted(reviews, key=order))


def _current(library: Library, holders: _Holders, today: date) -> Iterator[DueReview]:
    for name, briefing in library.briefings.items():
        if not briefing.manual and not briefing.fields.status.is_retired:
            lines = name, f"{name}@{briefing.fields.version}"
            yield from _due(library, name, briefing.fields, _packs(holders, *lines), today, kept=False)


def _pinned(library: Library, holders: _Holders, today: date) -> Iterator[DueReview]:
    """Yield the reviews of kept versions in packs whose current text has another number."""
    environment = environment_of(library)
    for line in holders:
        kept = library.kept.get(line)
        present = library.briefings.get(kept.id) if kept else None
        if kept is None or (present and present.fields.version == kept.version):
            continue
        briefing = view_kept_version(environment, kept, date.min).briefing
        if not briefing.fields.status.is_retired:
            fields = briefing.fields.model_copy(update={"owner": (present or briefing).fields.owner})
            yield from _due(library, kept.id, fields, _packs(holders, line), today, kept=True)


def _packs(holders: _Holders, *lines: str) -> dict[str, Pack]:
    """Return the packs that list a text by one of these lines, by id."""
    return {pack.id: pack for line in lines for pack in holders.get(line, ())}


def _due(
    library: Library, name: str, fields: BriefingFields, packs: Mapping[str, Pack], today: date, kept: bool
) -> Iterator[DueReview]:
    """Yield the review of a text that these packs list, if it has a day."""
    imprint = library.imprint
    day = next_review_of(fields, imprint.fields)
    if day is None:
        return
    on = max(day, today)
    recipients = {
        name: taker for pack in packs.values() for name, taker in list_pack_recipients(library, pack, on).items()
    }
    dates = filter(None, (fields.first_published, fields.updated, last_review_of(fields)))
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
        packs=tuple((pack, packs[pack].fields.title) for pack in sorted(packs)),
        colleges=tuple((name, recipients[name].name) for name in sorted(recipients)),
        address=address_of(library.briefings[name].head, imprint) if name in library.briefings else "",
        uid=f"review-{text}@{host}",
        changed=max((*dates, *(entry.date for entry in fields.history)), default=day),
        revision=len(fields.history),
    )


MONTHS = 3
"""Months to look ahead without --until."""


@click.command("due")
@click.option("--until", type=DAY, metavar="YYYY-MM-DD", help="The last day of the list (default: in 3 months).")
@click.option("--date", "produced", type=DAY, metavar="YYYY-MM-DD", help="The first day of the list (default: today).")
@verb_with_outcome("text", "json", "csv", "ical")
def verb(project: Project, until: datetime | None, produced: datetime | None) -> Outcome:
    """List the reviews that are due, by owner.

    Overdue reviews are included, and those of kept versions in packs. --report ical gives a calendar to subscribe
    to.
    """
    today = production_day(produced, project)
    last = until.date() if until else add_months(today, MONTHS)

    def read_reviews() -> tuple[str, tuple[DueReview, ...], Remarks]:
        library, remarks = project.loaded
        return library.imprint.fields.title, due_reviews(library, today), tuple(errors(remarks))

    title, reviews, unread = project.store.remember(
        "reviews", (project.files, today), tuple[str, tuple[DueReview, ...], Remarks], read_reviews
    )
    due = tuple(review for review in reviews if review.day <= last)
    text = format_reviews_by_owner(due, today) if due else f"Nothing falls due by {format_date(last)}."
    outcome = list_outcome(unread, OutcomeTable(HEADS, due_rows(due, today)), text)
    return replace(outcome, forms={"ical": lambda: due_calendar(due, title)})


HEADS = ("owner", "review by", "overdue", "id", "version", "kept", "status", "packs", "colleges", "title")
"""Columns of the table."""

_BRIEF = ("review by", "id", "version", "packs", "colleges", "title")
_FEW = 3
"""Most colleges that the list names; for more it shows their number."""


def due_rows(reviews: Sequence[DueReview], today: date) -> tuple[tuple[str, ...], ...]:
    """Return the rows of the table, with packs and colleges by their ids."""
    return tuple(
        (
            *(review.owner, review.day.isoformat(), _yes(review.day < today), review.id, review.version),
            *(_yes(review.kept), review.status, _ids(review.packs), _ids(review.colleges), review.title),
        )
        for review in reviews
    )


def format_reviews_by_owner(reviews: Sequence[DueReview], today: date) -> str:
    """Return the reviews under the names of their owners."""
    return "\n".join(
        f"{owner or 'No owner'}\n{tables.format_columns(_BRIEF, [_line(review, today) for review in members])}"
        for owner, members in groupby(reviews, key=lambda review: review.owner)
    )


def due_calendar(reviews: Sequence[DueReview], title: str) -> str:
    """Return a calendar (RFC 5545) of the reviews; the same reviews give the same bytes on any day."""
    from icalendar import Calendar, Event

    calendar = Calendar()
    calendar.add("prodid", "-//briefings//reviews//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"Reviews: {title}")
    for review in reviews:
        event = Event()
        event.add("uid", review.uid)
        event.add("dtstamp", datetime.combine(review.changed, time(), UTC))
        event.add("dtstart", review.day)
        event.add("summary", f"Review due: {review.title} ({review.version})")
        event.add("description", _description(review))
        event.add("sequence", review.revision)
        event.add("transp", "TRANSPARENT")
        if review.owner:
            event.add("categories", [review.owner])
        if review.address:
            event.add("url", review.address)
        calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content.decode()


def _description(review: DueReview) -> str:
    """Return the facts about a review, a line each."""
    lists = (("Packs", review.packs), ("Colleges", review.colleges))
    lines = [f"{label}: {'; '.join(name for _, name in named)}" for label, named in lists if named]
    return "\n".join((f"{review.id} {review.version}", f"Owner: {review.owner or 'nobody is named'}", *lines))


def _line(review: DueReview, today: date) -> tuple[str, ...]:
    day = f"{review.day.isoformat()}{' overdue' if review.day < today else ''}"
    version = f"{review.version} kept" if review.kept else review.version
    takers = (
        _ids(review.colleges) if len(review.colleges) <= _FEW else tables.count_noun(len(review.colleges), "college")
    )
    return day, review.id, version, _ids(review.packs), takers, review.title


def _ids(named: tuple[tuple[str, str], ...]) -> str:
    return " ".join(name for name, _ in named)


def _yes(value: bool) -> str:
    return "yes" if value else "no"
