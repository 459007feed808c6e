"""The book's accessibility as the package states it: found in the documents, and by whose judgement it conforms."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from lxml import etree
from PIL import Image

from pipeline.bind.epub.metadata import MetadataEntry, meta
from pipeline.bind.links import encoded
from pipeline.bind.resources import BookFile
from pipeline.compose.language.house import speaking
from pipeline.markup.xhtml import MATHML, SVG, XHTML, XML_LANG
from pipeline.model.manuscript import Conformance
from pipeline.model.words import Words

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
    documents: Iterable[etree._Element], resources: Iterable[BookFile], pages: bool, language: str, words: Words
) -> tuple[MetadataEntry, ...]:
    """Metadata on ways of reading the book, aids and hazards; `pages` if pages are marked."""
    found = _found(tuple(documents), resources, pages)
    modes = ("textual", "visual") if found.pictures else ("textual",)
    enough = ([",".join(modes)] if found.pictures else []) + (["textual"] if found.told else [])
    spoken = {XML_LANG: words.language} if speaking(words, language) else {}
    return (
        *(meta(mode, "schema:accessMode") for mode in modes),
        *(meta(mode, "schema:accessModeSufficient") for mode in enough),
        *(meta(feature, "schema:accessibilityFeature") for feature in sorted(_features(found), key=str.lower)),
        meta("unknown" if found.animated else "none", "schema:accessibilityHazard"),
        meta(_summary(found, words), "schema:accessibilitySummary", **spoken),
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


def _summary(found: _Found, words: Words) -> str:
    said = ["access-text"]
    for sentence, there in (
        ("access-pictures", found.pictures and found.told),
        ("access-formulas", found.formulas and found.spoken),
        ("access-tables", found.tables and found.headed),
        ("access-pages", found.pages),
    ):
        said += [sentence] if there else []
    return " ".join(map(words.say, said))
