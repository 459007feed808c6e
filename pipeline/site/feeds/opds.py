"""OPDS 2.0 with Readium manifests: the catalogue for reading apps and library systems."""

import json
from collections.abc import Iterator, Mapping

from pipeline.site.feeds.listed import OPEN, address, identifier, listed, modified, moment
from pipeline.site.values import Catalogue, CataloguedGroup, CataloguedText, Download

TYPE = "application/opds+json"
_CONTEXT = "https://readium.org/webpub-manifest/context.jsonld"
_MANIFEST = "application/webpub+json"


def opds(site: Catalogue) -> bytes:
    """The feed as OPDS 2.0 has it. One without publications leads to the list for people."""
    found = [_publication(site, one, files) for one, files in listed(site)]
    head = {"title": site.title, "modified": moment(site.modified), "numberOfItems": len(found)}
    links = [{"rel": "self", "href": address(site, "opds.json"), "type": TYPE}]
    way = {"href": address(site, "a-z.html"), "title": site.words.say("site-all"), "type": "text/html"}
    return _json({"metadata": head, "links": links, **({"publications": found} if found else {"navigation": [way]})})


def _publication(
    site: Catalogue, one: CataloguedText | CataloguedGroup, files: tuple[Download, ...]
) -> Mapping[str, object]:
    links = [
        {"rel": OPEN, "href": address(site, file.path), "type": file.kind.media_type, "size": file.bytes}
        for file in files
    ]
    own = [_self(site, one)] if isinstance(one, CataloguedText) and one.reads else []
    return {"metadata": _metadata(site, one), "links": [*own, *links]}


def _self(site: Catalogue, one: CataloguedText, at: str = "") -> Mapping[str, str]:
    return {"rel": "self", "href": address(site, f"{one.id}/manifest.json", at), "type": _MANIFEST}


def _metadata(site: Catalogue, one: CataloguedText | CataloguedGroup) -> Mapping[str, object]:
    said: dict[str, object] = {
        "@type": "http://schema.org/Report" if isinstance(one, CataloguedText) else "http://schema.org/Collection",
        "identifier": identifier(site, one),
        "title": one.title,
        "publisher": one.publisher if isinstance(one, CataloguedText) else site.publisher,
        "language": one.language if isinstance(one, CataloguedText) else site.language,
        "modified": moment(modified(site, one)),
    }
    said |= {"description": one.summary} if one.summary else {}
    pages = next((file.pages for file in one.files if file.pages), 0)
    said |= {"numberOfPages": pages} if pages else {}
    if isinstance(one, CataloguedText):
        said |= {"published": one.published.isoformat()} if one.published else {}
        said |= {"subject": [subject.title for subject in one.subjects]} if one.subjects else {}
    return said


def manifests(site: Catalogue) -> Iterator[tuple[str, bytes]]:
    """For each text that has a web page the manifest with which a web reader opens it, with its path."""
    for text in site.in_force:
        if text.reads:
            path = f"{text.id}/manifest.json"
            page = {"href": address(site, text.reads, path), "type": "text/html", "title": text.title}
            said = {
                "@context": _CONTEXT,
                "metadata": _metadata(site, text),
                "links": [_self(site, text, path)],
                "readingOrder": [page],
            }
            yield path, _json(said)


def _json(said: Mapping[str, object]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
