"""Forms of names and titles to sort by."""

import pytest

from pipeline.model.manuscript import Credit, Subject
from pipeline.model.source.library_file import Tag
from pipeline.resolve.sort_keys import sortable_name, sortable_title
from tests.support.resolve.library_parts import briefing, imprint, library, publication, resolved


@pytest.mark.parametrize(
    ("name", "filed"),
    [
        ("Aisha Rahman", "Rahman, Aisha"),
        ("Tom O’Brien", "O’Brien, Tom"),
        ("A. B. Carter", "Carter, A. B."),
        ("Anne-Marie Price-Jones", "Price-Jones, Anne-Marie"),
        ("Dr Siân ap Gwilym", "ap Gwilym, Siân"),
        ("DCI Jan van der Berg", "van der Berg, Jan"),
    ],
)
def test_a_person_goes_by_the_family_name(name: str, filed: str) -> None:
    assert sortable_name(name) == filed


@pytest.mark.parametrize(
    "name",
    [
        "Evidence team",
        "Northmoor Institute",
        "University of Harrow Tor",
        "Fellbrook Police",
        "Operation Lantern Working Group",
        "K9",
        "Voltaire",
        "Rahman, Aisha",
    ],
)
def test_names_that_are_not_clearly_persons_are_not_inverted(name: str) -> None:
    assert sortable_name(name) == name


@pytest.mark.parametrize(
    ("title", "language", "filed"),
    [
        ("The effects of patrol", "en-GB", "Effects of patrol, The"),
        ("A beat walked", "en", "Beat walked, A"),
        ("An arrest", "en-GB", "Arrest, An"),
        ("A to Z of patrol", "en-GB", "A to Z of patrol"),
        ("A and E departments", "en-GB", "A and E departments"),
        ("Then and now", "en-GB", "Then and now"),
        ("The", "en-GB", "The"),
        ("A yw hyn yn gweithio", "cy", "A yw hyn yn gweithio"),
    ],
)
def test_an_english_article_goes_to_the_end(title: str, language: str, filed: str) -> None:
    assert sortable_title(title, language) == filed


PEOPLE = "authors: [Aisha Rahman, {name: Li Wei, file_as: Li Wei}]\nreviewers: [Harrow Tor]\n"


def test_authors_and_reviewers_are_credited() -> None:
    house = imprint("show_authors: true\n")
    (text,) = resolved(library(briefing(PEOPLE), house)).publications
    assert text.credits == (
        Credit("Aisha Rahman", "Rahman, Aisha"),
        Credit("Li Wei", "Li Wei"),
        Credit("Harrow Tor", "Tor, Harrow", "reviewer"),
    )


def test_subjects_know_their_code_in_a_published_scheme() -> None:
    tags = {"patrol": Tag(label="County lines", scheme="Thema", code="JKVK")}
    text = publication(briefing("tags: [patrol, on-foot]\n"), tags=tags)
    assert text.subjects == (Subject("County lines", "Thema", "JKVK"), Subject("On foot"))
    assert text.tags == ("County lines", "On foot")
