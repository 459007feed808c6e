"""Retraction Watch files and the states of works."""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.messages import message
from pipeline.core.processes import faults_reported
from pipeline.load.folders import NOTICES
from pipeline.model.bibliography import (
    PRINTED_STATES,
    Bibliography,
    Notice,
    Reference,
    WorkState,
    compared_doi,
    identifiers,
)
from pipeline.model.library import KeptVersion, Library
from pipeline.model.source.versions import Overridden

# Retraction Watch files: notices on works, by DOI or number in PubMed, and the one that decides a work's state. The
# file (CSV, of Crossref) has a row a notice, several for one work; dates with the month first and a time, '3/9/2026
# 0:00'; '0' for no number in PubMed, 'unavailable' for no DOI. Works are never matched by title.

Notices = dict[str, tuple[Notice, ...]]
"""Notices on works, by the works' identifiers."""

_NATURES = {
    "retraction": WorkState.RETRACTED,
    "reinstatement": WorkState.REINSTATED,
    "expression of concern": WorkState.CONCERN,
    "correction": WorkState.CORRECTED,
}
_DECIDING = (WorkState.RETRACTED, WorkState.REINSTATED)
_NATURE, _DAY, _DOI, _PUBMED = "RetractionNature", "RetractionDate", "OriginalPaperDOI", "OriginalPaperPubMedID"
_NAMES = (_DOI, _PUBMED)
_FURTHER = ("RetractionDOI", "Reason")
_LONGEST = 131_072
"""Characters of a cell."""
_FORMS = ("%m/%d/%Y %H:%M", "%m/%d/%Y", "%Y-%m-%d")


def deciding(notices: Iterable[Notice]) -> Notice | None:
    """The notice that decides a work's state: the newest retraction or reinstatement, else a concern or correction.

    A correction or a concern takes nothing back; after a reinstatement it counts. A notice of one day with another, or
    without a day, counts as the graver.
    """
    newest_first = sorted(notices, key=_turn, reverse=True)
    decided = next((n for n, one in enumerate(newest_first) if one.state in _DECIDING), len(newest_first))
    if decided < len(newest_first) and newest_first[decided].state is WorkState.RETRACTED:
        return newest_first[decided]
    since = newest_first[:decided]
    for state in (WorkState.CONCERN, WorkState.CORRECTED):
        if found := next((one for one in since if one.state is state), None):
            return found
    return next(iter(newest_first[decided:]), None)


def _turn(notice: Notice) -> tuple[date, int, str]:
    """Order of notices by day. Without a day a retraction is the newest, and any other the oldest."""
    unknown = date.max if notice.state is WorkState.RETRACTED else date.min
    return notice.day or unknown, tuple(WorkState).index(notice.state), notice.doi


@dataclass(frozen=True, slots=True)
class _Columns:
    """Places of the columns in a row, and how many a whole row has."""

    at: Mapping[str, int]
    width: int


def read_notices(path: str, content: bytes, wanted: frozenset[str]) -> tuple[Notices, tuple[Diagnostic, ...]]:
    """The notices of a file on the works with these identifiers, and what in it cannot be read."""
    desk = Desk()
    found: dict[str, list[Notice]] = {}
    text = _decoded(content)
    rows = _rows(path, text, desk)
    columns = _columns(path, next(rows, (1, []))[1], desk)
    if columns is None:
        return {}, desk.remarks
    cut = 0
    for line, row in rows:
        if len(row) < columns.width:
            cut = cut or line
            continue
        named = identifiers(*(row[columns.at[name]] if name in columns.at else "" for name in _NAMES))
        if not wanted.isdisjoint(named) and (notice := _notice(row, columns, Place(path, line), desk)):
            for one in wanted.intersection(named):
                found.setdefault(one, []).append(notice)
    if cut:
        sentence = "This row has not all columns: the file was cut off, or damaged, here."
        desk.report(message("retractions-unreadable", Place(path, cut), sentence=sentence))
    return {one: tuple(found[one]) for one in sorted(found)}, desk.remarks


