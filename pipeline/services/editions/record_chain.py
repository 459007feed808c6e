"""Read and write the records of editions, a chain in which each has the SHA-256 of the one before."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from pipeline.core.diagnostics import Diagnostic, Location, UsageError
from pipeline.core.digests import sha256
from pipeline.core.messages import message
from pipeline.core.printed_code import PrintedCode, code_of, read_code
from pipeline.load.folders import EDITIONS_FOLDER
from pipeline.model.source.versions import FIRST, EditionRecord, IssuedBriefing, IssuedFile, IssuedInsert, record_name
from pipeline.resolve.wording import edition_digest

_RECORD = re.compile(rf"{EDITIONS_FOLDER}/(?P<pack>[a-z0-9-]+)/(?P<name>[^/]+\.json)")


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A record with the path and the bytes of its file."""

    path: str
    content: bytes
    record: EditionRecord

    @property
    def name(self) -> str:
        """Its file name."""
        return self.path.rpartition("/")[2]

    @property
    def sha256(self) -> str:
        """The SHA-256 of its bytes."""
        return sha256(self.content)

    def file(self, digest: str) -> IssuedFile | None:
        """Return the file of the edition with a SHA-256; None if there is none."""
        return next((file for file in self.record.files if file.sha256 == digest), None)


PackChain = tuple[SavedRecord, ...]
"""The records of a pack, by number."""


@dataclass(frozen=True, slots=True)
class EditionRecords:
    """The records of a library: the chain of each pack by id, and remarks on records that are missing or altered."""

    chains: Mapping[str, PackChain]
    remarks: tuple[Diagnostic, ...] = ()

    def every(self) -> Iterator[SavedRecord]:
        """Yield each record of each pack."""
        return (saved for chain in self.chains.values() for saved in chain)

    def remarks_on(self, pack: str) -> tuple[Diagnostic, ...]:
        """Return the remarks on the records of a pack."""
        folder = f"{folder_of_records(pack)}/"
        return tuple(remark for remark in self.remarks if f"{remark.place.path}/".startswith(folder))


def folder_of_records(pack: str) -> str:
    """Return the folder of a pack's records in the project."""
    return f"{EDITIONS_FOLDER}/{pack}"


def issued_digest(
    pack: str, edition: str, briefings: Iterable[IssuedBriefing], inserts: Iterable[IssuedInsert] = ()
) -> str:
    """Return the digest of the words of an edition as it was issued."""
    texts = ((briefing.id, briefing.version, briefing.digest) for briefing in briefings)
    return edition_digest(pack, edition, texts, ((insert.title, insert.sha256) for insert in inserts))


def edition_code(record: EditionRecord) -> PrintedCode:
    """Return the code in the record of an edition; if it is not a code, the code of its words."""
    try:
        return read_code(record.code)
    except UsageError:
        return code_of(record.words)


def serialize_record(record: EditionRecord) -> SavedRecord:
    """Serialize a record."""
    values = record.model_dump(mode="json", by_alias=True, exclude_none=True)
    content = (json.dumps(values, ensure_ascii=False, indent=1) + "\n").encode()
    path = f"{folder_of_records(record.pack)}/{record_name(record.number, record.edition)}"
    return SavedRecord(path, content, record)


def read_records(files: Mapping[str, bytes]) -> EditionRecords:
    """Read the records among the files of a project, and check their chains."""
    remarks: list[Diagnostic] = []
    by_pack: dict[str, list[SavedRecord]] = {}
    for path in sorted(files):
        match = _RECORD.fullmatch(path) if path.startswith(EDITIONS_FOLDER) else None
        if match is None:
            continue
        saved = _read(path, files[path], match["pack"])
        if saved is None:
            remarks.append(_broken(path, "it cannot be read"))
        else:
            by_pack.setdefault(match["pack"], []).append(saved)
    for records in by_pack.values():
        records.sort(key=lambda saved: (saved.record.number, saved.path))
    chains = {pack: tuple(records) for pack, records in by_pack.items()}
    unread = {remark.place.path.split("/")[2] for remark in remarks}
    for pack, chain in chains.items():
        remarks += _faults(chain, pack in unread)
    return EditionRecords(chains, tuple(remarks))


def _read(path: str, content: bytes, pack: str) -> SavedRecord | None:
    try:
        record = EditionRecord.model_validate_json(content)
    except ValidationError:
        return None
    is_valid = record.pack == pack and path == f"{folder_of_records(pack)}/{record_name(record.number, record.edition)}"
    return SavedRecord(path, content, record) if is_valid else None


def _faults(chain: PackChain, has_unread: bool) -> Iterator[Diagnostic]:
    """Yield the faults of a chain; gaps are not reported if one of its records cannot be read."""
    number, previous = 0, FIRST
    before: SavedRecord | None = None
    for saved in chain:
        record = saved.record
        if record.number == number and before:
            yield _broken(saved.path, f"{before.name} has its number")
            continue
        if record.number != number + 1:
            if not has_unread:
                yield from (_lost(record.pack, missing, saved.name) for missing in range(number + 1, record.number))
        elif record.previous != previous:
            if before:
                yield _broken(before.path, f"the record after it, {saved.name}, names another hash")
            else:
                yield _broken(saved.path, "it is the first, but names one before it")
        elif issued_digest(
            record.pack, record.edition, record.briefings, record.inserts
        ) != record.words or not _has_its_code(record):
            yield _broken(saved.path, "its code does not match its briefings")
        number, previous, before = record.number, saved.sha256, saved


def _has_its_code(record: EditionRecord) -> bool:
    """Return True if the code of a record is the code of its words, without a copy number."""
    code = edition_code(record)
    return code.is_of(record.words) and str(code) == record.code


def _broken(path: str, what: str) -> Diagnostic:
    return message("record-broken", Location(path), what=f"{path.rpartition('/')[2]} has changed: {what}")


def _lost(pack: str, number: int, after: str) -> Diagnostic:
    what = f"Record {number:03} of '{pack}' is missing: {after} follows it"
    return message("record-broken", Location(folder_of_records(pack)), what=what)


def corrected_by(chain: Sequence[SavedRecord], edition: str) -> SavedRecord | None:
    """Return the last record that corrects an edition; None if there is none."""
    return next((saved for saved in reversed(chain) if saved.record.corrects == edition), None)


def find_edition(chain: Sequence[SavedRecord], edition: str) -> SavedRecord | None:
    """Return the record of the edition of a name; None if there is none."""
    return next((saved for saved in chain if are_same_edition(saved.record.edition, edition)), None)


def are_same_edition(name: str, other: str) -> bool:
    """Return True if two names of editions differ only in case and spaces."""
    return " ".join(name.casefold().split()) == " ".join(other.casefold().split())
