"""Parts of a publication: reading time, Unicode superscripts, short forms with a long form of their own."""

from dataclasses import replace

import pytest

from pipeline.model.body import Body, Marked, Paragraph, Text, TextRole, plain_text, walk_nodes
from pipeline.resolve.publications import count_prose_words, reading_minutes
from tests.support.resolve.library_parts import briefing, library, publication, resolved, words, work


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


LATIN = frozenset(range(32, 127))
SIGNS = LATIN | frozenset(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"))


def inlines(body: str, coverage: frozenset[int], front: str = "") -> tuple[object, ...]:
    """The nodes of the first paragraph of a text."""
    (only,) = resolved(library(briefing(front, body)), coverage=coverage).publications
    return only.body.blocks[0].children


def test_figures_become_signs() -> None:
    assert plain_text(inlines("H~2~O and 10^-6^ and (x^(1)^)", SIGNS)) == "H₂O and 10⁻⁶ and (x⁽¹⁾)"


@pytest.mark.parametrize(("body", "coverage"), [("1^st^", SIGNS), ("10^6^", LATIN), ("x^*2*^", SIGNS)])
def test_superscripts_without_a_character_are_kept(body: str, coverage: frozenset[int]) -> None:
    assert any(isinstance(node, Marked) and node.role is TextRole.SUPERSCRIPT for node in inlines(body, coverage))


def test_a_short_form_that_says_its_long_form_is_left_alone() -> None:
    front = "abbreviations:\n  HCF: {full: home-county force}\n"
    body = Marked(TextRole.SHORT_FORM, (Text("HCF"),), "another force")
    of = library(briefing(front, "x\n"))
    changed = replace(of.briefings["foot-patrol"], body=Body((Paragraph((body,)),)))
    (only,) = resolved(replace(of, briefings={"foot-patrol": changed})).publications
    assert [type(node) for node in walk_nodes(only.body.blocks)] == [Paragraph, Marked, Text]
