"""Books that are not whole: whatever packager and validators let pass in silence is told of the finished book."""

from dataclasses import replace

import pytest

from pipeline.core.diagnostics import TypesettingFailure
from pipeline.model.manuscript import Bookmark
from pipeline.proof.expected_content import ProofJob
from pipeline.proof.inspection import check_epub
from tests.support.bind import books


def remarks_on(book: bytes) -> str:
    """The sentences on a book."""
    return "\n".join(f"{remark.code}: {remark.sentence}" for remark in check_epub(ProofJob("book.epub", book)))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('<p id="a">x</p><p id="a">y</p>', "(text/marking.xhtml) the id 'a' stands 2 times"),
        ('<p id="">x</p>', "is empty"),
        ('<p id="a"><a href="#gone">x</a></p>', "'#gone'"),
        ('<p id="a"><a href="briefing:marking#gone">x</a></p>', "gone"),
        ('<p id="a"><img src="file:///etc/passwd" alt="x"/></p>', "no reader knows such an address"),
        ('<p id="a"><img src="bars.svg" alt="x"/></p>', "bars.svg"),
        ('<div id="a" aria-labelledby="gone">x</div>', "what 'aria-labelledby' names"),
    ],
)
def test_a_broken_document_is_told(body: str, sentence: str) -> None:
    assert sentence in remarks_on(books.briefing(body, bookmarks=(), starts=()))


def test_a_bookmark_leads_to_a_heading() -> None:
    book = books.briefing('<p id="a">x</p>', bookmarks=(Bookmark(2, "gone", "Gone"),), starts=())
    assert "marking.xhtml#gone" in remarks_on(book)


def test_an_empty_document_is_told() -> None:
    assert "cover.xhtml" in remarks_on(books.bind_one("cover", "<p id='a'> </p>"))


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ('<p id="a">x<p>', "'marking' is not well-formed"),
        ('<p><img src="asset:abc" alt="x"/></p>', "shows the image abc"),
    ],
)
def test_what_cannot_be_made_into_a_book_is_not_bound(body: str, sentence: str) -> None:
    with pytest.raises(TypesettingFailure, match=sentence):
        books.briefing(body, bookmarks=(), starts=())


def test_metadata_hold_no_control_characters() -> None:
    with pytest.raises(TypesettingFailure, match=r"'description' holds the control character U\+0007"):
        books.briefing(metadata=replace(books.METADATA, description="Bell\x07"))
