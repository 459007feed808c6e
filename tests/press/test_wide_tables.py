"""Tables that are wider than their column: over the side column first, then closer, and last as blocks."""

from itertools import pairwise

import pytest

from pipeline.model.formats import PdfVariant
from pipeline.press.press import press
from tests.press.placed import MILLIMETRE, in_layout, words

EDGE, COLUMN, END = 17 * MILLIMETRE, 67 * MILLIMETRE, 193 * MILLIMETRE
"""Where the side column of a page begins, where the text does, and where both end."""
CLOSER = "Thoughtful"
"""A word of which seven stand in a row across a page, if they stand closer."""


def lines(count: int, first: int = 1) -> str:
    """So many paragraphs of three lines."""
    said = "Lamps were mended on some streets and left dark on others, and the burglaries of both were counted. "
    return "".join(f'<p id="p{n}">{said * 2}</p>' for n in range(first, first + count))


def wide(columns: int, rows: int = 2, word: str = "Changed") -> str:
    """A table of so many columns, none of which can be narrower than its word."""
    heads = "".join(f'<th id="h{n}" scope="col">Head{n}</th>' for n in range(columns))
    cells = (
        f'<td id="c{row}-{n}" data-label="Head{n}">{word}{"ABCDEFGHIJ"[n]}</td>'
        for row in range(rows)
        for n in range(columns)
    )
    body = "".join(f"<tr>{''.join(next(cells) for _ in range(columns))}</tr>" for _ in range(rows))
    table = f'<table id="t"><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>'
    return f'<div class="table wide widest" id="d">{table}</div>'


def test_a_table_that_has_no_room_in_its_column_reaches_over_the_side_column() -> None:
    """Seven columns of one word each: they were a list of words, beside a side column that was empty."""
    sheets = press(in_layout(lines(2) + wide(7)))
    assert sheets.remarks == ()
    heads = words(sheets, "Head")
    assert len({head.top for head in heads}) == 1
    cells = words(sheets, "Changed")
    assert {cell.size for cell in cells} == {12.5}
    assert EDGE - 1 < min(cell.left for cell in cells) < COLUMN - 1
    assert max(cell.right for cell in cells) < END + 1


def test_a_table_of_many_columns_stands_across() -> None:
    cells = words(press(in_layout(lines(2) + wide(7, word="x"))), "x")
    assert min(cell.left for cell in cells) < COLUMN - 1


def test_a_table_that_has_no_room_across_has_its_columns_closer() -> None:
    sheets = press(in_layout(lines(2) + wide(7, word=CLOSER)))
    assert sheets.remarks == ()
    cells = words(sheets, CLOSER)
    assert {cell.size for cell in cells} == {12.5}
    assert EDGE - 1 < min(cell.left for cell in cells) < COLUMN - 1
    assert max(cell.right for cell in cells) < END + 1
    gaps = [after.left - before.right for before, after in pairwise(cells[:7])]
    assert 3 < min(gaps) < 7


def test_a_table_that_has_no_room_at_all_is_set_as_blocks() -> None:
    sheets = press(in_layout(lines(2) + wide(10, word="Counterrevolutionary")))
    assert [remark.code for remark in sheets.remarks] == ["made-table-blocks"]
    cells = words(sheets, "Counterrevolutionary")
    assert {cell.size for cell in cells} == {12.5}
    assert max(cell.right for cell in cells) < END + 1


def test_a_table_over_pages_reaches_over_the_side_column_of_each() -> None:
    sheets = press(in_layout(lines(6) + wide(7, rows=40), "print"))
    pages = {cell.page for cell in words(sheets, "Changed")}
    assert len(pages) > 1
    for page in pages:
        cells = [cell for cell in words(sheets, "Changed") if cell.page == page]
        assert EDGE - 1 < min(cell.left for cell in cells) < EDGE + 9
        assert max(cell.right for cell in cells) < END + 1


def test_a_table_over_the_side_column_stands_below_what_hangs_there() -> None:
    head = "".join(f"Hanging{n} " for n in range(12))
    opened = f'<div class="opening h3" id="o"><h3 id="h">{head}</h3><p id="s">Short.</p></div>'
    sheets = press(in_layout(f"{lines(1)}{opened}{wide(7, rows=20)}{lines(2, 2)}"))
    hanging = words(sheets, "Hanging")
    assert max(word.right for word in hanging) < COLUMN
    assert max(word.top for word in words(sheets, "Head") if word.page == 1) < min(word.bottom for word in hanging)
    assert len(words(sheets, "Changed")) == 140


BOXED = '<div class="box box-note" id="box" role="note" aria-label="Note"><p class="box-label" id="l">Note</p>{}</div>'


PAIR = '<div class="pair" id="a"><div class="box box-outcomes" id="b">{}</div><div class="box" id="c"></div></div>'


@pytest.mark.parametrize("body", [BOXED, '<ul id="u"><li id="i">{}</li></ul>', PAIR], ids=["box", "list", "pair"])
def test_a_table_within_something_else_stays_in_it(body: str) -> None:
    sheets = press(in_layout(lines(1) + body.format(wide(9))))
    assert [remark.code for remark in sheets.remarks] == ["made-table-blocks"]
    assert len(words(sheets, "Changed")) == 18
    assert min(word.left for word in words(sheets, "Changed")) > (EDGE if body == PAIR else COLUMN) - 1


@pytest.mark.parametrize("variant", ["large-print", "booklet"])
def test_a_page_without_a_margin_has_its_wide_tables_as_blocks(variant: PdfVariant) -> None:
    sheets = press(in_layout(lines(2) + wide(9), variant))
    assert sheets.remarks == ()
    assert len({cell.size for cell in words(sheets, "Changed")} | {p.size for p in words(sheets, "Lamps")}) == 1
    assert len({cell.top for cell in words(sheets, "Changed")}) > 2
