"""How far a list hangs: its longest label stands within the column, on a telephone and in a book too."""

import re

import pytest

from pipeline.compose.page.body import INDENT_STEP, MOST_INDENT, USUAL_INDENT, hanging_indent
from pipeline.core.documents.roles import list_label
from pipeline.model.body import ListBlock, ListItem
from tests.support.project import ROOT


def listed(form: str, entries: int, start: int = 1) -> ListBlock:
    """A list of so many empty entries."""
    return ListBlock(True, (ListItem(()),) * entries, start, form=form)


@pytest.mark.parametrize(
    ("number", "form", "said"),
    [
        (3, "", "3."),
        (3, "(1)", "(3)"),
        (3, "1)", "3)"),
        (26, "a)", "z)"),
        (28, "A.", "AB."),
        (18, "(i)", "(xviii)"),
        (1949, "I.", "MCMXLIX."),
        (4000, "i.", "4000."),
        (0, "(a)", "(0)"),
    ],
)
def test_a_label_says_its_number_in_the_form_of_its_list(number: int, form: str, said: str) -> None:
    assert list_label(number, form) == said


@pytest.mark.parametrize(
    ("form", "entries", "start", "tenths"),
    [
        ("", 99, 1, 0),
        ("", 100, 1, 30),
        ("", 2, 1998, 35),
        ("1)", 9, 1, 0),
        ("1)", 99, 1, 25),
        ("a.", 5, 1, 0),
        ("(a)", 2, 1, 20),
        ("(i)", 1, 1, 0),
        ("(i)", 18, 1, 35),
        ("(i)", 400, 1, MOST_INDENT),
    ],
)
def test_a_list_hangs_as_far_as_its_longest_label_is_wide(form: str, entries: int, start: int, tenths: int) -> None:
    assert hanging_indent(listed(form, entries, start)) == tenths


def test_the_style_sheet_knows_every_hang() -> None:
    """One that it did not know would be no hang at all. No label is so narrow that it needs the first step alone."""
    rules = re.findall(r"ol\.hang-(\d+) \{ padding-left: ([\d.]+)em \}", (ROOT / "layouts/common.css").read_text())
    assert [round(10 * float(room)) for _, room in rules] == [int(name) for name, _ in rules]
    assert [int(name) for name, _ in rules] == list(
        range(USUAL_INDENT // INDENT_STEP * INDENT_STEP + 2 * INDENT_STEP, MOST_INDENT + 1, INDENT_STEP)
    )
