"""Two editions of a pack compared, or an edition with the pack as it is now: text by text, and word by word.

What reads records and composes texts is loaded where something is to be compared: what was compared before is
remembered.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Literal

from pipeline.build.project import Project
from pipeline.compose.changes.marking import WordChange
from pipeline.core.diagnostics import UsageError
from pipeline.core.sentences import WordMeasure
from pipeline.load.folders import EDITIONS

if TYPE_CHECKING:
    from pipeline.build.versions import TextChanges
    from pipeline.editions.issued.records import RecordFile
    from pipeline.model.publication import Publication

ComparedState = Literal["new", "gone", "changed", "same"]


@dataclass(frozen=True, slots=True)
class ComparedText:
    """A text of two editions: its versions, empty where one does not hold it, and its changes."""

    id: str
    title: str
    was: str
    now: str
    state: ComparedState
    reasons: tuple[str, ...] = ()
    """The summaries of its history on the versions in between."""
    changes: tuple[WordChange, ...] = ()
    measure: WordMeasure | None = None


@dataclass(frozen=True, slots=True)
class _Held:
    """A text as an edition holds it: how it is named, its version, its title."""

    line: str
    version: str
    title: str


def is_pack(project: Project, name: str) -> bool:
    """Whether a name is that of a pack; of one that was issued that is known before the library is read."""
    records = f"{EDITIONS}/{name}/"
    return any(path.startswith(records) for path in project.files) or name in project.loaded[0].packs


def compared_packs(project: Project, old: str, new: str, day: date) -> tuple[ComparedText, ...]:
    """The texts of an edition and of another, or of the pack as it is now. Raises `UsageError`."""
    asked = (old, new, day, project.files, project.layouts)
    return project.store.remember(
        __name__, asked, tuple[ComparedText, ...], lambda: _compared_texts(project, old, new, day)
    )


def _compared_texts(project: Project, old: str, new: str, day: date) -> tuple[ComparedText, ...]:
    from pipeline.build.versions import changes_with_pages, text_versions

    was, now = _held(project, old), _held(project, new)
    changed = _changed_since_kept(project, now)
    other = [name for name in now if name in was and (was[name].version != now[name].version or name in changed)]
    texts = text_versions(project, [held[name].line for name in other for held in (was, now)], day)
    pairs = {name: (texts[was[name].line], texts[now[name].line]) for name in other}
    changes = dict(zip(pairs, changes_with_pages(project, list(pairs.values())), strict=True))
    found = [_compared(name, was.get(name), now[name], texts, changes.get(name)) for name in now]
    gone = [ComparedText(name, one.title, one.version, "", "gone") for name, one in was.items() if name not in now]
    return (*found, *gone)


def _changed_since_kept(project: Project, held: Mapping[str, _Held]) -> frozenset[str]:
    """Of the texts that are held as they are now those with other words than their number was kept with."""
    from pipeline.resolve.environment import environment_of
    from pipeline.resolve.listing import changed_since_kept

    library = project.loaded[0]
    environment = environment_of(library)
    present = (name for name, one in held.items() if "@" not in one.line)
    return frozenset(name for name in present if changed_since_kept(environment, library.briefings[name]))


def _compared(
    name: str, was: _Held | None, now: _Held, texts: Mapping[str, Publication], found: TextChanges | None
) -> ComparedText:
    if was is None:
        return ComparedText(name, now.title, "", now.version, "new")
    if found is None:
        return ComparedText(name, now.title, was.version, now.version, "same")
    from pipeline.resolve.packs import amendments

    reasons = tuple(one.summary for one in amendments(texts[now.line].briefing.fields, was.version, now.version))
    state: ComparedState = "changed" if found.changes or was.version != now.version else "same"
    return ComparedText(name, now.title, was.version, now.version, state, reasons, found.changes, found.measure)


def _held(project: Project, line: str) -> dict[str, _Held]:
    """The texts of 'pack@edition' by its record, or of 'pack' as it is now, by id and in order."""
    name, at, edition = line.partition("@")
    library = project.loaded[0]
    if at:
        record = record_by(project, name, edition).record
        return {one.id: _Held(one.pinned, one.version, one.title) for one in record.briefings}
    if name not in library.packs:
        raise UsageError(f"There is no pack '{name}' any more: name two editions of it.")
    found = {}
    for one in library.packs[name].lines:
        text, _, version = one.partition("@")
        if text in library.briefings:
            fields = library.briefings[text].fields
            found[text] = _Held(one, version or fields.version, fields.title)
    return found


def record_by(project: Project, pack: str, edition: str) -> RecordFile:
    """The record of an edition by its name, or by its number. Raises `UsageError`."""
    from pipeline.cli.editions.handing_out import edition_by
    from pipeline.editions.issued.records import read_records

    return edition_by(read_records(project.files).chains.get(pack, ()), pack, edition)
