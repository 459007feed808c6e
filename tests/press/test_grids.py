"""Things side by side, where a page ends."""

from __future__ import annotations

import pytest

from pipeline.press.press import press
from tests.support.press.manuscripts import manuscript, page_texts

FACTS = '<dl id="d"><dt id="t" style="float: left; width: 20mm">Session</dt><dd id="m">45 minutes</dd></dl>'
PAIR = (
    '<div id="g" style="display: grid; grid-template-columns: 1fr 1fr; break-inside: avoid">'
    f'<div id="a"><p id="pa">Outcomes</p>{FACTS}</div><div id="b"><p id="pb">Questions</p></div></div>'
)


@pytest.mark.parametrize("lines", range(36, 44))
def test_boxes_side_by_side_that_hold_a_float_go_to_the_next_page_whole(lines: int) -> None:
    """The engine broke off, as it added the float to a height that was not known yet."""
    body = "".join(f'<p id="p{n}" style="margin: 0">Lamps.</p>' for n in range(lines))
    texts = page_texts(press(manuscript(body + PAIR)).pdf)
    (page,) = [text for text in texts if "Outcomes" in text]
    assert all(word in page for word in ("Session", "45 minutes", "Questions"))
