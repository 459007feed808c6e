"""Documents that would take all the time or memory there is, taken in as others are."""

from time import process_time

from tests.support.word.documents import cell, docx, para, table
from tests.support.word.imports import body_of, taken, told

TITLE = para("T", "Title")
WIDE = '<w:gridSpan w:val="200"/>'


def test_cells_that_claim_thousands_of_columns_have_one_each() -> None:
    """Word itself draws no more than 63 columns; a table of 50 rows would have half a million cells."""
    before = process_time()
    made = taken(docx(TITLE, para("Text."), table(("x",) * 50, *[("y",)] * 50).replace("<w:tcPr>", f"<w:tcPr>{WIDE}")))
    assert process_time() - before < 2
    assert body_of(made).split("\n")[2] == f"| {' | '.join('x' * 50)} |"


def test_cells_beyond_the_last_column_stand_in_that() -> None:
    made = taken(docx(TITLE, para("Text."), table(tuple(f"c{n}" for n in range(65)), (cell("wide", WIDE),))))
    assert body_of(made).split("\n")[2].endswith("| c61 | c62 c63 c64 |")
    assert told(made) == []


def test_the_time_of_changes_in_one_paragraph_grows_with_their_number() -> None:
    change = '<w:ins w:id="1" w:author="A"><w:r><w:t>i</w:t></w:r></w:ins>'
    before = process_time()
    made = taken(docx(TITLE, para("Text."), f"<w:p>{change * 20_000}</w:p>"))
    assert process_time() - before < 4
    assert body_of(made).count("i") == 20_000
