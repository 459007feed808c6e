"""The EPUB: what is in the archive, and what its documents say."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.bind.chapters import ReflowingChapter, leads_within_book, list_reflowing_chapters
from pipeline.bind.epub.book import bind_epub
from pipeline.model.manuscript import Chapter
from pipeline.model.sheets import PageStart
from tests.bind.epub_files import files, found, tree
from tests.support.bind import books
from tests.support.other_machines import elsewhere
from tests.support.proof.reference_validators import checked

BRIEFING = books.briefing()
PACK = books.pack()
TEXT = tree(BRIEFING, "text/marking.xhtml")


def test_the_files_of_a_pack() -> None:
    assert list(files(PACK)) == [
        "mimetype",
        "META-INF/container.xml",
        "EPUB/content.opf",
        "EPUB/nav.xhtml",
        "EPUB/toc.ncx",
        "EPUB/style.css",
        "EPUB/images/219af846ba5d.svg",
        "EPUB/text/title-page.xhtml",
        "EPUB/text/contents.xhtml",
        "EPUB/text/marking.xhtml",
        "EPUB/text/lighting.xhtml",
        "EPUB/text/pack-references.xhtml",
    ]
    assert found(tree(PACK, "content.opf"), "//o:itemref/@idref") == [
        "text-title-page", "text-contents", "text-marking", "text-lighting", "text-pack-references",
    ]  # fmt: skip


@pytest.mark.proof
def test_the_same_book_is_the_same_bytes_anywhere() -> None:
    script = (
        "import sys; from tests.support.bind import books; sys.stdout.buffer.write(books.briefing() + books.pack())"
    )
    assert set(elsewhere(script)) == {BRIEFING + PACK}


@pytest.mark.proof
def test_epubcheck_has_no_error_and_no_warning(tmp_path: Path) -> None:
    kinds = (books.briefing, books.pack, books.formulas, books.welsh, books.bilingual, books.judged)
    assert checked({bind.__name__: bind() for bind in kinds}, tmp_path) == []


def test_status_and_date_produced_are_text() -> None:
    assert found(TEXT, "//h:body/h:p[@class='page-status']") == ["SAMPLE · DRAFT"]
    assert found(TEXT, "//*[@id='slot-produced']") == ["This copy produced 26 April 2024"]
    assert not found(TEXT, "//@data-slot")


def test_a_status_that_the_text_says_is_not_said_twice() -> None:
    book = books.briefing('<p id="b1" class="status">Status: <strong>SAMPLE</strong></p>', bookmarks=(), starts=())
    assert found(tree(book, "text/marking.xhtml"), "//h:body/h:p[@class='page-status']") == ["DRAFT"]


def test_chapters_know_the_pages_that_start_in_them() -> None:
    chapters = (Chapter("cover", "A", ""), Chapter("contents", "B", ""))
    text = replace(books.manuscript(), chapters=chapters)
    starts = (PageStart(1, "cover.title", 0), PageStart(2, "contents.b1", 4))
    assert [(c.starts, c.first) for c in list_reflowing_chapters(text, starts, 3)] == [
        ((PageStart(1, "title", 0),), 3),
        ((PageStart(2, "b1", 4),), 3),
    ]


def test_links_between_briefings_stay_inside_a_pack() -> None:
    inside = tree(PACK, "text/marking.xhtml")
    assert found(inside, "//h:a[.='better lighting']/@href") == ["lighting.xhtml#found"]
    assert not found(inside, "//h:a[.='patrol']")
    assert "and patrol." in found(inside, "//*[@id='b3']")[0]
    assert found(tree(PACK, "text/contents.xhtml"), "//h:a/@href") == ["marking.xhtml", "lighting.xhtml"]


def test_a_briefing_leads_back_to_the_map_that_leads_to_it() -> None:
    map_ = (
        '<section id="c"><h1 id="evidence-map">What the evidence says</h1>'
        '<p id="p"><a href="briefing:marking#found">Cycle marking</a></p></section>'
    )
    marking = ReflowingChapter(books.manuscript().chapter, books.STARTS, identity=books.IDENTITY)
    other = ReflowingChapter(Chapter("lighting", "Better lighting", "<h1 id='t'>Light</h1>"), identity=books.PLAIN)
    chapters = (ReflowingChapter(Chapter("cover", "Cover", map_, (), "frontmatter")), marking, other)
    book = bind_epub(chapters, books.context(books.PLAIN), "", (books.FIGURE,))
    link_path = "//h:body/h:p[@class='way-back']"
    assert found(tree(book, "text/marking.xhtml"), link_path) == ["Back to ‘What the evidence says’"]
    assert found(tree(book, "text/marking.xhtml"), f"{link_path}/h:a/@href") == ["cover.xhtml#evidence-map"]
    assert found(tree(book, "text/lighting.xhtml"), link_path) == found(TEXT, link_path) == []


def test_the_contents_of_a_pack_lead_to_its_back_matter() -> None:
    lead = leads_within_book((ReflowingChapter(Chapter("pack-glossary", "Glossary", "")),), lambda name, anchor: None)
    assert lead("-back", "pack-glossary") == "pack-glossary.xhtml"
    assert lead("-back", "pack-glossary.term-beat") == "pack-glossary.xhtml#term-beat"
    assert lead("-back", "pack-acronyms") is None


def test_links_lead_out_of_a_single_briefing_to_the_address() -> None:
    assert found(TEXT, "//h:a[.='better lighting']/@href") == ["https://example.org/briefings/lighting#found"]


def test_a_picture_that_no_document_shows_is_left_out() -> None:
    """EPUBCheck would remark on it (OPF-097)."""
    book = books.briefing('<h1 id="title">A</h1>', bookmarks=(), starts=())
    assert not [name for name in files(book) if name.startswith("EPUB/images/")]


def test_a_font_that_the_style_names_is_embedded() -> None:
    style = "@font-face { font-family: Lato; src: url(font:fontpkg_lato/Lato-Regular.ttf); }"
    members = files(books.briefing(style=style))
    assert b'url("fonts/Lato-Regular.ttf")' in members["EPUB/style.css"]
    assert members["EPUB/fonts/Lato-Regular.ttf"][:4] == b"\x00\x01\x00\x00"
    assert b"specified-fonts" in members["META-INF/com.apple.ibooks.display-options.xml"]
