"""Labels of lists on paper: letters in brackets are drawn and heard, and the list says how it is numbered."""

from pathlib import Path

import pytest

from pipeline.compose.page.body import set_blocks
from pipeline.compose.page.chapter import ChapterContext
from pipeline.compose.page.fragment import check_markup
from pipeline.model.body import ListBlock, ListItem, Paragraph, Text
from pipeline.model.formats import PdfVariant
from pipeline.press.press import press
from tests.press.hearing import read_aloud
from tests.press.placed import in_layout, words
from tests.support.press.manuscripts import manuscript, tags
from tests.support.project import ROOT
from tests.support.words import ENGLISH

STYLE = (Path(ROOT) / "layouts" / "common.css").read_text("utf-8")


def test_a_list_has_the_labels_that_its_class_says() -> None:
    entries = '<li id="{0}1">Walk</li><li id="{0}2">Talk</li>'
    kinds = ("both-lower-alpha", "right-upper-roman", "both-decimal", "right-decimal")
    lists = "".join(f'<ol id="{kind}" class="{kind}">{entries.format(kind)}</ol>' for kind in kinds)
    pdf = press(manuscript(lists, STYLE)).pdf
    labels = [words for tag_path, _, words in read_aloud(pdf) if tag_path[-1] == "Lbl"]
    assert labels == ["(a) ", "(b) ", "I) ", "II) ", "(1) ", "(2) ", "1) ", "2) "]
    assert [tag["/ListNumbering"] for tag in tags(pdf, "L")] == ["/LowerAlpha", "/UpperRoman", *["/Decimal"] * 2]


def test_a_task_says_whether_it_is_done() -> None:
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" class="tick" viewBox="0 0 9 9" role="img" aria-label="Done">'
    drawn += '<path d="M1 1h7v7h-7z"/></svg>'
    pdf = press(manuscript(f'<ul id="u"><li id="a" class="task">{drawn} Walk</li></ul>', STYLE)).pdf
    assert [tag["/Alt"] for tag in tags(pdf, "Figure")] == ["Done"]


@pytest.mark.parametrize("variant", ["screen", "large-print"])
def test_no_label_stands_left_of_its_column(variant: PdfVariant) -> None:
    """Long ones were half in the margin; on a telephone and in a book they were cut off."""
    entries = tuple(ListItem((Paragraph((Text("Walk."),)),)) for _ in range(2))
    starts = {1: "(a)", 13: "(A)", 17: "(i)", 27: "i.", 87: "I)", 99: "", 1998: "", 998: "(1)", 98: "1)"}
    lists = tuple(ListBlock(True, entries, start, form=form) for start, form in starts.items())
    chapter = ChapterContext("#0f4c5c", ENGLISH)
    body = "<p>Margin</p>" + "".join(str(set_blocks((list_block,), chapter)) for list_block in lists)
    placed = words(press(in_layout(check_markup(body)[0], variant)), "")
    (margin,) = (word.left for word in placed if word.text == "Margin")
    labels = {"(b)", "(M)", "(xviii)", "xxviii.", "LXXXVIII)", "100.", "1999.", "(999)", "99)"}
    assert labels <= {word.text for word in placed}
    assert min(word.left for word in placed) > margin - 0.5
