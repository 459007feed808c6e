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
    """Changes of each briefing of a pack; nothing where it is not asked, or nothing was kept by then."""
    fields = binding.pack.fields
    if "changes" not in fields.back or fields.since is None:
        return None
    found = [_of(member, fields.since, binding.environment) for member in members]
    gone = tuple(_gone(binding, {member.id for member in members}))
    if not gone and not any(one.was for one in found):
        return None
    return PackChanges(
        fields.since,
        new=tuple(one for one in found if not one.was),
        changed=tuple(one for one in found if one.was and one.was != one.now),
        unchanged=tuple(one for one in found if one.was and one.was == one.now),
        gone=gone,
    )


def names_gone(binding: PackReading, held: Collection[str]) -> tuple[str, ...]:
    """Texts that the pack held in the edition of then and does not hold now, by name."""
    return tuple(name for name in binding.environment.issued.get(binding.pack.id, ()) if name not in held)


def _gone(binding: PackReading, held: Collection[str]) -> Iterator[GoneTitle]:
    """Texts that the pack held in the edition of then, by the register of copies, and does not hold now."""
    environment = binding.environment
    for name in names_gone(binding, held):
        if name not in environment.briefings:
            yield GoneTitle(typeset(environment.kept_titles.get(name, name), environment.imprint.fields.language))
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


def _of(member: Publication, since: date, environment: Environment) -> TitleChanges:
    now, was = member.identity.version, _in_force(member.id, since, environment.kept_numbers, environment.kept_on)
    entries = tuple(amendments(member.briefing.fields, was, now)) if was else ()
    older = bool(was) and numbers(now) < numbers(was)
    return TitleChanges(member.id, member.identity.title, was, now, entries, older)


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
