"""Bullets of other programs make no list here: told once a paragraph; a dash or a letter that is none is let alone."""

from __future__ import annotations

import pytest

from pipeline.core.diagnostics import Desk
from pipeline.load.markdown.reader import parse_body
from pipeline.model.body import Paragraph, plain_text
from tests.load.body_remarks import told


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("• walk\n• talk", "1:1 pasted-bullet ['•']"),
        ("Officers:\n• walk\n• talk", "2:1 pasted-bullet ['•']"),
        ("Officers:\n\n  ·\twalk", "3:3 pasted-bullet ['·']"),
        ("\uf0b7 walk", "1:1 pasted-bullet ['\\uf0b7']"),
        ("▪walk\n▪talk", "1:1 pasted-bullet ['▪']"),
        ("– walk\n– talk", "1:1 pasted-bullet ['–']"),
        ("Officers:\n– walk\n– talk", "2:1 pasted-bullet ['–']"),
        ("o\twalk", "1:1 pasted-bullet ['o']"),
        ("Dyma nhw:\no\tcerdded\no\tsiarad", "2:1 pasted-bullet ['o']"),
        ("- walk\n  • talk", "2:3 pasted-bullet ['•']"),
        ("> • walk", "1:3 pasted-bullet ['•']"),
        ("Officers were to\n– walk\n– talk", "2:1 pasted-bullet ['–']"),
        ("-\u00a0walk\n-\u00a0talk", "1:1 pasted-bullet ['-']"),
        ("*\u00a0walk\n*\u00a0talk", "1:1 pasted-bullet ['*']"),
        ("Officers:\n1.\u00a0walk\n2.\u00a0talk", "2:1 pasted-bullet ['1.']"),
        ("Officers were to\n-walk\n-talk", "2:1 pasted-bullet ['-']"),
        ("Officers were to\n2. walk\n3. talk", "2:1 pasted-bullet ['2.']"),
        ("Officers:\n– walk along\nthe street\n– talk", "2:1 pasted-bullet ['–']"),
        ("– walk along\nthe street\n– talk", "1:1 pasted-bullet ['–']"),
        ("Officers:\n\n– walk along\nthe street\n\n– talk", "6:1 pasted-bullet ['–']"),
        ("-walk\n\n-talk", "3:1 pasted-bullet ['-']"),
    ],
)
def test_a_bullet_that_makes_no_list_is_told(text: str, expected: str) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Officers – some of them\n– walk and talk",
        "Mae hi'n un\no bedwar",
        "O walk",
        "5 · 3",
        "a) walk\nb) talk",
        "Officers:\na. walk\nb. talk\nc. run",
        "(i) walk\nand run\n(ii) talk",
        "(1) walk\n(2) talk",
        "(a) walk\n\n(b) talk\n\n(c) run",
        "—Jane",
        "- walk\n- talk",
        "    • code",
        "–5 degrees",
        "a) walk\nand talk",
        "a) walk\nc) talk",
        "One of them (see\nb) talked.",
        "1) walk\n2) talk",
        "5 -\u00a0walk",
        "a) walk\n\nThey talked.\n\nb) talk",
        "> The police are the public.\n>\n> – Sir Robert Peel",
        "> – Walk, he said.\n> – Talk, she said.",
        "– Good evening, he said.",
        "> – Walk, he said.\n>\n> – Talk, she said.",
        "So it was.\n\n– Jane\n\nSo it is.\n\n– Joan",
        "Officers – of whom some\n– not all – walk\nalong the street\n– talk.",
        "– walk\n\n− talk",
        "He wrote:\n– and so it was",
        "o fewn y flwyddyn\no bedwar",
        "o fewn y flwyddyn hon\no waith a\no gerdded",
        "(a) walk\n\n## Talk\n\n(b) talk",
        "(a) walk\n\n> (b) talk",
        "They ask whether patrols work,\n(b) for whom, and\n(c) at what cost.",
        "They ask whether patrols\n(a) work,\n(b) for whom, and\n(c) at what cost.",
    ],
)
def test_what_is_no_bullet_is_let_alone(text: str) -> None:
    assert told(text) == []


def test_the_backslash_that_the_hint_names_keeps_the_sign_and_is_not_printed() -> None:
    desk = Desk()
    parse_body("-walk\n-talk", "x.md", desk)
    assert desk.remarks[0].hint.endswith("To keep the sign, put a backslash before it.")
    kept = Desk()
    (paragraph,) = parse_body("\\-walk\n\\-talk", "x.md", kept).blocks
    assert isinstance(paragraph, Paragraph)
    assert (plain_text(paragraph.children), list(kept.remarks)) == ("-walk\n-talk", [])


@pytest.mark.parametrize("text", ["• walk", "– walk\n– talk", "o\twalk", "-\u00a0walk"])
def test_no_backslash_is_advised_where_it_would_be_printed(text: str) -> None:
    desk = Desk()
    parse_body(text, "x.md", desk)
    (remark,) = desk.remarks
    assert "backslash" not in remark.hint
