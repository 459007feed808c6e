"""The verb site: the catalogue of the library, made of what was built."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click
from lxml import etree

from pipeline.build.api import build
from pipeline.build.output import Output, output_lock, recorded_outputs
from pipeline.build.project import Project
from pipeline.build.survey import minutes_to_read
from pipeline.cli.options import DAY, CommonOptions, production_day
from pipeline.cli.outcome import Exit, Outcome, verb_with_outcome
from pipeline.compose.design.style import site_style
from pipeline.core.diagnostics import Diagnostic, EnvironmentFailure, UsageError, errors
from pipeline.core.digests import sha256
from pipeline.core.files import reject_links, remove_empty_folders, write_atomically
from pipeline.core.printed_code import PrintedCode
from pipeline.core.sentences import count_noun
from pipeline.core.services import Hook
from pipeline.load.words import phrase_table
from pipeline.model.formats import FORMATS, PAGE, Layouts, Order, format_row
from pipeline.model.library import Library
from pipeline.model.source.library_file import LibrarySettings
from pipeline.model.source.pack import Pack
from pipeline.model.source.versions import IssuedFile
from pipeline.model.words import Phrases
from pipeline.services.editions.record_chain import EditionRecords, SavedRecord, find_edition, read_records
from pipeline.services.editions.record_verb import archived_files
from pipeline.services.editions.status import PLACE, list_coded, status_pages
from pipeline.services.site.catalogue import BuiltFacts, make_catalogue
from pipeline.services.site.feeds import (
    OPDS_TYPE,
    address,
    atom_feed,
    index_script,
    manifests,
    opds_feed,
    search_documents,
    xml_file,
)
from pipeline.services.site.pages import READING_PAGE, SitePage, link_within_site, page_words, site_pages
from pipeline.services.site.values import Catalogue, CataloguedText, Download, IssuedName, PageWords

SITE_FILES: Hook[Callable[[LibrarySettings, Layouts, Phrases], Mapping[str, bytes]]] = Hook("site_files")

SCRIPT_FOLDER = Path(__file__).parent / "scripts"

SEARCH_SCRIPTS = ("minisearch.js", "search.js")
"""The scripts of the search, in order: MiniSearch, which `make site` downloads, and our own."""

INDEX = "search-index.js"
"""The script with the index, loaded after MiniSearch."""


def can_search(scripts: Collection[str]) -> bool:
    """True if all scripts of the search are installed."""
    return set(scripts).issuperset(SEARCH_SCRIPTS)


# Pages, search and feeds


def generated_site_files(
    site: Catalogue, layouts: Layouts, style: str, scripts: Mapping[str, bytes]
) -> Iterator[tuple[str, bytes]]:
    """Yield the files by path, without search if a script is missing. Raises `LayoutFault`."""
    pages, searches = [], can_search(scripts)
    for page, html in site_pages(site, layouts):
        pages.append((page.path, page.address))
        yield page.path, _with_scripts(site, page, html, searches).encode()
    yield "site.css", style.encode()
    if searches:
        yield from scripts.items()
        yield INDEX, index_script(search_documents(site))
    yield "opds.json", opds_feed(site)
    yield "atom.xml", atom_feed(site)
    yield from manifests(site)
    if site.address:
        yield "sitemap.xml", sitemap(site, (page for page in pages if page[0] != "search.html"))
        yield "robots.txt", f"User-agent: *\nDisallow: /v/\nSitemap: {site.address}/sitemap.xml\n".encode()


def _with_scripts(site: Catalogue, page: SitePage, html: str, searches: bool) -> str:
    """Return a page with scripts, JSON-LD and links to feeds, which no template may contain."""
    head = ""
    if page.path == "index.html":
        feeds = (("opds.json", OPDS_TYPE), ("atom.xml", "application/atom+xml"))
        head = "".join(f'<link rel="alternate" type="{kind}" href="{path}">\n' for path, kind in feeds)
    if text := site.by_id.get(page.path.removesuffix("/index.html")):
        head = f'<script type="application/ld+json">{json_ld(site, text)}</script>\n'
    names = (SEARCH_SCRIPTS[0], INDEX, *SEARCH_SCRIPTS[1:]) if page.searches and searches else ()
    foot = "".join(f'<script src="{name}"></script>\n' for name in names)
    return html.replace("</head>", f"{head}</head>", 1).replace("</body>", f"{foot}</body>", 1)


def read_pages(site: Catalogue, built: Mapping[str, bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield built web pages as the site has them, by path; `built` has their content by path under `output/`.

    Those of issued editions do not change.
    """
    shown = [text.id for text in site.texts if text.reads]
    groups = [("site-way-back", text.files) for text in site.texts]
    groups += [("site-way-back-pack", pack.files) for pack in site.packs]
    for label, files in groups:
        for file in files:
            if file.kind == PAGE and file.source:
                yield file.path, link_within_site(built[file.source], site.addresses, shown, site.words.say(label))


