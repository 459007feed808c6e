"""A book in its casing: fonts, the rules that name them, and the licences that go with them."""

from __future__ import annotations

import pytest

from pipeline.errors import EnvironmentFailure
from pipeline.model.casing import BookFont, Casing, FontLicence
from pipeline.typecase import font_licence
from tests.bind import books
from tests.bind.test_epub import files, tree

CASING = Casing(
    fonts=(
        BookFont("Book Text", 400, False, b"\0\1\0\0regular"),
        BookFont("Book Text", 700, True, b"\0\1\0\0slanted"),
        BookFont("Book Code", 400, False, b"OTTOcode"),
    ),
    licences=(FontLicence("fontpkg_fira_sans", "Terms of Fira\n"), FontLicence("fontpkg_lato", "Terms of Lato\n")),
)
BOOK = books.briefing(casing=CASING)


def test_fonts_stand_in_the_book_with_their_licences() -> None:
    """Under names of ours; the manifest says what each is."""
    items = tree(BOOK, "content.opf").xpath("//*[local-name()='item'][contains(@href, 'fonts/')]")
    assert [(item.get("href"), item.get("media-type")) for item in items] == [
        ("fonts/book-text-400.ttf", "font/ttf"),
        ("fonts/book-text-700-italic.ttf", "font/ttf"),
        ("fonts/book-code-400.otf", "font/otf"),
    ]
    held = files(BOOK)
    assert held["EPUB/fonts/book-code-400.otf"] == b"OTTOcode"
    assert held["META-INF/licences/fira-sans.txt"] == b"Terms of Fira\n"
    assert held["META-INF/licences/lato.txt"] == b"Terms of Lato\n"
    assert b"specified-fonts" in held["META-INF/com.apple.ibooks.display-options.xml"]


def test_the_style_sheet_names_them_before_it_uses_them() -> None:
    """A rule a face."""
    rules = files(BOOK)["EPUB/style.css"].decode().splitlines()[:3]
    assert rules[1] == (
        '@font-face { font-family: "Book Text"; font-weight: 700; font-style: italic; '
        'src: url("fonts/book-text-700-italic.ttf") }'
    )
    assert [rule.startswith("@font-face") for rule in rules] == [True] * 3


def test_a_book_without_fonts_has_neither_rules_nor_option() -> None:
    """The option is for Apple's reader, which else would not use them."""
    plain = files(books.briefing())
    assert b"@font-face" not in plain["EPUB/style.css"]
    assert not [name for name in plain if "display-options" in name or "font" in name or "licence" in name]


def test_a_font_package_brings_its_licence() -> None:
    """The words of whoever made it, with their copyright; a package that is not there is the machine's fault."""
    assert "Reserved Font Name" in font_licence("fontpkg_lato")
    assert "SIL OPEN FONT LICENSE" in font_licence("fontpkg_atkinson_hyperlegible")
    with pytest.raises(EnvironmentFailure, match="fontpkg_absent"):
        font_licence("fontpkg_absent")
    assert font_licence("email") == ""
