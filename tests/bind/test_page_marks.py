"""Where the marks of the PDF's pages are put in a reflowing text."""

import pytest
from lxml import etree

from pipeline.bind.page_marks import PageMark, mark_pages
from pipeline.core.diagnostics import TypesettingFailure
from pipeline.core.documents.xhtml import MATHML, XHTML, parse_xhtml
from pipeline.model.sheets import PageStart


def marked(body: str, element: str, offset: int = 0, page: int = 2, pictures: int = 0) -> str:
    """The body with a mark, written short as [2]."""
    root = parse_xhtml(f'<body xmlns="{XHTML}">{body}</body>', "marking")
    (mark,) = mark_pages(root, (PageStart(page, element, offset, pictures),), 1, "marking")
    text: str = etree.tostring(root, encoding="unicode", method="html")
    inside = text[text.index(">") + 1 : text.rindex("</body>")]
    before, _, rest = inside.partition("<span")
    return f"{before}[{mark.folio}]{rest.partition('</span>')[2]}"


@pytest.mark.parametrize(
    ("body", "offset", "expected"),
    [
        ('<p id="a">One two three</p>', 0, '<p id="a">[2]One two three</p>'),
        ('<p id="a">One two three</p>', 3, '<p id="a">One [2]two three</p>'),
        ('<p id="a">One <em>two</em> three</p>', 6, '<p id="a">One <em>two</em> [2]three</p>'),
        ('<p id="a">One <em>two three</em></p>', 6, '<p id="a">One <em>two [2]three</em></p>'),
        ('<p id="a">One <em>two</em></p>', 6, '<p id="a">One <em>two</em>[2]</p>'),
    ],
)
def test_a_page_starts_after_so_many_characters(body: str, offset: int, expected: str) -> None:
    """They are counted through inline elements, to the end of the text."""
    assert marked(body, "a", offset) == expected


FORMULA = f'<math xmlns="{MATHML}" alttext="k"><mi>k</mi></math>'


@pytest.mark.parametrize(
    ("body", "offset", "pictures", "expected"),
    [
        (
            f'<p id="a">{FORMULA} (0 if) {FORMULA} (1 if)</p>',
            5,
            0,
            f'<p id="a">{FORMULA} (0 if) [2]{FORMULA} (1 if)</p>',
        ),
        (
            f'<p id="a">{FORMULA} (0 if) {FORMULA} (1 if)</p>',
            5,
            1,
            f'<p id="a">{FORMULA} (0 if) {FORMULA} [2](1 if)</p>',
        ),
        (f'<p id="a">{FORMULA} {FORMULA} {FORMULA}</p>', 0, 2, f'<p id="a">{FORMULA} {FORMULA} [2]{FORMULA}</p>'),
        (f'<p id="a">is <span>{FORMULA}, too</span></p>', 2, 0, f'<p id="a">is [2]<span>{FORMULA}, too</span></p>'),
        ('<p id="a">is <a href="#b"><img/></a></p>', 2, 0, '<p id="a">is [2]<a href="#b"><img></a></p>'),
        (f'<p id="a">is {FORMULA}</p>', 2, 1, f'<p id="a">is {FORMULA}[2]</p>'),
    ],
)
def test_a_page_that_starts_with_a_formula_is_marked_before_it(
    body: str, offset: int, pictures: int, expected: str
) -> None:
    """Formulas and pictures have no characters, so those before the start are counted."""
    plain = marked(body, "a", offset, pictures=pictures).replace(f' xmlns="{MATHML}"', "").replace("</img>", "")
    assert plain == expected.replace(f' xmlns="{MATHML}"', "")


def test_a_block_within_a_block_counts_for_itself() -> None:
    body = '<ul id="u"><li id="a">One<ul id="v"><li id="b">two</li></ul>three</li></ul>'
    assert "</ul>[2]three" in marked(body, "a", 3)


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


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("t", '[2]<div role="region"'),
        ("c", '[2]<div role="region"'),
        ("x", '<th id="h">[2]North</th><td id="d">12</td>'),
        ("h", '<th id="h">[2]North</th><td id="d">12</td>'),
        ("d", '<th id="h">North</th><td id="d">[2]12</td>'),
    ],
)
def test_a_table_is_marked_before_its_region_and_a_row_in_a_cell(element: str, expected: str) -> None:
    assert expected in marked(TABLE, element)


