"""The answer of the verb verify on a file or a code."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, UsageError
from pipeline.core.digests import sha256
from pipeline.core.services import hooked
from pipeline.editions.issued.archive import archive_of
from pipeline.editions.issued.now import StateNow, edition_now, notices, version_now, with_doubts
from pipeline.editions.issued.records import Chain, RecordFile, RecordsRead, edition_of
from pipeline.load.folders import LIBRARY
from pipeline.load.references.retractions import was_told
from pipeline.load.versions import CodedVersion
from pipeline.model.bibliography import Reference
from pipeline.model.library import Library
from pipeline.model.source.versions import IssuedFile, pin

NOT_CHECKED = "not checked by this release"
DOUBT = "But the records do not hold: 'briefings verify --records' says why."


@dataclass(frozen=True, slots=True)
class Answer:
    """The answer on a file or a code: which edition, whether whole, whether current; and whether all that holds."""

    asked: str
    which: str
    whole: str = ""
    now: str = ""
    grade: str = ""
    state: str = ""
    doubtful: bool = False
    """Whether the records of the pack do not hold, so that nothing is sure."""
    copy: str = ""
    by: str = ""
    """The records that were asked, in words."""
    remarks: tuple[Diagnostic, ...] = ()
    """Files of a parcel that are not as they were sent."""

    @property
    def holds(self) -> bool:
        """Whether it is whole and current; of a code whether it is current."""
        return self.grade in ("as-issued", "code") and self.state == "current" and not self.doubtful

    def as_json(self) -> Mapping[str, object]:
        """The answer for a program."""
        said: dict[str, object] = {
            "asked": self.asked,
            "which": self.which,
            "copy": self.copy,
            "whole": self.grade,
            "now": self.state,
            "by": self.by,
        }
        said |= {"said": " ".join(filter(None, (self.whole, self.now))), "holds": self.holds}
        remarks = [{"code": one.code, "file": one.place.path, "message": one.sentence} for one in self.remarks]
        return said | ({"remarks": remarks} if remarks else {})


def state_in_words(state: StateNow, doubtful: bool = False) -> str:
    """The state of an edition or a version, why it is so, and what to do."""
    doubt = (DOUBT,) if doubtful else ()
    return " ".join((f"{state.word}.", *state.reasons, *state.steps, *doubt))


@dataclass(frozen=True, slots=True)
class AskedRecords:
    """What the records of a pack are worth, and who was asked."""

    by: str
    """The witnesses in words."""
    doubtful: bool = False
    """Whether the records do not hold, so that nothing is sure."""
    whole: str = ""
    """A sentence if the archive has another record of the edition."""


def no_archive(project: Project) -> str:
    """Why no archive is asked: none is set, or what names one cannot be read."""
    named = re.search(rb"^archive:[ \t]*[^\s#]", project.files.get(LIBRARY, b""), re.MULTILINE)
    return f"the archive is not known, because {LIBRARY} cannot be read" if named else "no archive is set"


def ask_records(project: Project, records: RecordsRead, one: RecordFile) -> AskedRecords:
    """Compare the record of an edition, and the last one of its pack, with the copies in the archive."""
    pack, doubtful = one.record.pack, bool(records.remarks_on(one.record.pack))
    chain = records.chains[pack]
    try:
        archive = archive_of(project.part_of_library(()).imprint.fields.archive, project.folder)
        if archive is None:
            return AskedRecords(f"the record here; {no_archive(project)}", doubtful)
        copies = {each.path: archive.record(pack, each.name) for each in (one, chain[-1])}
        lost = not {each.name for each in chain}.issuperset(archive.records(pack))
    except (EnvironmentFailure, UsageError) as refusal:
        return AskedRecords(f"the record here alone. {refusal}", doubtful)
    differing = [each for each in (one, chain[-1]) if copies[each.path] not in (None, each.content)]
    copy = "; the archive has no copy" if copies[one.path] is None else " and its copy in the archive"
    whole = f"cannot be said: the archive has another record of {one.record.edition}." if one in differing else ""
    return AskedRecords(f"the record here{copy}", doubtful or lost or bool(differing), whole)


def state_of_edition(project: Project, library: Library, chain: Chain, one: RecordFile) -> StateNow:
    """The state now of an edition; `library` has the heads of its briefings."""
    state = edition_now(library, chain, one, notices(project.files))
    works = project.doubted_works(one.record.kept_texts)
    rests = ((text.title, works.get(text.pinned, ())) for text in one.record.briefings)
    return with_doubts(state, ((title, _untold(one, those)) for title, those in rests))


def _untold(one: RecordFile, works: Iterable[Reference]) -> Iterator[Reference]:
    """Those of the works for which the edition was not issued with a reason, given their state then."""
    return (work for work in works if not was_told(work, one.record.overridden, one.record.issued))


def state_of_version(project: Project, kept: CodedVersion) -> StateNow:
    """The state now of a kept version."""
    library = project.part_of_library({kept.id})
    state = version_now(library, kept.id, kept.version, kept.title, notices(project.files))
    text = pin(kept.id, kept.version)
    return with_doubts(state, ((kept.title, project.doubted_works((text,)).get(text, ())),))


class IssuedCopy(NamedTuple):
    """A copy of a file of an edition, as a service has it on record."""

    pack: str
    edition: str
    format: str
    words: str
    """Its number and who holds it; nothing where it is not numbered."""


class Copies(Protocol):
    """The copies of issued editions that a service has on record, and the parcels that it made of them."""

    def of_digest(self, digest: str) -> Iterable[IssuedCopy]:
        """The copies whose bytes have this SHA-256."""

    def in_words(self, pack: str, edition: str, number: int) -> str:
        """The number of a copy, and who holds it; nothing where it is not on record."""

    def parcel(self, place: Path) -> Answer:
        """The answer on a folder."""


def copies_of(project: Project) -> tuple[Copies, ...]:
    """The copies that each service knows."""
    return tuple(ask(project) for _, ask in hooked("identify"))


@dataclass(frozen=True, slots=True)
class Judgement:
    """An issued file: the edition, the file of it, and whose copy it is."""

    edition: RecordFile
    file: IssuedFile | None
    copy: str = ""
    """Number and holder of a numbered copy."""


def by_bytes(records: RecordsRead, known: Iterable[Copies], content: bytes) -> Judgement | None:
    """The judgement on a file whose bytes are on record; none on any other."""
    digest = sha256(content)
    for one in records.every():
        if file := one.file(digest):
            return Judgement(one, file)
    for copy in (copy for copies in known for copy in copies.of_digest(digest)):
        if edition := edition_of(records.chains.get(copy.pack, ()), copy.edition):
            file = next((file for file in edition.record.files if file.format == copy.format), None)
            return Judgement(edition, file, copy.words)
    return None
