"""A book in its assets: its cover, its fonts, the rules that name them, and the licences that go with them."""

import re
from dataclasses import replace

import pytest

from pipeline.bind.epub.book import cover_alt_text
from pipeline.core.diagnostics import EnvironmentFailure
from pipeline.core.documents.xhtml import EPUB_TYPE, XHTML
from pipeline.core.text.fonts import CJK, NOTO, STIX, is_installed, read_font_licence
from pipeline.model.manuscript import BookFont, Credit, EpubAssets, FontLicence
from tests.bind.epub_files import files, found, tree
from tests.support.bind import books

CASING = EpubAssets(
    cover=b"\xff\xd8\xff picture",
    fonts=(
        BookFont("Book Text", 400, False, b"\0\1\0\0regular"),
        BookFont("Book Text", 700, True, b"\0\1\0\0slanted"),
        BookFont("Book Code", 400, False, b"OTTOcode"),
    ),
    licences=(FontLicence("fontpkg_fira_sans", "Terms of Fira\n"), FontLicence("fontpkg_lato", "Terms of Lato\n")),
)
BOOK = books.briefing(assets=CASING)


def test_the_cover_comes_first_alone_in_its_document() -> None:
    """A picture that says title and authors; the package names it in the manner of EPUB 3 and of EPUB 2."""
    package, cover = tree(BOOK, "content.opf"), tree(BOOK, "cover.xhtml")
    assert found(package, "//o:itemref/@idref")[:2] == ["cover", "text-marking"]
    assert not found(package, "//o:itemref[@idref='cover']/@linear")
    assert found(package, "//o:item[@properties='cover-image']/@href") == ["images/cover.jpg"]
    (named,) = found(package, "//o:meta[@name='cover']/@content")
    assert found(package, "//o:item[@properties='cover-image']/@id") == [named]
    (section,) = cover.find(f"{{{XHTML}}}body")
    (picture,) = section
    assert section.get(EPUB_TYPE) == "cover"
    assert dict(picture.attrib) == {
        "role": "doc-cover", "src": "images/cover.jpg", "alt": "Cycle marking. Aisha Rahman, Tom O’Brien.",
    }  # fmt: skip
    assert not found(cover, "//text()[normalize-space()]")[1:], "the title of the document is all it says"
    assert files(BOOK)["EPUB/images/cover.jpg"] == CASING.cover


def test_the_cover_of_a_pack_is_not_its_title_page() -> None:
    pack = books.pack(assets=CASING)
    (section,) = tree(pack, "text/title-page.xhtml").find(f"{{{XHTML}}}body")
    assert (section.get(EPUB_TYPE), section.get("role")) == ("titlepage", None)
    assert found(tree(pack, "content.opf"), "//o:itemref/@idref")[:2] == ["cover", "text-title-page"]
    assert found(tree(pack, "cover.xhtml"), "//h:img/@alt") == ["Property crime. Northmoor Institute."]
    assert found(tree(pack, "nav.xhtml"), "//h:nav[@id='landmarks']//h:a/@href")[:2] == [
        "cover.xhtml", "text/contents.xhtml",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("title", "authors", "words"),
    [
        ("Lamps", (), "Lamps. Northmoor Institute."),
        ("Do lamps work?", ("A N Other",), "Do lamps work? A N Other."),
        ("‘Do lamps work?’", (), "‘Do lamps work?’ Northmoor Institute."),
    ],
)
def test_a_cover_says_title_and_names(title: str, authors: tuple[str, ...], words: str) -> None:
    credits = tuple(Credit(name, name, "author") for name in authors)
    assert cover_alt_text(replace(books.METADATA, title=title, credits=credits)) == words


def test_fonts_stand_in_the_book_with_their_licences() -> None:
    items = tree(BOOK, "content.opf").xpath("//*[local-name()='item'][contains(@href, 'fonts/')]")
    assert [(item.get("href"), item.get("media-type")) for item in items] == [
        ("fonts/book-text-400.ttf", "font/ttf"),
        ("fonts/book-text-700-italic.ttf", "font/ttf"),
        ("fonts/book-code-400.otf", "font/otf"),
    ]
    members = files(BOOK)
    assert members["EPUB/fonts/book-code-400.otf"] == b"OTTOcode"
    assert members["META-INF/licences/fira-sans.txt"] == b"Terms of Fira\n"
    assert members["META-INF/licences/lato.txt"] == b"Terms of Lato\n"
    assert b"specified-fonts" in members["META-INF/com.apple.ibooks.display-options.xml"]


def test_the_style_sheet_names_them_before_it_uses_them() -> None:
    rules = files(BOOK)["EPUB/style.css"].decode().splitlines()[:3]
    assert rules[1] == (
        '@font-face { font-family: "Book Text"; font-weight: 700; font-style: italic; '
        'src: url("fonts/book-text-700-italic.ttf") }'
    )
    assert [rule.startswith("@font-face") for rule in rules] == [True] * 3


def test_a_font_package_brings_its_licence() -> None:
    assert "Reserved Font Name" in read_font_licence("fontpkg_lato")
    assert "SIL OPEN FONT LICENSE" in read_font_licence("fontpkg_atkinson_hyperlegible")
    with pytest.raises(EnvironmentFailure, match="fontpkg_absent"):
        read_font_licence("fontpkg_absent")
    with pytest.raises(EnvironmentFailure, match="'email' is not a font package"):
        read_font_licence("email")


@pytest.mark.parametrize("package", [NOTO, STIX, CJK])
def test_a_borrowed_font_brings_the_whole_of_its_licence(package: str) -> None:
    if not is_installed(package):
        pytest.skip("the system has no such fonts")
    licence, full_licence = read_font_licence(package), read_font_licence("fontpkg_atkinson_hyperlegible")
    assert re.match("Copyright|©", licence)
    for part in ("PREAMBLE", "DEFINITIONS", "PERMISSION & CONDITIONS", "TERMINATION", "DISCLAIMER"):
        assert licence.count(f"\n{part}\n") == full_licence.count(f"\n{part}\n") == 1
    assert licence.split("\nPREAMBLE\n")[1].split() == full_licence.split("\nPREAMBLE\n")[1].split()
