"""Blocks in Hebrew and Arabic run from right to left and say in which language they are; others change in nothing."""

from __future__ import annotations

import pytest

from pipeline.compose.language.direction import direction_of
from pipeline.compose.page.fragment import sound


def page(markup: str, language: str = "en-GB") -> str:
    """A page as it is made sound."""
    return sound(markup, language)[0].strip()


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
    """A word of another direction within a line needs nothing, and neither does code."""
    assert page(written) == said


def test_a_text_in_arabic_says_its_language_once() -> None:
    """The file says it already."""
    assert page('<p id="a">مرحبا</p>', "ar") == '<p id="a" dir="rtl">مرحبا</p>'


def test_every_block_of_a_text_in_arabic_says_how_it_runs() -> None:
    """It may stand in a file that runs from left to right."""
    assert page('<p id="a">Lamps</p><p id="b">12</p>', "ar") == '<p id="a" dir="ltr">Lamps</p><p id="b">12</p>'


def test_a_part_in_another_language_says_once_how_it_runs() -> None:
    """As what stands in it side by side."""
    said = '<div id="v" lang="en"{}><p id="a"><span>Read</span></p></div>'
    assert page(said.format(""), "ar") == said.format(' dir="ltr"')


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("he-IL", "rtl"), ("en-GB", "ltr"), ("", "ltr")])
def test_a_language_has_a_direction(language: str, direction: str) -> None:
    """Whatever country it is spoken in."""
    assert direction_of(language) == direction