_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"


def sitemap(site: Catalogue, pages: Iterable[tuple[str, str]]) -> bytes:
    """Return the list of pages for search engines, from the path and the canonical address of each.

    A page with an address on another site is left out: a sitemap lists its own site alone.
    """
    root = etree.Element(f"{{{_SITEMAP}}}urlset", nsmap={None: _SITEMAP})  # type: ignore[dict-item]
    for path, canonical in pages:
        if canonical and not f"{canonical}/".startswith(f"{site.address}/"):
            continue
        url = etree.SubElement(root, f"{{{_SITEMAP}}}url")
        etree.SubElement(url, f"{{{_SITEMAP}}}loc").text = canonical or f"{site.address}/{path}"
        text = site.by_id.get(path.partition("/")[0])
        if text and text.modified:
            etree.SubElement(url, f"{{{_SITEMAP}}}lastmod").text = text.modified.isoformat()
    return xml_file(root)


def json_ld(site: Catalogue, text: CataloguedText) -> str:
    """Return the JSON-LD of a text, escaped for a page."""
    record: dict[str, object] = {
        "@context": "https://schema.org",
        "@type": "Report",
        "name": text.title,
        "description": text.summary,
        "inLanguage": text.language,
        "version": text.version,
        "creativeWorkStatus": text.status,
        "publisher": {"@type": "Organization", "name": text.publisher},
    }
    optional = {
        "url": text.address,
        "datePublished": text.published.isoformat() if text.published else "",
        "dateModified": text.modified.isoformat() if text.modified else "",
        "license": text.licence,
        "keywords": [subject.title for subject in text.subjects],
        "encoding": [
            {"@type": "MediaObject", "contentUrl": address(site, file.path, f"{text.id}/index.html"),
             "encodingFormat": file.kind.media_type, "contentSize": str(file.bytes)}
            for file in text.files
        ],
    }  # fmt: skip
    record |= {name: value for name, value in optional.items() if value}
    return json.dumps(record, ensure_ascii=False).replace("<", "\\u003c")


# All files, with the built ones that are copied


