"""Checks on versions and editions for the verbs check and cites, which load no other module of the service."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.messages import message
from pipeline.core.services import Hook
from pipeline.load.library import load_library
from pipeline.load.versions import read_all_kept_versions
from pipeline.model.library import Library
from pipeline.model.source.pack import Pack, PackFields
from pipeline.model.source.record import FieldLocations
from pipeline.model.source.versions import approval_of, version_ref
from pipeline.resolve.listing import IssuedCitingText, list_texts_citing
from pipeline.resolve.reading import view_briefings
from pipeline.services.editions.approvals import corrections_change_little, words_are_approved
from pipeline.services.editions.record_chain import read_records

HOLDERS: Hook[Callable[[Library, Mapping[str, bytes], str, str, str], frozenset[str]]] = Hook("holders")


def checks(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """Yield diagnostics on the whole library, or on the works named."""
    yield from _corrections_are_small(project, names, produced)
    yield from _texts_have_their_approved_words(project, names, produced)
    if not names:
        library = project.loaded[0]
        for name, chain in read_records(project.files).chains.items():
            if name not in library.packs and name not in library.broken:
                yield message("edition-without-pack", Location(chain[-1].path), name=name)


def _corrections_are_small(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """A correction that is not published yet changes little."""
    library = project.loaded[0]
    unpublished = [
        briefing
        for name, briefing in library.briefings.items()
        if (not names or name in names) and briefing.fields.version not in library.kept_numbers.get(name, ())
    ]
    if any(entry.kind == "correction" for briefing in unpublished for entry in briefing.fields.history):
        readings = view_briefings(library, produced)
        for briefing in unpublished:
            yield from corrections_change_little(readings[briefing.id], project.files, library.kept_numbers)


def _texts_have_their_approved_words(project: Project, names: tuple[str, ...], produced: date) -> Iterator[Diagnostic]:
    """A text has the words whose SHA-256 was approved."""
    approved = {
        name: entry.version
        for name, briefing in project.loaded[0].briefings.items()
        if not names or name in names
        for entry in briefing.fields.history
        if entry.version == briefing.fields.version and entry.approved_words
    }
    readings = view_briefings(project.loaded[0], produced) if approved else {}
    for name, version in approved.items():
        faults = words_are_approved(readings[name], project.files.get(approval_of(name, version)))
        yield from (fault for fault in faults if fault.code != "publish-unapproved")


_ALL = "issued"
"""The id of a temporary pack that lists every version that was issued."""


def editions_resting_on(project: Project, key: str) -> tuple[IssuedCitingText, ...]:
    """Return the issued editions with a text that cites a work, by pack and number."""
    records = [saved.record for saved in read_records(project.files).every()]
    lines = tuple(sorted({line for record in records for line in record.kept_texts}))
    if not lines:
        return ()
    kept = read_all_kept_versions(project.files, frozenset(lines), load_library, Diagnostics()).kept
    pack = Pack(_ALL, "", PackFields(title=_ALL, briefings=lines), FieldLocations(""))
    library = replace(project.loaded[0], briefings={}, kept=kept, packs={_ALL: pack})
    by_line = {version_ref(text.id, text.version): text for text in list_texts_citing(library, key)}
    citing = []
    for record in records:
        for line in (line for line in record.kept_texts if line in by_line):
            edition = (project.files, record.pack, record.edition, line)
            holders = sum(len(ask(project.loaded[0], *edition)) for ask in HOLDERS)
            citing.append(IssuedCitingText(by_line[line], record.pack, record.edition, record.issued, holders))
    return tuple(citing)
