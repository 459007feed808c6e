"""Answers on whole parcels: the signature, each file, and whether the edition is current. Works without `output/`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path

from pipeline.build.project import Project
from pipeline.cli.editions.answers import (
    NOT_CHECKED,
    Answer,
    IssuedCopy,
    ask_records,
    by_bytes,
    copies_of,
    state_in_words,
    state_of_edition,
)
from pipeline.colleges.ledger.table import read_table
from pipeline.colleges.prepared import prepared_copies
from pipeline.core.diagnostics import EnvironmentFailure, Place, ordered
from pipeline.core.messages import message
from pipeline.core.sentences import count
from pipeline.editions.issued.records import Chain, RecordFile, RecordsRead, read_records
from pipeline.editions.letters import COVER_NOTE
from pipeline.editions.sealing.checking import ADDED, CheckedParcel, check_parcel
from pipeline.editions.sealing.manifest import CHECK_PAGE, ISSUED_BYTES, MANIFEST, SSH
from pipeline.editions.sealing.signatures import PublicKey, read_public
from pipeline.load.folders import LEDGER
from pipeline.load.register import Entry
from pipeline.model.source.college import DeliverySettings, colleges_of, present_ids

_TAKE_OUT = "It is no part of this parcel: take it out, and verify again."
_NO_PARCEL = "If it is a parcel, use nothing of it, and have it sent again. If it is none, name its files:"
NOT_ISSUED = "is no file of this edition"


class KnownCopies:
    """The copies that colleges were prepared, by the files of `source/`: whoever verifies may have no database."""

    def __init__(self, project: Project) -> None:
        self.project = project

    @cached_property
    def _register(self) -> tuple[Entry, ...]:
        return prepared_copies(self.project.files)

    def of_digest(self, digest: str) -> Iterator[IssuedCopy]:
        """The copies whose bytes have this SHA-256."""
        for entry in (entry for entry in self._register if entry.sha256 == digest):
            words = self._in_words(entry) if entry.copy_number else ""
            yield IssuedCopy(entry.pack, entry.edition, entry.format, words)

    def in_words(self, pack: str, edition: str, number: int) -> str:
        """The number of a copy, and who holds it; nothing where it is not in the ledger."""
        own = (one for one in self._register if (*one.issue, one.copy_number) == (pack, edition, number))
        return next(map(self._in_words, own), "")

    def _in_words(self, entry: Entry) -> str:
        known = colleges_of(self.project.part_of_library(()).others)
        name = present_ids(known).get(entry.college, entry.college)
        return f"copy {entry.copy_number}, held by {known[name].name if name in known else name}"

    def parcel(self, place: Path) -> Answer:
        """The answer on a folder with a parcel."""
        return answer_parcel(self.project, place)


def answer_parcel(project: Project, place: Path) -> Answer:
    """The answer on a folder with a parcel."""
    files = _files(place)
    found = check_parcel(files, public_keys(project))
    if found.not_ours:
        hint = None if MANIFEST in files else f"{_NO_PARCEL} 'briefings verify {place}/*'."
        remark = message("verify-key", Place(str(place / MANIFEST)), hint, name=MANIFEST, what=found.not_ours)
        return Answer(str(place), "nothing that can be said", "not ours.", grade="not-ours", remarks=(remark,))
    said = found.said
    records = read_records(project.files)
    one = next((one for one in records.every() if one.sha256 == said.get("record")), None)
    faults = (*found.faults, *(_strange(project, records, one, found, files) if one else ()))
    remarks = tuple(
        message("verify-file", Place(str(place / name)), _TAKE_OUT if what == ADDED else None, file=name, what=what)
        for name, what in faults
    )
    title, edition = (one.record.title, one.record.edition) if one else (said.get("title"), said.get("edition"))
    which = f"{title}, {edition}, for {said.get('name')}"
    whole, grade = _whole(found, len(remarks), one is not None)
    whole += _unchecked(found, files)
    if one is None:
        now = "cannot be said: its edition is not on record here."
        return Answer(str(place), which, whole, now, grade, remarks=ordered(remarks))
    chain = records.chains[one.record.pack]
    library = project.part_of_library({text.id for text in one.record.briefings})
    state = state_of_edition(project, library, chain, one)
    lost = _lost_record(chain, str(said.get("last_record", "")))
    lost = lost or _lost_event(project, str(said.get("event", "")))
    asked = ask_records(project, records, one)
    now, doubtful = " ".join(filter(None, (state_in_words(state, asked.doubtful), lost))), asked.doubtful or bool(lost)
    return Answer(str(place), which, whole, now, grade, state.word, doubtful, by=asked.by, remarks=ordered(remarks))


def _whole(found: CheckedParcel, wrong: int, known: bool) -> tuple[str, str]:
    """Words and the grade for the files of a parcel; where nobody signed it, those on record alone are ours."""
    many = count(len(found.files), "file")
    by = "signed by our key" if found.signed_by else "not signed"
    if wrong:
        are = "is" if wrong == 1 else "are"
        return f"{count(wrong, 'file')} {are} not as sent; the manifest is {by}.", "other-files"
    if found.signed_by:
        return f"as sent: {many}, and the manifest is {by}.", "as-issued"
    made = f"the cover note and {CHECK_PAGE}" if known else "any of it"
    return f"as its manifest says: {many}; not signed: nobody can say who made {made}.", "unsigned"


def _unchecked(found: CheckedParcel, files: Mapping[str, bytes]) -> str:
    """A sentence on the other signatures that a parcel of release 1 has."""
    names = [name for name, row in found.files.items() if ISSUED_BYTES in row] + [SSH] * (SSH in files)
    return f" Signatures {NOT_CHECKED}: {', '.join(names)}." if names else ""


def public_keys(project: Project) -> tuple[PublicKey, ...]:
    """The keys of the publisher, the one in use first."""
    return tuple(map(read_public, project.part_of_library(()).imprint.fields.of(DeliverySettings).public_keys))


def _files(place: Path) -> dict[str, bytes]:
    """Everything in a folder, by its path from there."""
    try:
        return {path.relative_to(place).as_posix(): path.read_bytes() for path in place.rglob("*") if path.is_file()}
    except OSError as refusal:
        raise EnvironmentFailure(f"{place} cannot be read: {refusal.strerror}.") from refusal


def _strange(
    project: Project, records: RecordsRead, one: RecordFile, found: CheckedParcel, files: Mapping[str, bytes]
) -> Iterator[tuple[str, str]]:
    """Files of the edition by the manifest, which are all but two, and that no record or register has.

    Of a PDF that release 1 signed, our key stands for the whole, and the record for its beginning.
    """
    copies = copies_of(project)
    others = {name for name, _ in found.faults} | {COVER_NOTE, CHECK_PAGE}
    for name in (name for name in found.files if name not in others):
        issued = found.files[name].get(ISSUED_BYTES) if found.signed_by else None
        judged = by_bytes(records, copies, files[name][:issued])
        if judged is None or judged.edition is not one:
            yield name, NOT_ISSUED


def _lost_record(chain: Chain, last: str) -> str:
    """A sentence, where no record is the one that was the last of its pack when the parcel was made."""
    if not last or any(one.sha256 == last for one in chain):
        return ""
    return f"But no record has the SHA-256 {last[:8]}…, which it names as the last: 'briefings verify --records'."


def _lost_event(project: Project, event: str) -> str:
    """A sentence, where the ledger does not hold the event that was its last when the parcel was made."""
    table = project.folder / LEDGER
    events = read_table(table.read_bytes())[0] if table.is_file() else ()
    if not event or any(one.digest == event for one in events):
        return ""
    return f"But the ledger does not hold the event {event[:8]}, which it names: 'briefings ledger check' looks at it."
