"""Gates of an issue: the faults that stop a pack from becoming an edition, each with its place."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from pipeline.core.diagnostics import Diagnostic, Location
from pipeline.core.messages import message
from pipeline.core.services import Hook
from pipeline.model.library import Library
from pipeline.model.source.briefing import Briefing, Licence, Status
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import version_ref
from pipeline.model.words import format_date
from pipeline.resolve import environment as inherit
from pipeline.resolve.environment import Environment
from pipeline.resolve.packs import corrected_pins
from pipeline.resolve.reading import BriefingView, PackView, pack_lines_with_paths
from pipeline.resolve.status import is_overdue, next_review_of
from pipeline.resolve.versions import differences_in_file, differences_in_inherited_values
from pipeline.services.editions.record_chain import PackChain, are_same_edition, find_edition

ObstacleKind = Literal["retired", "draft", "unpublished", "overdue", "gone", "corrected"]


@dataclass(frozen=True, slots=True)
class Obstacle:
    """A briefing that stops its pack from being handed out, and the place of its line."""

    kind: ObstacleKind
    name: str
    place: Location
    version: str = ""
    status: str = ""
    review_by: str = ""
    later: str = ""
    """The version that corrects it."""
    advice: str = ""
    """What to do in this case, if it is not the usual step; without a full stop."""


def obstacles(library: Library, view: PackView, today: date) -> Iterator[Obstacle]:
    """Yield all obstacles to handing out a pack on a day."""
    yield from _retired(library, view.pack)
    yield from _unpublished(library, view)
    yield from _overdue(view, today)
    for line in view.pack.lines:
        name, _, version = line.partition("@")
        if version and line in library.kept and name not in library.briefings and name not in library.broken:
            yield Obstacle("gone", name, _line(view.pack, name), version)
    for member, newer in corrected_pins(view):
        name, line, place = member.id, version_ref(member.id, newer), view.pack.marks.at(*member.path)
        kept = newer in view.environment.kept_numbers.get(name, ())
        advice = f"Write '{line}'" if kept else f"Publish {newer} and write '{line}'"
        yield Obstacle("corrected", name, place, member.version, later=newer, advice=advice)


def _retired(library: Library, pack: Pack) -> Iterator[Obstacle]:
    """Yield the briefings of a pack that are no longer in force."""
    for line in pack.lines:
        name, _, version = line.partition("@")
        briefing = library.briefings.get(name)
        if briefing and briefing.fields.status.is_retired:
            fields = briefing.fields
            newer = library.briefings.get(fields.superseded_by or "")
            advice = _instead(pack, newer) if newer else ""
            place, version = _line(pack, name), version or fields.version
            yield Obstacle("retired", name, place, version, str(fields.status), advice=advice)


def _instead(pack: Pack, newer: Briefing) -> str:
    """Return the advice on a briefing that a newer one has superseded."""
    if newer.fields.status.is_retired:
        return f"Remove it from the pack: '{newer.id}', which replaces it, is {newer.fields.status}"
    if newer.id in {line.partition("@")[0] for line in pack.lines}:
        return f"Remove it from the pack, which already has '{newer.id}'"
    return f"Replace it with '{newer.id}'"


def _unpublished(library: Library, view: PackView) -> Iterator[Obstacle]:
    """Yield the briefings of a pack that are not published, or differ from their kept version."""
    for line in view.pack.lines:
        briefing = library.briefings.get(line)
        if briefing and not briefing.fields.status.is_retired and not _is_kept(view.environment, briefing):
            fields = briefing.fields
            kind: ObstacleKind = "unpublished" if fields.status is Status.PUBLISHED else "draft"
            yield Obstacle(kind, line, _line(view.pack, line), fields.version, str(fields.status))


def _is_kept(environment: Environment, briefing: Briefing) -> bool:
    """Return True if a text is published and kept word for word."""
    if briefing.fields.status is not Status.PUBLISHED:
        return False
    kept = environment.kept.get(version_ref(briefing.id, briefing.fields.version))
    return kept is not None and not (
        differences_in_file(briefing, environment.assets, kept)
        or any(True for _ in differences_in_inherited_values(environment, briefing, kept))
    )


def _overdue(view: PackView, today: date) -> Iterator[Obstacle]:
    """Yield the briefings of a pack whose review is overdue."""
    for reading in view.present:
        name, fields, settings = reading.briefing.id, reading.briefing.fields, reading.environment.imprint.fields
        review_day = next_review_of(fields, settings)
        if review_day and is_overdue(fields, settings, today):
            yield Obstacle("overdue", name, _line(view.pack, name), review_by=format_date(review_day))


def _line(pack: Pack, name: str) -> Location:
    """Return the place of a briefing in the list of a pack."""
    paths = (
        path for line, path in pack_lines_with_paths(pack) if isinstance(line, str) and line.partition("@")[0] == name
    )
    return pack.marks.at(*next(paths, ()))


STANDING = frozenset({"reference-unresolved", "reference-retracted", "reference-concern", "kept-inherited-differs"})
"""Warnings of a build that stop an issue like errors."""

FINAL = frozenset(
    (
        *("issue-edition", "not-built", "archive-missing", "archive-differs", "record-broken"),
        *("copies-altered", "copies-unissued", "copies-folder", "copies-cover", "copies-spare"),
        "edition-recalled",
    )
)
"""Faults that no reason overrides: the edition would be missing, ambiguous, not archived, or recalled."""

_OPEN = re.compile(r"(CC0|CC-BY|OGL|ODC-BY|ODbL|PDDL)\b", re.IGNORECASE)
"""Short names of licences under which anybody may use a text."""


Gate = Callable[[Library, PackView, Mapping[str, bytes], date], Iterable[Diagnostic]]
"""Yields what a service finds wrong with an issue on a day, from the files of `source/`."""
GATES: Hook[Gate] = Hook("gates")


@dataclass(frozen=True, slots=True)
class IssueRequest:
    """The edition that the user named, if any, and the edition that it corrects."""

    edition: str | None = None
    corrects: str | None = None


def issue_faults(
    library: Library, view: PackView, chain: PackChain, request: IssueRequest, today: date, files: Mapping[str, bytes]
) -> Iterator[Diagnostic]:
    """Yield the faults that stop an issue whatever was built; `files` is `source/` by path."""
    pack = view.pack
    yield from _edition_has_its_own_name(pack, chain, request, today)
    yield from _edition_corrects_the_last(pack, chain, request)
    yield from map(report_obstacle, obstacles(library, view, today))
    if not library.imprint.fields.archive:
        yield message("archive-missing", library.imprint.marks.at())
    for gate in GATES:
        yield from gate(library, view, files, today)


def _edition_has_its_own_name(pack: Pack, chain: PackChain, request: IssueRequest, today: date) -> Iterator[Diagnostic]:
    """The edition has a unique name, which is the one that the user named."""
    place, name = pack.marks.at("edition"), pack.fields.edition
    if not name:
        yield message(
            "issue-edition",
            place,
            what="The pack has no edition, so there is nothing to issue.",
            other=format_date(today),
        )
        return
    if request.edition and not are_same_edition(request.edition, name):
        what = f"'{request.edition}' was asked for, but the pack has the edition '{name}'."
        hint = f"Write 'edition: {request.edition}' into {pack.path}: it is printed on every page."
        yield message("issue-edition", place, hint=hint, what=what, other="")
    elif issued := find_edition(chain, name):
        what = f"'{issued.record.edition}' of '{pack.id}' was issued on {format_date(issued.record.issued)}."
        suggested = f"{issued.record.edition}, corrected {format_date(today)}"
        hint = f"Change the edition of the pack. To correct a mistake, write 'edition: {suggested}' and add --corrects."
        yield message("issue-edition", place, hint=hint, what=what, other="")


def _edition_corrects_the_last(pack: Pack, chain: PackChain, request: IssueRequest) -> Iterator[Diagnostic]:
    """An edition can only correct the last one, as those before it are superseded."""
    if request.corrects is None:
        return
    last = chain[-1].record.edition if chain else ""
    hint = f'Name the last edition that was issued, as --corrects "{last}".'
    if not chain:
        hint, what = "Issue it without --corrects.", "none was issued yet"
    elif are_same_edition(request.corrects, last):
        return
    else:
        what = f"'{last}' was issued since" if find_edition(chain, request.corrects) else "no such edition was issued"
    place = pack.marks.at("edition")
    what = f"The edition is to correct '{request.corrects}', and {what}."
    yield message("issue-edition", place, hint=hint, what=what, other="")


_OBSTACLE_CODES: Mapping[ObstacleKind, str] = {
    "retired": "issue-status",
    "draft": "issue-status",
    "gone": "issue-status",
    "unpublished": "issue-unpublished",
    "overdue": "issue-overdue",
    "corrected": "issue-corrected",
}


def report_obstacle(obstacle: Obstacle, override: str = "") -> Diagnostic:
    """Return the fault that an obstacle is. A reason overrides it by the fault's code, or by another name."""
    code = _OBSTACLE_CODES[obstacle.kind]
    status = {"in-review": "in review", "draft": "a draft"}.get(obstacle.status, obstacle.status)
    if obstacle.kind == "gone":
        status = "missing: only this version exists, and its present status is unknown"
    values = {"name": obstacle.name, "version": obstacle.version, "later": obstacle.later, "status": status}
    values |= {"review_by": obstacle.review_by, "override": override or code}
    reason = f"To override: --override {override or code}=REASON."
    hint = f"{obstacle.advice}. {reason}" if obstacle.advice else None
    return message(code, obstacle.place, hint=hint, **values)


def has_open_licence(reading: BriefingView) -> bool:
    """Return True if the licence of a text lets anybody use it and pass it on."""
    terms = licence_of_text(reading)
    return terms is not None and bool(_OPEN.match(terms.id)) and "-NC" not in terms.id.upper()


def licence_of_text(reading: BriefingView) -> Licence | None:
    """Return the licence of a text, which it may inherit."""
    return inherit.licence_of(reading.briefing, reading.series, reading.environment.imprint)


def stopping_warnings(remarks: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    """Yield the warnings of a build that stop an issue."""
    return (remark for remark in remarks if remark.code in STANDING)
