"""Blocks in Hebrew and Arabic run from right to left and say in which language they are; others change in nothing."""

import pytest

from pipeline.compose.language.direction import directed_style, runs_rtl
from pipeline.compose.page.fragment import check_markup


def page(markup: str, language: str = "en-GB") -> str:
    """A page as it is made sound."""
    return check_markup(markup, language)[0].strip()


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('<p id="a">12 שלום and more</p>', '<p id="a" dir="rtl" lang="he">12 שלום and more</p>'),
        ('<p id="a">مرحبا "x"</p>', '<p id="a" dir="rtl" lang="ar">مرحبا "x"</p>'),
        ('<p id="a" lang="fa">مرحبا</p>', '<p id="a" lang="fa" dir="rtl">مرحبا</p>'),
        (
            '<table id="t"><tr><th id="h">שלום</th><td id="d">12</td></tr></table>',
            '<table id="t" dir="rtl"><tr><th id="h" lang="he">שלום</th><td id="d">12</td></tr></table>',
        ),
        (
            '<div id="v" lang="ar"><p id="a">مرحبا</p><p id="b">Lamps</p></div>',
            '<div id="v" lang="ar"><p id="a" dir="rtl">مرحبا</p><p id="b">Lamps</p></div>',
        ),
        ('<p id="a">Said <i>שלום</i> twice</p>', '<p id="a">Said <i>שלום</i> twice</p>'),
        ('<p id="a"><code>שלום</code> is code</p>', '<p id="a"><code>שלום</code> is code</p>'),
        (
            '<ul id="u"><li id="a">שלום לכם</li><li id="b">Lamp</li></ul>',
            '<ul id="u" dir="rtl"><li id="a" lang="he">שלום לכם</li><li id="b">Lamp</li></ul>',
        ),
        (
            '<ul id="u"><li id="a">שלום</li><li id="b">Lamps and more</li></ul>',
            '<ul id="u"><li id="a" lang="he">שלום</li><li id="b">Lamps and more</li></ul>',
        ),
    ],
)
def test_a_block_runs_as_its_first_letter_and_a_list_as_most_of_its_letters(written: str, said: str) -> None:
    assert page(written) == said


def test_a_text_in_arabic_says_its_language_once() -> None:
    assert page('<p id="a">مرحبا</p>', "ar") == '<p id="a" dir="rtl">مرحبا</p>'


def test_every_block_of_a_text_in_arabic_says_how_it_runs() -> None:
    assert page('<p id="a">Lamps</p><p id="b">12</p>', "ar") == '<p id="a" dir="ltr">Lamps</p><p id="b">12</p>'


def test_a_part_in_another_language_says_once_how_it_runs() -> None:
    said = '<div id="v" lang="en"{}><p id="a"><span>Read</span></p></div>'
    assert page(said.format(""), "ar") == said.format(' dir="ltr"')


@pytest.mark.parametrize(
    ("markup", "direction"),
    [
        ('<figcaption id="f"><span class="label">Figure 1:</span> مرحبا</figcaption>', "rtl"),
        ('<figcaption id="f"><span class="label">Figure 1:</span> Lamps</figcaption>', "ltr"),
        ('<table id="t"><tr><td id="d">شارع</td><td id="e">Lamps and more</td></tr></table>', "rtl"),
        ('<table id="t"><tr><td id="d">Lamps and more</td></tr></table>', "ltr"),
        ('<p id="e" class="equation">Equation 1</p>', "rtl"),
        ('<pre id="p">a = b</pre>', "ltr"),
    ],
)
def test_labels_and_latin_words_do_not_turn_a_block_of_a_text_in_arabic(markup: str, direction: str) -> None:
    assert f'dir="{direction}"' in page(markup, "ar").partition(">")[0]


@pytest.mark.parametrize(
    "typed", ['<a href="https://a.example" class="address"{}>https://a.<wbr/>example</a>', "<code{}>-n a</code>"]
)
def test_an_address_and_code_run_from_left_to_right_within_arabic(typed: str) -> None:
    """Else the parts of an address are printed in reverse, and a sign before code behind it."""
    written = typed.format("").replace("<wbr/>", "")
    assert typed.format(' dir="ltr"') in page(f'<p id="a">شارع {written}</p>')
    assert typed.format("") in page(f'<p id="a">Read {written}</p>')


@pytest.mark.parametrize(
    ("written", "joined"),
    [
        ("شارع <i>hot</i> spots <b>here</b> شارع", 'شارع <span dir="ltr"><i>hot</i> spots <b>here</b></span> شارع'),
        ("شارع Read <i>this</i>.", 'شارع <span dir="ltr">Read <i>this</i></span>.'),
        ("شارع <i>one</i> و<b>two</b> last", 'شارع <i>one</i> و<span dir="ltr"><b>two</b> last</span>'),
        ("<i>شارع <b>one</b> two</i>", '<i>شارع <span dir="ltr"><b>one</b> two</span></i>'),
        ("شارع one, two", "شارع one, two"),
    ],
)
def test_latin_words_and_elements_within_arabic_stay_in_their_order(written: str, joined: str) -> None:
    """In one element, because the engine sets those of a line from right to left."""
    assert page(f'<p id="a">{written}</p>', "ar") == f'<p id="a" dir="rtl">{joined}</p>'


@pytest.mark.parametrize(("language", "rtl"), [("ar", True), ("he-IL", True), ("en-GB", False), ("", False)])
def test_a_language_has_a_direction(language: str, rtl: bool) -> None:
    assert runs_rtl(language) is rtl


@pytest.mark.parametrize(
    ("sheet", "mirrored"),
    [
        (".a { margin-left: 1pt; float: left }", ".a { margin-right: 1pt; float: right }"),
        (
            ".a { left: 0; padding: 1pt 2pt 3pt var(--x) !important }",
            ".a { right: 0; padding: 1pt var(--x) 3pt 2pt !important }",
        ),
        (
            ".a { margin: 1pt 2pt; border-radius: 1pt 2pt 3pt 4pt }",
            ".a { margin: 1pt 2pt; border-radius: 2pt 1pt 4pt 3pt }",
        ),
        ("@page :left { @top-right { text-align: right } }", "@page :right { @top-left { text-align: left } }"),
        ("@media print { a { clear: right } }", "@media print { a { clear: left } }"),
        (":root { --left: 1pt } ol.right-decimal { }", ":root { --left: 1pt } ol.right-decimal { }"),
        ('[dir="rtl"] td { padding-left: 1pt }', '[dir="rtl"] td { padding-left: 1pt }'),
    ],
)
def test_the_style_sheet_of_a_text_in_arabic_is_mirrored(sheet: str, mirrored: str) -> None:
    assert directed_style(sheet, "ar") == mirrored
    assert directed_style(sheet, "en-GB") == sheet
