"""A pack as it was issued, for copies: its texts by the versions of its record, its files from the archive."""

from __future__ import annotations

from dataclasses import dataclass, replace

from pipeline.build.planning.scope import refuse_unknown
from pipeline.build.project import Project
from pipeline.cli.editions.chain_faults import pack_chain_faults
from pipeline.cli.editions.handing_out import archived_files, edition_by
from pipeline.core.diagnostics import Desk, Diagnostic, ordered
from pipeline.core.errors import UsageError
from pipeline.core.messages import message
from pipeline.editions.copies import FinishedFile, Issue
from pipeline.editions.issued.records import RecordFile, edition_code, edition_of, read_records
from pipeline.editions.states import state_of
from pipeline.load.library.retractions import with_states
from pipeline.load.library.word_tables import wordbook
from pipeline.model.library import Library
from pipeline.model.source.pack import Pack
from pipeline.resolve.wording.codes import status_page


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


def chosen_pack(library: Library, name: str, deed: str) -> Pack:
    """The pack of that name, for something that is done to packs."""
    refuse_unknown(library, (name,))
    if name not in library.packs or library.packs[name].manual:
        raise UsageError(f"'{name}' is no pack: packs are {deed}, the files of source/packs/.")
    return library.packs[name]


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


def library_then(project: Project, one: RecordFile, pack: Pack) -> tuple[Library, Pack]:
    """The library with a pack bound as an edition of it was issued, and that pack.

    What has become of works since is true of the versions of that edition too.
    """
    library = replace(project.loaded[0], kept=project.kept_versions(one.record.kept_texts))
    library = with_states(library, project.files, project.notices, Desk())
    bound = _pinned(pack, one, library)
    return replace(library, packs={**library.packs, pack.id: bound}), bound


def _pinned(pack: Pack, one: RecordFile, library: Library) -> Pack:
    """The pack as it was issued: pinned to the versions of the record, with its title, formats and edition."""
    fields = {
        "title": one.record.title,
        "edition": one.record.edition,
        "briefings": tuple(line if line in library.kept else line.partition("@")[0] for line in one.record.texts),
        "parts": (),
        "formats": tuple(file.format for file in one.record.files),
    }
    return replace(pack, fields=pack.fields.model_copy(update=fields))
