"""Dates and what follows from them: labels, review, and the states that pages carry."""

from collections.abc import Iterator
from datetime import date

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.model.day import in_words, months_after
from pipeline.model.publication import LabelledDate
from pipeline.model.source.briefing import RETIRED, BriefingFields, Status
from pipeline.model.source.imprint import Imprint, LibraryFields
from pipeline.model.source.record import KeyPath
from pipeline.model.words import Words
from pipeline.resolve.reading import Reading


def dated(label: str, on: date, words: Words) -> LabelledDate:
    """A date with its label."""
    return LabelledDate(label, on, words.day(on))


def reviewed_on(fields: BriefingFields) -> date | None:
    """The day of the last review: as said, or recorded in the history, whichever is later."""
    recorded = [entry.date for entry in fields.history if entry.kind == "review-no-change"]
    said = [fields.reviewed] if fields.reviewed else []
    return max(recorded + said, default=None)


def review_by(fields: BriefingFields, house: LibraryFields) -> date | None:
    """The day by which to review: as said, or so many months after the last date, as the house sets."""
    if fields.review_by or not house.review_months:
        return fields.review_by
    known = [on for on in (fields.first_published, fields.updated, reviewed_on(fields)) if on]
    return months_after(max(known), house.review_months) if known else None


def is_overdue(fields: BriefingFields, house: LibraryFields, produced: date) -> bool:
    """Whether the day of review of a briefing that is still in use has passed."""
    last = review_by(fields, house)
    return fields.status not in RETIRED and last is not None and last < produced


def stamp_dates(fields: BriefingFields, words: Words) -> tuple[LabelledDate, ...]:
    """The dates under the title, each only if set."""
    lines = (
        ("first-published", fields.first_published),
        ("updated", fields.updated),
        ("last-reviewed", reviewed_on(fields)),
        ("evidence-to", fields.evidence_to),
    )
    return tuple(dated(words.say(label), on, words) for label, on in lines if on)


# Rules


def updates_follow_publication(reading: Reading) -> Iterator[Diagnostic]:
    """A briefing is not updated before it is first published."""
    fields = reading.briefing.fields
    if fields.updated and fields.first_published and fields.updated < fields.first_published:
        yield message(
            "date-updated-early",
            reading.briefing.marks.at("updated"),
            updated=in_words(fields.updated),
            first_published=in_words(fields.first_published),
        )


def published_briefings_are_dated(reading: Reading) -> Iterator[Diagnostic]:
    """A published briefing says when it was first published."""
    fields = reading.briefing.fields
    if fields.status is Status.PUBLISHED and not fields.first_published:
        place, key = reading.briefing.marks.at("status"), "'first_published: YYYY-MM-DD', or set 'status: draft'"
        yield message("status-incomplete", place, status="published", what="since when", key=key)


def dates_have_come(reading: Reading) -> Iterator[Diagnostic]:
    """A day of something that has happened is not after the day of production."""
    briefing, produced = reading.briefing, reading.produced
    dates: list[tuple[str, date | None, KeyPath]] = [(name, getattr(briefing.fields, name), (name,)) for name in _PAST]
    dates += [("date", entry.date, ("history", i, "date")) for i, entry in enumerate(briefing.fields.history)]
    dates += [
        ("checked_on", record.checked_on, ("practice", i, "checked_on"))
        for i, record in enumerate(briefing.fields.practice)
    ]
    for name, on, way in dates:
        if on and on > produced:
            place = briefing.marks.at(*way)
            yield message("date-in-future", place, field=name, on=in_words(on), produced=in_words(produced))


def evaluations_have_come(imprint: Imprint, produced: date) -> Iterator[Diagnostic]:
    """Nobody has judged the EPUBs on a day that is not here yet."""
    said = imprint.fields.accessibility
    if said and said.evaluated and said.evaluated > produced:
        place = imprint.marks.at("accessibility", "evaluated")
        on = in_words(said.evaluated)
        yield message("date-in-future", place, field="evaluated", on=on, produced=in_words(produced))


_PAST = ("first_published", "updated", "reviewed", "evidence_to")


def history_matches_the_version(reading: Reading) -> Iterator[Diagnostic]:
    """The last version in the history is the version of the briefing."""
    fields = reading.briefing.fields
    versions = [entry.version for entry in fields.history]
    last = max(versions, key=_ordinal, default=fields.version)
    if _ordinal(last) != _ordinal(fields.version):
        place = reading.briefing.marks.at("version")
        yield message("history-version", place, last=last, version=fields.version)


def _ordinal(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in version.split("."))


def reviews_are_kept(reading: Reading) -> Iterator[Diagnostic]:
    """A briefing is reviewed in time."""
    fields, house = reading.briefing.fields, reading.environment.imprint.fields
    last = review_by(fields, house)
    if last and is_overdue(fields, house, reading.produced):
        yield message("review-overdue", reading.briefing.marks.at("review_by"), review_by=in_words(last))
