"""The gate before the archive: what packager and validators let pass in silence stops the binding."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.bind.gate import every_file_has_its_own_name, every_place_in_order_is_held
from pipeline.core.errors import PressFailure
from pipeline.model.manuscript import Bookmark
from tests.bind import books


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('<p id="a">x</p><p id="a">y</p>', "'text/marking.xhtml' has the id 'a' twice"),
        ('<p id="">x</p>', "has an empty id"),
        ('<p id="a">x<p>', "'marking' is not well-formed"),
        ('<p id="a"><a href="#gone">x</a></p>', "leads to '#gone'"),
        ('<p id="a"><a href="briefing:marking#gone">x</a></p>', "has no id 'gone'"),
        ('<p id="a"><img src="asset:abc" alt="x"/></p>', "shows the image abc"),
        ('<p id="a"><img src="file:///etc/passwd" alt="x"/></p>', "still names 'file:///etc/passwd'"),
        ('<p id="a"><img src="bars.svg" alt="x"/></p>', "leads to 'bars.svg', which is not in the book"),
        ('<div id="a" aria-labelledby="gone">x</div>', "says aria-labelledby 'gone'"),
    ],
)
def test_a_broken_document_is_not_bound(body: str, sentence: str) -> None:
    """The sentence names the document and the id."""
    with pytest.raises(PressFailure, match=sentence):
        books.briefing(body, bookmarks=(), starts=())


def test_a_bookmark_leads_to_a_heading() -> None:
    """The navigation is held to the same rule as the text."""
    with pytest.raises(PressFailure, match=r"'nav.xhtml' leads to 'text/marking.xhtml#gone'"):
        books.briefing('<p id="a">x</p>', bookmarks=(Bookmark(2, "gone", "Gone"),), starts=())


def test_metadata_hold_no_control_characters() -> None:
    """EbookLib would write an empty element, and say nothing."""
    with pytest.raises(PressFailure, match=r"'description' holds the control character U\+0007"):
        books.briefing(metadata=replace(books.METADATA, description="Bell\x07"))


def test_an_empty_document_is_not_bound() -> None:
    """A chapter of nothing is a fault of ours."""
    with pytest.raises(PressFailure, match=r"'text/cover\.xhtml' is empty"):
        books.bind_one("cover", "<p id='a'> </p>")


@pytest.mark.parametrize("names", [("a.css", "A.css"), ("a b.css",), ("é.svg",)])
def test_file_names_are_plain_and_differ(names: tuple[str, ...]) -> None:
    """Also on file systems that do not tell capitals apart."""
    with pytest.raises(PressFailure):
        every_file_has_its_own_name(names)


def test_what_is_read_in_order_is_in_the_book() -> None:
    """EbookLib accepts an entry of the spine for a file that is not there."""
    every_place_in_order_is_held(("a", "b"), ("b", "a", "c"))
    with pytest.raises(PressFailure, match="The reading order names 'd'"):
        every_place_in_order_is_held(("a", "d"), ("a", "b"))
