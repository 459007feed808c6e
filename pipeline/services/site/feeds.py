"""Feeds of the catalogue: Atom for feed readers, OPDS 2.0 for reading apps and library systems."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from lxml import etree

from pipeline.services.site.values import Catalogue, CataloguedGroup, CataloguedText, Download, News

OPEN = "http://opds-spec.org/acquisition/open-access"
"""The relation of a file that anybody may take."""

NEVER = date(1970, 1, 1)
"""Stands for the day of a text that has none."""


def address(site: Catalogue, path: str, at: str = "") -> str:
    """A path of the site as a feed names it: in full where the site's address is known, else from the file `at` on."""
    return f"{site.address}/{path}" if site.address else "../" * at.count("/") + path


def as_timestamp(day: date | None) -> str:
    """The beginning of a day, as feeds write it."""
    return f"{(day or NEVER).isoformat()}T00:00:00Z"


def listed(site: Catalogue) -> Iterator[tuple[CataloguedText | CataloguedGroup, tuple[Download, ...]]]:
    """Packs and texts that hold and have files, each with these."""
    yield from ((pack, pack.files) for pack in site.packs if pack.files)
    yield from ((text, text.files) for text in site.in_force if text.files)


def identifier(site: Catalogue, one: CataloguedText | CataloguedGroup) -> str:
    """The name of a publication: its address, else a name that no other has here."""
    own = one.address if isinstance(one, CataloguedText) else ""
    return own or (f"{site.address}/{one.id}" if site.address else f"urn:x-briefings:{one.id}")


def modified(site: Catalogue, one: CataloguedText | CataloguedGroup) -> date | None:
    """The last day on which something became of it: of a pack that of the texts in it."""
    if isinstance(one, CataloguedText):
        return one.modified
    texts = (site.by_id[member.id] for member in one.members if member.id in site.by_id)
    return max((text.modified for text in texts if text.modified), default=None)


# Atom

ATOM = "http://www.w3.org/2005/Atom"

MOST = 50
"""Entries of the feed."""


def atom(site: Catalogue) -> bytes:
    """The newest entries of the histories of texts that hold."""
    root = feed(site, "atom.xml", "application/atom+xml")
    element(root, "link", rel="alternate", href=address(site, "new.html"), type="text/html")
    found = [one for one in site.news if one.text.holds]
    for one, name in [*zip(found, _names(site, found), strict=True)][:MOST]:
        said, text = one.entry, one.text
        title = f"{text.title}: {site.words.say('version', number=said.version)}"
        summary = site.words.say("amended", kind=site.words.say(f"amended-{said.kind}"), summary=said.summary)
        made = entry(root, name, title, said.date, summary)
        element(made, "link", rel="alternate", href=address(site, f"{text.id}/index.html"), type="text/html")
    return written(root)


def _names(site: Catalogue, news: Sequence[News]) -> list[str]:
    """A name for each entry that stays as newer ones come: those that would be alike are counted from the oldest."""
    count, names = Counter[str](), []
    for one in reversed(news):
        said = one.entry
        name = f"{identifier(site, one.text)}#{said.version}-{said.date.isoformat()}-{said.kind}"
        count[name] += 1
        names.append(name if count[name] == 1 else f"{name}-{count[name]}")
    return names[::-1]


def feed(site: Catalogue, path: str, media_type: str) -> etree._Element:
    """A feed without entries."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]
    root.set("{http://www.w3.org/XML/1998/namespace}lang", site.language)
    element(root, "id", f"{site.address}/{path}" if site.address else f"urn:x-briefings:{path}")
    element(root, "title", site.title)
    element(root, "updated", as_timestamp(site.modified))
    element(element(root, "author"), "name", site.publisher)
    element(root, "link", rel="self", href=address(site, path), type=media_type)
    return root


def entry(root: etree._Element, name: str, title: str, day: date | None, summary: str) -> etree._Element:
    """A new entry of a feed."""
    made = element(root, "entry")
    element(made, "id", name)
    element(made, "title", title)
    element(made, "updated", as_timestamp(day))
    if summary:
        element(made, "summary", summary)
    return made


def element(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """A new element of Atom."""
    made = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        made.text = text
    return made


def written(root: etree._Element) -> bytes:
    """A feed as a file."""
    etree.indent(root, " ")
    content: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


# OPDS 2.0 with Readium manifests

TYPE = "application/opds+json"
_CONTEXT = "https://readium.org/webpub-manifest/context.jsonld"
_MANIFEST = "application/webpub+json"


def opds(site: Catalogue) -> bytes:
    """The feed as OPDS 2.0 has it. One without publications leads to the list for people."""
    found = []
    for one, files in listed(site):
        links: list[Mapping[str, object]] = [
            {"rel": OPEN, "href": address(site, file.path), "type": file.kind.media_type, "size": file.bytes}
            for file in files
        ]
        own = [_self(site, one)] if isinstance(one, CataloguedText) and one.reads else []
        found.append({"metadata": _metadata(site, one), "links": [*own, *links]})
    head = {"title": site.title, "modified": as_timestamp(site.modified), "numberOfItems": len(found)}
    this = {"rel": "self", "href": address(site, "opds.json"), "type": TYPE}
    every = {"href": address(site, "a-z.html"), "title": site.words.say("site-all"), "type": "text/html"}
    return _json({"metadata": head, "links": [this], **({"publications": found} if found else {"navigation": [every]})})


def _self(site: Catalogue, one: CataloguedText, at: str = "") -> Mapping[str, str]:
    return {"rel": "self", "href": address(site, f"{one.id}/manifest.json", at), "type": _MANIFEST}


def _metadata(site: Catalogue, one: CataloguedText | CataloguedGroup) -> Mapping[str, object]:
    said: dict[str, object] = {
        "@type": "http://schema.org/Report" if isinstance(one, CataloguedText) else "http://schema.org/Collection",
        "identifier": identifier(site, one),
        "title": one.title,
        "publisher": one.publisher if isinstance(one, CataloguedText) else site.publisher,
        "language": one.language if isinstance(one, CataloguedText) else site.language,
        "modified": as_timestamp(modified(site, one)),
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
            links, metadata = [_self(site, text, path)], _metadata(site, text)
            yield path, _json({"@context": _CONTEXT, "metadata": metadata, "links": links, "readingOrder": [page]})


def _json(said: Mapping[str, object]) -> bytes:
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()
