"""What the verb check says of versions and editions: approvals, kinds of changes, records without their pack."""

from collections.abc import Iterator
from datetime import date

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic, Place
from pipeline.core.messages import message
from pipeline.editions.approvals import approval_faults
from pipeline.editions.issued.records import read_records
from pipeline.editions.kinds import kind_doubts
from pipeline.model.source.versions import approval_of
from pipeline.resolve.reading import read_briefings


def checks(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """Diagnostics on the library, or on the things named."""
    yield from _kinds_doubted(project, names, produced)
    yield from _otherwise_approved(project, names, produced)
    if not names:
        yield from _without_pack(project)


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


def _without_pack(project: Project) -> Iterator[Diagnostic]:
    """Warnings of issued editions whose pack is gone."""
    library = project.loaded[0]
    for name, chain in read_records(project.files).chains.items():
        if name not in library.packs and name not in library.broken:
            yield message("edition-without-pack", Place(chain[-1].path), name=name)
