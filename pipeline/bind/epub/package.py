"""Package document: metadata, accessibility, assets."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import BytesIO

from lxml import etree
from PIL import Image

from pipeline.bind.frames import book_identifier, encoded
from pipeline.bind.resources import BookFile
from pipeline.compose.language.words import lang_attribute
from pipeline.core.documents.xhtml import MATHML, SVG, XHTML, XML_LANG
from pipeline.model.bibliography import digits_of
from pipeline.model.formats import EPUB, plain_format
from pipeline.model.manuscript import Conformance, Credit, Metadata, Role
from pipeline.model.sheets import Identity
from pipeline.model.words import Phrases
from pipeline.resolve.filing import filed_title

IDENTIFIER_ID = "pub-id"

_PARTS: Mapping[Role, tuple[str, str]] = {"author": ("creator", "aut"), "reviewer": ("contributor", "rev")}
"""The element of Dublin Core and the MARC relator code of each part that somebody can have in a text."""


@dataclass(frozen=True, slots=True)
class MetadataEntry:
    """One element of the package's metadata: a Dublin Core name, `meta` or `link`, its text and attributes."""

    name: str
    text: str | None
    attributes: tuple[tuple[str, str], ...] = ()


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
        entries.append(_link("dcterms:rights", metadata.licence_url))
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


_NAMES = {"h": XHTML, "m": MATHML, "s": SVG}
_ALWAYS = ("ARIA", "displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents", "unlocked")
_DRAWN = "s:svg[not(ancestor-or-self::*[@aria-hidden='true'])]"
_SHOWN = f"//h:img[not(@alt='' or @role='presentation')] | //{_DRAWN}"
_UNTOLD = f"//h:img[not(@alt)] | //{_DRAWN}[not(s:title or @aria-label or @aria-labelledby)]"
"""Pictures that mean something, and those of them that nothing is said of."""
_OF_FRAMES = ("image/gif", "image/png", "image/webp")
"""Elements and types of pictures that may move."""


@dataclass(frozen=True, slots=True)
class _Found:
    """Features found in the documents."""

    pictures: bool
    told: bool
    """Whether every picture has words that stand for it."""
    described: bool
    """Whether one has a long description."""
    formulas: bool
    spoken: bool
    """Whether every formula has its words."""
    tables: bool
    headed: bool
    """Whether every table has header cells."""
    index: bool
    pages: bool
    animated: bool


def describe_access(
    documents: Iterable[etree._Element], resources: Iterable[BookFile], pages: bool, language: str, words: Phrases
) -> tuple[MetadataEntry, ...]:
    """Metadata on ways of reading the book, aids and hazards; `pages` if pages are marked."""
    found = _found(tuple(documents), resources, pages)
    modes = ("textual", "visual") if found.pictures else ("textual",)
    enough = ([",".join(modes)] if found.pictures else []) + (["textual"] if found.told else [])
    spoken = {XML_LANG: words.language} if lang_attribute(words, language) else {}
    said = ["access-text"]
    for sentence, there in (
        ("access-pictures", found.pictures and found.told),
        ("access-formulas", found.formulas and found.spoken),
        ("access-tables", found.tables and found.headed),
        ("access-pages", found.pages),
    ):
        said += [sentence] if there else []
    return (
        *(meta(mode, "schema:accessMode") for mode in modes),
        *(meta(mode, "schema:accessModeSufficient") for mode in enough),
        *(meta(feature, "schema:accessibilityFeature") for feature in sorted(_features(found), key=str.lower)),
        meta("unknown" if found.animated else "none", "schema:accessibilityHazard"),
        meta(" ".join(map(words.say, said)), "schema:accessibilitySummary", **spoken),
    )


def _found(roots: tuple[etree._Element, ...], resources: Iterable[BookFile], pages: bool) -> _Found:
    def holds(path: str) -> bool:
        return any(bool(root.xpath(path, namespaces=_NAMES)) for root in roots)

    return _Found(
        pictures=holds(_SHOWN),
        told=not holds(_UNTOLD),
        described=holds("//h:img[@aria-details]"),
        formulas=holds("//m:math"),
        spoken=not holds("//m:math[not(@alttext)]"),
        tables=holds("//h:table"),
        headed=not holds("//h:table[not(.//h:th)]"),
        index=holds("//*[@role='doc-index']"),
        pages=pages,
        animated=any(map(_moves, resources)),
    )


def _moves(resource: BookFile) -> bool:
    """Whether a picture has several frames."""
    if resource.media_type not in _OF_FRAMES:
        return False
    with Image.open(BytesIO(resource.content)) as picture:
        return bool(getattr(picture, "is_animated", False))


def _features(found: _Found) -> Iterator[str]:
    """Values of the Schema.org accessibility vocabulary, without those that it calls deprecated."""
    yield from _ALWAYS
    for feature, there in (
        ("alternativeText", found.pictures and found.told),
        ("longDescription", found.described),
        ("MathML", found.formulas),
        ("describedMath", found.formulas and found.spoken),
        ("index", found.index),
        ("pageBreakMarkers", found.pages),
        ("pageNavigation", found.pages),
    ):
        if there:
            yield feature


def describe_conformance(claim: Conformance | None) -> tuple[MetadataEntry, ...]:
    """The claim that somebody has judged the book to meet a standard (EPUB Accessibility 1.1)."""
    if claim is None:
        return ()
    of = {"refines": "#certifier"}
    return (
        meta(f"EPUB Accessibility 1.1 - {claim.level}", "dcterms:conformsTo", id="conformance"),
        meta(claim.certified_by, "a11y:certifiedBy", refines="#conformance", id="certifier"),
        *([meta(claim.on, "dcterms:date", **of)] if claim.on else []),
        *([meta(claim.credential, "a11y:certifierCredential", **of)] if claim.credential else []),
        *([_link("a11y:certifierReport", claim.report, **of)] if claim.report else []),
    )


def _link(rel: str, href: str, **attributes: str) -> MetadataEntry:
    return MetadataEntry("link", None, (("rel", rel), ("href", encoded(href)), *attributes.items()))
