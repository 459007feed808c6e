"""Formulas in the PDF: drawn on the line, tagged with their words, in the colour of their text."""

from io import BytesIO
from typing import Any

import pytest
from pikepdf import Pdf, parse_content_stream

from pipeline.compose.page.inlines import set_formula
from pipeline.core.diagnostics import Severity
from pipeline.core.documents.pdf import walk_structure
from pipeline.core.text.formulas import speak_formula
from pipeline.model.formats import PdfVariant
from pipeline.press.press import press
from tests.press.placed import MILLIMETRE, in_layout, words
from tests.support.formulas import WIDE_ROOT, WIDE_SUM
from tests.support.press.manuscripts import annotations, manuscript, tags

X = set_formula("x^2", False, "en-GB")
P, ENTRY = '<p id="a">{}</p>', '<ul id="l"><li id="a">{}</li></ul>'
TABLE = (
    '<div class="table"><table id="t"><tbody><tr id="r"><th id="h" scope="row">Lamps</th><td id="a">{}</td>'
    '<td id="b">Bulbs</td></tr></tbody></table></div>'
)
SUM = set_formula(r"\sum_{i=1}^{n} \frac{w_i}{n}", True, "en-GB")


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
    sheets = press(manuscript(f'<p id="a">{set_formula("x", False, "cy")}</p>'))
    assert [tag["/Lang"] for tag in tags(sheets.pdf, "Span") if "/Lang" in tag] == ["en"]
    assert [tag["/Alt"] for tag in tags(sheets.pdf, "Formula")] == ["x"]


def test_a_link_says_its_formula() -> None:
    sheets = press(manuscript(f'<p id="a"><a href="https://example.org/">the {X} test</a></p>'))
    assert [link["says"] for _, link in annotations(sheets.pdf)] == ["the x squared test"]


def test_a_formula_has_the_colour_of_its_text() -> None:
    sheets = press(manuscript(f'<p id="a" style="color: #336699">{X}</p>'))
    assert any([round(part, 1) for part in colour] == [0.2, 0.4, 0.6] for colour in colours(sheets.pdf))


EDGE = {"screen": 210 - 17, "print": 210 - 17, "large-print": 210 - 17, "booklet": 148 - 13}
"""Millimetres from the left edge of a page to the right edge of its text."""


def edges(pdf: bytes) -> list[tuple[float, ...]]:
    """The left, bottom, right and top edge of every formula, in points."""
    with Pdf.open(BytesIO(pdf)) as opened:
        formulas = [tag for tag in walk_structure(opened.Root.StructTreeRoot.K[0]) if str(tag.S) == "/Formula"]
        return [tuple(float(side) for side in tag.A["/BBox"]) for tag in formulas]


@pytest.mark.parametrize(("variant", "body"), [("screen", P), ("large-print", ENTRY)])
def test_a_wide_formula_is_broken_over_lines_and_is_one_to_those_who_listen(variant: PdfVariant, body: str) -> None:
    """It was made smaller: 10 pt in large print."""
    sheets = press(in_layout(body.format(set_formula(WIDE_SUM, True, "en-GB")), variant))
    ((_, low, right, high),) = edges(sheets.pdf)
    assert right <= EDGE[variant] * MILLIMETRE + 1
    assert high - low > 2 * 12
    assert [tag["/Alt"] for tag in tags(sheets.pdf, "Formula")] == [speak_formula(WIDE_SUM, True, "en-GB")[0]]
    assert not sheets.remarks


def test_a_table_with_a_wide_formula_is_set_as_blocks() -> None:
    sheets = press(in_layout(TABLE.format(set_formula(WIDE_SUM, True, "en-GB"))))
    ((_, _, right, _),) = edges(sheets.pdf)
    assert right <= EDGE["screen"] * MILLIMETRE + 1
    assert [remark.code for remark in sheets.remarks] == ["made-table-blocks"]


def test_a_formula_that_cannot_be_broken_is_named_where_it_leaves_the_page() -> None:
    sheets = press(in_layout(f'<p id="a">{set_formula(WIDE_ROOT, True, "en-GB")}</p>', "large-print"))
    (remark,) = sheets.remarks
    assert (remark.code, remark.severity) == ("made-off-page", Severity.WARNING)
    assert "'square root of y equals alpha plus beta" in remark.sentence


def test_words_in_a_formula_are_broken_at_a_space() -> None:
    streets = r"\text{burglaries in all the streets that had new lamps}"
    share = rf"\frac{{{streets}}}{{{streets}}}"
    sheets = press(in_layout(f'<p id="a">{set_formula(share, True, "en-GB")}</p>', "large-print"))
    ((_, _, right, _),) = edges(sheets.pdf)
    assert right <= EDGE["large-print"] * MILLIMETRE + 1
    assert not sheets.remarks


@pytest.mark.parametrize(("variant", "tex"), [("screen", r"x = \frac{a}{b}"), ("booklet", WIDE_SUM)])
def test_a_number_is_flush_right_on_the_line_of_its_formula(variant: PdfVariant, tex: str) -> None:
    number = '<span class="label">(1)</span>'
    sheets = press(in_layout(f'<p class="equation" id="a">{set_formula(tex, True, "en-GB")} {number}</p>', variant))
    ((_, low, _, high),), (placed,) = edges(sheets.pdf), words(sheets, "(1)")
    assert placed.right == pytest.approx(EDGE[variant] * MILLIMETRE, abs=1)
    assert low - 4 < placed.bottom < placed.top < high + 4
    assert not sheets.remarks


def test_numbers_of_rows_stand_beside_their_rows() -> None:
    rows = rf"\begin{{aligned}} {WIDE_SUM.replace('=', '&=')} \\ z &= 1 \end{{aligned}}"
    labels = '<span class="rows"><span class="label">(1)</span> <span class="label">(2)</span></span>'
    sheets = press(in_layout(f'<p class="equation" id="a">{set_formula(rows, True, "en-GB")} {labels}</p>'))
    ((_, low, _, _),), (first,), (second,) = edges(sheets.pdf), words(sheets, "(1)"), words(sheets, "(2)")
    assert first.bottom - second.top > 12
    assert low - 2 < second.bottom < low + 15
