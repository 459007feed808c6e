"""Our own checks of finished PDFs, EPUBs and web pages; what a file contains."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from functools import partial

from lxml import etree, html

from pipeline.core.diagnostics import Diagnostic, Diagnostics, Location
from pipeline.core.documents.xhtml import MATHML, SVG, XHTML
from pipeline.core.messages import message
from pipeline.model.formats import EPUB, PDF, PDF_VARIANTS, FileContents, format_row
from pipeline.proof import page_checks, pdf_checks
from pipeline.proof.book_reader import EpubBook, UnreadableBook, XhtmlText, is_remote, read_book
from pipeline.proof.comparison import book_differences, page_differences, pdf_differences
from pipeline.proof.expected_content import ExpectedContent, ProofJob, foreign_pages
from pipeline.proof.page_checks import drawing_faults, styled_addresses
from pipeline.proof.pdf_checks import claimed_standards, glyph_faults, structure_faults
from pipeline.proof.pdf_reader import NOTE_TAGS, PdfReading, open_pdf
from pipeline.proof.print_checks import check_print_pdf


def every_drawing_and_style_sheet_is_complete(book: EpubBook) -> Iterator[Diagnostic]:
    """Drawings have a viewBox and no program; style sheets fetch nothing and name existing files."""
    for item in book.manifest:
        content = book.files.get(item.path, b"")
        if item.media_type == "image/svg+xml":
            yield from drawing_faults(content, item.path, book.place)
        if item.media_type == "text/css":
            sheet = XhtmlText(book.place, item.path, f"'{item.path}'", book.package)
            for address in styled_addresses(content.decode("utf-8", "replace")):
                if is_remote(address):
                    yield sheet.fault(f"'{address}' would be fetched from elsewhere", "proof-text-active")
                elif not address.startswith(("data:", "#")) and (reason := book.missing(*sheet.target(address))):
                    yield sheet.fault(f"'{address}' leads nowhere: {reason}")


DOCUMENT_CHECKS: tuple[Callable[[XhtmlText], Iterator[Diagnostic]], ...] = (
    page_checks.every_id_is_unique,
    page_checks.every_link_has_words,
    page_checks.nothing_is_fetched,
    page_checks.nothing_runs,
    page_checks.document_is_not_empty,
    page_checks.document_has_a_language,
    page_checks.heading_levels_are_not_skipped,
    page_checks.every_table_has_heads,
    page_checks.every_formula_has_words,
    page_checks.every_picture_says_what_it_shows,
    page_checks.every_drawing_speaks_or_is_hidden,
    pdf_checks.no_picture_in_the_text_has_notes,
)
"""Checks of every document of a book, and of web pages."""


def _document_faults(text: XhtmlText, reason_missing: page_checks.ReasonMissing) -> Iterator[Diagnostic]:
    for check in DOCUMENT_CHECKS:
        yield from check(text)
    yield from page_checks.every_link_target_exists(text, reason_missing)


def check_epub(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Check a book."""
    diagnostics, place = Diagnostics(), Location(job.path)
    try:
        book = read_book(job.content, place)
        diagnostics.extend(every_drawing_and_style_sheet_is_complete(book))
        diagnostics.extend(pdf_checks.no_picture_of_the_book_has_notes(book))
    except UnreadableBook as refusal:
        return (message("proof-unreadable", place, kind="an EPUB", reason=f": {refusal}"),)
    for text in book.texts.values():
        diagnostics.extend(_document_faults(text, book.missing))
    if job.promise:
        diagnostics.extend(book_differences(book, job.promise, job.path))
    return diagnostics.remarks


def count_contents(content: bytes, format: str) -> FileContents:
    """Count the contents of a file of a format; empty if it cannot be read."""
    kind = format_row(format).kind
    return _in_pdf(content) if kind is PDF else _in_book(content) if kind is EPUB else FileContents()


def _in_pdf(content: bytes) -> FileContents:
    with open_pdf(content) as file:
        if file is None or file.tags is None:
            return FileContents()
        tags = file.tags.all
        kinds = Counter(tag.kind for tag in tags)
        return FileContents(
            claims=claimed_standards(file),
            pictures=kinds["Figure"],
            told=sum(1 for tag in tags if tag.kind == "Figure" and tag.alt.strip()),
            tables=kinds["Table"],
            notes=sum(kinds[kind] for kind in NOTE_TAGS),
        )


