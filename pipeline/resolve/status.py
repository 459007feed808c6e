"""Dates, review and status: whether a text is in force."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.core.sentences import suggestion
from pipeline.core.text.typography import typeset
from pipeline.model.library import Library
from pipeline.model.publication import LabelledDate
from pipeline.model.sheets import Identity
from pipeline.model.source.briefing import RETIRED, BriefingFields, BriefingHead, Status
from pipeline.model.source.library_file import LibraryFields, LibrarySettings
from pipeline.model.source.record import KeyPath
from pipeline.model.source.versions import numbers
from pipeline.model.words import Phrases, format_date, months_after
from pipeline.resolve.environment import Environment
from pipeline.resolve.reading import BriefingView


def retired_in_words(library: Library, name: str) -> str:
    """That a text no longer holds: 'withdrawn: The study was retracted.'; nothing of one in force, or of none."""
    briefing = library.briefings.get(name)
    if briefing is None or briefing.fields.status not in RETIRED:
        return ""
    if briefing.fields.status is Status.WITHDRAWN:
        return ": ".join(filter(None, ("withdrawn", withdrawal_reason(briefing))))
    newer = library.briefings.get(briefing.fields.superseded_by or "")
    return f"superseded by '{newer.fields.title}'" if newer else "superseded"


def withdrawal_reason(briefing: BriefingHead) -> str:
    """The reason why a text was withdrawn; nothing of any other."""
    return briefing.fields.withdrawn_reason or "" if briefing.fields.status is Status.WITHDRAWN else ""


# Dates


def dated(label: str, on: date, words: Phrases) -> LabelledDate:
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


def stamp_dates(fields: BriefingFields, words: Phrases) -> tuple[LabelledDate, ...]:
    """The dates under the title, each only if set."""
    lines = (
        ("first-published", fields.first_published),
        ("updated", fields.updated),
        ("last-reviewed", reviewed_on(fields)),
        ("evidence-to", fields.evidence_to),
    )
    return tuple(dated(words.say(label), on, words) for label, on in lines if on)


# Rules


def updates_follow_publication(reading: BriefingView) -> Iterator[Diagnostic]:
    """A briefing is not updated before it is first published."""
    fields = reading.briefing.fields
    if fields.updated and fields.first_published and fields.updated < fields.first_published:
        yield message(
            "date-updated-early",
            reading.briefing.marks.at("updated"),
            updated=format_date(fields.updated),
            first_published=format_date(fields.first_published),
        )


def published_briefings_are_dated(reading: BriefingView) -> Iterator[Diagnostic]:
    """A published briefing says when it was first published."""
    fields = reading.briefing.fields
    if fields.status is Status.PUBLISHED and not fields.first_published:
        place, key = reading.briefing.marks.at("status"), "'first_published: YYYY-MM-DD', or set 'status: draft'"
        yield message("status-incomplete", place, status="published", what="since when", key=key)


def dates_have_come(reading: BriefingView) -> Iterator[Diagnostic]:
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
            yield message("date-in-future", place, field=name, on=format_date(on), produced=format_date(produced))


def evaluations_have_come(imprint: LibrarySettings, produced: date) -> Iterator[Diagnostic]:
    """Nobody has judged the EPUBs on a day that is not here yet."""
    said = imprint.fields.accessibility
    if said and said.evaluated and said.evaluated > produced:
        place = imprint.marks.at("accessibility", "evaluated")
        on = format_date(said.evaluated)
        yield message("date-in-future", place, field="evaluated", on=on, produced=format_date(produced))


_PAST = ("first_published", "updated", "reviewed", "evidence_to")


def history_matches_the_version(reading: BriefingView) -> Iterator[Diagnostic]:
    """The last version in the history is the version of the briefing."""
    fields = reading.briefing.fields
    versions = [entry.version for entry in fields.history]
    last = max(versions, key=numbers, default=fields.version)
    if numbers(last) != numbers(fields.version):
        place = reading.briefing.marks.at("version")
        yield message("history-version", place, last=last, version=fields.version)


def reviews_are_kept(reading: BriefingView) -> Iterator[Diagnostic]:
    """A briefing is reviewed in time."""
    fields, house = reading.briefing.fields, reading.environment.imprint.fields
    last = review_by(fields, house)
    if last and is_overdue(fields, house, reading.produced):
        yield message("review-overdue", reading.briefing.marks.at("review_by"), review_by=format_date(last))


# Status


def statuses(
    environment: Environment, briefing: BriefingHead, produced: date, faulty: bool, words: Phrases
) -> tuple[str, ...]:
    """The words across the head of a briefing's pages, in order. A handbook page carries DRAFT for a fault only."""
    said = [typeset(environment.imprint.fields.notice or "")]
    fields = briefing.fields
    unfinished = fields.status in (Status.DRAFT, Status.IN_REVIEW) and not briefing.manual
    if unfinished or faulty:
        said.append(words.say("draft"))
    if briefing.manual:
        return tuple(filter(None, said))
    if is_overdue(fields, environment.imprint.fields, produced):
        said.append(words.say("due-for-review"))
    if fields.status is Status.SUPERSEDED:
        newer = environment.briefings.get(fields.superseded_by or "")
        said.append(words.say("superseded-by", title=typeset(newer.fields.title)) if newer else words.say("superseded"))
    if fields.status is Status.WITHDRAWN:
        said.append(words.say("withdrawn"))
    return tuple(filter(None, said))


