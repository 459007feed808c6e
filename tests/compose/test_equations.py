"""Numbers of formulas: behind the whole, or each beside its row."""

from lxml import etree

from pipeline.compose.page.body import set_blocks
from pipeline.compose.page.chapter import ChapterContext
from pipeline.core.text.formulas import formula_row_heights
from pipeline.model.body import Equation, EquationLabel, Formula, NumberReference, Paragraph, Text
from tests.support.words import ENGLISH

ROWS = r"\begin{aligned} a &= b \\ c &= d \\ e &= \sum_{i=1}^n \frac{x}{y} \end{aligned}"


def composed(*nodes: object) -> etree._Element:
    """The nodes as a tree."""
    return etree.fromstring(f"<div>{set_blocks(nodes, ChapterContext('#000000', ENGLISH))}</div>")  # type: ignore[arg-type]


def test_each_label_stands_beside_its_row() -> None:
    labels = (EquationLabel("eq-a", 2), EquationLabel(), EquationLabel("eq-t", None, "T"))
    (equation,) = composed(Equation((Formula(ROWS, "", True), *labels)))
    (beside,) = (part for part in equation.iter("span") if part.get("class") == "rows")
    assert [(label.get("id"), label.get("class"), label.text or "") for label in beside] == [
        ("eq-a", "label high-3", "Equation 2"),
        (None, "label high-3", ""),
        ("eq-t", "label high-6", "(T)"),
    ]


def test_a_sign_of_the_author_stands_as_it_is_written() -> None:
    (equation,) = composed(Equation((Formula("x", "x", True), EquationLabel("", None, "*"))))
    assert [label.text for label in equation.iter("span") if label.get("class") == "label"] == ["(*)"]


def test_rows_are_as_high_as_what_is_in_them() -> None:
    low, also_low, high = formula_row_heights(ROWS)
    assert 0.8 < low <= also_low < 1.6 < high < 4
    assert formula_row_heights("x")[0] < 1


def test_a_reference_is_a_link() -> None:
    (line,) = composed(Paragraph((NumberReference("eq-a", True, (Text("(2)"),)),)))
    (link,) = line
    assert (link.tag, link.get("href"), link.text) == ("a", "#eq-a", "(2)")
