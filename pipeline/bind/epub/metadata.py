"""Metadata of the package document. Never the clock: every date comes from the record."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.bind.identifiers import book_identifier
from pipeline.bind.links import encoded
from pipeline.model.credit import Credit, Role
from pipeline.model.formats import EPUB, plain_format
from pipeline.model.identity import Identity
from pipeline.model.isbn import digits_of
from pipeline.model.manuscript import Metadata
from pipeline.resolve.publish.filing import filed_title

IDENTIFIER_ID = "pub-id"

_PARTS: Mapping[Role, tuple[str, str]] = {"author": ("creator", "aut"), "reviewer": ("contributor", "rev")}
"""The element of Dublin Core and the MARC relator code of each part that somebody can have in a text."""


@dataclass(frozen=True, slots=True)
class MetadataEntry:
    """One element of the package's metadata: a Dublin Core name, `meta` or `link`, its text and attributes."""

    name: str
    text: str | None
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def dublin_core(self) -> bool:
        """Whether the element belongs to Dublin Core."""
        return self.name not in ("meta", "link")


def meta(text: str, name: str, **attributes: str) -> MetadataEntry:
    """`<meta property=name …>text</meta>`."""
    return MetadataEntry("meta", text, (("property", name), *attributes.items()))


def describe(
    metadata: Metadata, identity: Identity, page_source: str, languages: Iterable[str] = ()
) -> tuple[MetadataEntry, ...]:
    """All that is known of the book, but for its accessibility; `page_source` names what the pages are of.

    `languages` are those of its documents in their order. A word in another language is marked where it stands, and
    makes no book in that language.
    """
    entries = [
        *_identifiers(metadata, identity),
        *_titles(metadata),
        *(MetadataEntry("language", said) for said in dict.fromkeys((metadata.language, *languages))),
        *_credits(metadata),
    ]
    for name, text in (
        ("publisher", metadata.publisher),
        ("date", metadata.created),
        ("description", metadata.description),
        ("rights", metadata.rights),
    ):
        entries += [MetadataEntry(name, text)] if text else []
    entries += _subjects(metadata)
    if page_source:
        entries += [MetadataEntry("source", page_source, (("id", "pages-of"),)), meta(page_source, "pageBreakSource")]
    entries += [meta(identity.copy, "dcterms:provenance")] if identity.copy else []
    entries += _series(metadata)
    entries += [meta(metadata.version, "schema:version")] if metadata.version else []
    if metadata.licence_url:
        entries.append(
            MetadataEntry("link", None, (("rel", "dcterms:rights"), ("href", encoded(metadata.licence_url))))
        )
    return tuple(entries)


def _identifiers(metadata: Metadata, identity: Identity) -> Iterator[MetadataEntry]:
    """The version's own, then those of the text in any format and of this format; ONIX list 5 says of what kind."""
    yield MetadataEntry("identifier", book_identifier(metadata, identity), (("id", IDENTIFIER_ID),))
    if metadata.address:
        yield MetadataEntry("identifier", metadata.address, (("id", "address"),))
    isbn = dict(metadata.isbns).get(plain_format(EPUB).name)
    for name, number, kind in (
        ("doi", f"urn:doi:{metadata.doi}" if metadata.doi else "", "06"),
        ("isbn", f"urn:isbn:{digits_of(isbn)}" if isbn else "", "15"),
    ):
        if number:
            yield MetadataEntry("identifier", number, (("id", name),))
            yield meta(kind, "identifier-type", refines=f"#{name}", scheme="onix:codelist5")


def _titles(metadata: Metadata) -> Iterator[MetadataEntry]:
    for kind, identifier, title in (("main", "title", metadata.title), ("subtitle", "subtitle", metadata.subtitle)):
        if title:
            yield MetadataEntry("title", title, (("id", identifier),))
            yield meta(kind, "title-type", refines=f"#{identifier}")
            yield from _filed(title, filed_title(title, metadata.language), identifier)


def _filed(shown: str, filed: str, identifier: str) -> Iterator[MetadataEntry]:
    if filed != shown:
        yield meta(filed, "file-as", refines=f"#{identifier}")


def _credits(metadata: Metadata) -> Iterator[MetadataEntry]:
    """Authors as creators, others as contributors. Where no author is named, the publisher speaks."""
    body = Credit(metadata.publisher, filed_title(metadata.publisher, "en"))
    named = metadata.credits if metadata.authors else (body, *metadata.credits)
    for element in ("creator", "contributor"):
        part = [credit for credit in named if credit.name and _PARTS[credit.role][0] == element]
        for number, credit in enumerate(part, 1):
            identifier = f"{element}-{number}"
            yield MetadataEntry(element, credit.name, (("id", identifier),))
            yield meta(_PARTS[credit.role][1], "role", refines=f"#{identifier}", scheme="marc:relators")
            yield meta(credit.file_as, "file-as", refines=f"#{identifier}")
            yield meta(str(number), "display-seq", refines=f"#{identifier}")


def _subjects(metadata: Metadata) -> Iterator[MetadataEntry]:
    for number, subject in enumerate(metadata.subjects, 1):
        identifier = f"subject-{number}"
        yield MetadataEntry("subject", subject.label, (("id", identifier),))
        if subject.scheme:
            yield meta(subject.scheme, "authority", refines=f"#{identifier}")
            yield meta(subject.code, "term", refines=f"#{identifier}")


def _series(metadata: Metadata) -> Iterator[MetadataEntry]:
    if metadata.series:
        yield meta(metadata.series, "belongs-to-collection", id="series")
        yield meta("series", "collection-type", refines="#series")
        yield from _filed(metadata.series, filed_title(metadata.series, metadata.language), "series")
        if metadata.series_position:
            yield meta(str(metadata.series_position), "group-position", refines="#series")
