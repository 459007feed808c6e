"""Gates of an issue: all that stands against a pack becoming an edition, each with its place."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.services import hooked
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing, Licence, Status
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import version_ref
from pipeline.model.words import format_date
from pipeline.resolve import environment as inherit
from pipeline.resolve.environment import Environment
from pipeline.resolve.packs import corrected_pins
from pipeline.resolve.reading import BriefingView, PackView, lines_with_ways
from pipeline.resolve.status import is_overdue, is_retired, review_by
from pipeline.resolve.versions import inherited_differences, own_differences
from pipeline.services.editions.records import Chain, alike, edition_of

ObstacleKind = Literal["retired", "draft", "unpublished", "overdue", "gone", "corrected"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A briefing of a pack that stands against handing it out, and the place of its line."""

    kind: ObstacleKind
    name: str
    place: Location
    version: str = ""
    status: str = ""
    review_by: str = ""
    later: str = ""
    """The version that corrects it."""
    advice: str = ""
    """A step that suits this case better than the usual one, without a full stop."""


def obstacles(library: Library, binding: PackView, today: date) -> Iterator[Obstacle]:
    """All obstacles to handing out a pack on a day."""
    yield from _retired(library, binding.pack)
    yield from _unpublished(library, binding)
    yield from _overdue(binding, today)
    for line in binding.pack.lines:
        name, _, version = line.partition("@")
        if version and line in library.kept and name not in library.briefings and name not in library.broken:
            yield Obstacle("gone", name, _line(binding.pack, name), version)
    for member, later in corrected_pins(binding):
        name, line, place = member.id, version_ref(member.id, later), binding.pack.marks.at(*member.way)
        kept = later in binding.environment.kept_numbers.get(name, ())
        advice = f"Write '{line}'" if kept else f"Publish {later} and write '{line}'"
        yield Obstacle("corrected", name, place, member.version, later=later, advice=advice)


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


def _unpublished(library: Library, binding: PackView) -> Iterator[Obstacle]:
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
    kept = environment.kept.get(version_ref(briefing.id, briefing.fields.version))
    return kept is not None and not (
        own_differences(briefing, environment.assets, kept)
        or any(True for _ in inherited_differences(environment, briefing, kept))
    )


def _overdue(binding: PackView, today: date) -> Iterator[Obstacle]:
    """The briefings of a pack whose review is overdue."""
    for reading in binding.present:
        name, fields, house = reading.briefing.id, reading.briefing.fields, reading.environment.imprint.fields
        last = review_by(fields, house)
        if last and is_overdue(fields, house, today):
            yield Obstacle("overdue", name, _line(binding.pack, name), review_by=format_date(last))


def _line(pack: Pack, name: str) -> Location:
    """Place of a briefing in the list of a pack."""
    ways = (way for line, way in lines_with_ways(pack) if isinstance(line, str) and line.partition("@")[0] == name)
    return pack.marks.at(*next(ways, ()))


STANDING = frozenset({"reference-unresolved", "reference-retracted", "reference-concern", "kept-inherited-differs"})
"""Warnings of a build that stand against an issue as errors do."""

FINAL = frozenset(
    (
        *("issue-edition", "issue-corrects", "issue-unmade", "archive-missing", "archive-differs", "record-broken"),
        *("copies-altered", "copies-unissued", "copies-folder", "copies-cover", "copies-spare"),
        "edition-recalled",
    )
)
"""Faults that no reason overrides: there would be no edition, two of one name, one nobody keeps, or one recalled."""

_OPEN = re.compile(r"(CC0|CC-BY|OGL|ODC-BY|ODbL|PDDL)\b", re.IGNORECASE)
"""Licences under which anybody may use a text, by their short names."""


Gate = Callable[[Library, PackView, Mapping[str, bytes], date], Iterable[Diagnostic]]
"""What a service has against an issue, by the files of `source/`, on a day."""


@dataclass(frozen=True, slots=True)
class Asked:
    """An issue as it is asked for: the edition by its name, if one is given, and the one that it corrects."""

    edition: str | None = None
    corrects: str | None = None


