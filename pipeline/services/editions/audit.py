"""Audit the records: the chain, the archive, the kept versions and git, each of which knows what another lost."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.digests import sha256
from pipeline.core.git import blobs_in
from pipeline.core.messages import message
from pipeline.load.folders import EDITIONS
from pipeline.load.library import load
from pipeline.load.versions import read_kept
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.versions import FOLDER as VERSIONS
from pipeline.model.source.versions import RECORD, IssuedFile, folder_of
from pipeline.services.editions.archive import Archive, archive_of
from pipeline.services.editions.records import Chain, RecordChain, SavedRecord, folder_of_records, read_records


@dataclass(frozen=True, slots=True)
class RecordWitnesses:
    """Witnesses of records beside themselves."""

    files: Mapping[str, bytes]
    """Every file of `source/`, by its path in the project."""
    archive: Archive | None = None
    tracked: Mapping[str, str] = field(default_factory=dict)
    """The blobs that git tracks, by path in the project, each with its name in hexadecimal."""
    archive_place: Location = Location("source/library.yaml")


def audit(records: RecordChain, witnesses: RecordWitnesses, pack: str | None = None) -> Iterator[Diagnostic]:
    """Faults of the records, the archived files and the kept versions, of one pack or of all."""
    yield from chain_faults(records, witnesses, pack)
    chains = {name: chain for name, chain in records.chains.items() if pack in (None, name)}
    for chain in chains.values():
        yield from kept_faults(chain, witnesses.files)
        if witnesses.archive:
            yield from _of_archive(chain, witnesses.archive, witnesses.archive_place)
    diagnostics = Diagnostics()
    read_kept(witnesses.files, frozenset(), load, diagnostics)
    yield from diagnostics.remarks


def chain_faults(records: RecordChain, witnesses: RecordWitnesses, pack: str | None = None) -> Iterator[Diagnostic]:
    """Faults of the chains, of one pack or of all, and records that are lost. No archived file is read."""
    yield from records.remarks_on(pack) if pack else records.remarks
    yield from _of_git(records, witnesses, pack)
    if witnesses.archive:
        yield from lost_records(records.chains, witnesses.archive, pack)


def _of_archive(chain: Chain, archive: Archive, place: Location) -> Iterator[Diagnostic]:
    """Files of the editions that the archive does not have as they were issued, and records that it has otherwise."""
    for one in chain:
        for file in one.record.files:
            yield from archived_otherwise(one, file, archive.file(file.sha256), place)
        copy = archive.record(one.record.pack, one.name)
        if copy is None and one is not chain[-1]:
            what = f"The archive does not have its copy of {one.name} of '{one.record.pack}'."
            yield message("archive-differs", place, what=what)
        elif copy is not None and copy != one.content:
            what = f"{one.name} is not as it was written: the archive's copy reads otherwise"
            yield message("record-broken", Location(one.path), what=what)


def archived_otherwise(
    one: SavedRecord, file: IssuedFile, content: bytes | None, place: Location
) -> Iterator[Diagnostic]:
    """The remark that the archive does not have a file as it was issued, if `content` is not that."""
    if content is None or sha256(content) != file.sha256:
        does = "does not have" if content is None else "has other bytes of"
        what = f"The archive {does} '{file.file}' of {one.record.edition} ('{one.record.pack}')."
        yield message("archive-differs", place, what=what)


def lost_records(chains: Mapping[str, Chain], archive: Archive, pack: str | None) -> Iterator[Diagnostic]:
    """Records of which the archive has a copy, and that are not here."""
    for name in (pack,) if pack else archive.packs():
        here = {one.name for one in chains.get(name, ())}
        for record in archive.records(name):
            if record not in here:
                what = f"The archive has a copy of {record} of '{name}', and here it is missing or cannot be read"
                yield message("record-broken", Location(folder_of_records(name)), what=what)


def kept_faults(chain: Chain, files: Mapping[str, bytes]) -> Iterator[Diagnostic]:
    """Kept versions of the editions whose record is gone, or is not the one that was issued; of files by path."""
    for one in chain:
        for briefing in (briefing for briefing in one.record.briefings if briefing.kept):
            folder = folder_of(briefing.id, briefing.version)
            content = files.get(f"{folder}/{RECORD}")
            if content is None or sha256(content) != briefing.kept:
                how = "is missing from" if content is None else "has changed since"
                what = f"The file '{RECORD}' {how} version {briefing.version} of '{briefing.id}', which is published"
                yield message("kept-broken", Location(f"{folder}/{RECORD}"), what=what)


def _of_git(records: RecordChain, witnesses: RecordWitnesses, pack: str | None) -> Iterator[Diagnostic]:
    """Records and kept versions that git tracks, and that are gone here; records that it has otherwise."""
    known = {one.path: one for one in records.every()}
    folders = (f"{folder_of_records(pack)}/",) if pack else (f"{EDITIONS}/", f"{VERSIONS}/")
    for path, blob in witnesses.tracked.items():
        if not path.startswith(folders) or path.rpartition("/")[2].startswith("."):
            continue
        if path not in witnesses.files:
            yield message("record-broken", Location(path), what=f"Git keeps {path}, and here it is missing")
        elif path in known and blob_name(witnesses.files[path], len(blob)) != blob:
            what = f"{known[path].name} is not as it was written: git keeps other bytes of it"
            yield message("record-broken", Location(path), what=what)


def blob_name(content: bytes, length: int) -> str:
    """The name of a file's content in git, in hexadecimal of a length: 40 by SHA-1, 64 by SHA-256."""
    said = b"blob %d\0%s" % (len(content), content)
    return hashlib.sha1(said, usedforsecurity=False).hexdigest() if length == 40 else hashlib.sha256(said).hexdigest()


def last_faults(chain: Chain, pack: str, known: str) -> Iterator[Diagnostic]:
    """The fault that the last record of a pack is not the one whose SHA-256 is known from elsewhere, or begins so."""
    last: SavedRecord | None = chain[-1] if chain else None
    if last is None or not last.sha256.startswith(known.casefold()):
        here = f"is {last.name}, SHA-256 {last.sha256[:8]}…" if last else "is none"
        what = f"The last record of '{pack}' here {here}; the one that is known elsewhere, {known[:8]}…, is missing"
        yield message("record-broken", Location(folder_of_records(pack)), what=what)


def pack_chain_faults(project: Project, files: Mapping[str, bytes], pack: str) -> Iterator[Diagnostic]:
    """Faults of a pack's chain among the files of a project, by path; git and the archive know what it has lost."""
    return chain_faults(read_records(files), witnesses_of(project, project.loaded[0].imprint, files), pack)


def witnesses_of(project: Project, imprint: LibrarySettings, files: Mapping[str, bytes]) -> RecordWitnesses:
    """The witnesses of the records among the files of a project: the archive, and git by what it tracks."""
    archive = archive_of(imprint.fields.archive, project.folder)
    tracked = {f"source/{path}": blob for path, blob in blobs_in(project.folder / "source").items()}
    return RecordWitnesses(files, archive, tracked, imprint.marks.at("archive"))
