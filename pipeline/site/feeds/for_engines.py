"""The catalogue for search engines: the list of pages, and of each text a record as schema.org has it."""

import json
from collections.abc import Iterable

from lxml import etree

from pipeline.site.feeds.listed import address
from pipeline.site.values import Catalogue, CataloguedText

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
