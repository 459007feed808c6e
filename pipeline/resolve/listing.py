"""Lists: every briefing with its dates, every work, and the briefings that cite a work."""

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
from pipeline.resolve.citations.fill import named_works
from pipeline.resolve.citations.works import year_of
from pipeline.resolve.environment import Environment, briefings_in_pack
from pipeline.resolve.evidence import areas_with_columns
from pipeline.resolve.links import is_reference
from pipeline.resolve.reading import BriefingView, view_briefings, view_library
from pipeline.resolve.status import is_overdue, last_review_of, next_review_of
from pipeline.resolve.versions import differences_in_file, differences_in_inherited_values, view_pinned_versions


@dataclass(frozen=True, slots=True)
class ListedBriefing:
    """A line of `list`; `keys` are all works that the briefing cites or names."""

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
    """Its kept versions, oldest first."""
    changed: bool
    """True if it differs from its last kept version; false if there is none."""
    results: tuple[tuple[Result, ...], ...]
    """The results of its findings in each area of outcome, in order of the areas; last those without an area."""


@dataclass(frozen=True, slots=True)
class CitingText:
    """A text that uses a work, and where: 'text', 'evidence' (a source or via), 'practice', 'listed'.

    It is a present briefing, or a kept version that packs ask for.
    """

    id: str
    title: str
    version: str
    ways: tuple[str, ...]
    packs: tuple[str, ...]
    """Ids of the packs that contain it, in alphabetical order."""


@dataclass(frozen=True, slots=True)
class IssuedCitingText:
    """A text that uses a work, in an edition that was issued."""

    citing: CitingText
    pack: str
    edition: str
    issued: date
    colleges: int
    """The number of colleges that have copies of it."""


def list_briefings(library: Library, produced: date) -> tuple[ListedBriefing, ...]:
    """List every briefing in order of id, without the pages of the handbook."""
    views = view_briefings(library, produced)
    return tuple(_line(view) for _, view in sorted(views.items()) if not view.briefing.manual)


def _line(view: BriefingView) -> ListedBriefing:
    environment, briefing, fields = view.environment, view.briefing, view.briefing.fields
    return ListedBriefing(
        id=briefing.id,
        title=fields.title,
        version=fields.version,
        status=str(fields.status),
        owner=fields.owner or "",
        first_published=fields.first_published,
        updated=fields.updated,
        reviewed=last_review_of(fields),
        evidence_to=fields.evidence_to,
        review_by=next_review_of(fields, environment.imprint.fields),
        overdue=is_overdue(fields, environment.imprint.fields, view.produced),
        series=view.series.id if view.series else "",
        packs=tuple(sorted(name for name, pack in environment.packs.items() if briefing.id in briefings_in_pack(pack))),
        keys=tuple(sorted(_uses(view))),
        kept=environment.kept_numbers.get(briefing.id, ()),
        changed=has_changed_since_kept(environment, briefing),
        results=_by_area(fields.evidence.findings, areas_with_columns(environment.areas)),
    )


def _by_area(findings: tuple[Finding, ...], areas: tuple[Area, ...]) -> tuple[tuple[Result, ...], ...]:
    columns: dict[str, tuple[Result, ...]] = dict.fromkeys((*(area.id for area in areas), ""), ())
    for finding in findings:
        columns[finding.area if finding.area in columns else ""] += (finding.result,)
    return tuple(columns.values())


def has_changed_since_kept(environment: Environment, briefing: Briefing) -> bool:
    """True if a briefing differs from its last kept version: in its number or its content."""
    versions, version = environment.kept_numbers.get(briefing.id, ()), briefing.fields.version
    if not versions or version != versions[-1]:
        return bool(versions)
    kept = environment.kept.get(version_ref(briefing.id, version))
    return kept is not None and bool(
        differences_in_file(briefing, environment.assets, kept)
        or any(True for _ in differences_in_inherited_values(environment, briefing, kept))
    )


def list_texts_citing(library: Library, key: str) -> tuple[CitingText, ...]:
    """List the texts that use a work: briefings, and kept versions in packs."""
    environment, present = view_library(library, date.min)
    packs_with: dict[str, list[str]] = {}
    for name, pack in environment.packs.items():
        for line in dict.fromkeys(pack.lines):
            packs_with.setdefault(line, []).append(name)
    citing = []
    for line, view in {**present, **view_pinned_versions(environment, environment.packs, date.min)}.items():
        if uses := _uses(view).get(key):
            fields = view.briefing.fields
            packs = tuple(sorted(packs_with.get(line, ())))
            citing.append(CitingText(view.briefing.id, fields.title, fields.version, tuple(uses), packs))
    return tuple(sorted(citing, key=lambda text: (text.id, numbers(text.version))))


@dataclass(frozen=True, slots=True)
class ListedWork:
    """A work of the bibliography: its key, short form and file, and how many texts use it."""

    key: str
    short_form: str
    path: str
    briefings: int
    state: str
    """Its state, such as 'retracted 2011' or 'corrected'; '' for an ordinary work."""


def list_works(library: Library) -> tuple[ListedWork, ...]:
    """List every work by key, with the number of texts that use it."""
    uses = Counter(key for view in view_briefings(library, date.min).values() for key in _uses(view))
    works = sorted(library.bibliography.entries.items())
    return tuple(
        ListedWork(key, author_and_year(work), work.place.path, uses[key], state_in_words(work)) for key, work in works
    )


def state_in_words(work: Reference) -> str:
    """The state of a work and its year, such as 'retracted 2011'; '' for an ordinary work."""
    return f"{work.state or ''} {work.state_day.year if work.state_day else ''}".strip()


def author_and_year(work: Reference) -> str:
    """'Hughes and others, 2018': authors and year of a work, or its title, in any citation style."""
    people: Any = work.csl.get("author") or work.csl.get("editor") or ()
    names = [str(name.get("literal") or name.get("family") or "") for name in people if isinstance(name, dict)]
    authors = f"{names[0]} and others" if len(names) > 2 else " and ".join(names)
    return f"{authors or work.title}, {year_of(work) or 'n.d.'}"


def _uses(view: BriefingView) -> dict[str, dict[str, None]]:
    """Return the parts of a briefing that use each work, by key."""
    uses: dict[str, dict[str, None]] = {}
    for citation in view.passage.every(Citation):
        if not is_reference(citation, view.passage.anchors, view.environment.bibliography):
            uses.setdefault(citation.key, {})["text"] = None
    for key, path in named_works(view.briefing):
        uses.setdefault(key, {})["listed" if path[0] == "references" else str(path[0])] = None
    return uses