def all_site_files(
    project: Project, outputs: tuple[Output, ...], scripts: Mapping[str, bytes], day: date
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return every file of the site by path, and sentences on files that are missing. Raises `LayoutFault`."""
    library, records = project.loaded[0], read_records(project.files)
    contents = {output.path: (project.output / output.path).read_bytes() for output in outputs if _is_html(output)}
    files: dict[str, tuple[Download, ...]] = {}
    for output in outputs:
        name = READING_PAGE if _is_briefing_page(output) else output.path.rpartition("/")[2]
        path = f"{output.owner.partition('/')[2]}/{name}"
        download = Download(output.format, output.path, path, output.bytes, output.pages)
        files[output.owner] = (*files.get(output.owner, ()), download)
    files |= issued_downloads(library, records)
    words = {}
    for output in filter(_is_briefing_page, outputs):
        read = partial(page_words, contents[output.path])
        key = sha256(contents[output.path])
        words[output.owner] = project.store.remember("pipeline.services.site.pages", key, PageWords, read)
    built = BuiltFacts(files, words, minutes_to_read(project), _issued_names(project))
    site = make_catalogue(library, built, phrase_table(project.layouts), day)
    archived, missing = archived_contents(project, records, site)
    unchanged = [file for file in site.files if file.source and file.kind != PAGE]
    copies = {file.path: (project.output / file.source).read_bytes() for file in unchanged}
    downloads = archived | copies | dict(read_pages(site, contents))
    site = site.handing_out(downloads)
    pages = dict(generated_site_files(site, project.layouts, site_style(library.imprint, project.layouts), scripts))
    pages |= status_pages(site.coded, site.publisher, site.contact, day)
    for render_files in SITE_FILES:
        pages |= render_files(library.imprint, project.layouts, site.words)
    return pages | downloads, missing


def _is_html(output: Output) -> bool:
    return format_row(output.format).kind == PAGE


def _is_briefing_page(output: Output) -> bool:
    return _is_html(output) and output.owner.startswith("briefings/")


def _issued_names(project: Project) -> dict[str, tuple[IssuedName, ...]]:
    """Return published versions and issued editions by owner, the last one first."""
    issued: dict[str, tuple[IssuedName, ...]] = {}
    for owner, each, texts in list_coded(project):
        name = each.name if owner.startswith("packs/") else each.name.removeprefix("Version ")
        page, code = f"{PLACE}/{each.code.casefold()}/index.html", str(PrintedCode(each.code))
        issued[owner] = (IssuedName(name, each.on, code, page, each.now.word, each, texts), *issued.get(owner, ()))
    return issued


def issued_downloads(library: Library, records: EditionRecords) -> dict[str, tuple[Download, ...]]:
    """Return the files of each pack with an issued edition, by owner; none of numbered copies."""
    return {
        f"packs/{name}": tuple(
            Download(file.format, "", f"{name}/{file.file}", file.bytes, file.pages) for file in _public_files(saved)
        )
        for name, pack in library.packs.items()
        if (saved := _record_of(records, pack))
    }


def archived_contents(
    project: Project, records: EditionRecords, site: Catalogue
) -> tuple[dict[str, bytes], tuple[str, ...]]:
    """Return archived files that the catalogue shows, by path, and sentences on editions without archived files."""
    contents: dict[str, bytes] = {}
    missing = []
    for group in site.packs:
        saved = _record_of(records, project.loaded[0].packs[group.id])
        if saved is None or not group.files:
            continue
        public = saved.record.model_copy(update={"files": tuple(_public_files(saved))})
        try:
            files, faults = archived_files(project, replace(saved, record=public))
            reason = faults[0].sentence if faults else ""
        except (EnvironmentFailure, UsageError) as refusal:
            files, reason = {}, str(refusal)
        if reason:
            missing.append(f"No file of '{group.id}' is handed out, as {saved.record.edition} was issued. {reason}")
        else:
            contents |= {f"{group.id}/{name}": content for name, content in files.items()}
    return contents, tuple(missing)


def _record_of(records: EditionRecords, pack: Pack) -> SavedRecord | None:
    return find_edition(records.chains.get(pack.id, ()), pack.fields.edition or "")


def _public_files(saved: SavedRecord) -> Iterator[IssuedFile]:
    return (file for file in saved.record.files if not (saved.record.numbered or format_row(file.format).printed))


# The verb

_NO_SEARCH = (
    " It has no search: MiniSearch is not here. In a checkout 'make site' brings it; a wheel of 'make wheel' has it."
)

_NO_ADDRESS = (
    "Links from one text to another lead nowhere in the files that are handed out: name 'address:' in library.yaml."
)


@click.command("site")
@click.argument("folder", required=False, metavar="[DIR]", type=click.Path(file_okay=False, path_type=Path))
@click.option("--date", "on", type=DAY, metavar="YYYY-MM-DD", help="The date on the site (default: today).")
@click.option("--jobs", type=click.IntRange(1), help="Number of processes (default: one per processor).")
@verb_with_outcome("text", jobs=None)
def verb(project: Project, folder: Path | None, on: datetime | None) -> Outcome:
    """Build a web site of the library, with search and feeds.

    The default folder is output/site. Changed texts are built first. The site works on a web server, in a folder
    and on a USB stick. It shows published texts only, up to the marking that 'site' of library.yaml allows. If the
    build finds an error, the existing site is kept.
    """
    day = production_day(on, project)
    site = SiteFolder(folder or project.output / "site")
    built = build(Order((), (), day), project)
    if any(errors(built.remarks)) or built.exit_code(CommonOptions(click.get_current_context()).strict):
        none = "No catalogue was made: mend what is wrong first."
        return Outcome(built.remarks, [none], lambda strict: built.exit_code(strict) or 1, whole=False)
    scripts = {name: (SCRIPT_FOLDER / name).read_bytes() for name in SEARCH_SCRIPTS if (SCRIPT_FOLDER / name).is_file()}
    written, removed, faults, missing = _fill_site(project, site, scripts, day)
    if faults:
        none = "No catalogue was made: what the records say must hold before others read it."
        return Outcome((*built.remarks, *faults), [none], Exit.FAULTS, whole=False)
    summary = f"{count_noun(len(site.known), 'file')} in {site.folder}: {written:,} written, {removed:,} removed."
    text = [summary + ("" if can_search(scripts) else _NO_SEARCH)]
    text += [] if project.loaded[0].imprint.fields.address else [_NO_ADDRESS]
    return Outcome(built.remarks, text, warnings=missing, may_be_quiet=True, whole=False)


def _fill_site(
    project: Project, site: SiteFolder, scripts: Mapping[str, bytes], day: date
) -> tuple[int, int, tuple[Diagnostic, ...], tuple[str, ...]]:
    """Return the numbers of files written and removed, faults of records, and sentences on files that are missing.

    Nothing is written if nothing has changed. If files are missing the next run tries again.
    """
    rows = (
        (format_row(output.format), output)
        for output in recorded_outputs(project.output)
        if not (output.faulty or output.earlier)
    )
    shown = [(row, output) for row, output in rows if not (row.printed or output.owner.startswith("series/"))]
    order = [*FORMATS]
    shown.sort(key=lambda pair: (pair[1].owner, order.index(pair[0].name)))
    outputs = tuple(output for _, output in shown)
    key = project.store.key(__name__, project.files, project.layouts, outputs, scripts, day)
    with output_lock(project):
        if site.is_up_to_date(key):
            return 0, 0, (), ()
        if remarks := read_records(project.files).remarks:
            return 0, 0, remarks, ()
        files, missing = all_site_files(project, outputs, scripts, day)
        return *site.fill(files, "" if missing else key), (), missing


LIST = "site.json"


class SiteFolder:
    """A folder with a catalogue, or an empty one. Raises `UsageError` if it has other files."""

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
        """The files that were written, by path: bytes and SHA-256. A file with a malformed row is written again."""

    def is_up_to_date(self, key: str) -> bool:
        """True if the catalogue was made with the same key, and each file has its size."""
        return self._key == key and all(self._has(path, size) for path, (size, _) in self.known.items())

    def _has(self, path: str, size: int) -> bool:
        try:
            return (self.folder / path).stat().st_size == size
        except OSError:
            return False

    def fill(self, files: Mapping[str, bytes], key: str) -> tuple[int, int]:
        """Write new files and remove old ones; returns how many of each."""
        rows: dict[str, list[Any]] = {path: [len(content), sha256(content)] for path, content in sorted(files.items())}
        new = [path for path, row in rows.items() if self.known.get(path) != row or not self._has(path, row[0])]
        old = [path for path in self.known if path not in rows and _is_within(path)]
        kept = {path: row for path, row in self.known.items() if path not in {*new, *old}}
        self._write_list(kept | {path: [0, ""] for path in (*new, *old)}, "")  # correct also if it is stopped
        for path in new:
            reject_links(self.folder / path, self.folder)
            write_atomically(self.folder / path, files[path])
        for path in old:
            reject_links(self.folder / path, self.folder)
            (self.folder / path).unlink(missing_ok=True)
        if old:
            remove_empty_folders(self.folder)
        self._write_list(rows, key)
        self.known = rows
        return len(new), len(old)

    def _write_list(self, rows: Mapping[str, list[Any]], key: str) -> None:
        record = {"schema": "site/1", "made_of": key, "files": rows}
        text = json.dumps(record, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        write_atomically(self.folder / LIST, text.encode())


def _is_within(path: str) -> bool:
    """True if a path of the list is within the folder."""
    return bool(path) and not path.startswith("/") and ".." not in path.split("/")
