"""All files of the catalogue but those that are copied: pages, search, feeds. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping

from lxml import etree

from pipeline.model.formats import PAGE, Layouts
from pipeline.site.feeds.atom import atom
from pipeline.site.feeds.listed import address
from pipeline.site.feeds.opds import TYPE, manifests, opds
from pipeline.site.pages import SitePage, site_pages
from pipeline.site.reading_page import reading_page
from pipeline.site.script_files import INDEX, SCRIPTS, can_search
from pipeline.site.search_index import documents, index_script
from pipeline.site.values import Catalogue, CataloguedText

_FEEDS = (("opds.json", TYPE), ("atom.xml", "application/atom+xml"))
"""Feeds that the head of the first page names."""


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
        head = "".join(f'<link rel="alternate" type="{kind}" href="{path}">\n' for path, kind in _FEEDS)
    if text := site.by_id.get(page.path.removesuffix("/index.html")):
        head = f'<script type="application/ld+json">{record(site, text)}</script>\n'
    foot = (
        "".join(f'<script src="{name}"></script>\n' for name in (SCRIPTS[0], INDEX, *SCRIPTS[1:]))
        if page.searches and searches
        else ""
    )
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
