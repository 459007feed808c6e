"""What is typed by hand that the pipeline makes, and what was to be replaced: told; what only looks like it is not."""

from __future__ import annotations

import pytest

from pipeline.resolve.rules import examine
from tests.resolve.small import PRODUCED, briefing, library, work

HERE = ("references-typed", "note-typed", "cite-unlisted", "words-unfinished", "number-typed", "caption-typed")
WORK = work("hughes2018", "Hughes", issued={"date-parts": [[2018]]})
TABLE = "| A | B |\n|---|---|\n| C | D |\n"


def told(body: str) -> list[str]:
    """The remarks on a text in short: 'line:column code first quoted words'."""
    remarks = examine(library(briefing(body=body), WORK), PRODUCED, frozenset())
    return [
        f"{r.place.line}:{r.place.column} {r.code} {r.sentence.split(chr(39))[1]}" for r in remarks if r.code in HERE
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("It fell.\n\n## References\n\nA book.", "3:1 references-typed References"),
        ("It fell.\n\n**Bibliography**\n\nA book.", "3:1 references-typed Bibliography"),
        ("It fell.1 So\n\n1 By chance.", "1:9 note-typed 1"),
        ("It fell¹ so.\n\n¹ By chance.", "1:8 note-typed ¹"),
        ("It fell [1].\n\n[1] By chance.", "1:9 note-typed [1]"),
        ("It fell1 so.\n\n1 By chance.", "1:8 note-typed 1"),
        ("It fell (Welsh and Farrington, 2008).", "1:10 cite-unlisted Welsh and Farrington, 2008"),
        ("It fell (Welsh, 2008; Hughes, 2018).", "1:10 cite-unlisted Welsh, 2008"),
        ("It fell by XXX.", "1:12 words-unfinished XXX"),
        ("Lorem ipsum dolor.", "1:1 words-unfinished Lorem ipsum"),
        (f"See Table 2.\n\n{TABLE}: Places {{#tbl-x}}", "1:5 number-typed Table 2"),
        ("See Figure\n1.", "1:5 number-typed Figure 1"),
        (f"Table 1: Places\n\n{TABLE}", "1:1 caption-typed Table 1:"),
        (f"Table 1: Places\n{TABLE}", "1:1 caption-typed Table 1:"),
        (f"{TABLE}\n**Table 1.** Places", "5:1 caption-typed Table 1."),
        (
            f"- It fell:\n\n  Table 1: Places\n\n  {TABLE.replace(chr(10), chr(10) + '  ')}",
            "3:3 caption-typed Table 1:",
        ),
    ],
)
def test_what_is_typed_by_hand_is_told(body: str, expected: str) -> None:
    """Where it stands."""
    assert told(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "## References to crime\n\nThe word References stands here.",
        "It rose by 2.5 to 7.\n\n2 By chance.",
        "An area of 3 km² and more.\n\n² By chance.",
        "1 By chance.\n\nIt fell.1",
        "It fell [1].\n\nBy chance.",
        "It fell (March, 2008) and (in London, 2012).",
        "It fell (see the list, 2008).",
        f"See Table 1.\n\n{TABLE}: Places {{#tbl-x}}",
        "See Table 3 of that report, and Figure 2 in the annex.",
        f"Table 1 shows it:\n\n{TABLE}: Places {{#tbl-x}}",
        "Words of a todo list, and a `TODO`.",
        f"The table shows the rate:\n\n{TABLE}",
    ],
)
def test_what_is_not_typed_by_hand_is_let_alone(body: str) -> None:
    """Words, numbers and places that are none of it."""
    assert told(body) == []


def test_many_unknown_works_are_told_once() -> None:
    """The first by its words, the others by their number."""
    body = "It fell (Welsh, 2008; Moor, 2009). It rose (Moor, 2009; Bell and others, 2011)."
    (remark,) = (r for r in examine(library(briefing(body=body)), PRODUCED, frozenset()) if r.code == "cite-unlisted")
    assert remark.sentence.endswith("no work of the library fits it, nor 2 more that are typed in this text.")
