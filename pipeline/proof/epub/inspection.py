"""Inspect a finished EPUB without Java: its words, pictures and links. EPUBCheck judges the rest."""

from collections.abc import Callable, Iterator

from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.core.messages import message
from pipeline.proof.comparison import book_differences
from pipeline.proof.epub.reading import NoBook, ReadBook, read_book
from pipeline.proof.job import ProofJob
from pipeline.proof.markup import text_links, text_pictures, text_structure
from pipeline.proof.markup.text import XhtmlText
from pipeline.proof.markup.text_links import is_remote, styled_addresses
from pipeline.proof.markup.text_pictures import drawing_faults
from pipeline.proof.pdf import picture_notes


def every_picture_and_sheet_stands_by_itself(book: ReadBook) -> Iterator[Diagnostic]:
    """Drawings have a frame and run nothing; style sheets fetch nothing and name what is there."""
    for held in book.manifest:
        content = book.files.get(held.path, b"")
        if held.media_type == "image/svg+xml":
            yield from drawing_faults(content, held.path, book.place)
        if held.media_type == "text/css":
            sheet = XhtmlText(book.place, held.path, f"'{held.path}'", book.package)
            for address in styled_addresses(content.decode("utf-8", "replace")):
                if is_remote(address):
                    yield message(
                        "proof-text-active",
                        book.place,
                        document=sheet.said,
                        fault=f"'{address}' would be fetched from elsewhere",
                    )
                elif not address.startswith(("data:", "#")) and (gone := book.missing(*sheet.target(address))):
                    yield message(
                        "proof-text", book.place, document=sheet.said, fault=f"'{address}' leads nowhere: {gone}"
                    )


OF_BOOK: tuple[Callable[[ReadBook], Iterator[Diagnostic]], ...] = (
    every_picture_and_sheet_stands_by_itself,
    picture_notes.no_picture_of_the_book_has_notes,
)
"""Checks of a book."""

OF_TEXT: tuple[Callable[[XhtmlText], Iterator[Diagnostic]], ...] = (
    text_links.every_id_stands_once,
    text_links.every_link_says_where,
    text_links.nothing_is_fetched,
    text_links.nothing_runs,
    text_structure.the_document_says_something,
    text_structure.every_language_is_said,
    text_structure.headings_follow_each_other,
    text_structure.every_table_has_heads,
    text_structure.every_formula_has_words,
    text_pictures.every_picture_says_what_it_shows,
    text_pictures.every_drawing_speaks_or_is_hidden,
    picture_notes.no_picture_in_the_text_has_notes,
)
"""Checks of every text, in a book or on the web."""


def book_proof(job: ProofJob) -> tuple[Diagnostic, ...]:
    """Faults of a book by our own checks."""
    desk, place = Desk(), Place(job.path)
    try:
        book = read_book(job.content, place)
        for check in OF_BOOK:
            desk.extend(check(book))
    except NoBook as refusal:
        return (message("proof-unreadable", place, kind="an EPUB", reason=f": {refusal}"),)
    for text in book.texts.values():
        for of_text in OF_TEXT:
            desk.extend(of_text(text))
        desk.extend(text_links.every_link_is_held(text, book.missing))
    if job.promise:
        desk.extend(book_differences(book, job.promise, job.path))
    return desk.remarks
