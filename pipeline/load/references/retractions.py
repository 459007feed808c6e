"""Retraction Watch files, and the states of works."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.faults import report_faults
from pipeline.core.messages import message
from pipeline.load.folders import RETRACTIONS_FOLDER
from pipeline.model.bibliography import (
    PRINTED_STATES,
    Bibliography,
    Notice,
    Reference,
    WorkState,
    normalise_doi,
    work_identifiers,
)
from pipeline.model.library import Library, PublishedVersion
from pipeline.model.source.versions import Overridden

# The file (CSV, of Crossref) has a row a notice, several for one work; dates with the month first and a time, '3/9/2026
# 0:00'; '0' for no number in PubMed, 'unavailable' for no DOI. Works are never matched by title.

Notices = dict[str, tuple[Notice, ...]]
"""Notices on works, by the works' identifiers."""

_NATURES = {
    "retraction": WorkState.RETRACTED,
    "reinstatement": WorkState.REINSTATED,
    "expression of concern": WorkState.CONCERN,
    "correction": WorkState.CORRECTED,
}
_NATURE, _DAY, _DOI, _PUBMED = "RetractionNature", "RetractionDate", "OriginalPaperDOI", "OriginalPaperPubMedID"
_NAMES = (_DOI, _PUBMED)
_LONGEST = 131_072
"""Greatest length of a cell, in characters."""
_FORMS = ("%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y-%m-%d")


def deciding_notice(notices: Iterable[Notice]) -> Notice | None:
    """Return the notice that decides a work's state: the newest retraction or reinstatement, or a milder one.

    A concern or correction does not cancel a retraction; after a reinstatement it counts. Of notices of the same day,
    or without a day, the more serious counts.
    """
    newest_first = sorted(notices, key=_order, reverse=True)
    states = [notice.state for notice in newest_first]
    deciding = (WorkState.RETRACTED, WorkState.REINSTATED)
    decided = next((number for number, state in enumerate(states) if state in deciding), len(states))
    if states[decided : decided + 1] != [WorkState.RETRACTED]:
        for state in (WorkState.CONCERN, WorkState.CORRECTED):
            if state in states[:decided]:
                return newest_first[states.index(state)]
    return next(iter(newest_first[decided:]), None)


def _order(notice: Notice) -> tuple[date, int, str]:
    """Return the order of a notice by day. Without a day a retraction is the newest, any other the oldest."""
    unknown = date.max if notice.state is WorkState.RETRACTED else date.min
    return notice.day or unknown, tuple(WorkState).index(notice.state), notice.doi


def read_notices(path: str, content: bytes, wanted: frozenset[str]) -> tuple[Notices, tuple[Diagnostic, ...]]:
    """Return the notices of a file on the works with these identifiers, and remarks on it."""
    diagnostics = Diagnostics()
    notices: dict[str, list[Notice]] = {}
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")  # as old spreadsheets write it
    rows = _rows(path, text, diagnostics)
    columns = _columns(path, next(rows, (1, []))[1], diagnostics)
    if columns is None:
        return {}, diagnostics.remarks
    cut, width = 0, max(columns.values())
    for line, row in rows:
        if len(row) <= width:
            cut = cut or line
            continue
        named = work_identifiers(*(row[columns[name]] if name in columns else "" for name in _NAMES))
        if wanted.isdisjoint(named):
            continue
        cells = {name: row[number] for name, number in columns.items()}
        if notice := _notice(cells, Location(path, line), diagnostics):
            for identifier in wanted.intersection(named):
                notices.setdefault(identifier, []).append(notice)
    if cut:
        sentence = "This row has not all columns: the file was cut off, or damaged, here."
        diagnostics.report(message("retractions-unreadable", Location(path, cut), sentence=sentence))
    return {identifier: tuple(notices[identifier]) for identifier in sorted(notices)}, diagnostics.remarks


