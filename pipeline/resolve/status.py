"""Dates, review and status of a text: whether it is in force."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.core.text.typography import typeset
from pipeline.model.library import Library
from pipeline.model.publication import LabelledDate
from pipeline.model.sheets import Identity
from pipeline.model.source.briefing import BriefingFields, BriefingHead, Status
from pipeline.model.source.library_file import LibraryFields, LibrarySettings
from pipeline.model.source.record import FieldLocations, KeyPath
from pipeline.model.source.versions import numbers
from pipeline.model.words import Phrases, add_months, format_date
from pipeline.resolve.environment import Environment
from pipeline.resolve.names import unknown_briefing
from pipeline.resolve.reading import BriefingView


def newer_briefing(briefing: BriefingHead, briefings: Mapping[str, BriefingHead]) -> BriefingHead | None:
    """The briefing that supersedes another, if the library has it."""
    return briefings.get(briefing.fields.superseded_by or "")


def withdrawal_reason(briefing: BriefingHead) -> str:
    """The reason why a text was withdrawn; '' if it is not."""
    return briefing.fields.withdrawn_reason or "" if briefing.fields.status is Status.WITHDRAWN else ""


def retirement_in_words(library: Library, name: str) -> str:
    """Return why a text is not in force: 'withdrawn: The study was retracted.'; or ''."""
    briefing = library.briefings.get(name)
    if briefing is None or not briefing.fields.status.is_retired:
        return ""
    if briefing.fields.status is Status.WITHDRAWN:
        return ": ".join(filter(None, ("withdrawn", withdrawal_reason(briefing))))
    newer = newer_briefing(briefing, library.briefings)
    return f"superseded by '{newer.fields.title}'" if newer else "superseded"


# Dates


def label_date(label: str, on: date, words: Phrases) -> LabelledDate:
    """A date with its label and its form in the language of the text."""
    return LabelledDate(label, on, words.day(on))


def last_review_of(fields: BriefingFields) -> date | None:
    """The day of the last review, by 'reviewed' or by the history, whichever is later."""
    days = [entry.date for entry in fields.history if entry.kind == "review-no-change"]
    return max([*days, fields.reviewed] if fields.reviewed else days, default=None)


def next_review_of(fields: BriefingFields, settings: LibraryFields) -> date | None:
    """The day by which to review: 'review_by', else the library's 'review_months' after the last date."""
    if fields.review_by or not settings.review_months:
        return fields.review_by
    days = [day for day in (fields.first_published, fields.updated, last_review_of(fields)) if day]
    return add_months(max(days), settings.review_months) if days else None


def is_overdue(fields: BriefingFields, settings: LibraryFields, produced: date) -> bool:
    """True if a briefing is in force and its day of review has passed."""
    due = next_review_of(fields, settings)
    return not fields.status.is_retired and due is not None and due < produced


def dates_under_title(fields: BriefingFields, words: Phrases) -> tuple[LabelledDate, ...]:
    """The dates under the title that are set."""
    days = (
        ("first-published", fields.first_published),
        ("updated", fields.updated),
        ("last-reviewed", last_review_of(fields)),
        ("evidence-to", fields.evidence_to),
    )
    return tuple(label_date(words.say(label), on, words) for label, on in days if on)


# Rules


def updates_follow_publication(view: BriefingView) -> Iterator[Diagnostic]:
    """A briefing is not updated before it is first published."""
    first, updated = view.briefing.fields.first_published, view.briefing.fields.updated
    if first and updated and updated < first:
        fields = {"updated": format_date(updated), "first_published": format_date(first)}
        yield message("date-updated-early", view.briefing.marks.at("updated"), None, **fields)


_NEEDED_BY_STATUS: Mapping[Status, tuple[str, str, str]] = {
    Status.PUBLISHED: (
        "first_published",
        "the date of publication",
        "'first_published: YYYY-MM-DD', or set 'status: draft'",
    ),
    Status.SUPERSEDED: (
        "superseded_by",
        "the briefing that replaces it",
        "'superseded_by:' with the id of the newer briefing",
    ),
    Status.WITHDRAWN: ("withdrawn_reason", "the reason", "'withdrawn_reason:' in one line"),
}
"""The field that a status needs, what is missing without it, and what to write."""


def statuses_are_complete(view: BriefingView) -> Iterator[Diagnostic]:
    """A published briefing has its date, a superseded one its successor, a withdrawn one the reason."""
    fields = view.briefing.fields
    if fields.status in _NEEDED_BY_STATUS:
        name, missing, key = _NEEDED_BY_STATUS[fields.status]
        if not getattr(fields, name):
            place = view.briefing.marks.at("status")
            yield message("status-incomplete", place, status=fields.status, what=missing, key=key)


_PAST = ("first_published", "updated", "reviewed", "evidence_to")


