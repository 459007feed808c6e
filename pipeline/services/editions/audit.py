"""Audit the records against the archive, the kept versions and git, which show what is missing or altered."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.digests import sha256
from pipeline.core.git import tracked_blobs
from pipeline.core.messages import message
from pipeline.load.folders import EDITIONS_FOLDER
from pipeline.load.library import load_library
from pipeline.load.versions import read_all_kept_versions
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.versions import FOLDER as VERSIONS
from pipeline.model.source.versions import RECORD, IssuedFile, folder_of
from pipeline.services.editions.archive import Archive, open_archive
from pipeline.services.editions.record_chain import (
    EditionRecords,
    PackChain,
    SavedRecord,
    folder_of_records,
    read_records,
)


@dataclass(frozen=True, slots=True)
class RecordWitnesses:
    """The copies that records are compared with."""

    files: Mapping[str, bytes]
    """Every file of `source/`, by its path in the project."""
    archive: Archive | None = None
    tracked: Mapping[str, str] = field(default_factory=dict)
    """The hexadecimal names of the blobs that git tracks, by path in the project."""
    archive_place: Location = Location("source/library.yaml")


def audit(records: EditionRecords, witnesses: RecordWitnesses, pack: str | None = None) -> Iterator[Diagnostic]:
    """Yield the faults of the records, the archived files and the kept versions, of one pack or of all."""
    yield from chain_faults(records, witnesses, pack)
    chains = {name: chain for name, chain in records.chains.items() if pack in (None, name)}
    for chain in chains.values():
        yield from kept_faults(chain, witnesses.files)
        if witnesses.archive:
            yield from _of_archive(chain, witnesses.archive, witnesses.archive_place)
    diagnostics = Diagnostics()
    read_all_kept_versions(witnesses.files, frozenset(), load_library, diagnostics)
    yield from diagnostics.remarks


def chain_faults(records: EditionRecords, witnesses: RecordWitnesses, pack: str | None = None) -> Iterator[Diagnostic]:
    """Yield the faults of the chains, of one pack or of all, and lost records. Reads no archived file."""
    yield from records.remarks_on(pack) if pack else records.remarks
    yield from _of_git(records, witnesses, pack)
    if witnesses.archive:
        yield from lost_records(records.chains, witnesses.archive, pack)


def _of_archive(chain: PackChain, archive: Archive, place: Location) -> Iterator[Diagnostic]:
    """Yield a remark on each issued file that is missing or differs in the archive, and on each such record."""
    for saved in chain:
        for file in saved.record.files:
            yield from archived_otherwise(saved, file, archive.file(file.sha256), place)
        copy = archive.record(saved.record.pack, saved.name)
        if copy is None and saved is not chain[-1]:
            what = f"The archive does not have its copy of {saved.name} of '{saved.record.pack}'."
            yield message("archive-differs", place, what=what)
        elif copy is not None and copy != saved.content:
            what = f"{saved.name} is not as it was written: the archive's copy reads otherwise"
            yield message("record-broken", Location(saved.path), what=what)


def archived_otherwise(
    saved: SavedRecord, file: IssuedFile, content: bytes | None, place: Location
) -> Iterator[Diagnostic]:
    """Yield a remark if `content` is not the file as it was issued."""
    if content is None or sha256(content) != file.sha256:
        does = "does not have" if content is None else "has other bytes of"
        what = f"The archive {does} '{file.file}' of {saved.record.edition} ('{saved.record.pack}')."
        yield message("archive-differs", place, what=what)


def lost_records(chains: Mapping[str, PackChain], archive: Archive, pack: str | None) -> Iterator[Diagnostic]:
    """Yield a remark on each record that is missing here but has a copy in the archive."""
    for name in (pack,) if pack else archive.packs():
        names = {saved.name for saved in chains.get(name, ())}
        for record in archive.records(name):
            if record not in names:
                what = f"The archive has a copy of {record} of '{name}', and here it is missing or cannot be read"
                yield message("record-broken", Location(folder_of_records(name)), what=what)


def kept_faults(chain: PackChain, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Yield a remark on each kept version of the editions whose record is missing or was altered."""
    for saved in chain:
        for briefing in (briefing for briefing in saved.record.briefings if briefing.kept):
            folder = folder_of(briefing.id, briefing.version)
            content = files.get(f"{folder}/{RECORD}")
            if content is None or sha256(content) != briefing.kept:
                how = "is missing from" if content is None else "has changed since"
                what = f"The file '{RECORD}' {how} version {briefing.version} of '{briefing.id}', which is published"
                yield message("kept-broken", Location(f"{folder}/{RECORD}"), what=what)


def _of_git(records: EditionRecords, witnesses: RecordWitnesses, pack: str | None) -> Iterator[Diagnostic]:
    """Yield a remark on each record or kept version that git tracks but is missing, and on each altered record."""
    by_path = {saved.path: saved for saved in records.every()}
    folders = (f"{folder_of_records(pack)}/",) if pack else (f"{EDITIONS_FOLDER}/", f"{VERSIONS}/")
    for path, blob in witnesses.tracked.items():
        if not path.startswith(folders) or path.rpartition("/")[2].startswith("."):
            continue
        if path not in witnesses.files:
            yield message("record-broken", Location(path), what=f"{path} is in git, but missing here")
        elif path in by_path and blob_name(witnesses.files[path], len(blob)) != blob:
            what = f"{by_path[path].name} is not as it was written: git keeps other bytes of it"
            yield message("record-broken", Location(path), what=what)


def blob_name(content: bytes, length: int) -> str:
    """Return git's hexadecimal name of a file's content: of 40 digits by SHA-1, of 64 by SHA-256."""
    blob = b"blob %d\0%s" % (len(content), content)
    return hashlib.sha1(blob, usedforsecurity=False).hexdigest() if length == 40 else hashlib.sha256(blob).hexdigest()


def last_faults(chain: PackChain, pack: str, digest: str) -> Iterator[Diagnostic]:
    """Yield a remark if the SHA-256 of the last record of a pack does not begin with a digest known from elsewhere."""
    last: SavedRecord | None = chain[-1] if chain else None
    if last is None or not last.sha256.startswith(digest.casefold()):
        found = f"is {last.name}, SHA-256 {last.sha256[:8]}…" if last else "is none"
        what = f"The last record of '{pack}' here {found}; the one that is known elsewhere, {digest[:8]}…, is missing"
        yield message("record-broken", Location(folder_of_records(pack)), what=what)


def check_pack_chain(project: Project, files: Mapping[str, bytes], pack: str) -> Iterator[Diagnostic]:
    """Yield the faults of a pack's chain among the files of a project."""
    return chain_faults(read_records(files), witnesses_of(project, project.loaded[0].imprint, files), pack)


def witnesses_of(project: Project, imprint: LibrarySettings, files: Mapping[str, bytes]) -> RecordWitnesses:
    """Return what the records of a project are compared with: its files, its archive and git."""
    archive = open_archive(imprint.fields.archive, project.folder)
    tracked = {f"source/{path}": blob for path, blob in tracked_blobs(project.folder / "source").items()}
    return RecordWitnesses(files, archive, tracked, imprint.marks.at("archive"))
