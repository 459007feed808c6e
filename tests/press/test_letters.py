"""Letters written plainly: what is drawn is what the engine draws, and nothing is said of letters that do not move."""

import re
from io import BytesIO

import pytest
from pikepdf import Pdf, Stream

from pipeline.press.press import press
from tests.press.plain_engine import LETTERS, engines_own
from tests.support.press import manuscripts
from tests.support.press.lengths import rich

_STILL = re.compile(rb">0(<?)")


def contents(pdf: bytes) -> list[bytes]:
    """What the pages and forms of a PDF draw, in order."""
    with Pdf.open(BytesIO(pdf)) as file:
        streams = [stream for stream in file.objects if isinstance(stream, Stream) and "/Length1" not in stream]
        return [content for stream in streams if b" TJ" in (content := stream.read_bytes())]


def plainly(contents: list[bytes]) -> list[bytes]:
    """The same without movements of nothing."""
    return [_STILL.sub(lambda match: b"" if match[1] else b">", content) for content in contents]


WORDS = {
    "kerned": "<p>AVATAR, To. Waffle fi ffl; 12.5 per cent</p>",
    "languages": '<p>Łódź, Straße, <span lang="he" dir="rtl">abc</span> naïve</p>',
    "raised": "<p>H<sub>2</sub>O, 10<sup>th</sup> <b>bold</b> <i>leaning</i></p>",
    "alone": "<p><b>Status</b> <i>Draft</i></p>",
    "apart": '<p style="letter-spacing: 2px">Lamps</p><p style="word-spacing: 9px">Lamps were lit</p>',
    "right": '<p style="direction: rtl">Lamps (were) lit</p>',
    "cut": '<p style="white-space: nowrap; overflow: hidden; text-overflow: ellipsis; width: 40px">Lamps were lit</p>',
}


@pytest.mark.parametrize("body", WORDS.values(), ids=WORDS)
def test_lines_say_what_the_engines_say(body: str) -> None:
    ours = press(manuscripts.manuscript(body))
    with engines_own(LETTERS):
        theirs = press(manuscripts.manuscript(body))
    assert plainly(contents(ours.pdf)) == plainly(contents(theirs.pdf))


def test_nothing_is_said_of_letters_that_stand() -> None:
    ours = contents(press(rich()).pdf)
    with engines_own(LETTERS):
        theirs = contents(press(rich()).pdf)
    assert plainly(ours) == plainly(theirs)
    still = [sum(len(_STILL.findall(content)) for content in drawn) for drawn in (ours, theirs)]
    assert still[0] * 10 < still[1]
