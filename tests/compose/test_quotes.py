"""Quotation marks and apostrophes, the British way."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.compose.quotes import set_quotes
from pipeline.model.body import Code, Emphasis, Paragraph, Text
from pipeline.typography import typeset

MARKS = Path(__file__).with_name("fixtures") / "marks.txt"
CASES = [line.split(" -> ") for line in MARKS.read_text("utf-8").splitlines() if not line.startswith("#")]
SPELLED_OUT = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "…": "...", "–": "--"})


@pytest.mark.parametrize(("typed", "printed"), CASES)
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


@given(st.text(max_size=60))
def test_nothing_else_is_changed(text: str) -> None:
    """Marks, rules and ellipses: spelled out again, the words are as typed."""
    assert typeset(text).translate(SPELLED_OUT) == text.translate(SPELLED_OUT)


@pytest.mark.parametrize("words", ["'12 " * 30_000, "a'" * 60_000, "www." + ")" * 90_000, "a" * 100_000])
def test_long_runs_are_set_at_once(words: str) -> None:
    """However long a run of words is, setting it takes time in proportion."""
    assert len(typeset(words)) == len(words)
