"""What the package document says of the book. Never the clock: every date comes from the metadata."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from pipeline.bind.links import encoded
from pipeline.errors import PressFailure
from pipeline.model.manuscript import Metadata
from pipeline.model.publication import Identity

IDENTIFIER_ID = "pub-id"


@dataclass(frozen=True, slots=True)
class Entry:
    """One element of the package's metadata: a Dublin Core name, `meta` or `link`, its text and attributes."""

    name: str
    text: str | None
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def dublin_core(self) -> bool:
        """Whether the element belongs to Dublin Core."""
        return self.name not in ("meta", "link")


def book_identifier(metadata: Metadata, identity: Identity) -> str:
    """A UUID that the same version of the same text always has."""
    named = metadata.address or f"{metadata.publisher}/{metadata.id}"
    parts = (named, metadata.version or identity.version, identity.edition)
    return f"urn:uuid:{uuid.uuid5(uuid.NAMESPACE_URL, '#'.join(parts))}"


def modified(metadata: Metadata) -> datetime:
    """When the text last changed: its own date, else that of first publication, else the first of January 1970."""
    said = metadata.modified or metadata.created or "1970-01-01"
    try:
        return datetime.fromisoformat(said[:10])
    except ValueError as wrong:
        raise PressFailure(f"'{metadata.id}' says that it was changed on '{said}', which is no date.") from wrong


def meta(text: str, name: str, **attributes: str) -> Entry:
    """`<meta property=name …>text</meta>`."""
    return Entry("meta", text, (("property", name), *attributes.items()))


def describe(metadata: Metadata, identity: Identity, page_source: str) -> tuple[Entry, ...]:
    """All that is known of the book, but for its accessibility; `page_source` names what the pages are of."""
    entries = [
        Entry("identifier", book_identifier(metadata, identity), (("id", IDENTIFIER_ID),)),
        *_titles(metadata),
        Entry("language", metadata.language),
        *_creators(metadata),
    ]
    for name, text in (
        ("publisher", metadata.publisher),
        ("date", metadata.created),
        ("description", metadata.description),
        ("rights", metadata.rights),
    ):
        entries += [Entry(name, text)] if text else []
    entries += [Entry("subject", keyword) for keyword in metadata.keywords]
    entries += [Entry("relation", metadata.address)] if metadata.address else []
    if page_source:
        entries += [Entry("source", page_source, (("id", "pages-of"),)), meta(page_source, "pageBreakSource")]
    entries += _series(metadata)
    entries += [meta(metadata.version, "schema:version")] if metadata.version else []
    if metadata.licence_url:
        entries.append(Entry("link", None, (("rel", "dcterms:rights"), ("href", encoded(metadata.licence_url)))))
    return tuple(entries)


def _titles(metadata: Metadata) -> Iterator[Entry]:
    yield Entry("title", metadata.title, (("id", "title"),))
    yield meta("main", "title-type", refines="#title")
    if metadata.subtitle:
        yield Entry("title", metadata.subtitle, (("id", "subtitle"),))
        yield meta("subtitle", "title-type", refines="#subtitle")


def _creators(metadata: Metadata) -> Iterator[Entry]:
    names: Iterable[str] = metadata.authors or ((metadata.publisher,) if metadata.publisher else ())
    for number, name in enumerate(names, 1):
        identifier = f"creator-{number}"
        yield Entry("creator", name, (("id", identifier),))
        yield meta("aut", "role", refines=f"#{identifier}", scheme="marc:relators")
        yield meta(str(number), "display-seq", refines=f"#{identifier}")


def _series(metadata: Metadata) -> Iterator[Entry]:
    if metadata.series:
        yield meta(metadata.series, "belongs-to-collection", id="series")
        yield meta("series", "collection-type", refines="#series")
        if metadata.series_position:
            yield meta(str(metadata.series_position), "group-position", refines="#series")
