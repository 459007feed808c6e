"""The ways into a book: its contents are its headings, its page list is all its pages."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest

from lxml import etree

from pipeline.codes import books
from pipeline.core.diagnostics import Diagnostic
from pipeline.markup.xhtml import XHTML
from pipeline.proof.epub.reading import ReadBook
from pipeline.proof.markup.text import EPUB_TYPE, XhtmlText, local, own_words, short
from pipeline.proof.promise import letters


@dataclass(frozen=True, slots=True)
class ContentsLine:
    """A line of the contents: how deep it stands, its words, the file and id it leads to."""

    depth: int
    words: str
    path: str
    anchor: str


def contents_are_the_headings(book: ReadBook) -> Iterator[Diagnostic]:
    """Each line leads to a heading and has its words; lines stand in order and as deep as the headings do."""
    toc = book.navigation("toc")
    if toc is None or book.nav is None:
        yield books.CONTENTS.at(book.place, difference="there are none")
        return
    lines = list(_lines(toc, book.nav))
    headings = list(_headings(book))
    place = book.place
    for line, heading in zip_longest(lines, headings):
        if line is None:
            yield books.CONTENTS.at(place, difference=f"'{short(heading.words)}' is missing")
            return
        if heading is None:
            yield books.CONTENTS.at(place, difference=f"'{short(line.words)}' is one too many")
            return
        if letters(line.words) != letters(heading.words):
            said = f"'{short(line.words)}' stands where '{short(heading.words)}' should"
            yield books.CONTENTS.at(place, difference=said)
            return
        if (line.path, line.anchor) not in ((heading.path, heading.anchor), (heading.path, "")):
            yield books.CONTENTS.at(place, difference=f"'{short(line.words)}' leads to another place")
        if line.depth != heading.depth:
            said = f"'{short(line.words)}' stands at level {line.depth}, and its heading at level {heading.depth}"
            yield books.CONTENTS.at(place, difference=said)


def _lines(toc: etree._Element, nav: XhtmlText, depth: int = 0) -> Iterator[ContentsLine]:
    for element in toc:
        name = local(element)
        if name == "a" and element.get("href") is not None:
            yield ContentsLine(depth, heading_words(element), *nav.target(element.get("href", "")))
        else:
            yield from _lines(element, nav, depth + (name == "ol"))


def _headings(book: ReadBook) -> Iterator[ContentsLine]:
    """Every heading, however deep; a text without one counts by its title."""
    for text in book.matter:
        if not text.headings:
            yield ContentsLine(1, text.title.partition(" – ")[0], text.path, "")
        for heading in text.headings:
            yield ContentsLine(int(local(heading)[1]), heading_words(heading), text.path, heading.get("id", ""))


def heading_words(element: etree._Element) -> str:
    """The words of a heading, without calls of notes and marks of pages."""
    return " ".join("".join(_words(element)).split())


def _words(element: etree._Element) -> Iterator[str]:
    if {"doc-noteref", "doc-pagebreak"} & set(element.get("role", "").split()):
        return
    yield own_words(element) if local(element) in ("math", "img") else ""
    yield element.text or ""
    for child in element:
        if local(element) != "math":
            yield from _words(child)
        yield child.tail or ""


_NUMBER = ("data-page", "aria-label", "title")
"""Attributes of a mark that say its number; a label may say more."""


def the_page_list_is_all_pages(book: ReadBook) -> Iterator[Diagnostic]:
    """Every mark of a page is listed once, in the order of the text, under the number that it bears."""
    marks = [
        (text.path, element.get("id", ""), next(filter(None, map(element.get, _NUMBER)), ""))
        for text in book.texts.values()
        for element in text.elements
        if "pagebreak" in element.get(EPUB_TYPE, "").split() or "doc-pagebreak" in element.get("role", "").split()
    ]
    numbers = [number for _, _, number in marks]
    place = book.place
    for number in sorted({n for n in numbers if numbers.count(n) > 1}):
        yield books.PAGES.at(place, difference=f"page {number} is marked {numbers.count(number)} times")
    whole = [int(number) for number in numbers if number.isdecimal()]
    if whole != sorted(whole):
        yield books.PAGES.at(place, difference="the marks are not in the order of the pages")
    pages = book.navigation("page-list")
    if pages is None or book.nav is None:
        if marks:
            yield books.PAGES.at(place, difference="pages are marked, and there is no list")
        return
    links = pages.iter(f"{{{XHTML}}}a")
    listed = [(*book.nav.target(link.get("href", "")), heading_words(link)) for link in links]
    for mark, line in zip_longest(marks, listed):
        if mark != line:
            meant, said = (f"page {found[2]}" if found else "nothing" for found in (mark, line))
            yield books.PAGES.at(
                place, difference=f"where {meant} should stand, the list has {said}{_other(mark, line)}"
            )
            return


def _other(mark: tuple[str, str, str] | None, line: tuple[str, str, str] | None) -> str:
    """Words where a line has the number of its mark and leads to another place."""
    return ", which leads to another place" if mark and line and mark[2] == line[2] else ""
