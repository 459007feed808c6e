"""A pack as it was issued, for copies: its texts by the versions of its record, its files from the archive."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.build.project import Project
from pipeline.cli.editions.chain_faults import pack_chain_faults
from pipeline.cli.editions.handing_out import archived_files, edition_by, library_then
from pipeline.core.diagnostics import Diagnostic, ordered
from pipeline.core.messages import message
from pipeline.editions.copies import Issue
from pipeline.editions.issued.records import RecordFile, edition_code, edition_of, read_records
from pipeline.editions.states import FinishedFile, state_of
from pipeline.load.words import wordbook
from pipeline.model.library import Library
from pipeline.model.source.pack import Pack
from pipeline.resolve.wording import status_page


@dataclass(frozen=True, slots=True)
class PackToCopy:
    """An edition of a pack that copies are made of: the library with the pack as it is bound, and the files."""

    library: Library
    issue: Issue
    one: RecordFile
    files: tuple[FinishedFile, ...]
    numbered: bool
    faults: tuple[Diagnostic, ...] = ()
    """Files that are not as they were issued, and what of it is recalled."""


def edition_to_copy(project: Project, pack: Pack, edition: str | None) -> PackToCopy | tuple[Diagnostic, ...]:
    """An edition as it was issued, the one that the pack names unless it is named; or what stands against it."""
    if broken := tuple(pack_chain_faults(project, project.files, pack.id)):
        return ordered(broken)
    chain = read_records(project.files).chains.get(pack.id, ())
    one = edition_by(chain, pack.id, edition) if edition else edition_of(chain, pack.fields.edition or "")
    if one is None:
        named = f" as {pack.fields.edition}" if chain else ""
        return (message("deliver-unissued", pack.marks.at("edition"), pack=pack.id, edition=named),)
    record = one.record
    library, bound = library_then(project, one, pack)
    words = wordbook(project.layouts).of(library.imprint.fields.language)
    versions = tuple((briefing.id, briefing.version, briefing.title) for briefing in record.briefings)
    issue = Issue(
        bound,
        record.title,
        record.edition,
        versions,
        record.issued,
        library.imprint,
        state=replace(state_of(library, bound, record.issued, words), statuses=record.statuses),
        record=one.sha256,
        last_record=chain[-1].sha256,
        code=record.code,
        status_page=status_page(library.imprint.fields.status_pages, edition_code(record)),
        phrases=record.copy_phrases,
    )
    contents, faults = archived_files(project, one)
    files = tuple(
        FinishedFile(file.format, file.file, contents[file.file], file.pages)
        for file in record.files
        if file.file in contents
    )
    return PackToCopy(library, issue, one, files, record.numbered, faults)
