"""Tables that are wider than their column: over the margin beside it first, then closer, and last as blocks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest

from pipeline.model.formats import Edition
from pipeline.press.press import press
from tests.press.placed import MILLIMETRE, in_layout, words

INNER, COLUMN, FULL = 22 * MILLIMETRE, 118 * MILLIMETRE, 168 * MILLIMETRE


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


def test_a_table_that_has_no_room_in_its_column_reaches_over_the_margin() -> None:
    """Seven columns of one word each: they were a list of words, beside a margin of 42 mm that was empty."""
    sheets = press(in_layout(lines(2) + wide(7)))
    assert sheets.remarks == ()
    heads = words(sheets, "Head")
    assert len({head.top for head in heads}) == 1
    cells = words(sheets, "Changed")
    assert {cell.size for cell in cells} == {12}
    assert min(cell.left for cell in cells) > INNER - 1
    assert INNER + COLUMN < max(cell.right for cell in cells) < INNER + FULL + 1


def test_a_table_that_fits_its_column_stays_in_it() -> None:
    """However many columns it has."""
    sheets = press(in_layout(lines(2) + wide(7, word="x")))
    assert max(cell.right for cell in words(sheets, "x")) < INNER + COLUMN


def test_a_table_that_has_no_room_over_the_margin_has_its_columns_closer() -> None:
    """Four points apart in place of eight; its words are as large as ever."""
    sheets = press(in_layout(lines(2) + wide(7, word="Thoughtfu")))
    assert sheets.remarks == ()
    cells = words(sheets, "Thoughtfu")
    assert {cell.size for cell in cells} == {12}
    assert INNER + COLUMN < max(cell.right for cell in cells) < INNER + FULL + 1
    gaps = [after.left - before.right for before, after in pairwise(cells[:7])]
    assert 3 < min(gaps) < 7


def test_a_table_that_has_no_room_at_all_is_set_as_blocks() -> None:
    """In its column and in the size of the text, and its author is told."""
    sheets = press(in_layout(lines(2) + wide(10, word="Counterrevolutionary")))
    assert [remark.code for remark in sheets.remarks] == ["made-table-blocks"]
    cells = words(sheets, "Counterrevolutionary")
    assert {cell.size for cell in cells} == {12}
    assert max(cell.right for cell in cells) < INNER + COLUMN + 1


def test_a_table_over_pages_reaches_into_the_outer_margin_of_each() -> None:
    """In print that of a verso is on the left."""
    sheets = press(in_layout(lines(6) + wide(7, rows=40), "print"))
    pages = {cell.page for cell in words(sheets, "Changed")}
    assert len(pages) > 1
    for page in pages:
        cells = [cell for cell in words(sheets, "Changed") if cell.page == page]
        outer = 9 + 210 * MILLIMETRE  # with the bleed, which is drawn around the page
        text = [word for word in words(sheets, "") if word.page == page and word not in cells]
        assert text
        left, right = min(cell.left for cell in cells), max(cell.right for cell in cells)
        assert right - left > COLUMN
        assert left > 19 * MILLIMETRE
        assert right < outer - 19 * MILLIMETRE


def test_a_table_over_the_margin_stands_below_what_stands_in_the_margin() -> None:
    """The stamp block of a first page is not printed over; the page is no longer for that than its text."""
    stamp = "".join(f'<p class="part" id="s{n}"><span class="value">Stamped {n}</span></p>' for n in range(9))
    body = f'<div class="stamp" id="stamp">{stamp}</div>{lines(1)}{wide(7, rows=20)}{lines(2, 2)}'
    sheets = press(in_layout(body))
    lowest = min(word.bottom for word in words(sheets, "Stamped"))
    assert max(word.top for word in words(sheets, "Head") if word.page == 1) < lowest - 8.5
    assert min(word.bottom for word in words(sheets, "Changed")) > 50
    assert len(words(sheets, "Changed")) == 140


def test_a_table_in_a_box_crosses_no_bar() -> None:
    """In print the bar of a box stands between a column and the outer margin of a verso."""
    boxed = f'<aside class="box" id="box">{wide(7)}</aside>'
    assert press(in_layout(boxed)).remarks == ()
    sheets = press(in_layout(lines(10) + boxed, "print"))
    assert {word.page for word in words(sheets, "Changed")} == {2}
    assert min(word.left for word in words(sheets, "Head")) > 70 * MILLIMETRE


@pytest.mark.parametrize("edition", ["large-print", "booklet"])
def test_a_page_without_a_margin_has_its_wide_tables_as_blocks(edition: Edition) -> None:
    """Nothing in them is smaller than the text, and nobody is told: there they are meant to be blocks."""
    sheets = press(in_layout(lines(2) + wide(9), edition))
    assert sheets.remarks == ()
    assert len({cell.size for cell in words(sheets, "Changed")} | {p.size for p in words(sheets, "Lamps")}) == 1
    assert len({cell.top for cell in words(sheets, "Changed")}) > 2


def test_a_layout_may_say_itself_how_far_its_tables_reach() -> None:
    """Margins that are worked out from the page are left as they are."""
    made = in_layout(wide(7), "print")
    centred = replace(made, style=made.style + "[data-spread] { margin-left: auto; margin-right: -40% }")
    assert press(centred).remarks == ()
