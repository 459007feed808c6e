"""Answers to the line on versions and editions. The verbs check and cites load nothing else of the service."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.services import hooked
from pipeline.load.library import load
from pipeline.load.versions import read_kept
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.model.source.versions import approval_of, version_ref
from pipeline.resolve.listing import IssuedCiting, cites
from pipeline.resolve.reading import read_briefings
from pipeline.services.editions.approvals import approval_faults, kind_doubts
from pipeline.services.editions.records import read_records


def checks(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """Diagnostics on the library, or on the things named."""
    yield from _kinds_doubted(project, names, produced)
    yield from _otherwise_approved(project, names, produced)
    if not names:
        library = project.loaded[0]
        for name, chain in read_records(project.files).chains.items():
            if name not in library.packs and name not in library.broken:
                yield message("edition-without-pack", Location(chain[-1].path), name=name)


def _kinds_doubted(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """Doubts about corrections of kept versions that are not published yet."""
    library = project.loaded[0]
    asked = [
        one
        for name, one in library.briefings.items()
        if (not names or name in names) and one.fields.version not in library.kept_numbers.get(name, ())
    ]
    if any(entry.kind == "correction" for one in asked for entry in one.fields.history):
        readings = read_briefings(library, produced)
        for one in asked:
            yield from kind_doubts(readings[one.id], project.files, library.kept_numbers)


def _otherwise_approved(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """Errors of texts with other words than those whose SHA-256 was approved."""
    asked = {
        name: entry.version
        for name, one in project.loaded[0].briefings.items()
        if not names or name in names
        for entry in one.fields.history
        if entry.version == one.fields.version and entry.approved_words
    }
    readings = read_briefings(project.loaded[0], produced) if asked else {}
    for name, version in asked.items():
        faults = approval_faults(readings[name], project.files.get(approval_of(name, version)))
        yield from (fault for fault in faults if fault.code != "publish-unapproved")


_ALL = "issued"
"""The id of a pack that binds every version that was issued."""


def editions_resting_on(project: Project, key: str) -> tuple[IssuedCiting, ...]:
    """The issued editions with a text that rests on a work, in order of pack and number."""
    records = [one.record for one in read_records(project.files).every()]
    lines = tuple(sorted({text for one in records for text in one.kept_texts}))
    if not lines:
        return ()
    kept = read_kept(project.files, frozenset(lines), load, Diagnostics()).kept
    pack = Pack(_ALL, "", PackFields(title=_ALL, briefings=lines), FieldLocations(""))
    library = replace(project.loaded[0], briefings={}, kept=kept, packs={_ALL: pack})
    resting = {version_ref(one.id, one.version): one for one in cites(library, key)}
    found = []
    for one in records:
        for line in (line for line in one.kept_texts if line in resting):
            named = (project.files, one.pack, one.edition, line)
            holders = sum(len(ask(project.loaded[0], *named)) for _, ask in hooked("holders"))
            found.append(IssuedCiting(resting[line], one.pack, one.edition, one.issued, holders))
    return tuple(found)
