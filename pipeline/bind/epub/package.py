"""Metadata of a book's package document, with its accessibility."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO

from lxml import etree
from PIL import Image

from pipeline.bind.chapters import BookFile
from pipeline.bind.frames import epub_identifier, percent_encode
from pipeline.compose.language.words import lang_attribute
from pipeline.core.documents.xhtml import MATHML, SVG, XHTML, XML_LANG
from pipeline.model.bibliography import isbn_digits
from pipeline.model.formats import EPUB, plain_format
from pipeline.model.manuscript import Conformance, Credit, Metadata, Role
from pipeline.model.sheets import Identity
from pipeline.model.words import Phrases
from pipeline.resolve.sort_keys import sortable_title

IDENTIFIER_ID = "pub-id"

_ELEMENT_AND_RELATOR: Mapping[Role, tuple[str, str]] = {
    "author": ("creator", "aut"),
    "reviewer": ("contributor", "rev"),
}
"""The Dublin Core element and the MARC relator code for each role of a person."""


@dataclass(frozen=True, slots=True)
class MetadataEntry:
    """An element of the package metadata: a Dublin Core name, `meta` or `link`, its text and attributes."""

    name: str
    text: str | None
    attributes: tuple[tuple[str, str], ...] = ()


def meta(text: str, name: str, **attributes: str) -> MetadataEntry:
    """Return `<meta property=name …>text</meta>`."""
    return MetadataEntry("meta", text, (("property", name), *attributes.items()))


def list_metadata(
    metadata: Metadata, identity: Identity, page_source: str, languages: Iterable[str] = ()
) -> tuple[MetadataEntry, ...]:
    """List the book's metadata, without its accessibility.

    `page_source` identifies the PDF whose pages are marked. `languages` are the documents' languages in order; words in
    another language within a document do not count.
    """
    entries = [
        *_identifiers(metadata, identity),
        *_titles(metadata),
        *(MetadataEntry("language", language) for language in dict.fromkeys((metadata.language, *languages))),
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
    """Yield the identifiers of the version, the text and this format; ONIX code list 5 has their kinds."""
    yield MetadataEntry("identifier", epub_identifier(metadata, identity), (("id", IDENTIFIER_ID),))
    if metadata.address:
        yield MetadataEntry("identifier", metadata.address, (("id", "address"),))
    isbn = dict(metadata.isbns).get(plain_format(EPUB).name)
    for name, number, kind in (
        ("doi", f"urn:doi:{metadata.doi}" if metadata.doi else "", "06"),
        ("isbn", f"urn:isbn:{isbn_digits(isbn)}" if isbn else "", "15"),
    ):
        if number:
            yield MetadataEntry("identifier", number, (("id", name),))
            yield meta(kind, "identifier-type", refines=f"#{name}", scheme="onix:codelist5")


def _titles(metadata: Metadata) -> Iterator[MetadataEntry]:
    for kind, identifier, title in (("main", "title", metadata.title), ("subtitle", "subtitle", metadata.subtitle)):
        if title:
            yield MetadataEntry("title", title, (("id", identifier),))
            yield meta(kind, "title-type", refines=f"#{identifier}")
            yield from _file_as(title, sortable_title(title, metadata.language), identifier)


def _file_as(shown: str, filed: str, identifier: str) -> Iterator[MetadataEntry]:
    if filed != shown:
        yield meta(filed, "file-as", refines=f"#{identifier}")


def _credits(metadata: Metadata) -> Iterator[MetadataEntry]:
    """Yield authors as creators and others as contributors; without authors, the publisher is the creator."""
    publisher = Credit(metadata.publisher, sortable_title(metadata.publisher, "en"))
    credits = metadata.credits if metadata.authors else (publisher, *metadata.credits)
    for element in ("creator", "contributor"):
        credited = [credit for credit in credits if credit.name and _ELEMENT_AND_RELATOR[credit.role][0] == element]
        for number, credit in enumerate(credited, 1):
            identifier = f"{element}-{number}"
            yield MetadataEntry(element, credit.name, (("id", identifier),))
            yield meta(_ELEMENT_AND_RELATOR[credit.role][1], "role", refines=f"#{identifier}", scheme="marc:relators")
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
        yield from _file_as(metadata.series, sortable_title(metadata.series, metadata.language), "series")
        if metadata.series_position:
            yield meta(str(metadata.series_position), "group-position", refines="#series")


_NAMES = {"h": XHTML, "m": MATHML, "s": SVG}
_ALWAYS = ("ARIA", "displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents", "unlocked")
_DRAWINGS = "s:svg[not(ancestor-or-self::*[@aria-hidden='true'])]"
_PICTURES = f"//h:img[not(@alt='' or @role='presentation')] | //{_DRAWINGS}"
_PICTURES_WITHOUT_TEXT = f"//h:img[not(@alt)] | //{_DRAWINGS}[not(s:title or @aria-label or @aria-labelledby)]"
"""XPath of pictures that mean something, and of those without alt text."""
_ANIMATED_TYPES = ("image/gif", "image/png", "image/webp")
"""Media types of pictures that may be animated."""


def list_accessibility(
    documents: Sequence[etree._Element], resources: Iterable[BookFile], pages: bool, language: str, words: Phrases
) -> list[MetadataEntry]:
    """List access modes, features, hazards and the summary; `pages` if page starts are marked.

    The features are the values of the Schema.org accessibility vocabulary that are not deprecated.
    """

    def holds(path: str) -> bool:
        return any(bool(root.xpath(path, namespaces=_NAMES)) for root in documents)

    has_pictures, has_formulas, has_tables = holds(_PICTURES), holds("//m:math"), holds("//h:table")
    all_have_alt_text = not holds(_PICTURES_WITHOUT_TEXT)
    has_alt_text = has_pictures and all_have_alt_text
    has_formula_text = has_formulas and not holds("//m:math[not(@alttext)]")
    features = {
        **dict.fromkeys(_ALWAYS, True),
        "alternativeText": has_alt_text,
        "longDescription": holds("//h:img[@aria-details]"),
        "MathML": has_formulas,
        "describedMath": has_formula_text,
        "index": holds("//*[@role='doc-index']"),
        "pageBreakMarkers": pages,
        "pageNavigation": pages,
    }
    sentences = {
        "access-text": True,
        "access-pictures": has_alt_text,
        "access-formulas": has_formula_text,
        "access-tables": has_tables and not holds("//h:table[not(.//h:th)]"),
        "access-pages": pages,
    }
    modes = ["textual", "visual"] if has_pictures else ["textual"]
    sufficient_modes = [",".join(modes)] * has_pictures + ["textual"] * all_have_alt_text
    summary = " ".join(words.say(sentence) for sentence, applies in sentences.items() if applies)
    language_attribute = {XML_LANG: words.language} if lang_attribute(words, language) else {}
    present_features = sorted((feature for feature, applies in features.items() if applies), key=str.lower)
    return [
        *(meta(mode, "schema:accessMode") for mode in modes),
        *(meta(mode, "schema:accessModeSufficient") for mode in sufficient_modes),
        *(meta(feature, "schema:accessibilityFeature") for feature in present_features),
        meta("unknown" if any(map(_is_animated, resources)) else "none", "schema:accessibilityHazard"),
        meta(summary, "schema:accessibilitySummary", **language_attribute),
    ]


def _is_animated(resource: BookFile) -> bool:
    if resource.media_type not in _ANIMATED_TYPES:
        return False
    with Image.open(BytesIO(resource.content)) as picture:
        return bool(getattr(picture, "is_animated", False))


def list_conformance(claim: Conformance | None) -> tuple[MetadataEntry, ...]:
    """List the claim that the book has been judged to meet a standard (EPUB Accessibility 1.1)."""
    if claim is None:
        return ()
    refines = {"refines": "#certifier"}
    return (
        meta(f"EPUB Accessibility 1.1 - {claim.level}", "dcterms:conformsTo", id="conformance"),
        meta(claim.certified_by, "a11y:certifiedBy", refines="#conformance", id="certifier"),
        *([meta(claim.on, "dcterms:date", **refines)] if claim.on else []),
        *([meta(claim.credential, "a11y:certifierCredential", **refines)] if claim.credential else []),
        *([_link("a11y:certifierReport", claim.report, **refines)] if claim.report else []),
    )


def _link(rel: str, href: str, **attributes: str) -> MetadataEntry:
    return MetadataEntry("link", None, (("rel", rel), ("href", percent_encode(href)), *attributes.items()))
