"""Quotation marks and apostrophes, the British way."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compose.quotes import set_quotes
from pipeline.model.body import Code, Emphasis, Paragraph, Text
from pipeline.typography import typeset


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("it's", "it’s"),
        ("the police's 'own' words", "the police’s ‘own’ words"),
        ("'A \"great\" deal'", "‘A “great” deal’"),
        ('a "great deal".', "a “great deal”."),
        ("the years' end", "the years’ end"),
        ("the '90s", "the ’90s"),
        ("1990's", "1990’s"),
        ('("so")', "(“so”)"),
        ("6' 2\" tall", "6' 2\" tall"),
        ("and so on...", "and so on…"),
        ("seizures -- and arrests", "seizures – and arrests"),
        ("‘already’ set", "‘already’ set"),
    ],
)
def test_straight_marks_are_set(typed: str, printed: str) -> None:
    """Single quotes outside, double inside as typed; primes and what is set already are left."""
    assert typeset(typed) == printed


def test_a_mark_may_open_in_one_piece_and_close_in_another() -> None:
    """Emphasis and code within a quotation do not turn its marks round, and code is never touched."""
    (paragraph,) = set_quotes(
        (
            Paragraph(
                (Text("say '"), Emphasis((Text("now"),)), Text("' or "), Code("'x'"), Text("'s")),
            ),
        )
    )
    assert paragraph.children == (*(Text("say ‘"), Emphasis((Text("now"),)), Text("’ or "), Code("'x'"), Text("’s")),)


@given(st.text(alphabet="ab '\"1.-()‘’“”", max_size=30))
def test_setting_twice_is_setting_once(text: str) -> None:
    """Idempotent, whatever is typed."""
    once = typeset(text)
    assert typeset(once) == once
