"""Tracked changes at the edges of paragraphs, cells and tables."""

import pytest

from tests.support.word.documents import cell, docx, para, run, table
from tests.support.word.imports import body_of, taken, told

TITLE = para("T", "Title")


def marked(words: str, change: str = "del") -> str:
    """A paragraph whose end was struck or added."""
    return f'<w:p><w:pPr><w:rPr><w:{change} w:id="8" w:author="A"/></w:rPr></w:pPr>{run(words)}</w:p>'


@pytest.mark.parametrize("changes", ["accept", "reject"])
@pytest.mark.parametrize("change", ["del", "ins", "moveFrom", "moveTo"])
def test_words_stay_in_their_cell(change: str, changes: str) -> None:
    """The last paragraph of a cell has no next one that it could be joined to."""
    rows = (("Ward", "2023", "2024"), ("North", cell(marked("12", change)), "15"), ("South", "30", "31"))
    made = taken(docx(TITLE, para("Reports."), marked("Before.", change), table(*rows)), changes=changes)
    assert body_of(made).split("\n\n") == [
        "Reports.",
        "Before.",
        "| Ward | 2023 | 2024 |\n|---|---|---|\n| North | 12 | 15 |\n| South | 30 | 31 |",
    ]
    assert told(made) == []


@pytest.mark.parametrize(("changes", "words"), [("accept", "| North | 15 |"), ("reject", "| North | 12 |")])
def test_cells_that_were_struck_or_added_are_settled(changes: str, words: str) -> None:
    row = ("North", cell("12", '<w:cellDel w:id="1" w:author="A"/>'), cell("15", '<w:cellIns w:id="2" w:author="A"/>'))
    made = taken(docx(TITLE, para("Reports."), table(row, columns=2)), changes=changes)
    assert body_of(made) == f"Reports.\n\n{words}\n|---|---|"
    assert told(made) == []
