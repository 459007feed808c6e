"""Dates and states: labels, reviews, and the words across the page head."""

from datetime import date

import pytest

from pipeline.model.publication import Publication
from pipeline.model.words import add_months
from tests.support.resolve.library_parts import briefing, codes, imprint, library, publication, resolved

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
