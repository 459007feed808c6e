"""Marks, bullets and tables of other dialects are told once, where they stand; what only looks like them is not."""

import pytest

from pipeline.core.diagnostics import Diagnostics
from pipeline.load.markdown.reader import parse_body
from pipeline.model.body import Paragraph, plain_text


def told(text: str) -> list[str]:
    """The remarks on a text in short: 'line:column code what'."""
    diagnostics = Diagnostics()
    parse_body(text, "x.md", diagnostics)
    quoted = ((remark, remark.sentence.split("'")[1:2]) for remark in diagnostics.remarks)
    return [f"{remark.place.line}:{remark.place.column} {remark.code} {what}" for remark, what in quoted]


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
        ("> ```\n> A\n\nB", "1:1 block-open []"),
        ("``` python with words\nA\n```", "1:1 words-left-out ['with words']"),
        (
            "[a]: https://example.org\n[a]: https://example.net\n\n[a]",
            "2:1 words-left-out ['[a]: https://example.net']",
        ),
        ("[^a b]: word", "1:1 words-left-out ['[^a b]: word']"),
        ("::: {.note colour='words'}\nA\n:::", "1:1 words-left-out ['colour=words']"),
        ('![C](a.svg "words"){alt="x"}', "1:1 words-left-out ['words']"),
        ("A\n\n<!-- B\n\nC", "3:1 block-open []"),
        ("• walk\n• talk", "1:1 pasted-bullet ['•']"),
        ("\uf0b7 walk", "1:1 pasted-bullet ['\\uf0b7']"),
        ("– walk\n– talk", "1:1 pasted-bullet ['–']"),
        ("o\twalk", "1:1 pasted-bullet ['o']"),
        ("- walk\n  • talk", "2:3 pasted-bullet ['•']"),
        ("-\u00a0walk\n-\u00a0talk", "1:1 pasted-bullet ['-']"),
        ("Officers:\n1.\u00a0walk\n2.\u00a0talk", "2:1 pasted-bullet ['1.']"),
        ("Officers were to\n-walk\n-talk", "2:1 pasted-bullet ['-']"),
        ("Officers:\n– walk along\nthe street\n– talk", "2:1 pasted-bullet ['–']"),
        ("– walk along\nthe street\n– talk", "1:1 pasted-bullet ['–']"),
        ("| Name | Rate |\n| King | 6 |\n| Bell | 7 |", "1:1 table-typed []"),
        ("> | Name | Rate |\n> | King | 6 |", "1:3 table-typed []"),
        ("| Name | Rate |", "1:1 table-typed []"),
        ("*    one\n\n    *   two\n        goes on\n\n    *   three", "3:5 list-as-code []"),
        ("*    *   a)\n\n    *   words\n\n    *   b)", "3:5 list-as-code []"),
        ("1.   one\n\n    a) two", "3:5 list-as-code []"),
        ("Officers:\n\n    - walk there\n    - talk with people", "3:5 list-as-code []"),
        ("Officers:\n\n    1. walk there\n    2. talk with people", "3:5 list-as-code []"),
        ("*    one\n\n    *   two\n\nWords.\n\n*    one\n\n    *   two", "3:5 list-as-code []"),
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
        "Officers – some of them\n– walk and talk",
        "Mae hi'n un\no bedwar",
        "5 · 3",
        "Officers:\na. walk\nb. talk\nc. run",
        "—Jane",
        "–5 degrees",
        "1) walk\n2) talk",
        "5 -\u00a0walk",
        "> The police are the public.\n>\n> – Sir Robert Peel",
        "> – Walk, he said.\n> – Talk, she said.",
        "– Good evening, he said.",
        "Officers – of whom some\n– not all – walk\nalong the street\n– talk.",
        "He wrote:\n– and so it was",
        "o fewn y flwyddyn\no bedwar",
        "o fewn y flwyddyn hon\no waith a\no gerdded",
        "| Name | Rate |\n|---|---|\n| King | 6 |",
        "`a | b`\n`c | d`",
        "$P(a | b)$ and\n$P(b | a)$",
        "Either | or, as some write,\nand then words",
        "A \\| b\nC \\| d",
        "P(A|B) is not the same\nas P(B|A)",
        "I|\nII|",
        "The log:\n\n    (gdb) continue\n    (gdb) where now",
        "The file:\n\n    - name: a step\n    - uses: a thing",
        "The change:\n\n    - import one\n    + import two",
        'The answer:\n\n    1) "one"\n    2) "two"',
        "The flags:\n\n    -l sets the length\n    -w sets the width",
        "The sum:\n\n    - 1 one\n    - 2 two",
        "- one\n\n      walk there",
        "*    one\n\n    run --now",
        "```\n- walk there\n- talk there\n```",
        "<pre></pre>",
    ],
)
def test_what_only_looks_like_one_is_not_told(text: str) -> None:
    assert told(text) == []


def test_the_backslash_that_the_hint_names_keeps_the_sign_and_is_not_printed() -> None:
    diagnostics = Diagnostics()
    parse_body("-walk\n-talk", "x.md", diagnostics)
    assert diagnostics.remarks[0].hint.endswith("To keep the sign, put a backslash before it.")
    kept = Diagnostics()
    (paragraph,) = parse_body("\\-walk\n\\-talk", "x.md", kept).blocks
    assert isinstance(paragraph, Paragraph)
    assert (plain_text(paragraph.children), list(kept.remarks)) == ("-walk\n-talk", [])
