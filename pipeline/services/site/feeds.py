"""Feeds of the catalogue, in Atom and OPDS 2.0, and the index of its search."""

import json
import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache

from lxml import etree

from pipeline.services.site.values import Catalogue, CataloguedGroup, CataloguedText, Download, News

OPEN_ACCESS = "http://opds-spec.org/acquisition/open-access"
"""The relation of a file that is free to download."""

NO_DAY = date(1970, 1, 1)
"""The day of a text without one."""


def address(site: Catalogue, path: str, at: str = "") -> str:
    """Return a path of the site as an address: in full if the site's address is known, else from the file `at`."""
    return f"{site.address}/{path}" if site.address else "../" * at.count("/") + path


def as_timestamp(day: date | None) -> str:
    """Return the beginning of a day, as feeds write it."""
    return f"{(day or NO_DAY).isoformat()}T00:00:00Z"


def publications(site: Catalogue) -> Iterator[tuple[CataloguedText | CataloguedGroup, tuple[Download, ...]]]:
    """Yield packs with files and texts in force with files, each with its files."""
    yield from ((pack, pack.files) for pack in site.packs if pack.files)
    yield from ((text, text.files) for text in site.in_force if text.files)


def identifier(site: Catalogue, publication: CataloguedText | CataloguedGroup) -> str:
    """Return the unique name of a publication: its address if it has one."""
    own = publication.address if isinstance(publication, CataloguedText) else ""
    return own or (f"{site.address}/{publication.id}" if site.address else f"urn:x-briefings:{publication.id}")


def modified(site: Catalogue, publication: CataloguedText | CataloguedGroup) -> date | None:
    """Return the day of the last change; for a pack, of its texts."""
    if isinstance(publication, CataloguedText):
        return publication.modified
    texts = (site.by_id[member.id] for member in publication.members if member.id in site.by_id)
    return max((text.modified for text in texts if text.modified), default=None)


# Atom

ATOM = "http://www.w3.org/2005/Atom"

MOST_ENTRIES = 50


def atom_feed(site: Catalogue) -> bytes:
    """Return the feed of the newest changes to texts in force."""
    root = feed(site, "atom.xml", "application/atom+xml")
    element(root, "link", rel="alternate", href=address(site, "new.html"), type="text/html")
    news = [row for row in site.news if row.text.holds]
    for row, name in [*zip(news, _names(site, news), strict=True)][:MOST_ENTRIES]:
        change, text = row.entry, row.text
        title = f"{text.title}: {site.words.say('version', number=change.version)}"
        summary = site.words.say("amended", kind=site.words.say(f"amended-{change.kind}"), summary=change.summary)
        atom_entry = entry(root, name, title, change.date, summary)
        element(atom_entry, "link", rel="alternate", href=address(site, f"{text.id}/index.html"), type="text/html")
    return xml_file(root)


def _names(site: Catalogue, news: Sequence[News]) -> list[str]:
    """Return a permanent name for each entry: equal ones are counted from the oldest."""
    count, names = Counter[str](), []
    for row in reversed(news):
        change = row.entry
        name = f"{identifier(site, row.text)}#{change.version}-{change.date.isoformat()}-{change.kind}"
        count[name] += 1
        names.append(name if count[name] == 1 else f"{name}-{count[name]}")
    return names[::-1]


def feed(site: Catalogue, path: str, media_type: str) -> etree._Element:
    """Return a feed without entries."""
    root = etree.Element(f"{{{ATOM}}}feed", nsmap={None: ATOM})  # type: ignore[dict-item]
    root.set("{http://www.w3.org/XML/1998/namespace}lang", site.language)
    element(root, "id", f"{site.address}/{path}" if site.address else f"urn:x-briefings:{path}")
    element(root, "title", site.title)
    element(root, "updated", as_timestamp(site.modified))
    element(element(root, "author"), "name", site.publisher)
    element(root, "link", rel="self", href=address(site, path), type=media_type)
    return root


def entry(root: etree._Element, name: str, title: str, day: date | None, summary: str) -> etree._Element:
    """Add an entry to a feed."""
    atom_entry = element(root, "entry")
    element(atom_entry, "id", name)
    element(atom_entry, "title", title)
    element(atom_entry, "updated", as_timestamp(day))
    if summary:
        element(atom_entry, "summary", summary)
    return atom_entry


def element(parent: etree._Element, name: str, text: str = "", **attributes: str) -> etree._Element:
    """Add an element of Atom."""
    child = etree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
    if text:
        child.text = text
    return child


def xml_file(root: etree._Element) -> bytes:
    """Return an XML file, indented."""
    etree.indent(root, " ")
    content: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content + b"\n"


# OPDS 2.0 with Readium manifests

OPDS_TYPE = "application/opds+json"
_CONTEXT = "https://readium.org/webpub-manifest/context.jsonld"
_MANIFEST = "application/webpub+json"


def opds_feed(site: Catalogue) -> bytes:
    """Return the OPDS 2.0 feed. Without publications it links to the list for people."""
    entries = []
    for publication, files in publications(site):
        links: list[Mapping[str, object]] = [
            {"rel": OPEN_ACCESS, "href": address(site, file.path), "type": file.kind.media_type, "size": file.bytes}
            for file in files
        ]
        has_page = isinstance(publication, CataloguedText) and publication.reads
        own = [_self_link(site, publication)] if has_page else []
        entries.append({"metadata": _metadata(site, publication), "links": [*own, *links]})
    head = {"title": site.title, "modified": as_timestamp(site.modified), "numberOfItems": len(entries)}
    this = {"rel": "self", "href": address(site, "opds.json"), "type": OPDS_TYPE}
    every = {"href": address(site, "a-z.html"), "title": site.words.say("site-all"), "type": "text/html"}
    content = {"publications": entries} if entries else {"navigation": [every]}
    return _json({"metadata": head, "links": [this], **content})