def as_draft(identity: Identity, notice: str | None) -> Identity:
    """The same, with DRAFT across the page head, behind the library's notice."""
    said, draft = identity.statuses, identity.words.say("draft")
    if draft in said:
        return identity
    first = int(bool(notice) and said[:1] == (typeset(notice or ""),))
    return replace(identity, statuses=(*said[:first], draft, *said[first:]))


def is_retired(briefing: BriefingHead) -> bool:
    """Whether a text is no longer in force."""
    return briefing.fields.status in RETIRED


def pack_statuses(notice: str | None, draft: bool, due: bool, words: Phrases) -> tuple[str, ...]:
    """The words across the head of a pack's pages: a draft, or due for review, as soon as one of its texts is."""
    said = (words.say("draft") if draft else None, words.say("due-for-review") if due else None)
    return tuple(filter(None, (typeset(notice or ""), *said)))


def superseded_briefings_name_the_newer(reading: BriefingView) -> Iterator[Diagnostic]:
    """A superseded briefing leads to the one that takes its place."""
    briefing, known = reading.briefing, reading.environment.briefings
    newer = briefing.fields.superseded_by
    if briefing.fields.status is Status.SUPERSEDED and not newer:
        place, key = briefing.marks.at("status"), "'superseded_by:' with the id of the newer briefing"
        yield message("status-incomplete", place, status="superseded", what="by which", key=key)
    if newer and newer not in known and newer not in reading.environment.broken:
        hint = suggestion(newer, set(known) - {briefing.id}, "Briefings live in source/briefings/.")
        yield message("briefing-unknown", briefing.marks.at("superseded_by"), hint=hint, name=newer)


def withdrawn_briefings_say_why(reading: BriefingView) -> Iterator[Diagnostic]:
    """A withdrawn briefing gives the reason."""
    fields = reading.briefing.fields
    if fields.status is Status.WITHDRAWN and not fields.withdrawn_reason:
        place, key = reading.briefing.marks.at("status"), "'withdrawn_reason:' in one line"
        yield message("status-incomplete", place, status="withdrawn", what="why", key=key)


def no_circle_of_supersession(reading: BriefingView) -> Iterator[Diagnostic]:
    """Following 'superseded_by' ends at a newest briefing; told at each briefing of a circle."""
    start = reading.briefing.id
    way = [start]
    while (newer := _newer(reading.environment, way[-1])) and newer not in way:
        way.append(newer)
    if newer == start:
        place = reading.briefing.marks.at("superseded_by")
        yield message("superseded-in-a-circle", place, circle=" → ".join([*way, start]))


def _newer(environment: Environment, name: str) -> str | None:
    briefing = environment.briefings.get(name)
    return briefing.fields.superseded_by if briefing else None