def dates_have_come(view: BriefingView) -> Iterator[Diagnostic]:
    """Dates of past events are not after the day of production."""
    fields = view.briefing.fields
    dates: list[tuple[KeyPath, date | None]] = [((name,), getattr(fields, name)) for name in _PAST]
    dates += [(("history", n, "date"), entry.date) for n, entry in enumerate(fields.history)]
    dates += [(("practice", n, "checked_on"), record.checked_on) for n, record in enumerate(fields.practice)]
    for path, on in dates:
        yield from _report_future_date(view.briefing.marks, path, on, view.produced)


def evaluations_have_come(imprint: LibrarySettings, produced: date) -> Iterator[Diagnostic]:
    """The EPUBs were not evaluated after the day of production."""
    if accessibility := imprint.fields.accessibility:
        path = ("accessibility", "evaluated")
        yield from _report_future_date(imprint.marks, path, accessibility.evaluated, produced)


def _report_future_date(marks: FieldLocations, path: KeyPath, on: date | None, produced: date) -> Iterator[Diagnostic]:
    if on and on > produced:
        fields = {"field": path[-1], "on": format_date(on), "produced": format_date(produced)}
        yield message("date-in-future", marks.at(*path), None, **fields)


def history_matches_the_version(view: BriefingView) -> Iterator[Diagnostic]:
    """The last version in the history is the version of the briefing."""
    fields = view.briefing.fields
    versions = [entry.version for entry in fields.history]
    last = max(versions, key=numbers, default=fields.version)
    if numbers(last) != numbers(fields.version):
        place = view.briefing.marks.at("version")
        yield message("history-version", place, last=last, version=fields.version)


def reviews_are_kept(view: BriefingView) -> Iterator[Diagnostic]:
    """A briefing is reviewed in time."""
    fields, settings = view.briefing.fields, view.environment.imprint.fields
    due = next_review_of(fields, settings)
    if due and is_overdue(fields, settings, view.produced):
        yield message("review-overdue", view.briefing.marks.at("review_by"), review_by=format_date(due))


# Status


def briefing_statuses(
    environment: Environment, briefing: BriefingHead, produced: date, faulty: bool, words: Phrases
) -> tuple[str, ...]:
    """Return the words at the head of a briefing's pages, in order."""
    texts = [typeset(environment.imprint.fields.notice or "")]
    fields = briefing.fields
    unfinished = fields.status in (Status.DRAFT, Status.IN_REVIEW) and not briefing.manual
    if unfinished or faulty:
        texts.append(words.say("draft"))
    if briefing.manual:
        return tuple(filter(None, texts))
    if is_overdue(fields, environment.imprint.fields, produced):
        texts.append(words.say("due-for-review"))
    if fields.status is Status.SUPERSEDED:
        newer = newer_briefing(briefing, environment.briefings)
        title = typeset(newer.fields.title) if newer else ""
        texts.append(words.say("superseded-by", title=title) if newer else words.say("superseded"))
    if fields.status is Status.WITHDRAWN:
        texts.append(words.say("withdrawn"))
    return tuple(filter(None, texts))


def add_draft_status(identity: Identity, notice: str | None) -> Identity:
    """Add DRAFT to the statuses of an identity, after the library's notice."""
    present, draft = identity.statuses, identity.words.say("draft")
    if draft in present:
        return identity
    first = int(bool(notice) and present[:1] == (typeset(notice or ""),))
    return replace(identity, statuses=(*present[:first], draft, *present[first:]))


def pack_statuses(notice: str | None, draft: bool, due: bool, words: Phrases) -> tuple[str, ...]:
    """Return the words at the head of the pages of a pack or series."""
    texts = (typeset(notice or ""), words.say("draft") if draft else "", words.say("due-for-review") if due else "")
    return tuple(filter(None, texts))


def superseding_briefings_exist(view: BriefingView) -> Iterator[Diagnostic]:
    """The briefing under 'superseded_by' exists."""
    briefing, known = view.briefing, view.environment.briefings
    newer = briefing.fields.superseded_by
    if newer and newer not in known and newer not in view.environment.broken:
        yield unknown_briefing(newer, set(known) - {briefing.id}, briefing.marks.at("superseded_by"))


def no_circle_of_supersession(view: BriefingView) -> Iterator[Diagnostic]:
    """'superseded_by' leads to a newest briefing. A circle is reported at each of its briefings."""
    start, briefings = view.briefing.id, view.environment.briefings
    names, newer = [start], view.briefing.fields.superseded_by or ""
    while newer in briefings and newer not in names:
        names.append(newer)
        newer = briefings[newer].fields.superseded_by or ""
    if newer == start:
        place = view.briefing.marks.at("superseded_by")
        yield message("superseded-in-a-circle", place, circle=" → ".join([*names, start]))