def _in_book(content: bytes) -> FileContents:
    try:
        book = read_book(content, Location("book.epub"))
    except UnreadableBook:
        return FileContents()
    texts = book.texts.values()
    pictures = [picture for text in texts for picture in text.of("img")]
    return FileContents(
        claims=book.metadata("dcterms:conformsTo"),
        pictures=len(pictures),
        told=sum(1 for picture in pictures if (picture.get("alt") or "").strip()),
        tables=sum(1 for text in texts for _ in text.of("table")),
        notes=sum(attributes.get("role") == "doc-footnote" for text in texts for _, attributes in text.attributes),
    )


PAGE_NAME = "the page"


def check_web_page(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Check a web page. Its links to other files cannot be checked with the page alone."""
    diagnostics, place = Diagnostics(), Location(job.path)
    content, pictures = take_out_pictures(job.content)
    root = parse_page(content)
    if root is None:
        return (message("proof-text", place, document=PAGE_NAME, fault="there is nothing to read"),)
    page = XhtmlText(place, "", PAGE_NAME, root, pictures)
    diagnostics.extend(_document_faults(page, partial(_reason_missing, page)))
    if job.promise:
        diagnostics.extend(page_differences(page, job.promise, job.path))
    return diagnostics.remarks


def _reason_missing(page: XhtmlText, path: str, anchor: str) -> str:
    return "there is no such place" if path == page.path and anchor and anchor not in page.ids else ""


def parse_page(content: bytes) -> etree._Element | None:
    """Parse a page as XHTML with namespaces; None if it is empty."""
    try:
        root = html.document_fromstring(content, parser=html.HTMLParser(encoding="utf-8", remove_comments=True))
    except etree.ParserError:
        return None
    _add_namespaces(root, XHTML)
    return root


def _add_namespaces(element: etree._Element, namespace: str) -> None:
    """Add the namespaces that HTML leaves out, and restore the capital of 'viewBox'."""
    if not isinstance(element.tag, str):
        return
    element_namespace = {"svg": SVG, "math": MATHML}.get(element.tag, namespace)
    element.tag = f"{{{element_namespace}}}{element.tag}"
    if "viewbox" in element.attrib:
        element.set("viewBox", element.attrib.pop("viewbox"))
    for child in element:
        _add_namespaces(child, XHTML if element.tag == f"{{{SVG}}}foreignobject" else element_namespace)


_EMBEDDED_PICTURE = re.compile(rb'(?<=src="data:image/)([a-z+]+;base64,)([A-Za-z0-9+/=]{200,})(?=")')


def take_out_pictures(page: bytes) -> tuple[bytes, Mapping[str, memoryview]]:
    """Replace long pictures by numbers; returns the page, and the pictures in base64 by address."""
    parts: list[bytes] = []
    pictures: dict[str, memoryview] = {}
    view, end = memoryview(page), 0
    for number, match in enumerate(_EMBEDDED_PICTURE.finditer(page)):
        parts += [page[end : match.start(2)], b"%d" % number]
        pictures[f"data:image/{match[1].decode()}{number}"] = view[match.start(2) : match.end(2)]
        end = match.end(2)
    return b"".join([*parts, page[end:]]), pictures


def check_pdf(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Check a PDF: tags, glyphs, and that it contains its text."""
    diagnostics, variant = Diagnostics(), PDF_VARIANTS[job.variant]
    with open_pdf(job.content) as file:
        if file is None:
            return (message("proof-unreadable", Location(job.path), kind="a PDF", reason=""),)
        foreign = foreign_pages(job.promise) if job.promise else frozenset()
        known = job.promise is not None and (variant.tagged or not foreign)
        our_pages = {*range(1, len(file.pages) + 1)} - foreign if known else ()
        diagnostics.extend(glyph_faults(file, job.path, our_pages))
        diagnostics.extend(pdf_checks.picture_note_faults(file.pdf, job.path))
        if not variant.tagged:
            diagnostics.extend(check_print_pdf(job.content, job.path) if variant.inked else ())
            return diagnostics.remarks
        diagnostics.extend(structure_faults(file, job.path))
        if job.promise:
            diagnostics.extend(pdf_differences(file, job.promise, job.path))
            diagnostics.extend(folio_faults(file, job.promise, job.path))
        return diagnostics.remarks


def folio_faults(reading: PdfReading, expected: ExpectedContent, path: str) -> Iterator[Diagnostic]:
    """Report pages of a pack that do not show their folio; a cover need not."""
    folios = [
        (str(passage.first + page - 1), (passage.kind, page) != ("front", 1))
        for passage in expected.passages
        for page in range(1, passage.pages + 1)
    ]
    for number, (folio, printed) in enumerate(folios[: len(reading.pages)] if expected.pack else (), 1):
        if printed and folio not in reading.running_lines(number).split():
            yield message("proof-foot", Location(path, number), place="This page", missing=folio)