def _self_link(site: Catalogue, publication: CataloguedText | CataloguedGroup, at: str = "") -> Mapping[str, str]:
    return {"rel": "self", "href": address(site, f"{publication.id}/manifest.json", at), "type": _MANIFEST}


def _metadata(site: Catalogue, publication: CataloguedText | CataloguedGroup) -> Mapping[str, object]:
    text = publication if isinstance(publication, CataloguedText) else None
    metadata: dict[str, object] = {
        "@type": "http://schema.org/Report" if text else "http://schema.org/Collection",
        "identifier": identifier(site, publication),
        "title": publication.title,
        "publisher": text.publisher if text else site.publisher,
        "language": text.language if text else site.language,
        "modified": as_timestamp(modified(site, publication)),
    }
    optional = {
        "description": publication.summary,
        "numberOfPages": next((file.pages for file in publication.files if file.pages), 0),
        "published": text.published.isoformat() if text and text.published else "",
        "subject": [subject.title for subject in text.subjects] if text else [],
    }
    return metadata | {name: value for name, value in optional.items() if value}


def manifests(site: Catalogue) -> Iterator[tuple[str, bytes]]:
    """Yield the Readium manifest of each text with a web page, with its path."""
    for text in site.in_force:
        if text.reads:
            path = f"{text.id}/manifest.json"
            page = {"href": address(site, text.reads, path), "type": "text/html", "title": text.title}
            links, metadata = [_self_link(site, text, path)], _metadata(site, text)
            yield path, _json({"@context": _CONTEXT, "metadata": metadata, "links": links, "readingOrder": [page]})


def _json(record: Mapping[str, object]) -> bytes:
    return (json.dumps(record, ensure_ascii=False, indent=1) + "\n").encode()


# The search index, as MiniSearch reads it back (its serialised form, version 2), written without Node.
#
# It is a script, because a browser loads scripts from `file://` but no other files. Words are split at white
# space and punctuation, as MiniSearch does.

INDEXED_FIELDS = ("title", "summary", "text")
STORED_FIELDS = ("title", "summary", "url")

Documents = Iterable[Mapping[str, str]]


@lru_cache(maxsize=4096)
def _is_separator(character: str) -> bool:
    return character in "\n\r" or unicodedata.category(character)[0] in "ZP"


def _split_words(text: str) -> list[str]:
    """Split a text into words; the first and the last may be empty, as MiniSearch counts them."""
    separators = sorted(character for character in set(text) if _is_separator(character))
    return re.split(f"[{re.escape(''.join(separators))}]+", text) if separators else [text]


def search_documents(catalogue: Catalogue) -> Iterator[Mapping[str, str]]:
    """Yield the texts, packs and printed codes to search for, each with its page."""
    for text in catalogue.texts:
        words = " ".join((text.key_finding, *(subject.title for subject in text.subjects), text.words))
        summary = text.summary if text.holds else " · ".join((*text.statuses, text.summary))
        url = f"{text.id}/index.html"
        yield {"id": text.id, "title": text.title, "summary": summary, "text": words, "url": url}
    for group in catalogue.groups:
        members = " ".join(member.title for member in group.members)
        url = f"{group.folder}/index.html"
        yield {"id": group.folder, "title": group.title, "summary": group.summary, "text": members, "url": url}
    say = catalogue.words.say
    for page, issued in {issued.page: issued for issued in catalogue.issued}.items():
        summary = f"{say('code', code=issued.code)}: {say(f'site-state-{issued.state}')}"
        title = f"{issued.coded.title}, {issued.coded.name}"
        yield {"id": page, "title": title, "summary": summary, "text": issued.coded.code, "url": page}


def build_search_index(indexed: Documents) -> dict[str, object]:
    """Return the index of some documents."""
    postings: dict[str, dict[int, dict[int, int]]] = {}
    lengths: dict[int, list[int]] = {}
    average = [0.0] * len(INDEXED_FIELDS)
    every = list(indexed)
    for number, document in enumerate(every):
        lengths[number] = []
        for field, name in enumerate(INDEXED_FIELDS):
            pieces = _split_words(document[name])
            length = len(set(pieces))
            lengths[number].append(length)
            average[field] = (average[field] * number + length) / (number + 1)
            for term in filter(None, pieces):
                places = postings.setdefault(term.lower(), {}).setdefault(field, {})
                places[number] = places.get(number, 0) + 1
    return {
        "documentCount": len(every),
        "nextId": len(every),
        "documentIds": {str(number): document["id"] for number, document in enumerate(every)},
        "fieldIds": {name: number for number, name in enumerate(INDEXED_FIELDS)},
        "fieldLength": {str(number): counts for number, counts in lengths.items()},
        "averageFieldLength": average,
        "storedFields": {str(n): {key: document[key] for key in STORED_FIELDS} for n, document in enumerate(every)},
        "dirtCount": 0,
        "index": [
            [term, {str(field): places for field, places in postings[term].items()}] for term in sorted(postings)
        ],
        "serializationVersion": 2,
    }


def index_script(indexed: Documents) -> bytes:
    """Return the index as a script that a page loads."""
    index = json.dumps(build_search_index(indexed), ensure_ascii=False, separators=(",", ":"))
    return f"var SEARCH_INDEX = {index};\n".encode()
