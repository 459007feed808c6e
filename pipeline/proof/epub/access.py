"""A book's claims on its accessibility, held against what is in it."""

from collections.abc import Callable, Iterator

from pipeline.codes import books
from pipeline.core.diagnostics import Diagnostic
from pipeline.proof.epub.reading import DC, OPF, ReadBook
from pipeline.proof.markup.text import EPUB_TYPE, MATHML, SVG, XhtmlText, hidden, speaks
from pipeline.proof.markup.text_pictures import is_silent

_SUFFICIENT = "schema:accessModeSufficient"
_LEVELS = ("A", "AA", "AAA")
CLAIMS = frozenset(
    f"EPUB Accessibility 1.1 - WCAG {version} Level {level}" for version in ("2.0", "2.1", "2.2") for level in _LEVELS
)
"""Claims of conformance that readers and libraries know."""


def access_is_that_of_the_content(book: ReadBook) -> Iterator[Diagnostic]:
    """Each way of reading and each feature is named where the book has it, and only there; a cover is not counted."""
    modes, features = book.said("schema:accessMode"), book.said("schema:accessibilityFeature")
    shows, formulas = any(map(_shows_pictures, book.matter)), _any(book, _has_formulas)
    for word, found, there in (
        ("textual", modes, any(speaks(text.root) for text in book.texts.values())),
        ("visual", modes, shows),
        ("alternativeText", features, shows),
        ("longDescription", features, _any(book, lambda text: _has(text, "aria-details"))),
        ("MathML", features, formulas),
        ("describedMath", features, formulas and not _any(book, _has_silent_formulas)),
        ("pageBreakMarkers", features, _any(book, _has_marks)),
        ("pageNavigation", features, book.navigation("page-list") is not None),
        ("tableOfContents", features, book.navigation("toc") is not None),
    ):
        if there and word not in found:
            yield _access(book, f"leaves out '{word}', though the book has what that stands for")
        if not there and word in found:
            yield _access(book, f"names '{word}', and the book has nothing that it stands for")
    sufficient = {frozenset(word.strip() for word in said.split(",")) for said in book.said(_SUFFICIENT)}
    if frozenset({"textual"}) not in sufficient and not _any(book, _is_silent):
        yield _access(book, "does not say that the words alone suffice, though every picture has words")


def _any(book: ReadBook, holds: Callable[[XhtmlText], bool]) -> bool:
    return any(holds(text) for text in book.texts.values())


def _shows_pictures(text: XhtmlText) -> bool:
    """Whether there is anything to look at that is no decoration."""
    pictures = (picture for picture in text.of("img") if picture.get("alt") != "")
    return any(not hidden(shown) for shown in (*pictures, *text.of("svg", namespace=SVG)))


def _is_silent(text: XhtmlText) -> bool:
    """Whether a picture or a drawing of a text has no words that stand for it."""
    untold = any(picture.get("alt") is None for picture in text.of("img"))
    return untold or any(is_silent(drawing, text) for drawing in text.of("svg", namespace=SVG))


def _has(text: XhtmlText, attribute: str) -> bool:
    return any(own.get(attribute) for _, own in text.attributes)


def _has_formulas(text: XhtmlText) -> bool:
    return next(text.of("math", namespace=MATHML), None) is not None


def _has_silent_formulas(text: XhtmlText) -> bool:
    return any(not formula.get("alttext", "").strip() for formula in text.of("math", namespace=MATHML))


def _has_marks(text: XhtmlText) -> bool:
    return any("pagebreak" in own.get(EPUB_TYPE, "").split() for _, own in text.attributes)


def a_claim_is_known_and_signed(book: ReadBook) -> Iterator[Diagnostic]:
    """A claim of conformance is one that is known, and says who evaluated the book; nobody signs without a claim."""
    claims = [meta for meta in book.metadata(f"{OPF}meta") if meta.get("property") == "dcterms:conformsTo"]
    signed = [meta for meta in book.metadata(f"{OPF}meta") if meta.get("property") == "a11y:certifiedBy"]
    for claim in claims:
        said = (claim.text or "").strip()
        if said not in CLAIMS:
            yield books.CONFORMANCE.at(book.place, fault=f"is '{said}', which no reader knows")
        own = {f"#{claim.get('id')}"} if claim.get("id") else set()
        if not any(meta.get("refines") in own and (meta.text or "").strip() for meta in signed):
            yield books.CONFORMANCE.at(book.place, fault="does not say who evaluated it")
    if signed and not claims:
        yield books.CONFORMANCE.at(book.place, fault="is signed and not made")


def the_source_of_pages_is_named(book: ReadBook) -> Iterator[Diagnostic]:
    """A book whose pages are marked says of which edition they are, and no other says so."""
    named = book.said("pageBreakSource")
    marked = _any(book, _has_marks)
    if marked and len([source for source in named if source]) != 1:
        yield books.PAGE_SOURCE.at(book.place, fault="has marks of pages and does not say of which edition")
    if named and not marked:
        yield books.PAGE_SOURCE.at(book.place, fault="names an edition whose pages it does not mark")
    sources = [(element.text or "").strip() for element in book.metadata(f"{DC}source")]
    if named and sources and not set(named) & set(sources):
        yield books.PAGE_SOURCE.at(book.place, fault="names one source of its pages, and another of its text")


def _access(book: ReadBook, fault: str) -> Diagnostic:
    return books.ACCESS.at(book.place, fault=fault)
