"""Floats beside the text, at the foot of a page."""

import pytest

from pipeline.press.press import press
from tests.support.press.manuscripts import manuscript, page_texts

STYLE = """
body { margin-left: 40mm }
.opening { break-inside: avoid }
h2 { float: left; width: 30mm; margin: 0 0 0 -40mm; font-size: 1em; line-height: inherit }
"""
HEAD = " ".join(f"Head{n}" for n in range(12))


@pytest.mark.parametrize("lines", [36, 40])
def test_a_float_of_a_block_that_goes_to_the_next_page_whole_is_set_once(lines: int) -> None:
    """Its first lines had room at the foot of the page: the engine set the others twice on the next."""
    above = "".join(f'<p id="p{n}" style="margin: 0">Line</p>' for n in range(lines))
    opened = f'<h2 id="h">{HEAD}</h2><p id="o">{"Lamps were mended on some streets. " * 12}</p>'
    sheets = press(manuscript(f'{above}<div class="opening" id="d">{opened}</div><p id="z">Last</p>', STYLE))
    pages = page_texts(sheets.pdf)
    counts_by_page = [[page.count(f"Head{n} ") + page.count(f"Head{n}\r") for n in range(12)] for page in pages]
    assert [sum(counts_by_page) for counts_by_page in zip(*counts_by_page, strict=True)] == [1] * 12


@pytest.mark.parametrize("words", [12, 800])
@pytest.mark.parametrize("lines", [30, 44])
def test_a_float_that_is_longer_than_the_text_beside_it_is_set_to_its_end(lines: int, words: int) -> None:
    """The engine left out what did not fit the page on which the text ends."""
    above = "".join(f'<p id="p{n}" style="margin: 0">Line</p>' for n in range(lines))
    head = " ".join(f"Head{n}" for n in range(words))
    body = f'<article id="a" style="break-after: page">{above}<h2 id="h">{head}</h2><p id="z">Last</p></article>'
    sheets = press(manuscript(body, STYLE))
    assert page_texts(sheets.pdf)[-1].strip(), "no empty page behind the text"
    words_on_pages = [word for page in page_texts(sheets.pdf) for word in page.split() if word.startswith("Head")]
    assert words_on_pages == head.split()
