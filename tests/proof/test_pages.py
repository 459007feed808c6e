"""Our own checks of web pages."""

import pytest

from pipeline.proof.expected_content import ProofJob
from pipeline.proof.inspection import check_web_page
from tests.support.proof.rich_briefing import PAGE, made


def codes_of(page: str) -> list[str]:
    """The codes of remarks on a page."""
    return [fault.code for fault in check_web_page(ProofJob(PAGE, page.encode()))]


BREAKS = {
    "a link without words": ('<a href="#tbl-months">The list</a>', '<a href="#tbl-months"></a>', "proof-text"),
    "a link to no place": ('href="#tbl-months"', 'href="#tbl-years"', "proof-text"),
    "an id twice": ('id="b5"', 'id="b4"', "proof-text"),
    "a level skipped": ('<h2 id="done">What was done</h2>', '<h4 id="done">What was done</h4>', "proof-text"),
    "a page in no language": ('<html lang="en-GB">', "<html>", "proof-text"),
    "a picture without words": ('alt="Reports fell by a third in a year"', "", "proof-text-alt"),
    "an icon without a frame": ('class="back" viewBox="0 0 16 16"', 'class="back"', "proof-text-drawing"),
    "a formula without words": ('alttext="10 over 30"', "", "proof-text"),
    "a head of nothing": ('<th scope="col"', "<th", "proof-text"),
    "a script": ("</main>", "<script>1</script></main>", "proof-text-active"),
    "a picture on a server": ("</main>", '<img alt="A" src="https://example.org/a.png"></main>', "proof-text-active"),
}


def test_nothing_is_wrong_with_the_page_that_is_whole() -> None:
    assert codes_of(made().page.decode()) == []


@pytest.mark.parametrize("what", BREAKS)
def test_every_break_is_seen(what: str) -> None:
    old, new, code = BREAKS[what]
    page = made().page.decode()
    assert old in page
    assert code in codes_of(page.replace(old, new, 1))


def test_links_to_other_files_are_left_alone() -> None:
    page = made().page.decode().replace('<a href="#tbl-months">', '<a href="../other/other.html#there">', 1)
    assert codes_of(page) == []


def test_a_page_of_nothing_says_so() -> None:
    assert codes_of("") == ["proof-text"]
