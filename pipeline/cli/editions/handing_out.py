"""Issued files handed out from the archive: each is what the record says, or none is handed out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from pipeline.build.plan import refuse_unknown
from pipeline.build.project import Project
from pipeline.core.diagnostics import Desk, Diagnostic, EnvironmentFailure, UsageError
from pipeline.core.files import name_beside, remove, write_whole
from pipeline.core.messages import message
from pipeline.core.sentences import did_you_mean
from pipeline.editions.issued.archive import archive_of
from pipeline.editions.issued.audit import archived_otherwise
from pipeline.editions.issued.records import Chain, RecordFile, RecordsRead, edition_of
from pipeline.load.references.retractions import with_states
from pipeline.model.library import Library
from pipeline.model.source.pack import Pack


def record_named(project: Project, records: RecordsRead, pack: str, edition: str | None) -> tuple[Chain, RecordFile]:
    """The records of a pack, and the one of an edition, or the last. Raises `UsageError`."""
    chains = records.chains
    if pack not in chains and records.remarks_on(pack):
        raise UsageError(f"No record of '{pack}' can be read.")
    if pack not in chains:
        refuse_unknown(project.loaded[0], (pack,))
        if pack not in project.loaded[0].packs:
            raise UsageError(f"'{pack}' is no pack: editions are issued of packs, the files of source/packs/.")
        raise UsageError(f"No edition of '{pack}' was issued yet: 'briefings issue {pack}' issues one.")
    chain = chains[pack]
    return chain, edition_by(chain, pack, edition) if edition else chain[-1]


def edition_by(chain: Chain, pack: str, edition: str) -> RecordFile:
    """The record of an edition by its name, or by its number. Raises `UsageError`."""
    found = edition_of(chain, edition) or next((one for one in chain if str(one.record.number) == edition), None)
    if found is None:
        names = [one.record.edition for one in chain]
        issued = f"Issued were {', '.join(map(repr, names))}." if names else "None was issued."
        raise UsageError(f"There is no edition '{edition}' of '{pack}'. {did_you_mean(edition, names, issued)}")
    return found


def archived_files(project: Project, one: RecordFile) -> tuple[Mapping[str, bytes], tuple[Diagnostic, ...]]:
    """The files of an edition by their names, from the archive; and what it does not have as it was issued."""
    imprint = project.loaded[0].imprint
    archive = archive_of(imprint.fields.archive, project.folder)
    if archive is None:
        return {}, (message("archive-missing", imprint.marks.at()),)
    held = {file: archive.file(file.sha256) for file in one.record.files}
    place = imprint.marks.at("archive")
    faults = tuple(fault for file, said in held.items() for fault in archived_otherwise(one, file, said, place))
    return {file.file: said for file, said in held.items() if said is not None}, faults


def hand_out(files: Mapping[str, bytes], folder: Path) -> None:
    """Write files into a folder that is new or empty; it is there whole or not at all."""
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"{folder} is there already, and is not empty: name a new folder.")
    beside = Path(name_beside(folder.absolute().parent))
    for name, content in files.items():
        write_whole(beside / name, content)
    try:
        beside.replace(folder)
    except OSError as refusal:
        remove(beside)
        raise EnvironmentFailure(f"{folder} cannot be written: {refusal.strerror}.") from refusal


def chosen_pack(library: Library, name: str, deed: str) -> Pack:
    """The pack of that name, for something that is done to packs."""
    refuse_unknown(library, (name,))
    if name not in library.packs or library.packs[name].manual:
        raise UsageError(f"'{name}' is no pack: packs are {deed}, the files of source/packs/.")
    return library.packs[name]


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
