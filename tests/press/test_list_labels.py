"""Labels of lists on paper: letters in brackets are drawn and heard, and the list says how it is numbered."""

from __future__ import annotations

from pathlib import Path

from pipeline.press.press import press
from tests.conftest import ROOT
from tests.press.hearing import read_aloud
from tests.press.small import manuscript, tags

STYLE = (Path(ROOT) / "layouts" / "common.css").read_text("utf-8")


def test_a_list_has_the_labels_that_its_class_says() -> None:
    """Those of the house style, as they are read aloud."""
    entries = '<li id="{0}1">Walk</li><li id="{0}2">Talk</li>'
    kinds = ("both-lower-alpha", "right-upper-roman", "both-decimal")
    lists = "".join(f'<ol id="{kind}" class="{kind}">{entries.format(kind)}</ol>' for kind in kinds)
    pdf = press(manuscript(lists, STYLE)).pdf
    labels = [words for way, _, words in read_aloud(pdf) if way[-1] == "Lbl"]
    assert labels == ["(a) ", "(b) ", "I) ", "II) ", "(1) ", "(2) "]
    assert [found["/ListNumbering"] for found in tags(pdf, "L")] == ["/LowerAlpha", "/UpperRoman", "/Decimal"]


def test_a_task_says_whether_it_is_done() -> None:
    """Its box is a picture with words, at the beginning of the entry."""
    drawn = '<svg xmlns="http://www.w3.org/2000/svg" class="tick" viewBox="0 0 9 9" role="img" aria-label="Done">'
    drawn += '<path d="M1 1h7v7h-7z"/></svg>'
    pdf = press(manuscript(f'<ul id="u"><li id="a" class="task">{drawn} Walk</li></ul>', STYLE)).pdf
    assert [found["/Alt"] for found in tags(pdf, "Figure")] == ["Done"]
