"""What has changed in a pack since a day, by the versions that were kept by then."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from pipeline.model.briefing import Amendment, BriefingFields
from pipeline.model.kept import numbers, pin
from pipeline.model.library import Library
from pipeline.model.publication import PackChanges, Publication, TitleChanges
from pipeline.resolve.reading import Binding


def changes_of(binding: Binding, members: tuple[Publication, ...]) -> PackChanges | None:
    """What has become of each briefing of a pack; nothing where it is not asked, or nothing was kept by then."""
    fields = binding.pack.fields
    if "changes" not in fields.back or fields.since is None:
        return None
    found = [_of(member, fields.since, binding.library) for member in members]
    if not any(one.was for one in found):
        return None
    return PackChanges(
        fields.since,
        new=tuple(one for one in found if not one.was),
        changed=tuple(one for one in found if one.was and one.was != one.now),
        unchanged=tuple(one for one in found if one.was and one.was == one.now),
    )


def _of(member: Publication, since: date, library: Library) -> TitleChanges:
    now, was = member.identity.version, _in_force(member.id, since, library.kept_numbers, library.kept_on)
    entries = tuple(amendments(member.briefing.fields, was, now)) if was else ()
    older = bool(was) and numbers(now) < numbers(was)
    return TitleChanges(member.id, member.identity.title, was, now, entries, older)


def _in_force(briefing: str, day: date, kept: Mapping[str, tuple[str, ...]], published: Mapping[str, date]) -> str:
    """The last version that was published by a day, or nothing."""
    by_then = [v for v in kept.get(briefing, ()) if published.get(pin(briefing, v), date.max) <= day]
    return by_then[-1] if by_then else ""


def amendments(fields: BriefingFields, was: str, now: str) -> list[Amendment]:
    """What the history says of the versions after one, up to another."""
    return [
        entry
        for entry in fields.history
        if numbers(was) < numbers(entry.version) <= numbers(now) and entry.kind != "review-no-change"
    ]
