"""Changes of a pack since a day, by the versions that were kept by then."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date

from pipeline.model.publication import GoneTitle, PackChanges, Publication, TitleChanges
from pipeline.model.source.briefing import Amendment, BriefingFields, Status
from pipeline.model.source.kept import numbers, pin
from pipeline.resolve.environment import Environment
from pipeline.resolve.inherit import language_of
from pipeline.resolve.reading import PackReading
from pipeline.text.typography import typeset


def changes_of(binding: PackReading, members: tuple[Publication, ...]) -> PackChanges | None:
    """Changes of each briefing of a pack since a day, or else since its last edition.

    Nothing where it is not asked, where nothing was kept by that day, or where there is no edition.
    """
    fields = binding.pack.fields
    before = binding.environment.issued.get(binding.pack.id)
    since = fields.since or (before.on if before else None)
    if "changes" not in fields.back or since is None:
        return None
    by_record = fields.since is None and before is not None
    held = dict(before.versions) if by_record and before else None
    found = [_of(member, since, binding.environment, held) for member in members]
    gone = tuple(_gone(binding, {member.id for member in members}))
    if not gone and not any(one.was for one in found):
        return None
    return PackChanges(
        since,
        new=tuple(one for one in found if not one.was),
        changed=tuple(one for one in found if one.was and one.was != one.now),
        unchanged=tuple(one for one in found if one.was and one.was == one.now),
        gone=gone,
        edition=before.edition if by_record and before else "",
    )


def names_gone(binding: PackReading, held: Collection[str]) -> tuple[str, ...]:
    """Texts that the pack held in the edition of then and does not hold now, by name."""
    before = binding.environment.issued.get(binding.pack.id)
    return tuple(name for name, _ in before.versions if name not in held) if before else ()


def _gone(binding: PackReading, held: Collection[str]) -> Iterator[GoneTitle]:
    """Texts that the pack held in the edition of then, by its record, and does not hold now."""
    environment = binding.environment
    before = environment.issued.get(binding.pack.id)
    titles = dict(before.titles) if before else {}
    for name in names_gone(binding, held):
        if name not in environment.briefings:
            yield GoneTitle(typeset(titles[name], environment.imprint.fields.language))
            continue
        briefing = environment.briefings[name]
        fields, language = briefing.fields, language_of(briefing, environment.imprint)
        newer = environment.briefings.get(fields.superseded_by or "")
        yield GoneTitle(
            typeset(fields.title, language),
            withdrawn=fields.status is Status.WITHDRAWN,
            reason=typeset(fields.withdrawn_reason or "", language),
            superseded=fields.status is Status.SUPERSEDED,
            newer=typeset(newer.fields.title, language_of(newer, environment.imprint)) if newer else "",
        )


def _of(member: Publication, since: date, environment: Environment, held: Mapping[str, str] | None) -> TitleChanges:
    """Changes of a briefing since the version that an edition held, or else since the one in force on a day."""
    now, fields = member.identity.version, member.briefing.fields
    if held is None:
        was = _in_force(member.id, since, environment.kept_numbers, environment.kept_on)
    else:
        was = held.get(member.id, "")
    entries = tuple(amendments(fields, was, now)) if was else ()
    older = bool(was) and numbers(now) < numbers(was)
    reviews = [one.date for one in fields.history if one.kind == "review-no-change" and one.date > since]
    return TitleChanges(member.id, member.identity.title, was, now, entries, older, max(reviews, default=None))


def _in_force(briefing: str, day: date, kept: Mapping[str, tuple[str, ...]], published: Mapping[str, date]) -> str:
    """The last version that was published by a day, or nothing."""
    by_then = [v for v in kept.get(briefing, ()) if published.get(pin(briefing, v), date.max) <= day]
    return by_then[-1] if by_then else ""


def amendments(fields: BriefingFields, was: str, now: str) -> list[Amendment]:
    """Entries of the history on the versions after one, up to another."""
    return [
        entry
        for entry in fields.history
        if numbers(was) < numbers(entry.version) <= numbers(now) and entry.kind != "review-no-change"
    ]
