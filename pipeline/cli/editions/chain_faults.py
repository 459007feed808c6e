"""Faults of the records of a pack, as they are asked for before anything is made of them."""

from collections.abc import Iterator, Mapping

from pipeline.build.project import Project
from pipeline.core.diagnostics import Diagnostic
from pipeline.core.git import blobs_in
from pipeline.editions.issued.archive import archive_of
from pipeline.editions.issued.audit import Witnesses, chain_faults
from pipeline.editions.issued.records import read_records
from pipeline.model.source.library_file import Imprint


def pack_chain_faults(project: Project, files: Mapping[str, bytes], pack: str) -> Iterator[Diagnostic]:
    """Faults of a pack's chain among the files of a project, by path; git and the archive know what it has lost."""
    return chain_faults(read_records(files), witnesses_of(project, project.loaded[0].imprint, files), pack)


def witnesses_of(project: Project, imprint: Imprint, files: Mapping[str, bytes]) -> Witnesses:
    """The witnesses of the records among the files of a project: the archive, and git by what it tracks."""
    archive = archive_of(imprint.fields.archive, project.folder)
    tracked = {f"source/{path}": blob for path, blob in blobs_in(project.folder / "source").items()}
    return Witnesses(files, archive, tracked, imprint.marks.at("archive"))
