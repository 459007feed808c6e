"""Tables as other programs have them, or without their line of dashes, are told; running text is let alone."""

from __future__ import annotations

import pytest

from tests.load.body_remarks import told


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("| Name | Rate |\n| King | 6 |\n| Bell | 7 |", "1:1"),
        ("> | Name | Rate |\n> | King | 6 |", "1:3"),
        ("| Name | Rate |", "1:1"),
    ],
)
def test_lines_that_look_like_a_table_are_told(text: str, place: str) -> None:
    assert told(text) == [f"{place} table-typed []"]


@pytest.mark.parametrize(
    "text",
    [
        "| Name | Rate |\n|---|---|\n| King | 6 |",
        "`a | b`\n`c | d`",
        "$P(a | b)$ and\n$P(b | a)$",
        "Either | or, as some write,\nand then words",
        "A \\| b\nC \\| d",
        "P(A|B) is not the same\nas P(B|A)",
        "I|\nII|",
    ],
)
def test_what_is_no_table_is_let_alone(text: str) -> None:
    assert told(text) == []
