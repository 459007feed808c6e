"""The life of a briefing: the words across the page head, and what each state needs."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pipeline.core.diagnostics import Diagnostic
from pipeline.core.messages import message
from pipeline.model.identity import Identity
from pipeline.model.source.briefing import RETIRED, BriefingHead, Status
from pipeline.model.words import Words
from pipeline.resolve.environment import Environment
from pipeline.resolve.nearest import did_you_mean
from pipeline.resolve.reading import Reading
from pipeline.resolve.rules.dates import is_overdue
from pipeline.text.typography import typeset


def statuses(
    environment: Environment, briefing: BriefingHead, produced: date, faulty: bool, words: Words
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


def pack_statuses(notice: str | None, draft: bool, due: bool, words: Words) -> tuple[str, ...]:
    """The words across the head of a pack's pages: a draft, or due for review, as soon as one of its texts is."""
    said = (words.say("draft") if draft else None, words.say("due-for-review") if due else None)
    return tuple(filter(None, (typeset(notice or ""), *said)))


# Rules


def superseded_briefings_name_the_newer(reading: Reading) -> Iterator[Diagnostic]:
    """A superseded briefing leads to the one that takes its place."""
    briefing, known = reading.briefing, reading.environment.briefings
    newer = briefing.fields.superseded_by
    if briefing.fields.status is Status.SUPERSEDED and not newer:
        place, key = briefing.marks.at("status"), "'superseded_by:' with the id of the newer briefing"
        yield message("status-incomplete", place, status="superseded", what="by which", key=key)
    if newer and newer not in known and newer not in reading.environment.broken:
        hint = did_you_mean(newer, set(known) - {briefing.id}, "Briefings live in source/briefings/.")
        yield message("briefing-unknown", briefing.marks.at("superseded_by"), hint=hint, name=newer)


def withdrawn_briefings_say_why(reading: Reading) -> Iterator[Diagnostic]:
    """A withdrawn briefing gives the reason."""
    fields = reading.briefing.fields
    if fields.status is Status.WITHDRAWN and not fields.withdrawn_reason:
        place, key = reading.briefing.marks.at("status"), "'withdrawn_reason:' in one line"
        yield message("status-incomplete", place, status="withdrawn", what="why", key=key)


def no_circle_of_supersession(reading: Reading) -> Iterator[Diagnostic]:
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
