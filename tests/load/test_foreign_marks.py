"""Marks of other dialects are told where they stand; what only looks like them is not."""

from __future__ import annotations

import pytest

from tests.load.body_remarks import told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("[A] (https://example.org)", "1:3 link-syntax []"),
        ("[A](https://example.org/a b)", "1:3 link-syntax []"),
        ("| A |\n|---|\n| B |\n: One\n: Two", "5:1 caption-stray []"),
        ("##More words", "1:1 markup-unknown ['##More words']"),
        ("####### More", "1:1 markup-unknown ['####### ']"),
        ("Words\n\\newpage", "2:1 foreign-markup ['\\\\newpage']"),
        ("{{ a }}\n\n- {{ b }}", "1:1 foreign-markup ['{{ a }}']"),
        ("<blink>a</blink>\n\n<blink>b</blink>", "1:1 html-mark ['<blink>']"),
        ("A []#(x).", "1:3 link-syntax []"),
        ("A [,(#fig-x).", "1:3 link-syntax []"),
        ("A [@{a2019; @b].", "1:13 cite-unmarked ['@{a2019;']"),
        ("| A | B |\n|---|---|\n| C | D | E |", "3:1 table-row ['E']"),
        ("| A |\n|---|\n| B |\nWords.", "4:1 table-row ['|']"),
        ("> ```\n> A\n\nB", "1:1 code-open []"),
        ("``` python with words\nA\n```", "1:1 words-left-out ['with words']"),
        (
            "[a]: https://example.org\n[a]: https://example.net\n\n[a]",
            "2:1 words-left-out ['[a]: https://example.net']",
        ),
        ("[^a b]: word", "1:1 words-left-out ['[^a b]: word']"),
        ("::: {.note colour='words'}\nA\n:::", "1:1 words-left-out ['colour=words']"),
        ('![C](a.svg "words"){alt="x"}', "1:1 words-left-out ['words']"),
        ("A\n\n<!-- B\n\nC", "3:1 comment-open []"),
    ],
)
def test_a_mark_of_another_dialect_is_told_once(text: str, expected: str) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "About ~5 in 10, or ~6, and a~b.",
        "x^2 + y^2 is 2^ 3^",
        "a == b, =====, a ~~ b ~~ c",
        "    - [ ] code",
        "p < 0.05** and 2*3, a*b, G* and snake_case_names_",
        r"\*a, \_b and \`c, \*\*d",
        "#metoo and # of cases (#metoo)",
        "- one\n- -5 degrees\n-5 degrees",
        "| A | B |\n|---|---|\n| C \\| D | `E` |\n C | D",
        "~~~~\nA\n~~~~~",
    ],
)
def test_what_only_looks_like_one_is_not_told(text: str) -> None:
    assert told(text) == []
