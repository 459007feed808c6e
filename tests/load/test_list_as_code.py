"""Indented lines that became code and were meant as a list are reported once a text; code is not."""

from __future__ import annotations

import pytest

from tests.load.body_remarks import told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("*    one\n\n    *   two\n        goes on\n\n    *   three", 3),
        ("*    *   a)\n\n    *   words\n\n    *   b)", 3),
        ("1.   one\n\n    a) two", 3),
        ("Officers:\n\n    - walk there\n    - talk with people", 3),
        ("Officers:\n\n    1. walk there\n    2. talk with people", 3),
        ("*    one\n\n    *   two\n\nWords.\n\n*    one\n\n    *   two", 3),
    ],
)
def test_a_list_that_became_code_is_reported_once(text: str, line: int) -> None:
    assert told(text) == [f"{line}:5 list-as-code []"]


@pytest.mark.parametrize(
    "text",
    [
        "The log:\n\n    (gdb) continue\n    (gdb) where now",
        "The file:\n\n    - name: a step\n    - uses: a thing",
        "The change:\n\n    - import one\n    + import two",
        'The answer:\n\n    1) "one"\n    2) "two"',
        "The flags:\n\n    -l sets the length\n    -w sets the width",
        "The sum:\n\n    - 1 one\n    - 2 two",
        "- one\n\n      walk there",
        "*    one\n\n    run --now",
        "```\n- walk there\n- talk there\n```",
    ],
)
def test_indented_code_is_no_list(text: str) -> None:
    assert told(text) == []
