"""The ways into a book: contents, landmarks and pages, and the same for old reading systems."""

from collections.abc import Iterator

import pytest
from lxml import etree

from pipeline.core.documents.roles import HEADINGS
from pipeline.core.documents.xhtml import element_text, xml_local_name
from pipeline.model.manuscript import Bookmark
from tests.bind.epub_files import NAMES, files, found, tree
from tests.support.bind import books

BRIEFING = books.briefing()
PACK = books.pack()
DEEP = (
    '<h1 id="title">Cycle marking</h1><h2 id="a">Found</h2><h3 id="b">In towns</h3><h4 id="c">By day</h4>'
    '<h4 id="d">By night</h4><h3 id="e">In villages</h3><h2 id="f">Next</h2>'
)
DEEP_MARKS = (
    Bookmark(1, "title", "Cycle marking"),
    Bookmark(2, "a", "Found"),
    Bookmark(3, "b", "In towns"),
    Bookmark(4, "c", "By day"),
    Bookmark(4, "d", "By night"),
    Bookmark(3, "e", "In villages"),
    Bookmark(2, "f", "Next"),
)


def outline(nav: etree._Element) -> Iterator[tuple[int, str]]:
    """Level and words of each line of the contents."""
    (contents,) = nav.xpath("//h:nav[@id='toc']", namespaces=NAMES)
    for link in contents.iter("{*}a"):
        yield len(list(link.iterancestors("{*}ol"))), element_text(link)


def headings(book: bytes) -> Iterator[tuple[int, str]]:
    """Level and words of each heading of the documents, in reading order."""
    package = tree(book, "content.opf")
    for place in package.xpath("//o:itemref/@idref", namespaces=NAMES):
        (path,) = package.xpath("//o:item[@id=$id and @id!='nav']/@href", namespaces=NAMES, id=place) or ("",)
        for element in tree(book, path).iter("{*}*") if path else ():
            if xml_local_name(element) in HEADINGS:
                yield int(xml_local_name(element)[1]), element_text(element)


@pytest.mark.parametrize("book", [BRIEFING, PACK], ids=["briefing", "pack"])
def test_the_contents_are_the_headings(book: bytes) -> None:
    assert list(outline(tree(book, "nav.xhtml"))) == list(headings(book))


def test_the_contents_go_as_deep_as_the_headings() -> None:
    book = books.briefing(DEEP, bookmarks=DEEP_MARKS, starts=())
    assert list(outline(tree(book, "nav.xhtml"))) == [(mark.level, mark.text) for mark in DEEP_MARKS]


def test_the_page_list_has_every_page_of_the_pdf_by_its_folio() -> None:
    nav = tree(PACK, "nav.xhtml")
    assert found(nav, "//h:nav[@id='pages']//h:a") == ["1", "2", "3", "4", "5", "6", "7", "9", "11"]
    assert found(tree(PACK, "content.opf"), "//o:meta[@property='pageBreakSource']") == found(
        tree(PACK, "content.opf"), "//dc:source"
    )


def test_a_book_without_pages_has_no_page_list() -> None:
    book = books.briefing(starts=())
    assert not found(tree(book, "nav.xhtml"), "//h:nav[@id='pages']")
    assert b"pageList" not in files(book)["EPUB/toc.ncx"]
    package = files(book)["EPUB/content.opf"].decode()
    assert "pageNavigation" not in package
    assert "pageBreakSource" not in package


NCX = {"n": "http://www.daisy.org/z3986/2005/ncx/"}


def test_old_reading_systems_get_two_levels_and_the_pages() -> None:
    starts = books.STARTS[:1]
    root = tree(books.briefing(DEEP, bookmarks=DEEP_MARKS, starts=starts), "toc.ncx")
    points = root.xpath("//n:navPoint", namespaces=NCX)
    assert [(len(list(p.iterancestors("{*}navPoint"))), p[0][0].text) for p in points] == [
        (0, "Cycle marking"),
        (1, "Found"),
        (1, "Next"),
    ]
    metadata = {meta.get("name"): meta.get("content") for meta in root.xpath("//n:meta", namespaces=NCX)}
    assert (metadata["dtb:depth"], metadata["dtb:totalPageCount"], metadata["dtb:maxPageNumber"]) == ("2", "1", "1")
    assert root.xpath("//n:pageTarget/n:content/@src", namespaces=NCX) == ["text/marking.xhtml#page-1"]
