"""The package document of a book: what it is, when it changed, and that its own cross-references hold."""

import re
from collections import Counter
from collections.abc import Iterator

from lxml import etree

from pipeline.codes import books
from pipeline.core.diagnostics import Diagnostic
from pipeline.markup.xhtml import XML_LANG
from pipeline.proof.epub.reading import DC, OPF, ReadBook

_UTC = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\dZ")


def the_last_change_is_in_utc(book: ReadBook) -> Iterator[Diagnostic]:
    """One date of the last change, to the second, in UTC with its Z."""
    found = book.said("dcterms:modified")
    if len(found) != 1 or not _UTC.fullmatch(found[0]):
        yield books.MODIFIED.at(book.place, found=", ".join(found) or "no day")


def the_book_says_what_it_is(book: ReadBook) -> Iterator[Diagnostic]:
    """Title, language, publisher and a unique identifier are said, and in what language all this is."""
    for name in ("title", "language", "publisher", "identifier"):
        if not any((element.text or "").strip() for element in book.metadata(f"{DC}{name}")):
            yield _package(book, f"says no {name}")
    unique = book.package.get("unique-identifier", "")
    if not any(element.get("id") == unique for element in book.metadata(f"{DC}identifier")):
        yield _package(book, f"says that '{unique}' is its identifier, and has none of that name")
    languages = [(element.text or "").strip() for element in book.metadata(f"{DC}language")]
    if languages and book.package.get(XML_LANG) != languages[0]:
        own = book.package.get(XML_LANG) or "nothing"
        yield _package(book, f"says that it is in {own} itself, and the book in {languages[0]}")
    yield from (_package(book, fault) for fault in _language_faults(book, languages) if languages)
    if not book.package.get("version", "").startswith("3."):
        yield _package(book, "is not of EPUB 3")


def _language_faults(book: ReadBook, said: list[str]) -> Iterator[str]:
    """Languages that the package names are those of the documents."""
    spoken = {text.root.get("lang", "").strip(): text.said for text in reversed(tuple(book.texts.values()))}
    for language, where in sorted(spoken.items()):
        if language and language not in said:
            yield f"does not say that the book is in '{language}', as {where} is"
    yield from (
        f"says that the book is in '{language}', and no text of it is"
        for language in said[1:]
        if language not in spoken
    )


def the_package_is_sound(book: ReadBook) -> Iterator[Diagnostic]:
    """Ids stand once, what is refined is there, and nothing is empty."""
    ids = Counter(element.get("id") for element in book.package.iter() if element.get("id"))
    for identifier, times in ids.items():
        if times > 1:
            yield _package(book, f"has the id '{identifier}' {times} times")
    for element in book.package.iterfind(f"{OPF}metadata/*"):
        refined = element.get("refines", "")
        if refined and refined.removeprefix("#") not in ids:
            yield _package(book, f"refines '{refined}', which it does not have")
        if _is_empty(element):
            yield _package(book, f"has an empty '{element.get('property') or etree.QName(element).localname}'")


def _is_empty(element: etree._Element) -> bool:
    if etree.QName(element).localname == "link":
        return not element.get("href")
    return not (element.text or "").strip() and not element.get("content")


def _package(book: ReadBook, fault: str) -> Diagnostic:
    return books.PACKAGE.at(book.place, fault=fault)
