"""Files of the editions that packs name, as they were issued: they come from the archive, not from today's build."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from pipeline.build.project import Project
from pipeline.cli.editions.handing_out import archived_files
from pipeline.core.errors import EnvironmentFailure, UsageError
from pipeline.editions.issued.records import RecordFile, RecordsRead, edition_of
from pipeline.model.formats import format_row
from pipeline.model.library import Library
from pipeline.model.source.edition import IssuedFile
from pipeline.model.source.pack import Pack
from pipeline.site.values import Catalogue, Download


def issued_downloads(library: Library, records: RecordsRead) -> dict[str, tuple[Download, ...]]:
    """Files to hand out of each pack whose edition is on record, by owner; of numbered copies there are none."""
    return {
        f"packs/{name}": tuple(
            Download(file.format, "", f"{name}/{file.file}", file.bytes, file.pages) for file in _handed_out(one)
        )
        for name, pack in library.packs.items()
        if (one := _record_of(records, pack))
    }


def archived_contents(
    project: Project, records: RecordsRead, site: Catalogue
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The bytes of those that the catalogue shows, by path; and of which editions the archive does not have them."""
    found: dict[str, bytes] = {}
    lacking = []
    for group in site.packs:
        one = _record_of(records, project.loaded[0].packs[group.id])
        if one is None or not group.files:
            continue
        try:
            files, why = _from_archive(project, one)
        except (EnvironmentFailure, UsageError) as refusal:
            files, why = {}, str(refusal)
        if why:
            lacking.append(f"No file of '{group.id}' is handed out, as {one.record.edition} was issued. {why}")
        else:
            found |= {f"{group.id}/{name}": content for name, content in files.items()}
    return found, tuple(lacking)


def _from_archive(project: Project, one: RecordFile) -> tuple[Mapping[str, bytes], str]:
    wanted = one.record.model_copy(update={"files": tuple(_handed_out(one))})
    files, faults = archived_files(project, replace(one, record=wanted))
    return files, faults[0].sentence if faults else ""


def _record_of(records: RecordsRead, pack: Pack) -> RecordFile | None:
    return edition_of(records.chains.get(pack.id, ()), pack.fields.edition or "")


def _handed_out(one: RecordFile) -> Iterator[IssuedFile]:
    """Its files, but for those of the printer."""
    return (file for file in one.record.files if not (one.record.numbered or format_row(file.format).printed))
