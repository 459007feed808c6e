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
        ("\uf0b7 walk", "1:1 pasted-bullet ['\\uf0b7']"),
        ("– walk\n– talk", "1:1 pasted-bullet ['–']"),
        ("o\twalk", "1:1 pasted-bullet ['o']"),
        ("- walk\n  • talk", "2:3 pasted-bullet ['•']"),
        ("-\u00a0walk\n-\u00a0talk", "1:1 pasted-bullet ['-']"),
        ("Officers:\n1.\u00a0walk\n2.\u00a0talk", "2:1 pasted-bullet ['1.']"),
        ("Officers were to\n-walk\n-talk", "2:1 pasted-bullet ['-']"),
        ("Officers:\n– walk along\nthe street\n– talk", "2:1 pasted-bullet ['–']"),
        ("– walk along\nthe street\n– talk", "1:1 pasted-bullet ['–']"),
    ],
)
def test_a_bullet_that_makes_no_list_is_told(text: str, expected: str) -> None:
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
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
