"""Captions of figures: beside a picture that is as high, below any other."""

import io

import pytest
from PIL import Image

from pipeline.compose.page.body import set_blocks
from pipeline.compose.page.chapter import ChapterContext, assets_by_name
from pipeline.compose.page.figures import picture_height
from pipeline.model.body import Figure, Text
from pipeline.model.formats import Asset
from tests.support.words import ENGLISH

WIDE = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 334 92" width="334pt" height="92pt"/>'


def asset(content: str | bytes) -> Asset:
    """A picture: a drawing if it is text."""
    drawn = isinstance(content, str)
    return Asset(
        "p", "image/svg+xml" if drawn else "image/png", "00", content.encode() if isinstance(content, str) else content
    )


def dots(width: int, height: int) -> bytes:
    """A picture of so many dots."""
    kept = io.BytesIO()
    Image.new("L", (width, height)).save(kept, "PNG")
    return kept.getvalue()


def hangs(caption: str, width: int = 0) -> bool:
    """Whether a caption hangs beside a drawing 92 points high."""
    chapter = ChapterContext("#000", ENGLISH, pictures=assets_by_name((asset(WIDE),)))
    return '<figure class="hangs' in set_blocks((Figure("asset:00", "", (Text(caption),), width=width),), chapter)


def test_a_caption_hangs_beside_a_picture_that_is_as_high() -> None:
    assert hangs("Lamps " * 20)
    assert not hangs("Lamps " * 30)


def test_a_picture_made_narrow_has_room_for_less() -> None:
    assert not hangs("Lamps " * 20, width=30)


def test_a_word_longer_than_the_side_column_stands_below() -> None:
    assert not hangs("Straßenbeleuchtungsanlagen")


@pytest.mark.parametrize(
    ("content", "share", "height"),
    [
        (WIDE, 0, 92),
        (WIDE, 50, 49),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 200 100"/>', 0, 178),
        ('<svg xmlns="http://www.w3.org/2000/svg" width="4in" height="2in"/>', 0, 144),
        ('<svg xmlns="http://www.w3.org/2000/svg"/>', 0, 0),
        (dots(400, 100), 0, 75),
        (dots(100, 4000), 0, 425),
        (dots(1600, 400), 0, 89),
    ],
)
def test_the_height_is_that_on_the_page(content: str | bytes, share: int, height: int) -> None:
    assert round(picture_height(asset(content), share)) == height
