"""Judgement on a file by its bytes: which file of which edition it is. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.core.digest import sha256
from pipeline.editions.issued.records import RecordFile, RecordsRead, edition_of
from pipeline.load.library.register import Entry
from pipeline.model.source.edition import IssuedFile


@dataclass(frozen=True, slots=True)
class Judgement:
    """An issued file: the edition, the file of it, and whose copy it is."""

    edition: RecordFile
    file: IssuedFile | None
    copy: Entry | None = None
    """The row of the register that a numbered copy has."""


def by_bytes(records: RecordsRead, register: Iterable[Entry], content: bytes) -> Judgement | None:
    """The judgement on a file whose bytes are on record; none on any other."""
    digest = sha256(content)
    for one in records.every():
        if file := one.file(digest):
            return Judgement(one, file)
    for entry in (entry for entry in register if entry.sha256 == digest):
        if edition := edition_of(records.chains.get(entry.pack, ()), entry.edition):
            file = next((file for file in edition.record.files if file.format == entry.format), None)
            return Judgement(edition, file, entry if entry.copy_number else None)
    return None