PARAGRAPHS = (
    '<table id="t"><tbody><tr id="x"><td id="d"><p id="p">One two</p></td><td id="e">3</td></tr></tbody></table>'
)


@pytest.mark.parametrize(("element", "offset"), [("x", 0), ("p", 3), ("e", 0)])
def test_a_mark_in_a_table_is_silent(element: str, offset: int) -> None:
    root = parse_xhtml(f'<body xmlns="{XHTML}">{PARAGRAPHS}<p id="q">After</p></body>', "marking")
    mark_pages(root, (PageStart(2, element, offset), PageStart(3, "q", 0)), 1, "marking")
    hidden_by_folio = {mark.get("aria-label"): mark.get("aria-hidden") for mark in root.iter(f"{{{XHTML}}}span")}
    assert hidden_by_folio == {"2": "true", "3": None}


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        (3, '<p id="a">See [2]<a href="#b">this <em>one work</em></a> too</p>'),
        (7, '<p id="a">See <a href="#b" aria-label="this one work">this <em>[2]one work</em></a> too</p>'),
        (10, '<p id="a">See <a href="#b" aria-label="this one work">this <em>one [2]work</em></a> too</p>'),
        (14, '<p id="a">See <a href="#b">this <em>one work</em></a> [2]too</p>'),
    ],
)
def test_a_link_is_not_broken_by_a_mark(offset: int, expected: str) -> None:
    assert marked('<p id="a">See <a href="#b">this <em>one work</em></a> too</p>', "a", offset) == expected


HEADED = (
    '<p id="p">x</p><div role="region" id="r"><table id="t"><thead><tr><th id="h">Area</th></tr></thead>'
    '<tbody><tr><th id="g">All</th></tr><tr><th id="k">North</th><td id="d"><p id="q">12</p></td></tr>'
    '<tr><th id="l">End</th></tr></tbody></table></div>'
)


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ("h", '[2]<div role="region"'),
        ("g", '<th id="g">[2]All</th>'),
        ("k", '<th id="k">[2]North</th>'),
        ("l", '<th id="l">[2]End</th>'),
    ],
)
def test_the_head_of_a_table_is_not_marked(element: str, expected: str) -> None:
    assert expected in marked(HEADED, element)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ('<figure><p>x</p><figcaption id="a">F</figcaption></figure>', '</p>[2]<figcaption id="a">F'),
        ('<figure><figcaption id="a">F</figcaption><p>x</p></figure>', '[2]<figure><figcaption id="a">F'),
        ('<dl><div><dt>x</dt><dd><h3 id="a">H</h3></dd></div></dl>', '<dd>[2]<h3 id="a">H'),
        ('<dl><div><dt id="a">x</dt></div></dl>', '<dt id="a">[2]x'),
        ('<div aria-labelledby="a"><p id="a">Note</p></div>', '<div aria-labelledby="a">[2]<p id="a">Note'),
        ('<dl aria-labelledby="a"><div><dt id="a">x</dt></div></dl>', '[2]<dl aria-labelledby="a">'),
    ],
)
def test_what_names_something_else_keeps_its_words(body: str, expected: str) -> None:
    assert expected in marked(body, "a")


def test_folios_are_counted_from_the_section_s_first() -> None:
    root = parse_xhtml(f'<body xmlns="{XHTML}"><p id="a">x</p><p id="b">y</p></body>', "marking")
    marks = mark_pages(root, (PageStart(2, "b", 0), PageStart(1, "a", 0)), 9, "marking")
    assert marks == (PageMark("9", "page-9"), PageMark("10", "page-10"))


@pytest.mark.parametrize(("element", "offset"), [("gone", 0), ("a", 99)])
def test_a_page_map_that_does_not_fit_the_text_is_our_fault(element: str, offset: int) -> None:
    with pytest.raises(TypesettingFailure, match=f"Page 2 starts .*'{element}'"):
        marked('<p id="a">One</p>', element, offset)
