"""Reports on a library without a build: remarks, the list of briefings, and citations of a work."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from pipeline.build.output import recorded_outputs
from pipeline.build.output_lists import lengths
from pipeline.build.plan import refuse_unknown_owners, remarks_on_layouts, remarks_within
from pipeline.build.project import Project
from pipeline.build.resolve_cache import open_resolve_cache
from pipeline.core.diagnostics import Diagnostic, Diagnostics, UsageError, errors, has_fault, ordered
from pipeline.core.messages import Setting
from pipeline.core.sentences import suggest_names
from pipeline.core.services import Hook
from pipeline.load.folders import LIBRARY_FILE, read_files
from pipeline.load.records import read_imprint
from pipeline.model.formats import Order
from pipeline.resolve.citations.works import report_state_of_work
from pipeline.resolve.evidence import areas_with_columns
from pipeline.resolve.listing import IssuedCitingText, ListedBriefing, list_briefings, list_texts_citing, list_works
from pipeline.resolve.resolve import ResolveMemory, check_by_rules, resolve

CHECKS: Hook[Callable[[Project, tuple[str, ...], date], Iterable[Diagnostic]]] = Hook("checks")

ReportTable = tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Column heads and rows."""


def check_source(project: Project, names: tuple[str, ...], produced: date) -> tuple[Diagnostic, ...]:
    """Return all remarks on the source, or on the named things and what they depend on."""
    library, remarks = project.loaded
    refuse_unknown_owners(library, names)
    cache, faults = open_resolve_cache(project, library, produced)
    known = ResolveMemory(cache.texts_around(names))
    found = check_by_rules(library, Order(names, (), produced), project.resolve_resources, known)
    if not has_fault((*faults, *found.remarks)):
        cache.keep_texts(found.texts)
    of_layouts = remarks_on_layouts(library, names, project)
    of_services = (remark for check in CHECKS for remark in check(project, names, produced))
    return ordered((*remarks_within(library, names, remarks), *faults, *found.remarks, *of_layouts, *of_services))


def style_settings(project: Path) -> Mapping[str, Setting]:
    """Return the library's settings for remarks of style, by code."""
    content = read_files(project).get(LIBRARY_FILE)
    return read_imprint(LIBRARY_FILE, content, Diagnostics()).fields.rules.settings()


def unread_errors(project: Project) -> tuple[Diagnostic, ...]:
    """Return the errors because of which parts of the library could not be read."""
    return tuple(errors(project.loaded[1]))


def list_tables(project: Project, produced: date) -> tuple[ReportTable, ReportTable]:
    """Return the table of all briefings, short for a terminal and in full."""
    library = project.loaded[0]
    minutes, built = minutes_to_read(project), lengths(recorded_outputs(project.output))
    pages = {length.id: length.pages for length in built.values() if not length.is_pack}
    areas = tuple(area.label for area in areas_with_columns(library.areas))
    brief, full = [], []
    for listed in list_briefings(library, produced):
        numbers = str(minutes.get(listed.id) or ""), str(pages.get(listed.id) or "")
        brief.append(_short_row(listed, *numbers))
        results = (", ".join(result.replace("-", " ") for result in results) for results in listed.results)
        full.append((*_full_row(listed, *numbers), *(results if areas else ())))
    return (SHORT_HEADS, tuple(brief)), ((*FULL_HEADS, *areas, OTHER_AREAS) if areas else FULL_HEADS, tuple(full))


SHORT_HEADS = (
    *("id", "version", "status", "kept", "changed", "first published", "last reviewed", "review by", "minutes"),
    *("pages", "title"),
)
"""'kept' is the last version kept; 'changed' whether the text differs from it."""

FULL_HEADS = (
    *("id", "title", "version", "status", "owner", "first published", "updated", "last reviewed", "evidence to"),
    *("review by", "overdue", "series", "packs", "works cited", "versions kept", "changed since", "minutes to read"),
    "pages",
)


OTHER_AREAS = "other outcomes"
"""The column of findings that belong to no area; the other columns of findings have the names of areas."""


def _short_row(listed: ListedBriefing, minutes: str, pages: str) -> tuple[str, ...]:
    due = f"{_iso_day(listed.review_by)} overdue" if listed.overdue else _iso_day(listed.review_by)
    days = (_iso_day(listed.first_published), _iso_day(listed.reviewed), due)
    kept = listed.kept[-1] if listed.kept else ""
    return (listed.id, listed.version, listed.status, kept, _has_changed(listed), *days, minutes, pages, listed.title)


def _full_row(listed: ListedBriefing, minutes: str, pages: str) -> tuple[str, ...]:
    days = (listed.first_published, listed.updated, listed.reviewed, listed.evidence_to, listed.review_by)
    return (
        *(listed.id, listed.title, listed.version, listed.status, listed.owner, *map(_iso_day, days)),
        *("yes" if listed.overdue else "no", listed.series, " ".join(listed.packs), " ".join(listed.keys)),
        *(" ".join(listed.kept), _has_changed(listed), minutes, pages),
    )


def _has_changed(listed: ListedBriefing) -> str:
    return ("yes" if listed.changed else "no") if listed.kept else ""


def _iso_day(day: date | None) -> str:
    return day.isoformat() if day else ""


def minutes_to_read(project: Project) -> Mapping[str, int]:
    """Return the read time of each briefing that may be made, by id, as it is printed."""
    library = project.loaded[0]
    names = tuple(sorted(name for name, briefing in library.briefings.items() if not briefing.manual))

    def resolve_minutes() -> dict[str, int]:
        resolution = resolve(library, Order(names, (), date.min), project.resolve_resources)
        return {text.identity.id: text.read_minutes for text in resolution.publications}

    inputs = ("minutes", project.files, project.layouts)
    return project.store.remember("survey", inputs, dict[str, int], resolve_minutes) if names else {}


def texts_that_cite(project: Project, key: str, issued: Sequence[IssuedCitingText] = ()) -> ReportTable:
    """Return the texts that cite a work, use it as a source of findings or practice, or list it.

    Issued editions with such a text follow, if there are any.
    """
    library = project.loaded[0]
    if key not in library.bibliography and not issued:
        hint = suggest_names(key, library.bibliography, "Entries live in source/references/.")
        raise UsageError(f"The bibliography has no work '{key}'. {hint}")
    rows = [
        (t.id, t.version, ", ".join(t.ways), " ".join(t.packs), t.title, "", "", "")
        for t in list_texts_citing(library, key)
    ]
    for issued_citing in issued:
        text = issued_citing.citing
        edition = (issued_citing.edition, issued_citing.issued.isoformat(), str(issued_citing.colleges))
        rows.append((text.id, text.version, ", ".join(text.ways), issued_citing.pack, text.title, *edition))
    heads = ("id", "version", "how", "packs", "title", "edition", "issued", "held by")
    return (heads, tuple(rows)) if issued else (heads[:5], tuple(row[:5] for row in rows))


def describe_work_status(project: Project, key: str) -> str:
    """Return a sentence on a work that was retracted or corrected; empty for most works."""
    if key not in project.loaded[0].bibliography:
        return f"{key} is not in the bibliography any more."
    work = project.loaded[0].bibliography[key]
    return "".join(remark.sentence for remark in report_state_of_work(replace(work, cited_as=None), work.place))


def works_table(project: Project) -> ReportTable:
    """Return the table of works: key, short form, file, state, and how many briefings use each."""
    rows = tuple((w.key, w.short_form, w.path, w.state, str(w.briefings)) for w in list_works(project.loaded[0]))
    return ("key", "work", "file", "state", "briefings"), rows
