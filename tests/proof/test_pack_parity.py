"""A pack says what its texts say, as a book and as a web page, or the proof says what differs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest

from tests.support.proof.broken_packs import page_lost_from_the_list, without
from tests.support.proof.parity_jobs import BOOK, PACK_PAGE, built, changed, members, packed, said, told


def swapped(files: dict[str, bytes]) -> None:
    """The references before the contents."""
    order = re.findall(rb"<itemref [^>]*/>", files["EPUB/content.opf"])
    names = [order[-1] if b"contents" in item else order[1] if item == order[-1] else item for item in order]
    spine = b"".join(names)
    files["EPUB/content.opf"] = re.sub(
        rb"(<spine[^>]*>).*(?=</spine>)", rb"\1" + spine, files["EPUB/content.opf"], flags=re.S
    )


def page_led_astray(files: dict[str, bytes]) -> None:
    """To another page's mark."""
    files["EPUB/nav.xhtml"] = files["EPUB/nav.xhtml"].replace(b"foot-patrol.xhtml#page-4", b"foot-patrol.xhtml#page-5")


def link_led_astray(files: dict[str, bytes]) -> None:
    """From one briefing to another, at another heading."""
    files["EPUB/text/foot-patrol.xhtml"] = files["EPUB/text/foot-patrol.xhtml"].replace(
        b"alley-gates.xhtml#came", b"alley-gates.xhtml#title"
    )


IN_BOOKS = [
    (
        without("alley-gates"),
        "parity-texts: The texts in this file are not those that it is made of: 'alley-gates' is missing.",
    ),
    (swapped, "parity-texts: The texts in this file are not those that it is made of: "),
    (page_lost_from_the_list, "parity-page-list: The book's list of pages is not that of the PDF: page 4 is missing."),
    (
        page_led_astray,
        "parity-page-list: The book's list of pages is not that of the PDF: page 4 leads to 'foot-patrol#page-5'.",
    ),
    (link_led_astray, "parity-links: … under 'What was done': 'alley gates → briefing:alley-gates#title' stands where"),
]


@pytest.mark.parametrize(("change", "expected"), IN_BOOKS, ids=[b[0].__name__ for b in IN_BOOKS])
def test_a_pack_holds_its_texts_in_order(change: Callable[[dict[str, bytes]], None], expected: str) -> None:
    """Front matter, briefings, back matter; its list of pages leads to every mark."""
    files = members(built()[BOOK].content)
    change(files)
    assert any(line.startswith(expected) for line in told(replace(built()[BOOK], content=packed(files))))


IN_PACK_PAGES = [
    (
        "a lost heading",
        r'<h2 id="alley-gates.came">.*?</h2>',
        "",
        "parity-headings: … under 'What came of it': 'h2 What came of it' is missing.",
    ),
    (
        "another word",
        "Gates were locked at night",
        "Gates were locked by night",
        "parity-words: … under 'What came of it': ",
    ),
    (
        "a way back that the pack has not",
        r'(<section class="chapter" id="alley-gates"[^>]*>)',
        r'\1<p class="way-back"><a href="#contents">Back to the start</a></p>',
        "parity-frame: Around the text this file says 'Back to the start',",
    ),
    (
        "a lost text",
        r'<section class="chapter" id="alley-gates".*?</section>\s*(?=<section class="chapter")',
        "",
        "parity-texts: The texts in this file are not those that it is made of: 'alley-gates' is missing.",
    ),
    (
        "a link to the same heading of another text",
        'href="#alley-gates.came"',
        'href="#foot-patrol.came"',
        "parity-links: … under 'What was done': 'alley gates → #came' stands where "
        "'alley gates → briefing:alley-gates#came' should.",
    ),
    (
        "a link out of the page",
        'href="#pack-works"',
        'href="../../briefings/pack-works/pack-works.html"',
        "parity-links: ",
    ),
    (
        "a lost page",
        r'<span id="page-4".*?</span>',
        "",
        "parity-pages: The pages of the PDF are not all marked here, once and in order: page 4 is missing.",
    ),
    (
        "words between the texts",
        r'(?=<section class="chapter" id="alley-gates")',
        "Buy now",
        "parity-frame: Around the text this file says 'Buy now',",
    ),
    (
        "a status that is not told",
        r'<p class="status" id="title-page.*?</p>',
        "",
        "status-late: Read aloud, 'SAMPLE' is not heard before",
    ),
]


@pytest.mark.parametrize(
    ("pattern", "instead", "expected"), [b[1:] for b in IN_PACK_PAGES], ids=[b[0] for b in IN_PACK_PAGES]
)
def test_the_page_of_a_pack_is_held_to_its_texts(pattern: str, instead: str, expected: str) -> None:
    """Each of its sections to its own, in their order, with what is said of all of them before the first."""
    lines = told(changed(PACK_PAGE, pattern, instead))
    assert any(line.startswith(expected) for line in lines), lines


def test_a_picture_of_the_cover_is_no_text() -> None:
    """A document of one picture and no words may stand in the spine."""
    files = members(built()[BOOK].content)
    package = files["EPUB/content.opf"].replace(
        b"</manifest>", b'<item id="cv" href="cv.xhtml" media-type="application/xhtml+xml"/></manifest>'
    )
    files["EPUB/content.opf"] = re.sub(rb"(<spine[^>]*>)", rb'\1<itemref idref="cv"/>', package)
    files["EPUB/cv.xhtml"] = (
        b'<html xmlns="http://www.w3.org/1999/xhtml"><body><img src="c.jpg" alt="Streets"/></body></html>'
    )
    assert said(replace(built()[BOOK], content=packed(files))) == []
