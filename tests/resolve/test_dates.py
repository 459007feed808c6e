"""Dates, states and lengths of publications."""

from dataclasses import replace
from datetime import date

import pytest

from pipeline.model.body import Body, Marked, Paragraph, Text, TextRole, plain_text, walk_nodes
from pipeline.model.publication import Publication
from pipeline.model.words import add_months
from pipeline.resolve.publications import count_prose_words, reading_minutes
from tests.support.resolve.library_parts import briefing, codes, imprint, library, publication, resolved, words, work

PUBLISHED = "status: published\nversion: '1.0'\nfirst_published: 2022-10-19\n"


def dates(text: Publication) -> list[str]:
    """Each date of the stamp with its label."""
    return [f"{each.label} {each.words}" for each in text.dates]


def test_a_date_has_its_label_and_is_left_out_if_not_set() -> None:
    assert dates(publication(briefing(PUBLISHED))) == ["First published 19 October 2022"]
    every = "updated: 2023-01-02\nreviewed: 2023-02-03\nevidence_to: 2022-05-01\nreview_by: 2025-01-01\n"
    text = publication(briefing(PUBLISHED + every))
    assert dates(text)[1:] == ["Updated 2 January 2023", "Last reviewed 3 February 2023", "Evidence to 1 May 2022"]
    assert text.review_by is not None
    assert text.review_by.words == "1 January 2025"


def test_a_review_without_change_sets_a_date_and_no_version() -> None:
    history = (
        "history:\n  - {version: '1.0', date: 2022-10-19, kind: first, summary: First}\n"
        "  - {version: '1.0', date: 2024-03-01, kind: review-no-change, summary: Reviewed}\n"
        "  - {version: '1.0', date: 2023-03-01, kind: review-no-change, summary: Reviewed}\n"
    )
    text = publication(briefing(PUBLISHED + history))
    assert (dates(text)[-1], text.identity.version) == ("Last reviewed 1 March 2024", "1.0")
    assert codes(briefing(PUBLISHED + history)) == []


def test_the_house_may_set_when_to_review() -> None:
    text = publication(briefing(PUBLISHED), imprint("review_months: 24\n"))
    assert text.review_by is not None
    assert text.review_by.on == date(2024, 10, 19)
    assert add_months(date(2023, 12, 31), 2) == date(2024, 2, 29)


@pytest.mark.parametrize(
    ("front", "code"),
    [
        ("status: published\n", "status-incomplete"),
        (PUBLISHED + "evidence_to: 2030-01-01\n", "date-in-future"),
        ("status: superseded\n", "status-incomplete"),
        ("status: superseded\nsuperseded_by: nobody\n", "briefing-unknown"),
        ("status: withdrawn\n", "status-incomplete"),
    ],
)
def test_a_date_or_state_that_does_not_hold(front: str, code: str) -> None:
    assert codes(briefing(front)) == [code]


def test_a_circle_of_supersession_is_reported_at_each() -> None:
    circle = [briefing(f"status: superseded\nsuperseded_by: {to}\n", name=n) for n, to in ("ab", "ba", "ca")]
    assert codes(*circle) == ["superseded-in-a-circle"] * 2


def test_an_error_in_its_own_file_makes_a_draft() -> None:
    wrong = briefing(PUBLISHED, "[](#nowhere)\n", name="a")
    unsound, fine = briefing(PUBLISHED, name="b"), briefing(PUBLISHED, "- one\n", name="c")
    publications = resolved(library(wrong, unsound, fine, unsound=frozenset({"b"}))).publications
    assert [p.identity.statuses for p in publications] == [("DRAFT",), ("DRAFT",), ()]


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
