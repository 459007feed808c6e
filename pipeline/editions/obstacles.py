"""Obstacles to handing out a pack: its briefings that are retired, unpublished, overdue, gone or corrected. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.core.diagnostics import Place
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing, Status
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import pin
from pipeline.model.words import in_words
from pipeline.resolve.environment import Environment
from pipeline.resolve.packs import corrected_pins
from pipeline.resolve.reading import PackReading, lines_with_ways
from pipeline.resolve.status import is_overdue, is_retired, review_by
from pipeline.resolve.versions import inherited_differences, own_differences

ObstacleKind = Literal["retired", "draft", "unpublished", "overdue", "gone", "corrected"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A briefing of a pack that stands against handing it out, and the place of its line."""

    kind: ObstacleKind
    name: str
    place: Place
    version: str = ""
    status: str = ""
    review_by: str = ""
    later: str = ""
    """The version that corrects it."""
    advice: str = ""
    """A step that suits this case better than the usual one, without a full stop."""


def obstacles(library: Library, binding: PackReading, today: date) -> Iterator[Obstacle]:
    """All obstacles to handing out a pack on a day."""
    yield from _retired(library, binding.pack)
    yield from _unpublished(library, binding)
    yield from _overdue(binding, today)
    yield from _gone(library, binding.pack)
    yield from _corrected(binding)


def _retired(library: Library, pack: Pack) -> Iterator[Obstacle]:
    """The briefings of a pack that no longer hold."""
    for line in pack.lines:
        name, _, version = line.partition("@")
        briefing = library.briefings.get(name)
        if briefing and is_retired(briefing):
            fields = briefing.fields
            newer = library.briefings.get(fields.superseded_by or "")
            advice = _instead(pack, newer) if newer else ""
            place, version = _line(pack, name), version or fields.version
            yield Obstacle("retired", name, place, version, str(fields.status), advice=advice)


def _instead(pack: Pack, newer: Briefing) -> str:
    """Advice on a briefing of a pack that a newer one has superseded."""
    if is_retired(newer):
        return f"Take it out of the pack: '{newer.id}', which took its place, is itself {newer.fields.status}"
    if newer.id in {line.partition("@")[0] for line in pack.lines}:
        return f"Take it out of the pack, which holds '{newer.id}' in its place already"
    return f"Put '{newer.id}' in its place"


def _unpublished(library: Library, binding: PackReading) -> Iterator[Obstacle]:
    """The briefings of a pack that it would print otherwise than they are kept."""
    for line in binding.pack.lines:
        briefing = library.briefings.get(line)
        if briefing and not is_retired(briefing) and not _is_kept(binding.environment, briefing):
            fields = briefing.fields
            kind: ObstacleKind = "unpublished" if fields.status is Status.PUBLISHED else "draft"
            yield Obstacle(kind, line, _line(binding.pack, line), fields.version, str(fields.status))


def _is_kept(environment: Environment, briefing: Briefing) -> bool:
    """Whether a text is published, and kept word for word."""
    if briefing.fields.status is not Status.PUBLISHED:
        return False
    kept = environment.kept.get(pin(briefing.id, briefing.fields.version))
    return kept is not None and not (
        own_differences(briefing, environment.assets, kept)
        or any(True for _ in inherited_differences(environment, briefing, kept))
    )


def _overdue(binding: PackReading, today: date) -> Iterator[Obstacle]:
    """The briefings of a pack whose review is overdue."""
    for reading in binding.present:
        name, fields, house = reading.briefing.id, reading.briefing.fields, reading.environment.imprint.fields
        last = review_by(fields, house)
        if last and is_overdue(fields, house, today):
            yield Obstacle("overdue", name, _line(binding.pack, name), review_by=in_words(last))


def _gone(library: Library, pack: Pack) -> Iterator[Obstacle]:
    """The briefings of a pack of which a version is kept and nothing else is left."""
    for line in pack.lines:
        name, _, version = line.partition("@")
        if version and line in library.kept and name not in library.briefings and name not in library.broken:
            yield Obstacle("gone", name, _line(pack, name), version)


def _corrected(binding: PackReading) -> Iterator[Obstacle]:
    """The kept versions that a pack takes although a later one corrects them."""
    for member, later in corrected_pins(binding):
        name, line, place = member.id, pin(member.id, later), binding.pack.marks.at(*member.way)
        kept = later in binding.environment.kept_numbers.get(name, ())
        advice = f"Write '{line}'" if kept else f"Publish {later} and write '{line}'"
        yield Obstacle("corrected", name, place, member.version, later=later, advice=advice)


def _line(pack: Pack, name: str) -> Place:
    """Place of a briefing in the list of a pack."""
    ways = (way for line, way in lines_with_ways(pack) if isinstance(line, str) and line.partition("@")[0] == name)
    return pack.marks.at(*next(ways, ()))
