"""Read time: words counted as a reader counts them, 200 a minute, rounded up."""

import pytest

from pipeline.resolve.publications import count_prose_words, reading_minutes
from tests.support.resolve.library_parts import briefing, publication, words, work


@pytest.mark.parametrize(("words", "expected"), [(0, 1), (200, 1), (201, 2), (205, 2), (493, 3)])
def test_minutes_are_rounded_up(words: int, expected: int) -> None:
    assert reading_minutes(words, 200) == expected


def test_words_of_prose_headings_and_lists_are_counted() -> None:
    text = "## Two words\n\nThree more words:\n\n- a b\n- c d\n\n| x | y |\n|---|---|\n| 1 | 2 |\n\n: Not counted\n"
    assert count_prose_words(words(text, "x.md").blocks) == 9


def test_citations_count_and_inserted_caveats_do_not() -> None:
    front = "practice:\n  - {id: a, name: A, force: The Met, caveat: Not evaluated}\n"
    text = publication(
        briefing(front, "Shown [@king2006].\n\n::: {.practice ref=a}\nBox here\n:::\n"), work("king2006")
    )
    assert (text.words, text.read_minutes) == (4, 1)
