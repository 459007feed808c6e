"""A finished EPUB inspected by our own checks, without Java: archive, package, ways in, every text."""

from collections.abc import Callable, Iterator

from pipeline.codes import books
from pipeline.core.diagnostics import Desk, Diagnostic, Place
from pipeline.proof.comparison import book_differences
from pipeline.proof.epub import access as epub_access
from pipeline.proof.epub import archive as epub_archive
from pipeline.proof.epub import navigation as epub_navigation
from pipeline.proof.epub import package as epub_package
from pipeline.proof.epub.reading import NoBook, ReadBook, read_book
from pipeline.proof.job import ProofJob
from pipeline.proof.markup import text_links, text_pictures, text_structure
from pipeline.proof.markup.text import XhtmlText
from pipeline.proof.pdf import picture_notes

OF_BOOK: tuple[Callable[[ReadBook], Iterator[Diagnostic]], ...] = (
    epub_archive.mimetype_comes_first_and_is_stored,
    epub_archive.there_is_one_package,
    epub_archive.every_file_has_a_plain_name_of_its_own,
    epub_archive.the_manifest_lists_every_file,
    epub_archive.properties_are_those_of_the_content,
    epub_archive.there_is_one_navigation_and_at_most_one_cover,
    epub_archive.every_text_stands_once_in_the_reading_order,
    epub_archive.every_picture_and_sheet_stands_by_itself,
    epub_archive.the_older_contents_hold,
    picture_notes.no_picture_of_the_book_has_notes,
    epub_package.the_last_change_is_in_utc,
    epub_package.the_book_says_what_it_is,
    epub_package.the_package_is_sound,
    epub_access.access_is_that_of_the_content,
    epub_access.a_claim_is_known_and_signed,
    epub_access.the_source_of_pages_is_named,
    epub_navigation.every_way_has_a_name,
    epub_navigation.contents_are_the_headings,
    epub_navigation.landmarks_hold,
    epub_navigation.the_page_list_is_all_pages,
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
        return (books.UNREADABLE.at(place, reason=str(refusal)),)
    for text in book.texts.values():
        for of_text in OF_TEXT:
            desk.extend(of_text(text))
        desk.extend(text_links.every_link_is_held(text, book.missing))
    if job.promise:
        desk.extend(book_differences(book, job.promise, job.path))
    return desk.remarks
