"""What the package says of the book's accessibility, found in the documents. Claims no conformance: a person must."""

from __future__ import annotations

from collections.abc import Iterable

from lxml import etree

from pipeline.bind.epub_metadata import Entry, meta
from pipeline.bind.resources import Resource
from pipeline.bind.xhtml import MATHML, SVG, XHTML

_NAMES = {"h": XHTML, "m": MATHML, "s": SVG}
_ALWAYS = ("ARIA", "displayTransformability", "readingOrder", "structuralNavigation", "tableOfContents")
_SHOWN = "//h:img[not(@alt='')] | //s:svg[not(@aria-hidden='true') and not(ancestor::*[@aria-hidden='true'])]"


def describe_access(
    documents: Iterable[etree._Element], resources: Iterable[Resource], pages: bool
) -> tuple[Entry, ...]:
    """How the book can be read, what helps in reading it and what might harm; `pages` if pages are marked."""
    roots = tuple(documents)

    def holds(path: str) -> bool:
        return any(bool(root.xpath(path, namespaces=_NAMES)) for root in roots)

    pictures, formulas, tables = holds(_SHOWN), holds("//m:math"), holds("//h:table")
    features = set(_ALWAYS)
    features |= {"pageBreakMarkers", "pageNavigation"} if pages else set()
    features |= {"alternativeText"} if pictures else set()
    features |= {"longDescription"} if holds("//h:img[@aria-details]") else set()
    features |= {"MathML"} if formulas else set()
    features |= {"describedMath"} if formulas and not holds("//m:math[not(@alttext)]") else set()
    animated = any(resource.media_type in ("image/gif", "image/webp") for resource in resources)
    return (
        *(meta(mode, "schema:accessMode") for mode in ("textual", *(("visual",) if pictures else ()))),
        *([meta("textual,visual", "schema:accessModeSufficient")] if pictures else []),
        meta("textual", "schema:accessModeSufficient"),
        *(meta(feature, "schema:accessibilityFeature") for feature in sorted(features, key=str.lower)),
        meta("unknown" if animated else "none", "schema:accessibilityHazard"),
        meta(_summary(pictures, tables, pages), "schema:accessibilitySummary"),
    )


def _summary(pictures: bool, tables: bool, pages: bool) -> str:
    said = ["The text can be read in any size, font and colour, and aloud; headings and links are marked as such."]
    said += ["Every picture has a text alternative."] if pictures else []
    said += ["Tables have header cells."] if tables else []
    said += ["The pages of the PDF edition are marked."] if pages else []
    return " ".join(said)