def issue_faults(
    library: Library, binding: PackView, chain: Chain, asked: Asked, today: date, files: Mapping[str, bytes]
) -> Iterator[Diagnostic]:
    """All that stands against an issue, whatever was built; `files` are those of `source/`, by path."""
    pack = binding.pack
    yield from _named(pack, chain, asked, today)
    yield from _corrects(pack, chain, asked)
    yield from map(_as_gate, obstacles(library, binding, today))
    if not library.imprint.fields.archive:
        yield message("archive-missing", library.imprint.marks.at())
    gates: Iterator[tuple[str, Gate]] = hooked("gates")
    for _, gate in gates:
        yield from gate(library, binding, files, today)


def _named(pack: Pack, chain: Chain, asked: Asked, today: date) -> Iterator[Diagnostic]:
    """The edition has a name that no other has, and the one that is asked for."""
    place, name = pack.marks.at("edition"), pack.fields.edition
    if not name:
        yield message(
            "issue-edition",
            place,
            what="The pack has no edition, so there is nothing to issue.",
            other=format_date(today),
        )
        return
    if asked.edition and not alike(asked.edition, name):
        what = f"'{asked.edition}' is asked for, and the pack calls itself '{name}'."
        hint = f"Write 'edition: {asked.edition}' into {pack.path}: it stands on every page."
        yield message("issue-edition", place, hint=hint, what=what, other="")
    elif known := edition_of(chain, name):
        what = f"'{known.record.edition}' of '{pack.id}' was issued on {format_date(known.record.issued)}."
        corrected = f"{known.record.edition}, corrected {format_date(today)}"
        hint = f"Give the pack another edition; to put a mistake right, 'edition: {corrected}', with --corrects."
        yield message("issue-edition", place, hint=hint, what=what, other="")


def _corrects(pack: Pack, chain: Chain, asked: Asked) -> Iterator[Diagnostic]:
    """An edition that corrects another corrects the last: those before it are superseded."""
    if asked.corrects is None:
        return
    place, last = pack.marks.at("edition"), chain[-1].record.edition if chain else ""
    if not chain:
        hint = "Issue it without --corrects."
        yield message("issue-corrects", place, hint=hint, edition=asked.corrects, what="none was issued yet", last=last)
    elif not alike(asked.corrects, last):
        known = edition_of(chain, asked.corrects)
        what = f"'{last}' was issued since" if known else "no such edition was issued"
        yield message("issue-corrects", place, edition=asked.corrects, what=what, last=last)


_CODES: Mapping[ObstacleKind, str] = {
    "retired": "issue-status",
    "draft": "issue-status",
    "gone": "issue-status",
    "unpublished": "issue-unpublished",
    "overdue": "issue-overdue",
    "corrected": "issue-corrected",
}


def _as_gate(one: Obstacle) -> Diagnostic:
    """An obstacle as it stands against an issue."""
    code, status = _CODES[one.kind], {"in-review": "in review", "draft": "a draft"}.get(one.status, one.status)
    if one.kind == "gone":
        status = f"gone: of it nothing but version {one.version} is kept, and nobody can say whether that holds"
    said = {"name": one.name, "version": one.version, "review_by": one.review_by, "later": one.later}
    reason = f"or give a reason, which is recorded: --override {code}=REASON."
    hint = f"{one.advice}; {reason}" if one.advice else None
    return message(code, one.place, hint=hint, text=f"'{one.name}'", status=status, override=code, **said)


def is_open_to_all(reading: BriefingView) -> bool:
    """Whether anybody may use a text and pass it on, by the terms that hold for it."""
    found = licence(reading)
    return found is not None and bool(_OPEN.match(found.id)) and "-NC" not in found.id.upper()


def licence(reading: BriefingView) -> Licence | None:
    """The licence that holds for a text."""
    return inherit.licence_of(reading.briefing, reading.series, reading.environment.imprint)


def stopping_warnings(remarks: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """The warnings of a build that stand against an issue."""
    return (remark for remark in remarks if remark.code in STANDING)
