"""Where the marks of the PDF's pages are put in a reflowing text."""

from __future__ import annotations

import pytest
from lxml import etree

from pipeline.bind.page_marks import PageMark, mark_pages
from pipeline.bind.xhtml import XHTML, parse
from pipeline.errors import PressFailure
from pipeline.model.sheets import PageStart


def marked(body: str, element: str, offset: int = 0, page: int = 2) -> str:
    """The body with a mark, written short as [2]."""
    root = parse(f'<body xmlns="{XHTML}">{body}</body>', "marking")
    (mark,) = mark_pages(root, (PageStart(page, element, offset),), 1, "marking")
    text: str = etree.tostring(root, encoding="unicode", method="html")
    inside = text[text.index(">") + 1 : text.rindex("</body>")]
    before, _, rest = inside.partition("<span")
    return f"{before}[{mark.folio}]{rest.partition('</span>')[2]}"


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (0, '<p id="a">[2]One two three</p>'),
        (3, '<p id="a">One [2]two three</p>'),
        (6, '<p id="a">One two [2]three</p>'),
    ],
)
def test_a_page_starts_after_so_many_characters(offset: int, expected: str) -> None:
    """White space is not counted."""
    assert marked('<p id="a">One two three</p>', "a", offset) == expected


def test_characters_are_counted_through_inline_elements() -> None:
    """Emphasis, and what follows it, belongs to its block."""
    assert marked('<p id="a">One <em>two</em> three</p>', "a", 6) == '<p id="a">One <em>two</em> [2]three</p>'
    assert marked('<p id="a">One <em>two three</em></p>', "a", 6) == '<p id="a">One <em>two [2]three</em></p>'


def test_a_block_within_a_block_counts_for_itself() -> None:
    """The words of a nested list are not the outer entry's."""
    body = '<ul id="u"><li id="a">One<ul id="v"><li id="b">two</li></ul>three</li></ul>'
    assert "</ul>[2]three" in marked(body, "a", 3)


def test_words_in_a_drawing_are_not_counted() -> None:
    """The page map is made of set text; a drawing has none."""
    assert marked('<p id="a"><svg><title>Up</title></svg>One two</p>', "a", 3).endswith("One [2]two</p>")


@pytest.mark.parametrize(
    ("body", "element", "expected"),
    [
        ('<h2 id="a">Found</h2>', "a", '[2]<h2 id="a">Found</h2>'),
        ('<p>x</p><hgroup><h1 id="a">T</h1></hgroup>', "a", '<p>x</p>[2]<hgroup><h1 id="a">T</h1></hgroup>'),
        ('<ul><li id="a">One</li></ul>', "a", '<ul><li id="a">[2]One</li></ul>'),
        ('<ul id="a"><li>One</li></ul>', "a", '[2]<ul id="a"><li>One</li></ul>'),
        ('<figure id="a"><p>x</p></figure>', "a", '[2]<figure id="a"><p>x</p></figure>'),
    ],
)
def test_a_mark_stands_where_loose_text_may(body: str, element: str, expected: str) -> None:
    """Before a heading, so that its spoken name is its words; before a list or a figure; inside an entry."""
    assert marked(body, element) == expected


TABLE = (
    '<div role="region" id="r"><table id="t"><caption id="c">Thefts</caption>'
    '<tbody><tr id="x"><th id="h">North</th><td id="d">12</td></tr></tbody></table></div>'
)


@pytest.mark.parametrize("element", ["t", "c"])
def test_a_table_is_marked_before_its_region(element: str) -> None:
    """The region can be scrolled; the mark is not in it."""
    assert marked(TABLE, element).startswith('[2]<div role="region"')


@pytest.mark.parametrize("element", ["x", "h", "d"])
def test_a_page_that_starts_within_a_table_is_marked_in_a_plain_cell(element: str) -> None:
    """A head cell's spoken name stays its words."""
    assert '<td id="d">[2]12</td>' in marked(TABLE, element)


def test_a_link_is_not_broken_by_a_mark() -> None:
    """A link's spoken name stays its words: the mark goes before it."""
    assert (
        marked('<p id="a">See <a href="#b">this work</a></p>', "a", 7)
        == '<p id="a">See [2]<a href="#b">this work</a></p>'
    )


def test_folios_are_counted_from_the_section_s_first() -> None:
    """Page 2 of a section that starts on folio 9 is page 10."""
    root = parse(f'<body xmlns="{XHTML}"><p id="a">x</p><p id="b">y</p></body>', "marking")
    marks = mark_pages(root, (PageStart(2, "b", 0), PageStart(1, "a", 0)), 9, "marking")
    assert marks == (PageMark("9", "page-9"), PageMark("10", "page-10"))


def test_an_author_s_heading_keeps_its_id() -> None:
    """A heading called 'Page 2' does not collide with the mark of page 2."""
    root = parse(f'<body xmlns="{XHTML}"><h2 id="page-2">Page 2</h2></body>', "marking")
    assert mark_pages(root, (PageStart(2, "page-2", 0),), 1, "marking") == (PageMark("2", "page-2-2"),)


@pytest.mark.parametrize(("element", "offset"), [("gone", 0), ("a", 99)])
def test_a_page_map_that_does_not_fit_the_text_is_our_fault(element: str, offset: int) -> None:
    """Nothing is guessed: binding stops, naming the page and the id."""
    with pytest.raises(PressFailure, match=f"Page 2 starts .*'{element}'"):
        marked('<p id="a">One</p>', element, offset)
