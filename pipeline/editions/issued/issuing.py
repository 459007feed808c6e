"""The record of an issue, put together out of what was built, judged and asked for. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.core.digests import sha256
from pipeline.core.printed_code import CodesOnRecord, code_among
from pipeline.editions.issued.gates import Asked
from pipeline.editions.issued.records import Chain, RecordFile, as_file, edition_of, issued_digest
from pipeline.editions.states import FinishedFile
from pipeline.model.source.versions import (
    FIRST,
    RECORD,
    CopyPhrases,
    EditionRecord,
    IssuedBriefing,
    IssuedFile,
    IssuedInsert,
    Judged,
    Overridden,
    folder_of,
)
from pipeline.resolve.packs import path_of
from pipeline.resolve.reading import PackReading
from pipeline.resolve.wording import text_digest


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Circumstances of an issue beside the pack itself."""

    day: date
    statuses: tuple[str, ...]
    """The words across the head of its pages."""
    approved_by: str | None
    commit: str | None
    phrases: CopyPhrases | None
    """The phrases of its pages on copies, where it goes out in numbered ones only."""
    judges: tuple[Judged, ...]
    overridden: tuple[Overridden, ...]
    tools: Mapping[str, str]
    codes: CodesOnRecord = field(default_factory=dict)
    """The codes on record before."""


def record_of(
    binding: PackReading,
    bound: tuple[Sequence[IssuedBriefing], Sequence[IssuedInsert]],
    files: Sequence[IssuedFile],
    chain: Chain,
    asked: Asked,
    around: Circumstances,
) -> RecordFile:
    """The record of an issue, as it is written behind the last of its chain; `bound` are its briefings and inserts."""
    briefings, inserts = bound
    last = chain[-1] if chain else None
    corrects = edition_of(chain, asked.corrects) if asked.corrects else None
    pack, edition = binding.pack, binding.pack.fields.edition or ""
    words = issued_digest(pack.id, edition, briefings, inserts)
    record = EditionRecord(
        pack=pack.id,
        title=pack.fields.title,
        edition=edition,
        number=last.record.number + 1 if last else 1,
        previous=last.sha256 if last else FIRST,
        supersedes=last.record.edition if last else None,
        corrects=corrects.record.edition if corrects else None,
        issued=around.day,
        approved_by=around.approved_by,
        commit=around.commit,
        words=words,
        code=str(code_among(words, around.codes)),
        statuses=around.statuses,
        numbered=around.phrases is not None,
        copy_phrases=around.phrases,
        briefings=tuple(briefings),
        inserts=tuple(inserts),
        files=tuple(files),
        judges=around.judges,
        overridden=around.overridden,
        tools=dict(sorted(around.tools.items())),
    )
    return as_file(record)


def issued_briefings(binding: PackReading, files: Mapping[str, bytes], day: date) -> Iterator[IssuedBriefing]:
    """The briefings of a pack with the digests of their words; `files` are those of `source/`, by path."""
    for reading in binding.present:
        fields = reading.briefing.fields
        record = files.get(f"{folder_of(reading.briefing.id, fields.version)}/{RECORD}")
        digest = text_digest(binding.environment, reading)
        yield IssuedBriefing(
            id=reading.briefing.id,
            version=fields.version,
            title=fields.title,
            digest=digest,
            kept=sha256(record) if record and (reading.kept or digest.encode() in record) else None,
        )


def issued_inserts(binding: PackReading, files: Mapping[str, bytes]) -> Iterator[IssuedInsert]:
    """The finished PDFs that a pack binds in; `files` are those of `source/`, by path."""
    for insert, _ in binding.inserts:
        content = files.get(path_of(insert), b"")
        yield IssuedInsert(file=insert.insert, title=insert.title, sha256=sha256(content))


def issued_files(files: Iterable[FinishedFile]) -> Iterator[IssuedFile]:
    """The finished files with the digests of their bytes."""
    for one in files:
        yield IssuedFile(file=one.name, format=one.format, bytes=len(one.content), pages=one.pages, sha256=one.sha256)
