"""Numbers, captions, citations and lists typed by hand, and unfinished words, are reported."""

import pytest

from tests.support.resolve.library_parts import HEAD, briefing, library, rule_remarks, work

HERE = ("typed-by-hand", "words-unfinished")
WORK = work("hughes2018", "Hughes", issued={"date-parts": [[2018]]})
TABLE = "| A | B |\n|---|---|\n| C | D |\n"


def remarks_on(body: str, front: str = "", head: str = HEAD) -> list[str]:
    """The remarks on a text in short: 'line:column code first quoted words'."""
    remarks = rule_remarks(library(briefing(front, body, head=head), WORK))
    return [
        f"{r.place.line}:{r.place.column} {r.code} {r.sentence.split(chr(39))[1]}"
        for r in remarks
        if r.code in HERE and "does not cite" not in r.sentence
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("It fell.\n\n## References\n\nA book.", "3:1 typed-by-hand References"),
        ("It fell.\n\nReferences\n\nA book.", "3:1 typed-by-hand References"),
        ("It fell (Welsh and Farrington, 2008).", "1:10 typed-by-hand Welsh and Farrington, 2008"),
        ("It fell (Hughes, 2018; March et al., 2008).", "1:24 typed-by-hand March et al., 2008"),
        ("It fell by XXX.", "1:12 words-unfinished XXX"),
        ("Lorem ipsum dolor.", "1:1 words-unfinished Lorem ipsum"),
        (f"See Table 2.\n\n{TABLE}: Places {{#tbl-x}}", "1:5 typed-by-hand Table 2"),
        (f"Table 1: Places\n\n{TABLE}", "1:1 typed-by-hand Table 1:"),
        (f"**Table 2**\n\n{TABLE}", "1:1 typed-by-hand Table 2"),
        (f"{TABLE}\n**Table 1.** Places", "5:1 typed-by-hand Table 1."),
        (
            f"- It fell:\n\n  Table 1: Places\n\n  {TABLE.replace(chr(10), chr(10) + '  ')}",
            "3:3 typed-by-hand Table 1:",
        ),
    ],
)
def test_things_typed_by_hand_are_reported(body: str, expected: str) -> None:
    assert remarks_on(body) == [expected]


@pytest.mark.parametrize(
    "body",
    [
        "## References to crime\n\nThe word References stands here.",
        "Contents:\n\n- words\n- references",
        "It fell (Philadelphia, 2009), (March, 2008) and (Scotland and Wales, 2011).",
        f"See Table 1.\n\n{TABLE}: Places {{#tbl-x}}",
        "See Table 3 of that report, and Figure 2 in the annex.",
        "Words of a todo list, and a `TODO`.",
        "As Braga’s Table 3 shows, and their Table 2, and the authors’ Figure 4.",
        "It fell [@hughes2018] (see Table 2), as [they say](https://example.org/a), Table 3.",
    ],
)
def test_similar_words_are_not_reported(body: str) -> None:
    assert remarks_on(body) == []


@pytest.mark.parametrize(
    ("head", "expected"),
    [
        ("title: TODO list TBC\nsummary: Words.\n", "1:8 words-unfinished TODO"),
        ("title: Words\nsummary: TBC\n", "2:10 words-unfinished TBC"),
        ("title: Words\nsummary: Words.\nkey_finding: It fell by TBC.\n", "1:12 words-unfinished TBC"),
    ],
)
def test_unfinished_words_are_reported_in_front_matter(head: str, expected: str) -> None:
    assert remarks_on("Words.", head=head) == [expected]


@pytest.mark.parametrize(("language", "expected"), [("es", []), ("en-GB", ["1:6 words-unfinished TODO"])])
def test_a_word_of_the_language_is_not_unfinished(language: str, expected: list[str]) -> None:
    assert remarks_on("Para TODO el mundo.", f"language: {language}\n") == expected


def _sentence(body: str, code: str) -> str:
    """The sentence of the one remark of a code on a text."""
    (remark,) = (r for r in rule_remarks(library(briefing(body=body))) if r.code == code)
    return remark.sentence


@pytest.mark.parametrize(
    ("body", "code", "expected"),
    [
        ("TODO, TBC.\n\n## TBA", "words-unfinished", "'TODO' is still in the text, and so are 2 others."),
        ("## TBA\n\nTODO.", "words-unfinished", "'TBA' is still in the text, and so is another further on."),
        ("Table 9 x\n" * 3, "typed-by-hand", "'Table 9' is typed by hand, and this text has no tables with a caption."),
        (
            "See Table 9.\n\nSee Table 9, Figure 8 and Figure 7.",
            "typed-by-hand",
            "'Table 9' is typed by hand, and this text has no tables with a caption; 2 others are typed, too.",
        ),
    ],
)
def test_many_of_a_kind_are_reported_once(body: str, code: str, expected: str) -> None:
    assert _sentence(body, code) == expected
