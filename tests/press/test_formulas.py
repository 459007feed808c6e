"""Formulas in the PDF: drawn on the line, tagged with their words, in the colour of their text."""

from __future__ import annotations

from io import BytesIO
from typing import Any

from pikepdf import Pdf, parse_content_stream

from pipeline.compose.page.formulas import formula
from pipeline.press.press import press
from tests.support.press.manuscripts import annotations, manuscript, tags

X = formula("x^2", False, "en-GB")
SUM = formula(r"\sum_{i=1}^{n} \frac{w_i}{n}", True, "en-GB")


def colours(pdf: bytes) -> set[tuple[float, ...]]:
    """The colours that a page is filled with."""
    with Pdf.open(BytesIO(pdf)) as opened:
        page = opened.pages[0]
        forms = [x for x in page.obj.Resources.get("/XObject", {}).values() if x.get("/Subtype") == "/Form"]
        streams: list[Any] = [page, *forms]
        return {
            tuple(float(part) for part in operands)
            for stream in streams
            for operands, operator in parse_content_stream(stream)
            if str(operator) in ("rg", "g", "scn", "sc") and all(str(part)[0] != "/" for part in operands)
        }


def test_a_formula_is_a_formula_with_its_words() -> None:
    """ISO 14289-1, 7.7: tagged Formula with Alt; twice the same is no id twice."""
    sheets = press(manuscript(f'<p id="a">So {X} and {X}.</p><p id="b">{SUM}</p>'))
    assert not sheets.remarks
    assert [tag["/Alt"] for tag in tags(sheets.pdf, "Formula")] == [
        "x squared",
        "x squared",
        "sum from i equals 1 to n of w sub i over n",
    ]
    assert tags(sheets.pdf, "Figure") == []


def test_words_in_another_language_say_so() -> None:
    """English words in a Welsh text."""
    sheets = press(manuscript(f'<p id="a">{formula("x", False, "cy")}</p>'))
    assert [tag["/Lang"] for tag in tags(sheets.pdf, "Span") if "/Lang" in tag] == ["en"]
    assert [tag["/Alt"] for tag in tags(sheets.pdf, "Formula")] == ["x"]


def test_a_link_says_its_formula() -> None:
    """Its words stand among the link's."""
    sheets = press(manuscript(f'<p id="a"><a href="https://example.org/">the {X} test</a></p>'))
    assert [link["says"] for _, link in annotations(sheets.pdf)] == ["the x squared test"]


def test_a_formula_has_the_colour_of_its_text() -> None:
    """Whatever element gives it."""
    sheets = press(manuscript(f'<p id="a" style="color: #336699">{X}</p>'))
    assert any([round(part, 1) for part in colour] == [0.2, 0.4, 0.6] for colour in colours(sheets.pdf))
