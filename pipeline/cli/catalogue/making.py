"""The files of the catalogue: what is known of the library gathered, pages made of it, built files as they are."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from pipeline.build.output import Output
from pipeline.build.project import Project
from pipeline.build.survey import minutes_to_read
from pipeline.cli.editions.handing_out import archived_files
from pipeline.cli.editions.pages import coded
from pipeline.compose.design.style import site_style
from pipeline.core.diagnostics import EnvironmentFailure, UsageError
from pipeline.core.digests import sha256
from pipeline.core.printed_code import PrintedCode
from pipeline.core.services import hooked
from pipeline.editions.issued.records import RecordFile, RecordsRead, edition_of, read_records
from pipeline.editions.issued.status_pages import PLACE, Coded, status_pages
from pipeline.load.words import wordbook
from pipeline.model.formats import PAGE, format_row
from pipeline.model.library import Library
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import IssuedFile
from pipeline.site.catalogue import Built, catalogue_of
from pipeline.site.making import read_pages, site_files
from pipeline.site.page_words import PageWords, page_words
from pipeline.site.reading_page import NAME
from pipeline.site.values import Catalogue, Download, IssuedName


def files_of(
    project: Project, outputs: tuple[Output, ...], scripts: Mapping[str, bytes], day: date
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Every file of the site by its path, of the `outputs` what may be shown; and what could not be handed out.

    Raises `LayoutFault`.
    """
    library, records = project.loaded[0], read_records(project.files)
    contents = {one.path: (project.output / one.path).read_bytes() for one in outputs if _is_web(one)}
    files: dict[str, tuple[Download, ...]] = {}
    for one in outputs:
        files[one.owner] = (*files.get(one.owner, ()), _download(one))
    files |= issued_downloads(library, records)
    words = {one.owner: _words(project, contents[one.path]) for one in outputs if _is_page(one)}
    issued: dict[str, tuple[IssuedName, ...]] = {}
    for owner, thing, texts in coded(project):
        name = thing.name if owner.startswith("packs/") else thing.name.removeprefix("Version ")
        issued[owner] = (_named(thing, name, texts), *issued.get(owner, ()))
    site = catalogue_of(library, Built(files, words, minutes_to_read(project), issued), wordbook(project.layouts), day)
    archived, lacking = archived_contents(project, records, site)
    handed_out = archived | dict(_copies(project, site)) | dict(read_pages(site, contents))
    site = site.handing_out(handed_out)
    style = site_style(library.imprint, project.layouts)
    made = dict(site_files(site, project.layouts, style, scripts))
    made |= status_pages(site.coded, site.publisher, site.contact, day)
    for _, more in hooked("site_files"):
        made |= more(library.imprint, project.layouts, site.words)
    return made | handed_out, lacking


def _is_web(one: Output) -> bool:
    return format_row(one.format).kind == PAGE


def _is_page(one: Output) -> bool:
    return _is_web(one) and one.owner.startswith("briefings/")


def _download(one: Output) -> Download:
    folder = one.owner.partition("/")[2]
    name = NAME if _is_page(one) else one.path.rpartition("/")[2]
    return Download(one.format, one.path, f"{folder}/{name}", one.bytes, one.pages)


def _words(project: Project, content: bytes) -> PageWords:
    return project.store.remember("pipeline.site.page_words", sha256(content), PageWords, lambda: page_words(content))


def _named(thing: Coded, name: str, texts: frozenset[str]) -> IssuedName:
    page = f"{PLACE}/{thing.code.casefold()}/index.html"
    return IssuedName(name, thing.on, str(PrintedCode(thing.code)), page, thing.now.word, thing, texts)


def _copies(project: Project, site: Catalogue) -> Iterator[tuple[str, bytes]]:
    """The built files that are handed out as they are: all but web pages."""
    held = (*(text.downloads for text in site.texts), *(group.files for group in site.groups))
    for file in (file for those in held for file in those if file.source and file.kind != PAGE):
        yield file.path, (project.output / file.source).read_bytes()


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
