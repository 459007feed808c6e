"""Records of editions: written once, each with the SHA-256 of the one before, and read as a chain."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from pydantic import ValidationError

from pipeline.core.diagnostics import Diagnostic, Location, UsageError
from pipeline.core.digests import sha256
from pipeline.core.messages import message
from pipeline.core.printed_code import PrintedCode, code_of, read_code
from pipeline.load.folders import EDITIONS
from pipeline.model.source.versions import FIRST, EditionRecord, IssuedBriefing, IssuedFile, IssuedInsert, record_name
from pipeline.resolve.wording import words_digest

_RECORD = re.compile(rf"{EDITIONS}/(?P<pack>[a-z0-9-]+)/(?P<name>[^/]+\.json)")


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """The file of a record: its path in the project, its bytes, and what it says."""

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
        """The file of the edition that has a SHA-256."""
        return next((one for one in self.record.files if one.sha256 == digest), None)


Chain = tuple[SavedRecord, ...]
"""The records of a pack, in order of their numbers."""


@dataclass(frozen=True, slots=True)
class RecordChain:
    """The records of a library: the chain of each pack by its id, and remarks on those that do not hold."""

    chains: Mapping[str, Chain]
    remarks: tuple[Diagnostic, ...] = ()

    def every(self) -> Iterator[SavedRecord]:
        """Each record of each pack."""
        return (one for chain in self.chains.values() for one in chain)

    def remarks_on(self, pack: str) -> tuple[Diagnostic, ...]:
        """Remarks on the records of a pack."""
        folder = f"{folder_of_records(pack)}/"
        return tuple(remark for remark in self.remarks if f"{remark.place.path}/".startswith(folder))


def folder_of_records(pack: str) -> str:
    """The folder of a pack's records in the project."""
    return f"{EDITIONS}/{pack}"


def issued_digest(
    pack: str, edition: str, briefings: Iterable[IssuedBriefing], inserts: Iterable[IssuedInsert] = ()
) -> str:
    """The digest of the words of an edition as it was issued."""
    texts = ((one.id, one.version, one.digest) for one in briefings)
    return words_digest(pack, edition, texts, ((one.title, one.sha256) for one in inserts))


def edition_code(record: EditionRecord) -> PrintedCode:
    """The code of an edition, as its record has it; where that is no code, that of its words."""
    try:
        return read_code(record.code)
    except UsageError:
        return code_of(record.words)


def as_file(record: EditionRecord) -> SavedRecord:
    """The file of a record, as it is written."""
    said = record.model_dump(mode="json", by_alias=True, exclude_none=True)
    content = (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
    path = f"{folder_of_records(record.pack)}/{record_name(record.number, record.edition)}"
    return SavedRecord(path, content, record)


def read_records(files: Mapping[str, bytes]) -> RecordChain:
    """The records among the files of a project, by path, and what is wrong with the chains that they make."""
    remarks: list[Diagnostic] = []
    found: dict[str, list[SavedRecord]] = {}
    for path in sorted(files):
        said = _RECORD.fullmatch(path) if path.startswith(EDITIONS) else None
        if said is None:
            continue
        one = _read(path, files[path], said["pack"])
        if one is None:
            remarks.append(_broken(path, "it cannot be read"))
        else:
            found.setdefault(said["pack"], []).append(one)
    chains = {
        pack: tuple(sorted(those, key=lambda one: (one.record.number, one.path))) for pack, those in found.items()
    }
    unread = {remark.place.path.split("/")[2] for remark in remarks}
    for pack, chain in chains.items():
        remarks += _faults(chain, pack in unread)
    return RecordChain(chains, tuple(remarks))


def _read(path: str, content: bytes, pack: str) -> SavedRecord | None:
    try:
        record = EditionRecord.model_validate_json(content)
    except ValidationError:
        return None
    whole = record.pack == pack and path == f"{folder_of_records(pack)}/{record_name(record.number, record.edition)}"
    return SavedRecord(path, content, record) if whole else None


def _faults(chain: Chain, unread: bool) -> Iterator[Diagnostic]:
    """Faults of a chain; where one of its records cannot be read, none is told of the gap that it leaves."""
    number, previous = 0, FIRST
    before: SavedRecord | None = None
    for one in chain:
        record = one.record
        if record.number == number and before:
            yield _broken(one.path, f"{before.name} has its number")
            continue
        if record.number != number + 1:
            if not unread:
                yield from (_lost(record.pack, missing, one.name) for missing in range(number + 1, record.number))
        elif record.previous != previous:
            if before:
                yield _broken(before.path, f"the record after it, {one.name}, names another hash")
            else:
                yield _broken(one.path, "it is the first, and names one before it")
        elif issued_digest(
            record.pack, record.edition, record.briefings, record.inserts
        ) != record.words or not _has_its_code(record):
            yield _broken(one.path, "its code is not that of its briefings")
        number, previous, before = record.number, one.sha256, one


def _has_its_code(record: EditionRecord) -> bool:
    """Whether the code of a record is that of its words, of no copy."""
    code = edition_code(record)
    return code.is_of(record.words) and str(code) == record.code


def _broken(path: str, what: str) -> Diagnostic:
    return message("record-broken", Location(path), what=f"{path.rpartition('/')[2]} is not as it was written: {what}")


def _lost(pack: str, number: int, after: str) -> Diagnostic:
    what = f"Record {number:03} of '{pack}' is missing: {after} follows it"
    return message("record-broken", Location(folder_of_records(pack)), what=what)


def corrected_by(chain: Sequence[SavedRecord], edition: str) -> SavedRecord | None:
    """The record that puts a mistake of an edition right, the last if there are several."""
    return next((one for one in reversed(chain) if one.record.corrects == edition), None)


def edition_of(chain: Sequence[SavedRecord], edition: str) -> SavedRecord | None:
    """The record of an edition by its name, however it is written."""
    return next((one for one in chain if alike(one.record.edition, edition)), None)


def alike(one: str, other: str) -> bool:
    """Whether two names of editions differ in capitals and blanks at most."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())
