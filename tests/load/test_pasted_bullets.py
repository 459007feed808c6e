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
    ],
)
def test_what_is_no_bullet_is_let_alone(text: str) -> None:
    """A dash where a line happens to begin, a Welsh word, a sum, and what has a backslash before it."""
    assert told(text) == []
