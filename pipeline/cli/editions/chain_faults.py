"""Faults of the records of a pack, as they are asked for before anything is made of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.errors import EnvironmentFailure, UsageError
from pipeline.editions.issued.archive import archive_of
from pipeline.editions.issued.audit import Witnesses, chain_faults, lost_records
from pipeline.editions.issued.records import RecordFile, RecordsRead, read_records
from pipeline.model.source.imprint import Imprint
from pipeline.store.git import blobs_in


def pack_chain_faults(project: Project, files: Mapping[str, bytes], pack: str) -> Iterator[Diagnostic]:
    """Faults of a pack's chain among the files of a project, by path; git and the archive know what it has lost."""
    return chain_faults(read_records(files), witnesses_of(project, project.loaded[0].imprint, files), pack)


@dataclass(frozen=True, slots=True)
class AskedRecords:
    """What the records of a pack are worth, and who was asked."""

    by: str
    """The witnesses in words."""
    doubtful: bool = False
    """Whether the records do not hold, so that nothing is sure."""
    forged: bool = False
    """Whether the archive has another record of the edition."""


def ask_records(project: Project, records: RecordsRead, one: RecordFile) -> AskedRecords:
    """Compare the record of an edition, and the last one of its pack, with the copies in the archive."""
    pack, doubtful = one.record.pack, bool(records.remarks_on(one.record.pack))
    chain = records.chains[pack]
    try:
        archive = archive_of(project.part_of_library(()).imprint.fields.archive, project.folder)
        if archive is None:
            return AskedRecords("the record here; no archive is set", doubtful)
        copies = {each.path: archive.record(pack, each.name) for each in (one, chain[-1])}
        lost = any(lost_records({pack: chain}, archive, pack))
    except (EnvironmentFailure, UsageError) as refusal:
        return AskedRecords(f"the record here alone. {refusal}", doubtful)
    differing = [each for each in (one, chain[-1]) if copies[each.path] not in (None, each.content)]
    copy = "; the archive has no copy" if copies[one.path] is None else " and its copy in the archive"
    return AskedRecords(f"the record here{copy}", doubtful or lost or bool(differing), one in differing)


def witnesses_of(project: Project, imprint: Imprint, files: Mapping[str, bytes]) -> Witnesses:
    """The witnesses of the records among the files of a project: the archive, and git by what it tracks."""
    archive = archive_of(imprint.fields.archive, project.folder)
    tracked = {f"source/{path}": blob for path, blob in blobs_in(project.folder / "source").items()}
    return Witnesses(files, archive, tracked, imprint.marks.at("archive"))
