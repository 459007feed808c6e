"""The library at a glance: every briefing with its dates, and which briefings rest on a work."""

from collections import Counter
from dataclasses import dataclass
from datetime import date
from typing import Any

from pipeline.model.bibliography import Reference
from pipeline.model.body import Citation
from pipeline.model.library import Library
from pipeline.model.result import Result
from pipeline.model.source.briefing import Briefing
from pipeline.model.source.evidence import Finding
from pipeline.model.source.library_file import Area
from pipeline.model.source.versions import numbers, version_ref
from pipeline.resolve.citations.fill import sources
from pipeline.resolve.citations.works import year_of
from pipeline.resolve.environment import Environment, listed
from pipeline.resolve.evidence import areas_with_columns
from pipeline.resolve.links import refers
from pipeline.resolve.reading import BriefingView, read_briefings, read_library
from pipeline.resolve.status import is_overdue, review_by, reviewed_on
from pipeline.resolve.versions import inherited_differences, own_differences, pinned_readings


@dataclass(frozen=True, slots=True)
class ListedBriefing:
    """A line of `list`. Keys are all works that the briefing cites or rests on, in alphabetical order."""

    id: str
    title: str
    version: str
    status: str
    owner: str
    first_published: date | None
    updated: date | None
    reviewed: date | None
    evidence_to: date | None
    review_by: date | None
    overdue: bool
    series: str
    packs: tuple[str, ...]
    keys: tuple[str, ...]
    kept: tuple[str, ...]
    """The versions that are kept of it, the first one first."""
    changed: bool
    """Whether it says or prints anything otherwise than the last version that is kept; not where none is."""
    results: tuple[tuple[Result, ...], ...]
    """The results of its findings in each area of outcome, in the order of the areas, and last of those in none."""


@dataclass(frozen=True, slots=True)
class Citing:
    """A text that rests on a work, and how: 'text', 'evidence' (a source or via), 'practice', 'listed'.

    It is a briefing as it is, or a kept version that packs are pinned to.
    """

    id: str
    title: str
    version: str
    ways: tuple[str, ...]
    packs: tuple[str, ...]
    """The packs that hold it, in alphabetical order."""


@dataclass(frozen=True, slots=True)
class IssuedCiting:
    """A text that rests on a work, in an edition as it was issued."""

    citing: Citing
    pack: str
    edition: str
    issued: date
    colleges: int
    """The number of colleges that hold copies with it."""


def list_briefings(library: Library, produced: date) -> tuple[ListedBriefing, ...]:
    """Every briefing in order of id, without the pages of the handbook."""
    readings = read_briefings(library, produced)
    return tuple(_line(reading) for _, reading in sorted(readings.items()) if not reading.briefing.manual)


def _line(reading: BriefingView) -> ListedBriefing:
    environment, briefing, fields = reading.environment, reading.briefing, reading.briefing.fields
    return ListedBriefing(
        id=briefing.id,
        title=fields.title,
        version=fields.version,
        status=str(fields.status),
        owner=fields.owner or "",
        first_published=fields.first_published,
        updated=fields.updated,
        reviewed=reviewed_on(fields),
        evidence_to=fields.evidence_to,
        review_by=review_by(fields, environment.imprint.fields),
        overdue=is_overdue(fields, environment.imprint.fields, reading.produced),
        series=reading.series.id if reading.series else "",
        packs=tuple(sorted(name for name, pack in environment.packs.items() if briefing.id in listed(pack))),
        keys=tuple(sorted(_uses(reading))),
        kept=environment.kept_numbers.get(briefing.id, ()),
        changed=changed_since_kept(environment, briefing),
        results=_by_area(fields.evidence.findings, areas_with_columns(environment.areas)),
    )


def _by_area(findings: tuple[Finding, ...], areas: tuple[Area, ...]) -> tuple[tuple[Result, ...], ...]:
    columns: dict[str, tuple[Result, ...]] = dict.fromkeys((*(area.id for area in areas), ""), ())
    for finding in findings:
        columns[finding.area if finding.area in columns else ""] += (finding.result,)
    return tuple(columns.values())


def changed_since_kept(environment: Environment, briefing: Briefing) -> bool:
    """Whether a briefing is not as it was kept last: under another number, or in other words."""
    numbers, version = environment.kept_numbers.get(briefing.id, ()), briefing.fields.version
    kept = environment.kept.get(version_ref(briefing.id, version))
    if not numbers or kept is None:
        return bool(numbers) and version != numbers[-1]
    found = (*own_differences(briefing, environment.assets, kept), *inherited_differences(environment, briefing, kept))
    return version != numbers[-1] or bool(found)


def cites(library: Library, key: str) -> tuple[Citing, ...]:
    """The briefings and handbook pages that rest on a work, and kept versions in packs, in order of id and version."""
    environment, present = read_library(library, date.min)
    holding: dict[str, list[str]] = {}
    for name, pack in environment.packs.items():
        for line in dict.fromkeys(pack.lines):
            holding.setdefault(line, []).append(name)
    found = []
    for line, reading in {**present, **pinned_readings(environment, environment.packs, date.min)}.items():
        if uses := _uses(reading).get(key):
            fields = reading.briefing.fields
            packs = tuple(sorted(holding.get(line, ())))
            found.append(Citing(reading.briefing.id, fields.title, fields.version, tuple(uses), packs))
    return tuple(sorted(found, key=lambda one: (one.id, numbers(one.version))))


@dataclass(frozen=True, slots=True)
class ListedWork:
    """A work of the bibliography: its key, a short form of it, its file, and how many briefings rest on it."""

    key: str
    short_form: str
    path: str
    briefings: int
    state: str
    """State that it is in: 'retracted 2011', 'corrected'; nothing of an ordinary work."""


def list_works(library: Library) -> tuple[ListedWork, ...]:
    """Every work in order of its key, with the briefings and handbook pages that rest on it counted."""
    resting = Counter(key for reading in read_briefings(library, date.min).values() for key in _uses(reading))
    works = sorted(library.bibliography.entries.items())
    return tuple(
        ListedWork(key, short_form(work), work.place.path, resting[key], state_in_words(work)) for key, work in works
    )


def state_in_words(work: Reference) -> str:
    """The state of a work and its year: 'retracted 2011', 'concern 2021'; nothing of an ordinary work."""
    return f"{work.state or ''} {work.state_day.year if work.state_day else ''}".strip()


def short_form(work: Reference) -> str:
    """'Hughes and others, 2018': who wrote a work and when, or its title, whatever the style of citations."""
    people: Any = work.csl.get("author") or work.csl.get("editor") or ()
    names = [str(name.get("literal") or name.get("family") or "") for name in people if isinstance(name, dict)]
    said = f"{names[0]} and others" if len(names) > 2 else " and ".join(names) or work.title
    return f"{said}, {year_of(work) or 'n.d.'}"


def _uses(reading: BriefingView) -> dict[str, dict[str, None]]:
    """Uses of each work by a briefing: in its text, its evidence, its practice examples, or as further reading."""
    uses: dict[str, dict[str, None]] = {}
    for citation in reading.passage.every(Citation):
        if not refers(citation, reading.passage.anchors, reading.environment.bibliography):
            uses.setdefault(citation.key, {})["text"] = None
    for key, way in sources(reading.briefing):
        uses.setdefault(key, {})[str(way[0])] = None
    for key in reading.briefing.fields.references:
        uses.setdefault(key, {})["listed"] = None
    return uses
