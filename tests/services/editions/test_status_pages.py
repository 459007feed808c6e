"""A status page says of a code what it is of and whether that is current: to anybody, on anything that shows HTML."""

from datetime import date

import pytest
from lxml import html

from pipeline.services.editions.status import CodedEdition, CurrentState, status_pages

DAY = date(2026, 4, 26)
CURRENT = CodedEdition("WWKM3C", "Drug crimes", "Autumn 2026", date(2026, 10, 1), CurrentState("current"))


def pages(*things: CodedEdition) -> dict[str, str]:
    """The pages by path."""
    return {path: page.decode() for path, page in status_pages(things, "Northmoor <Institute>", "a@b.example", DAY)}


def words(page: str) -> str:
    """The words of a page."""
    return " ".join(html.fromstring(page).find("body").text_content().split())


def test_a_page_says_what_the_code_is_of_and_its_state() -> None:
    """In the same words in both folders: a host may tell capitals from small letters, and a QR code is in capitals."""
    made = pages(CURRENT)
    assert list(made) == ["v/wwkm3c/index.html", "v/WWKM3C/index.html"]
    assert len(set(made.values())) == 1
    assert words(made["v/wwkm3c/index.html"]) == (
        "Drug crimes Autumn 2026, of 1 October 2026 Current It is the last one that was issued, and nothing in it was "
        "withdrawn, corrected or recalled. Northmoor <Institute>. The code is WWKM3-C00PA, of a numbered copy one that "
        "begins with the same 6 symbols. This page was written on 26 April 2026. Questions: a@b.example"
    )


def test_the_reasons_stand_below_the_state() -> None:
    said = tuple(f"'Text {n}' is withdrawn: the figures were wrong." for n in range(30))
    gone = CurrentState("withdrawn", said, ("Ask the publisher for 'Spring 2027'.",))
    page = pages(CodedEdition("WWKM3C", "Drug crimes", "Autumn 2026", date(2026, 10, 1), gone))["v/wwkm3c/index.html"]
    assert "Withdrawn Do not use it any more. 'Text 0' is withdrawn" in words(page)
    assert (
        "'Text 7' is withdrawn: the figures were wrong. And 22 more of its texts have changed. "
        "Ask the publisher for 'Spring 2027'."
    ) in words(page)
    assert len(page.encode()) < 4096


def test_things_that_share_a_code_share_a_page() -> None:
    other = CodedEdition(
        "WWKM3C", "Street lighting", "Version 1.0", date(2025, 3, 1), CurrentState("superseded", ("Newer.",))
    )
    page = pages(other, CURRENT)["v/wwkm3c/index.html"]
    assert [str(one.text) for one in html.fromstring(page).iter("h1", "h2")] == [
        *("Drug crimes", "Current"),
        *("Street lighting", "Superseded"),
    ]


@pytest.mark.parametrize("forbidden", ["<script", "http://", "https://", "src=", "@import", "url("])
def test_a_page_fetches_nothing(forbidden: str) -> None:
    assert forbidden not in pages(CURRENT)["v/wwkm3c/index.html"].replace("http-equiv", "")