def _decoded(content: bytes) -> str:
    """The text of a file: in UTF-8, or as old spreadsheets write it."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", "replace")


def _rows(path: str, text: str, desk: Desk) -> Iterator[tuple[int, list[str]]]:
    """The rows of a file that are not empty, each with the number of its first line."""
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
        desk.report(message("retractions-unreadable", Place(path, line), sentence=sentence))


def _columns(path: str, heads: list[str], desk: Desk) -> _Columns | None:
    """The columns of a file by its first row; nothing after a remark where one that is needed is missing."""
    at = {name.strip(): number for number, name in enumerate(heads) if name.strip()}
    unnamed = _NAMES if not any(name in at for name in _NAMES) else ()
    if lacking := [name for name in (_NATURE, _DAY, *unnamed) if name not in at]:
        names = f"{', '.join(map(repr, lacking[:-1]))} and {lacking[-1]!r}" if lacking[1:] else repr(lacking[0])
        what = f"it has no column{'s' if lacking[1:] else ''} {names}"
        sentence = f"This is no Retraction Watch file: {what}."
        desk.report(message("retractions-unreadable", Place(path), sentence=sentence))
        return None
    return _Columns(at, max(at.values()) + 1)


def _notice(row: list[str], columns: _Columns, place: Place, desk: Desk) -> Notice | None:
    """The notice in a row; nothing after a remark where its kind is none that is known."""
    nature, said = row[columns.at[_NATURE]].strip(), row[columns.at[_DAY]].strip()
    state = _NATURES.get(nature.casefold())
    if state is None:
        sentence = f"'{nature[:60]}' is no kind of notice that is known."
        desk.report(message("retractions-unreadable", place, sentence=sentence))
        return None
    day = _day(said)
    if day is None:
        sentence = f"'{said[:60]}' is not a day, of which the month comes first."
        desk.report(message("retractions-unreadable", place, sentence=sentence))
    doi, reasons = (row[columns.at[name]] if name in columns.at else "" for name in _FURTHER)
    given = (reason.strip().lstrip("+").strip() for reason in reasons.split(";"))
    return Notice(state, day, compared_doi(doi), tuple(reason for reason in given if reason))


def _day(said: str) -> date | None:
    for form in _FORMS:
        try:
            return datetime.strptime(said, form).date()  # noqa: DTZ007 - a day without a time zone
        except ValueError:
            continue
    return None


# States of works: the notices of the files in `source/references/retractions/`, given to the works that they name.

ReadNotices = Callable[[str, bytes, frozenset[str]], tuple[Notices, tuple[Diagnostic, ...]]]
"""Reader of a file: the notices on the works with these identifiers, and remarks."""


def with_states(library: Library, files: Mapping[str, bytes], read: ReadNotices, desk: Desk) -> Library:
    """The library with the state of each work, in its kept versions too: what becomes of a work is true of them all."""
    paths = sorted(path for path in files if path.startswith(NOTICES) and path.lower().endswith(".csv"))
    wanted = _identifiers(library) if paths else frozenset()
    found: dict[str, list[Notice]] = {}
    for path in paths:
        notices: Notices = {}
        remarks: tuple[Diagnostic, ...] = ()
        with faults_reported(desk, Place(path), "read this file"):
            notices, remarks = read(path, files[path], wanted)
        desk.extend(remarks)
        for identifier, those in notices.items():
            found.setdefault(identifier, []).extend(those)
    works = _noticed(library.bibliography, found)
    kept = {name: _kept(one, library, works, found) for name, one in library.kept.items()}
    return replace(library, bibliography=works, kept=kept)


def doubted_works(library: Library) -> Mapping[str, tuple[Reference, ...]]:
    """The works of kept versions that were retracted or are in doubt, by 'id@version'; none whose author knows."""
    return {name: tuple(_doubted(one)) for name, one in library.kept.items()}


def _doubted(kept: KeptVersion) -> Iterator[Reference]:
    for work in kept.library.bibliography.entries.values():
        stands = work.notice is not None and work.notice.state in PRINTED_STATES and not work.is_cited_knowingly
        if stands and not was_told(work, kept.record.overridden, kept.record.published):
            yield work


def was_told(work: Reference, overridden: Iterable[Overridden], day: date) -> bool:
    """Whether a reason was given why a text may rest on a work in its state: by the remarks that it overrode.

    Where these are not on record, by a reason of a day on which its state was known.
    """
    said = [one.said for one in overridden if one.code == f"reference-{work.state}"]
    if any(said):
        return any(work.key in remark.split() for remarks in said for remark in remarks)
    return bool(said) and work.state_day is not None and work.state_day <= day


def _identifiers(library: Library) -> frozenset[str]:
    """The identifiers of all works, those of kept versions too."""
    every = (library.bibliography, *(kept.library.bibliography for kept in library.kept.values()))
    return frozenset(one for works in every for work in works.entries.values() for one in work.identifiers)


def _noticed(works: Bibliography, found: Mapping[str, list[Notice]]) -> Bibliography:
    """The works with the notices that decide their states."""
    if not found:
        return works
    return Bibliography({key: _decided(work, found) for key, work in works.entries.items()})


def _decided(work: Reference, found: Mapping[str, list[Notice]]) -> Reference:
    notice = deciding(notice for one in work.identifiers for notice in found.get(one, ()))
    return replace(work, notice=notice) if notice else work


def _kept(kept: KeptVersion, library: Library, works: Bibliography, found: Mapping[str, list[Notice]]) -> KeptVersion:
    """A kept version with the states of its works. What their author knows of counts while the text is the present."""
    present = library.briefings.get(kept.id)
    own = _noticed(kept.library.bibliography, found)
    if present and present.fields.version == kept.version:
        own = Bibliography(
            {
                key: replace(work, cited_as=works[key].cited_as if key in works else work.cited_as)
                for key, work in own.entries.items()
            }
        )
    if own == kept.library.bibliography:
        return kept
    return replace(kept, library=replace(kept.library, bibliography=own))