def _rows(path: str, text: str, diagnostics: Diagnostics) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a file that are not empty, each with the number of its first line."""
    reader = csv.reader(io.StringIO(text, newline=""))
    line = 1
    try:
        for row in reader:
            if any(len(cell) > _LONGEST for cell in row):  # a quotation mark that nothing ends takes all that follows
                raise csv.Error
            if row:
                yield line, row
            line = reader.line_num + 1
    except csv.Error:
        sentence = "From this row on nothing can be read: a quotation mark is missing or one too many."
        diagnostics.report(message("retractions-unreadable", Location(path, line), sentence=sentence))


def _columns(path: str, heads: list[str], diagnostics: Diagnostics) -> Mapping[str, int] | None:
    """Return the columns of a file by name; None after a remark if a required one is missing."""
    at = {name.strip(): number for number, name in enumerate(heads) if name.strip()}
    unnamed = _NAMES if not any(name in at for name in _NAMES) else ()
    if lacking := [name for name in (_NATURE, _DAY, *unnamed) if name not in at]:
        names = f"{', '.join(map(repr, lacking[:-1]))} and {lacking[-1]!r}" if lacking[1:] else repr(lacking[0])
        what = f"it has no column{'s' if lacking[1:] else ''} {names}"
        sentence = f"This is not a Retraction Watch file: {what}."
        diagnostics.report(message("retractions-unreadable", Location(path), sentence=sentence))
        return None
    return at


def _notice(cells: Mapping[str, str], place: Location, diagnostics: Diagnostics) -> Notice | None:
    """Return the notice in a row; None after a remark on an unknown kind."""
    nature, written = cells[_NATURE].strip(), cells[_DAY].strip()
    state = _NATURES.get(nature.casefold())
    if state is None:
        sentence = f"'{nature[:60]}' is no kind of notice that is known."
        diagnostics.report(message("retractions-unreadable", place, sentence=sentence))
        return None
    day = _day(written)
    if day is None:
        sentence = f"'{written[:60]}' is not a day, of which the month comes first."
        diagnostics.report(message("retractions-unreadable", place, sentence=sentence))
    given = (reason.strip().lstrip("+").strip() for reason in cells.get("Reason", "").split(";"))
    doi = normalise_doi(cells.get("RetractionDOI", ""))
    return Notice(state, day, doi, tuple(reason for reason in given if reason))


def _day(written: str) -> date | None:
    for form in _FORMS:
        with suppress(ValueError):
            return datetime.strptime(written, form).date()  # noqa: DTZ007 - a day without a time zone
    return None


ReadNotices = Callable[[str, bytes, frozenset[str]], tuple[Notices, tuple[Diagnostic, ...]]]
"""Reader of a file: the notices on the works with these identifiers, and remarks."""


def add_work_states(
    library: Library, files: Mapping[str, bytes], read: ReadNotices, diagnostics: Diagnostics
) -> Library:
    """Return the library with the state of each work, in its kept versions too."""
    paths = sorted(path for path in files if path.startswith(RETRACTIONS_FOLDER) and path.lower().endswith(".csv"))
    kept_works = (kept.library.bibliography for kept in library.kept.values())
    bibliographies = (library.bibliography, *kept_works) if paths else ()
    wanted = frozenset(name for works in bibliographies for work in works.entries.values() for name in work.identifiers)
    notices: dict[str, list[Notice]] = {}
    for path in paths:
        with report_faults(diagnostics, Location(path), "read this file"):
            in_file, remarks = read(path, files[path], wanted)
            diagnostics.extend(remarks)
            for identifier, further in in_file.items():
                notices.setdefault(identifier, []).extend(further)
    works = _add_notices(library.bibliography, notices)
    kept = {name: _add_version_notices(version, library, works, notices) for name, version in library.kept.items()}
    return replace(library, bibliography=works, kept=kept)


def doubted_works(library: Library) -> Mapping[str, tuple[Reference, ...]]:
    """Return the retracted or doubtful works of kept versions by 'id@version', without those their author accepts."""
    doubted: dict[str, tuple[Reference, ...]] = {}
    for name, kept in library.kept.items():
        works = kept.library.bibliography.entries.values()
        printed = [work for work in works if work.notice and work.notice.state in PRINTED_STATES]
        record = kept.record
        doubted[name] = tuple(
            work
            for work in printed
            if not work.is_cited_knowingly and not was_overridden(work, record.overridden, record.published)
        )
    return doubted


def was_overridden(work: Reference, overridden: Iterable[Overridden], day: date) -> bool:
    """Return True if the remark on the state of a work was overridden with a reason.

    If the record has no remarks, the reason counts if it was given when the state was known.
    """
    remarks = [objection.said for objection in overridden if objection.code == f"reference-{work.state}"]
    if any(remarks):
        return any(work.key in remark.split() for sentences in remarks for remark in sentences)
    return bool(remarks) and work.state_day is not None and work.state_day <= day


def _add_notices(works: Bibliography, notices: Mapping[str, list[Notice]]) -> Bibliography:
    """Return the works with the notices that decide their states."""
    if not notices:
        return works
    entries = dict(works.entries)
    for key, work in entries.items():
        if notice := deciding_notice(notice for name in work.identifiers for notice in notices.get(name, ())):
            entries[key] = replace(work, notice=notice)
    return Bibliography(entries)


def _add_version_notices(
    kept: PublishedVersion, library: Library, works: Bibliography, notices: Mapping[str, list[Notice]]
) -> PublishedVersion:
    """Return a kept version with the states of its works; the author's `cited_as` counts if it is the present one."""
    present = library.briefings.get(kept.id)
    own = _add_notices(kept.library.bibliography, notices)
    if present and present.fields.version == kept.version:
        entries = own.entries.items()
        own = Bibliography({k: replace(w, cited_as=works[k].cited_as) if k in works else w for k, w in entries})
    if own == kept.library.bibliography:
        return kept
    return replace(kept, library=replace(kept.library, bibliography=own))
