"""Things side by side, where a page ends and in texts that run from right to left."""

from dataclasses import replace

import pytest

from pipeline.model.formats import PdfVariant
from pipeline.press.press import press
from tests.press.placed import all_words, in_layout
from tests.support.press.manuscripts import manuscript, page_texts

FACTS = '<dl id="d"><dt id="t" style="float: left; width: 20mm">Session</dt><dd id="m">45 minutes</dd></dl>'
PAIR = (
    '<div id="g" style="display: grid; grid-template-columns: 1fr 1fr; break-inside: avoid">'
    f'<div id="a"><p id="pa">Outcomes</p>{FACTS}</div><div id="b"><p id="pb">Questions</p></div></div>'
)


@pytest.mark.parametrize("lines", [36, 40, 43])
def test_boxes_side_by_side_that_hold_a_float_go_to_the_next_page_whole(lines: int) -> None:
    """The engine broke off, as it added the float to a height that was not known yet."""
    body = "".join(f'<p id="p{n}" style="margin: 0">Lamps.</p>' for n in range(lines))
    texts = page_texts(press(manuscript(body + PAIR)).pdf)
    (page,) = [text for text in texts if "Outcomes" in text]
    assert all(word in page for word in ("Session", "45 minutes", "Questions"))


FRAME = (
    '<div class="opening h2" id="o"><h2 id="h">Heading</h2><p id="p">Words</p></div>'
    '<div class="box box-note" id="b"><p class="box-label" id="l">Note</p><p id="n">Noted</p></div>'
    '<dl class="facts" id="f"><div id="fd"><dt id="ft">Force</dt><dd id="fm">Norvale</dd></div></dl>'
    '<figure class="hangs" id="g"><figcaption id="c">Caption</figcaption></figure>'
    '<div class="pair" id="r"><div class="box" id="ra"><p id="rp">First</p></div>'
    '<div class="box" id="rb"><p id="rq">Second</p></div></div>'
    '<table id="t"><tr id="tr"><th id="th">Street</th><td id="td">Before</td></tr></table>'
    '<ol class="references" id="w"><li id="wl">Work</li></ol>'
)


@pytest.mark.parametrize(("variant", "width"), [("screen", 210), ("booklet", 148)])
def test_the_page_of_a_text_in_arabic_is_the_mirror_image_of_one_in_english(variant: PdfVariant, width: int) -> None:
    text = in_layout(FRAME, variant)
    arabic = replace(text, metadata=replace(text.metadata, language="ar"))
    english, mirrored = (
        {word.text: word for word in all_words(press(manuscript).pdf)} for manuscript in (text, arabic)
    )
    assert len(english) == 12
    for word, place in english.items():
        assert place.left + mirrored[word].right == pytest.approx(width * 72 / 25.4, abs=0.2), word
