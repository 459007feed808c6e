"""Bullets of other programs make no list here: told once a paragraph; a dash or a letter that is none is let alone."""

from __future__ import annotations

import pytest

from tests.load.test_foreign_marks import told


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
        ("o walk\no talk", "1:1 pasted-bullet ['o']"),
        ("- walk\n  • talk", "2:3 pasted-bullet ['•']"),
        ("> • walk", "1:3 pasted-bullet ['•']"),
        ("Officers were to\n– walk\n– talk", "2:1 pasted-bullet ['–']"),
        ("Officers were to\no walk\no talk", "2:1 pasted-bullet ['o']"),
        ("-\u00a0walk\n-\u00a0talk", "1:1 pasted-bullet ['-']"),
        ("*\u00a0walk\n*\u00a0talk", "1:1 pasted-bullet ['*']"),
        ("Officers:\n1.\u00a0walk\n2.\u00a0talk", "2:1 pasted-bullet ['1.']"),
        ("Officers were to\n-walk\n-talk", "2:1 pasted-bullet ['-']"),
        ("a) walk\nb) talk", "1:1 pasted-bullet ['a)']"),
        ("Officers:\na. walk\nb. talk\nc. run", "2:1 pasted-bullet ['a.']"),
        ("(i) walk\nand run\n(ii) talk", "1:1 pasted-bullet ['(i)']"),
        ("(1) walk\n(2) talk", "1:1 pasted-bullet ['(1)']"),
        ("(a) walk\n\n(b) talk\n\n(c) run", "3:1 pasted-bullet ['(b)']"),
        ("Officers were to\n2. walk\n3. talk", "2:1 pasted-bullet ['2.']"),
    ],
)
def test_a_bullet_that_makes_no_list_is_told(text: str, expected: str) -> None:
    """Where it stands first, by the sign."""
    assert told(text) == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "Officers – some of them\n– walk and talk",
        "Mae hi'n un\no bedwar",
        "O walk",
        "5 · 3",
        "—Jane",
        "- walk\n- talk",
        "\\• walk",
        "    • code",
        "–5 degrees",
        "a) walk\nand talk",
        "a) walk\nc) talk",
        "One of them (see\nb) talked.",
        "1) walk\n2) talk",
        "5 -\u00a0walk",
        "a) walk\n\nThey talked.\n\nb) talk",
    ],
)
def test_what_is_no_bullet_is_let_alone(text: str) -> None:
    """A dash where a line happens to begin, a Welsh word, a sum, and what has a backslash before it."""
    assert told(text) == []
