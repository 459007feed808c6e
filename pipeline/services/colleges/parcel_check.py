"""Checks of parcels for `verify`: the signature, each file, and whether the edition is current. No output is needed."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline.build.project import Project
from pipeline.core.diagnostics import EnvironmentFailure, Location, ordered
from pipeline.core.digests import sha256
from pipeline.core.messages import message
from pipeline.core.sentences import count_noun
from pipeline.load.register import CopyEntry
from pipeline.model.source.college import colleges_of, present_ids
from pipeline.services.colleges.ledger import read_prepared_copies
from pipeline.services.colleges.letters import COVER_NOTE
from pipeline.services.colleges.parcels import (
    CHECK_PAGE,
    CHECKSUMS,
    IGNORED_FILES,
    ISSUED_BYTES,
    MANIFEST,
    MANIFEST_SCHEMA,
    SEALING_FILES,
    SIGNATURE,
    SSH_SIGNATURE,
    format_checksums,
    read_exported_events,
)
from pipeline.services.colleges.signing_keys import PublicKey, read_public_keys, verify_minisign
from pipeline.services.editions.record_chain import EditionRecords, SavedRecord, read_records
from pipeline.services.editions.verify import (
    NOT_CHECKED,
    IdentityAnswer,
    IssuedCopy,
    check_records,
    describe_state,
    identify_by_bytes,
    known_issues,
    state_of_edition,
)

CHANGED, MISSING, ADDED = "was changed", "is missing", "was added"


@dataclass(frozen=True, slots=True)
class ParcelCheck:
    """The result of comparing a parcel with its manifest."""

    manifest: Mapping[str, Any]
    """Empty if the manifest is not ours, or cannot be read."""
    signed_by: PublicKey | None = None
    not_ours: str = ""
    """Why the manifest is not ours, in words that follow its name."""
    faults: tuple[tuple[str, str], ...] = ()
    """Files that differ from the manifest, each with what happened to it."""

    @property
    def rows(self) -> Mapping[str, Mapping[str, Any]]:
        """The rows of the manifest's files, by file name."""
        return {row["file"]: row for row in self.manifest.get("files", ())}


def check_parcel(files: Mapping[str, bytes], keys: Sequence[PublicKey]) -> ParcelCheck:
    """Compare all files of a parcel with its manifest, which must be signed by one of the publisher's keys, if any."""
    manifest, signature = files.get(MANIFEST), files.get(SIGNATURE)
    if manifest is None:
        return ParcelCheck({}, not_ours=MISSING)
    if not keys and signature is not None:
        return ParcelCheck({}, not_ours="is signed, and library.yaml names no key ('signing:')")
    if keys and signature is None:
        return ParcelCheck({}, not_ours=f"is not signed: {SIGNATURE} {MISSING}")
    key = next((key for key in keys if verify_minisign(key, manifest, signature or b"")), None)
    if keys and key is None:
        return ParcelCheck({}, not_ours="is not signed by the publisher's key")
    facts = _parse_manifest(manifest)
    if facts is None:
        return ParcelCheck({}, not_ours=f"is no {MANIFEST_SCHEMA} of ours")
    return ParcelCheck(facts, key, faults=tuple(sorted(_find_differences(facts["files"], files))))


def _find_differences(rows: Sequence[Mapping[str, Any]], files: Mapping[str, bytes]) -> Iterator[tuple[str, str]]:
    listed = {row["file"]: row["sha256"] for row in rows}
    for name, digest in listed.items():
        if name not in files:
            yield name, MISSING
        elif sha256(files[name]) != digest:
            yield name, CHANGED
    yield from ((name, ADDED) for name in files.keys() - listed.keys() - {*SEALING_FILES, *IGNORED_FILES})
    if files.get(CHECKSUMS) != format_checksums(rows):
        yield CHECKSUMS, CHANGED if CHECKSUMS in files else MISSING


def _parse_manifest(content: bytes) -> Mapping[str, Any] | None:
    """Return the facts of a manifest, None if it is not in our form."""
    try:
        facts: Mapping[str, Any] = json.loads(content)
        columns = [column for row in facts["files"] for column in (row["file"], row["sha256"])]
        return facts if facts["schema"] == MANIFEST_SCHEMA and all(isinstance(text, str) for text in columns) else None
    except (ValueError, TypeError, KeyError, RecursionError):
        return None


