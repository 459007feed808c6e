"""The fitting ladder: a last page that would hold little is saved by closer gaps or lines, one step after the other."""

from dataclasses import replace

import pytest

from pipeline.model.manuscript import Chapter, Manuscript
from pipeline.press.press import press
from tests.support.press.manuscripts import manuscript, page_texts

GAPS = "p { margin: 0 0 10pt } h1 { font-size: 12pt; margin: 0 }"
"""A page has 40 lines of 17 points; a paragraph of 6 takes 102, and 10 behind it."""
SAYS = "".join(f'html[data-fit="{rung}"] #title::after {{ content: " step {rung}" }}' for rung in "123")
FIRST = 'html[data-fit="1"] p { margin-bottom: 7pt }'
SECOND = 'html[data-fit="2"] { line-height: 16.5pt }'


def lines(*numbers: int) -> str:
    """Paragraphs of so many lines each."""
    texts = (f'<p id="p{n}">{"<br/>".join(["Lamps."] * number)}</p>' for n, number in enumerate(numbers))
    return f'<h1 id="title">Lamps</h1>{"".join(texts)}'


SHORT = lines(5, 6, 6, 6, 6, 6, 1)
"""One line is left for page 2."""


def fitted(body: str, style: str = "") -> tuple[int, str]:
    """The number of pages of a text, and the step that it was set at."""
    pages = page_texts(press(manuscript(body, GAPS + SAYS + style)).pdf)
    return len(pages), pages[0].partition("step ")[2][:1]


def test_the_first_step_that_saves_the_page_is_taken() -> None:
    assert fitted(SHORT) == (2, "")
    assert fitted(SHORT, FIRST) == (1, "1")
    assert fitted(SHORT, SECOND) == (1, "2")
    assert fitted(SHORT, FIRST + SECOND) == (1, "1")


@pytest.mark.parametrize("last", [20, 5])
def test_a_last_page_that_holds_enough_is_left_as_it_is(last: int) -> None:
    """A third of a page; or more than the whole ladder could save on the pages before, however much it would here."""
    body = lines(5, 6, 6, 6, 6, 6, last)
    assert fitted(body, "html[data-fit] { line-height: 9pt }") == (2, "")


def test_a_step_that_cannot_save_the_page_is_skipped() -> None:
    """Four lines on a fifth page are more than the first two steps save in usual layouts."""
    style = "p { orphans: 1; widows: 1 } html[data-fit] p { margin-bottom: 2pt }"
    assert fitted(lines(5, *[6] * 24, 4), "p { orphans: 1; widows: 1 }") == (5, "")
    assert fitted(lines(5, *[6] * 24, 4), style) == (4, "3")


def matter(landmark: str) -> Manuscript:
    """Two sections of a pack, of which the second follows the first on its page."""
    text = manuscript(SHORT, GAPS + SAYS + "html[data-fit] p { margin-bottom: 2pt }")
    more = Chapter("more", "More", '<p id="more">More.</p>', landmark=landmark, runs_on=True)
    chapters = tuple(replace(chapter, landmark=landmark) for chapter in text.chapters)
    return replace(text, chapters=(*chapters, more))


def test_a_page_behind_two_may_hold_a_fifth() -> None:
    close = "html[data-fit] { line-height: 14pt }"
    assert fitted(lines(5, *[6] * 12, 1)) == (3, "")
    assert fitted(lines(5, *[6] * 12, 1), close)[0] == 2


def test_the_front_of_a_pack_is_set_as_it_is() -> None:
    assert press(matter("frontmatter")).pages == 2
    assert press(matter("backmatter")).pages == 1
