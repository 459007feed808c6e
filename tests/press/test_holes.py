"""What is kept whole is parted where it would leave a hole at the foot of the page before, and nowhere else."""

from __future__ import annotations

import pytest

from pipeline.press.press import press
from tests.press.footnotes import FOOT, call, ended, note
from tests.support.press.cached_sheets import pressed
from tests.support.press.manuscripts import manuscript, page_texts, paragraphs, picture
from tests.support.press.random_manuscripts import generated

STYLE = ".whole { break-inside: avoid } img { width: 280pt } h2 { break-after: avoid } .beside { float: left }"
PICTURE = picture('<rect width="50" height="50" fill="#ddd"/>')
SHOWN = f'<img alt="Reports fell" src="asset:{PICTURE.sha256}"/>'
LONG = "Lamps were lit again. " * 60
"""A third of a page."""


def begun(body: str, lines: int = 6, style: str = "") -> bool:
    """Whether a thing begins on the first page, below so many paragraphs, and ends on the second."""
    first, *others = page_texts(press(manuscript(paragraphs(lines) + body, STYLE + style, (PICTURE,))).pdf)
    return "again" in first and any("again" in text for text in others)


@pytest.mark.parametrize(
    "thing",
    [
        f'<aside id="a" class="whole"><p id="b">{LONG}</p></aside>',
        f'<div class="whole"><h2 id="a">Costs</h2><p id="b">{LONG}</p></div>',
        f'<div class="whole"><h2 id="a" class="beside">Costs</h2><p id="b">{LONG}</p></div>',
        f'<div class="whole"><div class="whole"><p id="b">{LONG}</p></div></div>',
        f'<table id="t"><tr id="r" class="whole"><td id="c">{LONG}</td><td id="d">Lit</td></tr></table>',
    ],
)
def test_a_thing_that_leaves_a_hole_is_parted(thing: str) -> None:
    """A box, a heading with its text, one that hangs beside it, a box in a box, a row of a table."""
    assert begun(thing)


@pytest.mark.proof
def test_a_box_whose_notes_do_not_fit_is_parted_too() -> None:
    """They take the whole box along: in this invented text to the second page, after a heading and a paragraph."""
    first, *_ = page_texts(pressed(generated(30)).pdf)
    assert len(first) > 1500


@pytest.mark.parametrize(
    ("thing", "lines", "style"),
    [
        pytest.param(f'<aside id="a" class="whole"><p id="b">{LONG}</p></aside>', 9, "", id="a small gap"),
        pytest.param(f'<aside id="a" class="whole"><p id="b">{LONG}</p></aside>', 3, "", id="room enough"),
        pytest.param(
            f'<aside id="a" class="whole"><p id="b">{LONG}</p></aside>', 6, "aside { break-before: page }", id="meant"
        ),
        pytest.param(f'<figure id="f" class="whole"><p id="b">{LONG}</p></figure>', 6, "", id="a figure"),
        pytest.param(
            f'<div class="whole"><p id="b">{LONG} {call(1)}</p></div>{ended(note(1, "Lit."))}',
            6,
            FOOT,
            id="calls a note",
        ),
        pytest.param(
            f'<div class="whole"><p id="a">See again:</p><p id="b">{SHOWN}</p></div>', 6, "", id="around a picture"
        ),
    ],
)
def test_all_else_is_kept_whole(thing: str, lines: int, style: str) -> None:
    """Nothing is parted for less than a fifth of a page, no picture from its caption, seldom a note from its call."""
    assert not begun(thing, lines, style)


def test_a_thing_after_one_that_was_parted_stays_whole_if_it_fits() -> None:
    """What comes after a hole is set anew before another is looked for."""
    box = f'<aside id="a" class="whole"><p id="b">{LONG}</p></aside>'
    last = f'<aside id="z" class="whole"><p id="y">{LONG.replace("Lamps", "Bulbs")}</p></aside>'
    texts = page_texts(press(manuscript(paragraphs(6) + box + last, STYLE)).pdf)
    assert [text.count("Bulbs") for text in texts] == [0, 60]