class KnownCopies:
    """The copies that colleges were prepared, by the files of `source/`: a verifier may have no database."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def _entries(self) -> tuple[CopyEntry, ...]:
        return read_prepared_copies(self.project.files)

    def of_digest(self, digest: str) -> Iterator[IssuedCopy]:
        """Yield the copies with a SHA-256."""
        for entry in (entry for entry in self._entries if entry.sha256 == digest):
            words = self._describe_copy(entry) if entry.copy_number else ""
            yield IssuedCopy(entry.pack, entry.edition, entry.format, words)

    def in_words(self, pack: str, edition: str, number: int) -> str:
        """Return the number of a copy and its holder, or nothing if it is not in the ledger."""
        copies = (entry for entry in self._entries if (*entry.issue, entry.copy_number) == (pack, edition, number))
        return next(map(self._describe_copy, copies), "")

    def _describe_copy(self, entry: CopyEntry) -> str:
        colleges = colleges_of(self.project.part_of_library(()).others)
        name = present_ids(colleges).get(entry.college, entry.college)
        return f"copy {entry.copy_number}, held by {colleges[name].name if name in colleges else name}"

    def parcel(self, folder: Path) -> IdentityAnswer:
        """Return the answer on a folder with a parcel."""
        return verify_parcel(self.project, folder)


_TAKE_OUT = "It is no part of this parcel: take it out, and verify again."
_NO_PARCEL = "If it is a parcel, use nothing of it, and have it sent again. If it is none, name its files:"
NOT_ISSUED = "is not a file of this edition"


def verify_parcel(project: Project, folder: Path) -> IdentityAnswer:
    """Return the answer on a folder with a parcel. Raises `EnvironmentFailure`."""
    try:
        files = {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    except OSError as refusal:
        raise EnvironmentFailure(f"{folder} cannot be read: {refusal.strerror}.") from refusal
    check = check_parcel(files, read_public_keys(project.part_of_library(()).imprint))
    if check.not_ours:
        hint = None if MANIFEST in files else f"{_NO_PARCEL} 'briefings verify {folder}/*'."
        remark = message("verify-key", Location(str(folder / MANIFEST)), hint, name=MANIFEST, what=check.not_ours)
        return IdentityAnswer(str(folder), "nothing that can be said", "not ours.", grade="not-ours", remarks=(remark,))
    manifest, records = check.manifest, read_records(project.files)
    saved = next((saved for saved in records.every() if saved.sha256 == manifest.get("record")), None)
    faults = [*check.faults, *(_find_unissued_files(project, records, saved, check, files) if saved else ())]
    remarks = ordered(
        message("verify-file", Location(str(folder / name)), _TAKE_OUT if what == ADDED else None, file=name, what=what)
        for name, what in faults
    )
    title = saved.record.title if saved else manifest.get("title")
    which = f"{title}, {saved.record.edition if saved else manifest.get('edition')}, for {manifest.get('name')}"
    whole, grade = _describe_files(check, len(faults), saved is not None)
    unchecked = [name for name, row in check.rows.items() if ISSUED_BYTES in row]
    unchecked += [SSH_SIGNATURE] if SSH_SIGNATURE in files else []
    whole += f" Signatures {NOT_CHECKED}: {', '.join(unchecked)}." if unchecked else ""
    if saved is None:
        now = "cannot be said: its edition is not on record here."
        return IdentityAnswer(str(folder), which, whole, now, grade, remarks=remarks)
    chain = records.chains[saved.record.pack]
    library = project.part_of_library({text.id for text in saved.record.briefings})
    state, asked = state_of_edition(project, library, chain, saved), check_records(project, records, saved)
    missing = _find_missing_witness(project, chain, manifest)
    now, doubtful = " ".join(filter(None, (describe_state(state, asked.doubtful), missing))), bool(missing)
    return IdentityAnswer(
        str(folder), which, whole, now, grade, state.word, asked.doubtful or doubtful, by=asked.by, remarks=remarks
    )


def _describe_files(check: ParcelCheck, wrong: int, is_on_record: bool) -> tuple[str, str]:
    """Describe and grade the files of a parcel. Without a signature, only those on record are surely ours."""
    number = count_noun(len(check.rows), "file")
    signed = "signed by our key" if check.signed_by else "not signed"
    if wrong:
        verb = "is" if wrong == 1 else "are"
        return f"{count_noun(wrong, 'file')} {verb} not as sent; the manifest is {signed}.", "other-files"
    if check.signed_by:
        return f"as sent: {number}, and the manifest is {signed}.", "as-issued"
    others = f"the cover note and {CHECK_PAGE}" if is_on_record else "any of it"
    return f"as its manifest says: {number}; not signed: nobody can say who made {others}.", "unsigned"


def _find_unissued_files(
    project: Project, records: EditionRecords, saved: SavedRecord, check: ParcelCheck, files: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    """Yield files that the manifest lists, but no record of the edition or its copies has.

    Our key vouches for a PDF that release 1 signed, and the record for the issued bytes that it begins with.
    """
    copies = known_issues(project)
    for name in check.rows.keys() - dict(check.faults).keys() - {COVER_NOTE, CHECK_PAGE}:
        issued = check.rows[name].get(ISSUED_BYTES) if check.signed_by else None
        identity = identify_by_bytes(records, copies, files[name][:issued])
        if identity is None or identity.edition is not saved:
            yield name, NOT_ISSUED


def _find_missing_witness(project: Project, chain: Sequence[SavedRecord], manifest: Mapping[str, Any]) -> str:
    """Say that the record or event that was the last when the parcel was made is missing here, if it is."""
    record, event = str(manifest.get("last_record", "")), str(manifest.get("event", ""))
    if record and all(saved.sha256 != record for saved in chain):
        return f"But no record has the SHA-256 {record[:8]}…, which it names as the last: 'briefings verify --records'."
    if event and all(known.digest != event for known in read_exported_events(project)):
        where = "'briefings ledger check' looks at it"
        return f"But the ledger does not hold the event {event[:8]}, which it names: {where}."
    return ""
