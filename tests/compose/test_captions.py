"""Captions hang beside a picture or table that is as high, if the side column has room for them."""

import io

import pytest
from lxml import etree
from PIL import Image

from pipeline.compose.page.body import set_blocks
from pipeline.compose.page.chapter import ChapterContext, assets_by_name
from pipeline.compose.page.figures import picture_height
from pipeline.model.body import Align, Figure, Table, Text
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


# Tables

THREE_LINES = "Lamps mended by town, 2019 to 2023"


def hangs_beside_table(caption: str, columns: int = 2, rows: int = 2, cell: str = "Wraxby") -> bool:
    """Whether a caption hangs_beside_table beside a table of so many columns, and rows below its head."""
    row = ((Text(cell),),) * columns
    table = Table(row, (row,) * rows, (Align.LEFT,) * columns, caption=(Text(caption),) if caption else (), number=1)
    region = etree.fromstring(str(set_blocks((table,), ChapterContext("#000", ENGLISH))))
    return "hangs" in str(region.get("class")).split()


@pytest.mark.parametrize(("columns", "expected"), [(1, True), (4, True), (5, False)])
def test_a_caption_hangs_beside_a_table_of_few_columns(columns: int, expected: bool) -> None:
    assert hangs_beside_table(THREE_LINES, columns) == expected


@pytest.mark.parametrize(("rows", "expected"), [(0, False), (1, False), (2, True)])
def test_a_caption_that_is_longer_than_its_table_stands_above_it(rows: int, expected: bool) -> None:
    assert hangs_beside_table(THREE_LINES, rows=rows) == expected


def test_a_caption_with_a_word_that_is_too_long_stands_above() -> None:
    assert not hangs_beside_table("Straßenbeleuchtungsanlagen", rows=5)


def test_a_table_without_a_caption_has_none_that_hangs() -> None:
    row = ((Text("Wraxby"),),)
    table = Table(row, (row,), (Align.LEFT,))
    assert "hangs" not in str(set_blocks((table,), ChapterContext("#000", ENGLISH)))
    assert hangs_beside_table("")


def test_a_table_without_heads_is_headed_by_its_first_column_with_words() -> None:
    row = ((), (Text("Lit"),), (Text("12"),))
    table = Table(((), (), ()), (row, row), (Align.LEFT,) * 3)
    heads = etree.fromstring(str(set_blocks((table,), ChapterContext("#000", ENGLISH)))).findall(".//th")
    assert [(head.get("scope"), head.text) for head in heads] == [("row", "Lit")] * 2


def test_a_table_without_any_word_is_left_out() -> None:
    empty = Table(((), ()), (((), ()),), (Align.LEFT,) * 2)
    assert set_blocks((empty,), ChapterContext("#000", ENGLISH)).strip() == ""
