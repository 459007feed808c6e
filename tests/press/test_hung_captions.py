"""Captions beside their tables: in the side column, level with the head, on the page where the table begins."""

import pytest

from pipeline.model.formats import PdfVariant
from pipeline.model.manuscript import Manuscript
from pipeline.press.press import press
from tests.press.placed import MILLIMETRE, in_layout, words
from tests.support.press.tag_lines import kinds

COLUMN = 67 * MILLIMETRE
"""Where the text of a page begins, and so its tables."""
CAPTION = "Captioned table of lamps that were mended in every town"


def lines(count: int) -> str:
    """So many paragraphs of one line."""
    return "".join(f'<p id="p{n}">Lamps were mended on some streets.</p>' for n in range(count))


def hung(rows: int, word: str = "Cell", columns: int = 2) -> str:
    """A table of so many rows whose caption hangs."""
    cells = (f'<td id="c{row}-{n}">{word}{row}</td>' for row in range(rows) for n in range(columns))
    body = "".join(f"<tr>{''.join(next(cells) for _ in range(columns))}</tr>" for _ in range(rows))
    head = "".join(f'<th id="h{n}" scope="col">Head</th>' for n in range(columns))
    return (
        f'<div class="table slim hangs" id="d"><table id="t"><caption id="tc">{CAPTION}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>"
    )


def test_a_caption_stands_in_the_side_column_level_with_the_head() -> None:
    sheets = press(in_layout(lines(1) + hung(4) + '<p id="after">Afterwards.</p>'))
    caption, head = words(sheets, "Captioned")[0], words(sheets, "Head")[0]
    assert caption.right < COLUMN < head.right
    assert abs(caption.bottom - head.bottom) < 1.5
    assert caption.size == 12
    assert len({word.bottom for word in (*words(sheets, "Captioned"), *words(sheets, "town"))}) == 2
    row = words(sheets, "Cell2")[0].bottom - words(sheets, "Cell3")[0].bottom
    assert words(sheets, "Cell3")[0].bottom - words(sheets, "Afterwards")[0].bottom < 1.6 * row


@pytest.mark.parametrize("count", [24, 27, 31])
def test_a_caption_goes_to_the_next_page_with_its_table(count: int) -> None:
    sheets = press(in_layout(lines(count) + hung(20)))
    caption = [word for start in ("Captioned", "lamps", "town") for word in words(sheets, start)]
    rows = [words(sheets, start)[0].page for start in ("Head", "Cell0", "Cell1")]
    assert {word.page for word in caption} == set(rows)
    assert len(words(sheets, "Captioned")) == 1
    assert min(word.bottom for word in caption) > 54


def test_the_caption_of_a_table_over_pages_stands_once() -> None:
    sheets = press(in_layout(lines(4) + hung(70)))
    assert sheets.pages > 1
    assert [word.page for word in words(sheets, "Captioned")] == [1]
    assert {word.page for word in words(sheets, "Head")} >= {1, 2}


def test_a_hung_caption_belongs_to_its_table() -> None:
    tags = kinds(press(in_layout(hung(2))).pdf)
    at = next(place for place, tag in enumerate(tags) if tag.strip() == "Table")
    assert [tag.strip() for tag in tags[at : at + 3]] == ["Table", "Caption", "THead"]


def above(manuscript: Manuscript) -> bool:
    """Whether the caption stands above the head, on one line that begins where the table does."""
    sheets = press(manuscript)
    caption, head, end = (words(sheets, start)[0] for start in ("Captioned", "Head", "town"))
    return caption.bottom > head.top - 2 and abs(caption.left - head.left) < 1 and caption.bottom == end.bottom


@pytest.mark.parametrize("variant", ["booklet", "large-print"])
def test_a_page_of_one_column_has_its_captions_above(variant: PdfVariant) -> None:
    sheets = press(in_layout(lines(1) + hung(4), variant))
    caption, head = words(sheets, "Captioned")[0], words(sheets, "Head")[0]
    assert caption.bottom > head.top - 2
    assert abs(caption.left - head.left) < 1


def test_a_table_that_takes_the_side_column_has_its_caption_above() -> None:
    assert above(in_layout(lines(1) + hung(2, "Counterrevolutionary", 4)))


def test_a_table_that_is_set_as_blocks_has_its_caption_above() -> None:
    sheets = press(in_layout(lines(1) + hung(2, "Counterrevolutionaries" * 2, 4)))
    caption = words(sheets, "Captioned")[0]
    assert caption.left > COLUMN - 1
    assert [remark.code for remark in sheets.remarks if remark.code == "made-table-blocks"]
