"""The verb site: the catalogue of the library, made of what was built."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
from lxml import etree

from pipeline.build.api import build
from pipeline.build.output import Output, output_lock, recorded
from pipeline.build.project import Project
from pipeline.build.survey import minutes_to_read
from pipeline.cli.options import DAY, CommonOptions, day_of
from pipeline.cli.outcome import Exit, Outcome, rendered
from pipeline.compose.design.style import site_style
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, UsageError, errors
from pipeline.core.digests import sha256
from pipeline.core.files import refuse_links, remove_empty_folders, write_whole
from pipeline.core.printed_code import PrintedCode
from pipeline.core.sentences import count
from pipeline.core.services import hooked
from pipeline.load.words import wordbook
from pipeline.model.formats import FORMATS, PAGE, Layouts, Order, format_row
from pipeline.model.library import Library
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import IssuedFile
from pipeline.services.editions.record import archived_files
from pipeline.services.editions.records import RecordChain, SavedRecord, edition_of, read_records
from pipeline.services.editions.status import PLACE, coded, status_pages
from pipeline.services.site.catalogue import Built, catalogue_of
from pipeline.services.site.feeds import OPDS_TYPE, address, atom, manifests, opds
from pipeline.services.site.pages import NAME, SitePage, reading_page, site_pages
from pipeline.services.site.search_index import PageWords, documents, index_script, page_words
from pipeline.services.site.values import Catalogue, CataloguedText, Download, IssuedName

SCRIPT_FOLDER = Path(__file__).parent / "scripts"

SCRIPTS = ("minisearch.js", "search.js")
"""The scripts of the search, in order: MiniSearch, which `make site` brings, and our own."""

INDEX = "search-index.js"
"""The script that is made with the catalogue, and loaded behind the first of them."""


def can_search(there: Collection[str]) -> bool:
    """Whether the search can run with the scripts that are there."""
    return set(there).issuperset(SCRIPTS)


# Pages, search and feeds


def site_files(
    site: Catalogue, layouts: Layouts, style: str, scripts: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """The files with their paths; of the scripts none is used where one is missing. Raises `LayoutFault`."""
    pages, searches = [], can_search(scripts)
    for page, said in site_pages(site, layouts):
        pages.append((page.path, page.address))
        yield page.path, _with_programs(site, page, said, searches).encode()
    yield "site.css", style.encode()
    if searches:
        yield from scripts.items()
        yield INDEX, index_script(documents(site))
    yield "opds.json", opds(site)
    yield "atom.xml", atom(site)
    yield from manifests(site)
    if site.address:
        yield "sitemap.xml", sitemap(site, (one for one in pages if one[0] != "search.html"))
        yield "robots.txt", f"User-agent: *\nDisallow: /v/\nSitemap: {site.address}/sitemap.xml\n".encode()


def _with_programs(site: Catalogue, page: SitePage, said: str, searches: bool) -> str:
    """A page with what programs read in it, none of which a template may write: scripts, records, feeds."""
    head = ""
    if page.path == "index.html":
        feeds = (("opds.json", OPDS_TYPE), ("atom.xml", "application/atom+xml"))
        head = "".join(f'<link rel="alternate" type="{kind}" href="{path}">\n' for path, kind in feeds)
    if text := site.by_id.get(page.path.removesuffix("/index.html")):
        head = f'<script type="application/ld+json">{record(site, text)}</script>\n'
    names = (SCRIPTS[0], INDEX, *SCRIPTS[1:]) if page.searches and searches else ()
    foot = "".join(f'<script src="{name}"></script>\n' for name in names)
    return said.replace("</head>", f"{head}</head>", 1).replace("</body>", f"{foot}</body>", 1)


def read_pages(site: Catalogue, built: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """The web pages that were built as they stand on the site, with their paths; `built` by those under `output/`.

    That of an issued edition stays as it was issued.
    """
    shown = [text.id for text in site.texts if text.reads]
    held = [("site-way-back", text.files) for text in site.texts]
    held += [("site-way-back-pack", pack.files) for pack in site.packs]
    for label, files in held:
        for file in files:
            if file.kind == PAGE and file.source:
                led = reading_page(built[file.source], site.addresses, shown, site.words.say(label))
                yield file.path, led


_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(site: Catalogue, pages: Iterable[tuple[str, str]]) -> bytes:
    """The list of pages, of which each has a path and the address in its head; it needs addresses in full.

    A page whose address is elsewhere is left out: a list names its own site alone.
    """
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP})  # type: ignore[dict-item]
    for path, named in pages:
        if named and not f"{named}/".startswith(f"{site.address}/"):
            continue
        one = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        etree.SubElement(one, f"{{{_SITEMAP}}}loc").text = named or f"{site.address}/{path}"
        text = site.by_id.get(path.partition("/")[0])
        if text and text.modified:
            etree.SubElement(one, f"{{{_SITEMAP}}}lastmod").text = text.modified.isoformat()
    etree.indent(root, " ")
    content: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


def record(site: Catalogue, text: CataloguedText) -> str:
    """The record of a text (JSON-LD), as it may stand within a page."""
    said: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": text.title,
        "description": text.summary,
        "inLanguage": text.language,
        "version": text.version,
        "creativeWorkStatus": text.status,
        "publisher": {"@type": "Organization", "name": text.publisher},
    }
    said |= {"url": text.address} if text.address else {}
    said |= {"datePublished": text.published.isoformat()} if text.published else {}
    said |= {"dateModified": text.modified.isoformat()} if text.modified else {}
    said |= {"license": text.licence} if text.licence else {}
    said |= {"keywords": [subject.title for subject in text.subjects]} if text.subjects else {}
    files = [
        {"@type": "MediaObject", "contentUrl": address(site, file.path, f"{text.id}/index.html"),
         "encodingFormat": file.kind.media_type, "contentSize": str(file.bytes)}
        for file in text.files
    ]  # fmt: skip
    said |= {"encoding": files} if files else {}
    return json.dumps(said, ensure_ascii=False).replace("<", "\\u003c")


# All files, also the built ones that are copied


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
        name = NAME if _is_page(one) else one.path.rpartition("/")[2]
        path = f"{one.owner.partition('/')[2]}/{name}"
        download = Download(one.format, one.path, path, one.bytes, one.pages)
        files[one.owner] = (*files.get(one.owner, ()), download)
    files |= issued_downloads(library, records)
    words = {one.owner: _words(project, contents[one.path]) for one in outputs if _is_page(one)}
    issued: dict[str, tuple[IssuedName, ...]] = {}
    for owner, thing, texts in coded(project):
        name = thing.name if owner.startswith("packs/") else thing.name.removeprefix("Version ")
        page, code = f"{PLACE}/{thing.code.casefold()}/index.html", str(PrintedCode(thing.code))
        own = IssuedName(name, thing.on, code, page, thing.now.word, thing, texts)
        issued[owner] = (own, *issued.get(owner, ()))
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


def _words(project: Project, content: bytes) -> PageWords:
    return project.store.remember(
        "pipeline.services.site.search_index", sha256(content), PageWords, lambda: page_words(content)
    )


def _copies(project: Project, site: Catalogue) -> Iterator[tuple[str, bytes]]:
    """The built files that are handed out as they are: all but web pages."""
    held = (*(text.downloads for text in site.texts), *(group.files for group in site.groups))
    for file in (file for those in held for file in those if file.source and file.kind != PAGE):
        yield file.path, (project.output / file.source).read_bytes()


def issued_downloads(library: Library, records: RecordChain) -> dict[str, tuple[Download, ...]]:
    """Files to hand out of each pack whose edition is on record, by owner; of numbered copies there are none."""
    return {
        f"packs/{name}": tuple(
            Download(file.format, "", f"{name}/{file.file}", file.bytes, file.pages) for file in _handed_out(one)
        )
        for name, pack in library.packs.items()
        if (one := _record_of(records, pack))
    }


def archived_contents(
    project: Project, records: RecordChain, site: Catalogue
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """The bytes of those that the catalogue shows, by path; and of which editions the archive does not have them."""
    found: dict[str, bytes] = {}
    lacking = []
    for group in site.packs:
        one = _record_of(records, project.loaded[0].packs[group.id])
        if one is None or not group.files:
            continue
        wanted = one.record.model_copy(update={"files": tuple(_handed_out(one))})
        try:
            files, faults = archived_files(project, replace(one, record=wanted))
            why = faults[0].sentence if faults else ""
        except (EnvironmentFailure, UsageError) as refusal:
            files, why = {}, str(refusal)
        if why:
            lacking.append(f"No file of '{group.id}' is handed out, as {one.record.edition} was issued. {why}")
        else:
            found |= {f"{group.id}/{name}": content for name, content in files.items()}
    return found, tuple(lacking)


def _record_of(records: RecordChain, pack: Pack) -> SavedRecord | None:
    return edition_of(records.chains.get(pack.id, ()), pack.fields.edition or "")


def _handed_out(one: SavedRecord) -> Iterator[IssuedFile]:
    return (file for file in one.record.files if not (one.record.numbered or format_row(file.format).printed))


# The verb

_NO_SEARCH = (
    " It has no search: MiniSearch is not here. In a checkout 'make site' brings it; a wheel of 'make wheel' has it."
)

_NO_ADDRESS = (
    "Links from one text to another lead nowhere in the files that are handed out: name 'address:' in library.yaml."
)


@click.command("site")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The day that it bears (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Processes to work with (default: one a processor).")
@rendered("text", jobs=None)
def verb(project: Project, folder: Path | None, on: datetime | None) -> Outcome:
    """Make the catalogue of the library: a site of what was built, with search, feeds and status pages.

    It is written into output/site, or into another folder. What has changed is built first. The site works from a
    host, from a folder and from a stick. It shows what was published, and nothing that is marked higher than 'site'
    of library.yaml allows. Where the build finds an error the site that is there stays as it is.
    """
    day = day_of(on, project)
    site = SiteFolder(folder or project.output / "site")
    built = build(Order((), (), day), project)
    if any(errors(built.remarks)) or built.exit_code(CommonOptions(click.get_current_context()).strict):
        none = "No catalogue was made: mend what is wrong first."
        return Outcome(built.remarks, [none], lambda strict: built.exit_code(strict) or 1, whole=False)
    scripts = {name: (SCRIPT_FOLDER / name).read_bytes() for name in SCRIPTS if (SCRIPT_FOLDER / name).is_file()}
    written, removed, faults, lacking = _filled(project, site, scripts, day)
    if faults:
        none = "No catalogue was made: what the records say must hold before others read it."
        return Outcome((*built.remarks, *faults), [none], Exit.FAULTS, whole=False)
    said = f"{count(len(site.known), 'file')} in {site.folder}: {written:,} written, {removed:,} removed."
    text = [said + ("" if can_search(scripts) else _NO_SEARCH)]
    text += [] if project.loaded[0].imprint.fields.address else [_NO_ADDRESS]
    return Outcome(built.remarks, text, warnings=lacking, may_be_quiet=True, whole=False)


def _filled(
    project: Project, site: SiteFolder, scripts: Mapping[str, bytes], day: date
) -> tuple[int, int, tuple[Diagnostic, ...], tuple[str, ...]]:
    """The numbers of files written and removed, none where nothing has changed; faults of records; and what is lacking.

    Where something is lacking the next run looks again.
    """
    rows = ((format_row(one.format), one) for one in recorded(project.output) if not (one.faulty or one.earlier))
    shown = [(row, one) for row, one in rows if not (row.printed or one.owner.startswith("series/"))]
    outputs = tuple(one for row, one in sorted(shown, key=lambda pair: (pair[1].owner, [*FORMATS].index(pair[0].name))))
    key = project.store.key(__name__, project.files, project.layouts, outputs, scripts, day)
    with output_lock(project):
        if site.stands(key):
            return 0, 0, (), ()
        if remarks := read_records(project.files).remarks:
            return 0, 0, remarks, ()
        files, lacking = files_of(project, outputs, scripts, day)
        return *site.fill(files, "" if lacking else key), (), lacking


LIST = "site.json"


class SiteFolder:
    """A folder that holds a catalogue, or none yet. Raises `UsageError` for one with other things in it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        try:
            record = json.loads((self.folder / LIST).read_bytes())
        except (OSError, ValueError, RecursionError):
            record = None
        if not isinstance(record, dict) or record.get("schema") != "site/1":
            record = {}
            if folder.is_dir() and any(folder.iterdir()):
                raise UsageError(f"{folder} holds other files than a catalogue: name a new folder.")
        self._key = str(record.get("made_of", ""))
        files = record.get("files", {})
        self.known: Mapping[str, list[Any]] = {
            path: row if isinstance(row, list) and [*map(type, row)] == [int, str] else [0, ""]
            for path, row in (files.items() if isinstance(files, dict) else ())
        }
        """The files that were written, by path: bytes and SHA-256. One with another row is written again."""

    def stands(self, key: str) -> bool:
        """Tell if a catalogue of the same things is there, each file as long as it was."""
        return self._key == key and all(self._has(path, size) for path, (size, _) in self.known.items())

    def _has(self, path: str, size: int) -> bool:
        try:
            return (self.folder / path).stat().st_size == size
        except OSError:
            return False

    def fill(self, files: Mapping[str, bytes], key: str) -> tuple[int, int]:
        """Write what is not there yet, and take away what an earlier one had; gives the numbers of both."""
        rows: dict[str, list[Any]] = {path: [len(content), sha256(content)] for path, content in sorted(files.items())}
        new = [path for path, row in rows.items() if self.known.get(path) != row or not self._has(path, row[0])]
        old = [path for path in self.known if path not in rows and _is_within(path)]
        kept = {path: row for path, row in self.known.items() if path not in {*new, *old}}
        self._list(kept | {path: [0, ""] for path in (*new, *old)}, "")  # whatever is written before it is stopped
        for path in new:
            refuse_links(self.folder / path, self.folder)
            write_whole(self.folder / path, files[path])
        for path in old:
            refuse_links(self.folder / path, self.folder)
            (self.folder / path).unlink(missing_ok=True)
        if old:
            remove_empty_folders(self.folder)
        self._list(rows, key)
        self.known = rows
        return len(new), len(old)

    def _list(self, rows: Mapping[str, list[Any]], key: str) -> None:
        record = {"schema": "site/1", "made_of": key, "files": rows}
        text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_whole(self.folder / LIST, text.encode())


def _is_within(path: str) -> bool:
    """Whether a path of the list is one that could have been written."""
    return bool(path) and not path.startswith("/") and ".." not in path.split("/")
