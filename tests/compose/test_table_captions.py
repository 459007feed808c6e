"""Which captions hang beside their tables: those that the side column has room for, however wide its type is."""

import pytest
from lxml import etree

from pipeline.compose.page.body import set_blocks
from pipeline.compose.page.chapter import ChapterContext
from pipeline.model.body import Align, Table, Text
from tests.support.words import ENGLISH

THREE_LINES = "Lamps mended by town, 2019 to 2023"


def hangs(caption: str, columns: int = 2, rows: int = 2, cell: str = "Wraxby") -> bool:
    """Whether a caption hangs beside a table of so many columns, and rows below its head."""
    row = ((Text(cell),),) * columns
    made = Table(row, (row,) * rows, (Align.LEFT,) * columns, caption=(Text(caption),) if caption else (), number=1)
    region = etree.fromstring(str(set_blocks((made,), ChapterContext("#000", ENGLISH))))
    return "hangs" in str(region.get("class")).split()


@pytest.mark.parametrize(("columns", "expected"), [(1, True), (4, True), (5, False)])
def test_a_caption_hangs_beside_a_table_of_few_columns(columns: int, expected: bool) -> None:
    assert hangs(THREE_LINES, columns) == expected


@pytest.mark.parametrize(("rows", "expected"), [(0, False), (1, False), (2, True)])
def test_a_caption_that_is_longer_than_its_table_stands_above_it(rows: int, expected: bool) -> None:
    assert hangs(THREE_LINES, rows=rows) == expected


def test_a_caption_with_a_word_that_is_too_long_stands_above() -> None:
    assert not hangs("Straßenbeleuchtungsanlagen", rows=5)


def test_a_table_without_a_caption_has_none_that_hangs() -> None:
    row = ((Text("Wraxby"),),)
    made = Table(row, (row,), (Align.LEFT,))
    assert "hangs" not in str(set_blocks((made,), ChapterContext("#000", ENGLISH)))
    assert hangs("")


def test_a_table_without_heads_is_headed_by_its_first_column_with_words() -> None:
    row = ((), (Text("Lit"),), (Text("12"),))
    made = Table(((), (), ()), (row, row), (Align.LEFT,) * 3)
    heads = etree.fromstring(str(set_blocks((made,), ChapterContext("#000", ENGLISH)))).findall(".//th")
    assert [(head.get("scope"), head.text) for head in heads] == [("row", "Lit")] * 2


def test_a_table_without_any_word_is_left_out() -> None:
    empty = Table(((), ()), (((), ()),), (Align.LEFT,) * 2)
    assert set_blocks((empty,), ChapterContext("#000", ENGLISH)).strip() == ""
