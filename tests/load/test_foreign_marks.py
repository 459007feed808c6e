"""Marks of other dialects are told where they stand; what only looks like them is not."""

from __future__ import annotations

import pytest

from pipeline.diagnostics import Desk
from pipeline.load.markdown import parse_body

QUOTE = "'"


def told(text: str) -> list[str]:
    """The remarks on a text in short: 'line:column code what'."""
    desk = Desk()
    parse_body(text, "x.md", desk)
    return [f"{r.place.line}:{r.place.column} {r.code} {r.sentence.split(QUOTE)[1:2]}" for r in desk.remarks]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A ~~word~~.", "1:3 markup-unknown ['~~word~~']"),
        ("H~2~O", "1:2 markup-unknown ['~2~']"),
        ("x^2^", "1:2 markup-unknown ['^2^']"),
        ("*A ==word==*", "1:4 markup-unknown ['==word==']"),
        ("- [ ] A word", "1:3 markup-unknown ['[ ]']"),
        ("A\nsee https://example.org/a.", "2:5 markup-unknown ['https://example.org/a']"),
        ("| A |\n|---|\n| (www.example.org) |", "3:4 markup-unknown ['www.example.org']"),
        ("[A] (https://example.org)", "1:3 link-syntax []"),
        ("[A](https://example.org/a b)", "1:3 link-syntax []"),
        ("| A |\n|---|\n| B |\n: One\n: Two", "5:1 caption-stray []"),
    ],
)
def test_a_mark_of_another_dialect_is_told_once(text: str, expected: str) -> None:
    """With its place and its words."""
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "About ~5 in 10, or ~6, and a~b.",
        "x^2 + y^2 is 2^ 3^",
        "a == b, =====, a ~~ b ~~ c",
        "`~~A~~` and `x^2^` and `https://example.org`",
        "    - [ ] code",
        r"\~~A~~ and x\^2^",
        "<https://example.org>",
        "[https://example.org](https://example.org)",
        "[1] (see 2)",
        "- [x](https://example.org)",
        "Term\n: Meaning",
        "| A |\n|---|\n| B |\n\n: One",
    ],
)
def test_what_only_looks_like_one_is_not_told(text: str) -> None:
    """Signs by themselves, code, escaped marks and links."""
    assert told(text) == []
