"""Telling of a document that came back: what goes with a change, and what nobody sees any more."""

from __future__ import annotations

import pytest

from pipeline.word.back.cutting import cut_beside
from pipeline.word.back.returned import take_back
from pipeline.word.commenting.sent import sent_of
from tests.support.word.reviewing import ReviewedFile
from tests.support.word.texts import ABOVE, HEAD, PATH, accepted, back, sent

TEXT = "See [it](#where-it-works).\n\n## Where it works\n\nIn small places.\n\n## Why {#why}\n\nNobody knows.\n"


def test_a_heading_whose_id_is_made_of_its_words_is_told() -> None:
    """With the links that would lead there no more, here and in other texts, and what to write."""
    document = sent(TEXT)
    document.change("Where it works", "Where it helps")
    document.change("Why", "How")
    was = (HEAD + TEXT).encode()
    other = b"---\ntitle: B\nsummary: C.\n---\n\n[B](briefing:walks#where-it-works), [C](briefing:walks#where-it)\n"
    files = {PATH: was, sent_of("walks", was).copy: was, "source/briefings/beats.md": other}
    (one,) = take_back("walks.docx", document.written(), files).remarks
    assert str(one).splitlines() == [
        f"{PATH}:8:1: warning back-heading: "
        "With other words this heading has another id: links to it lead here no more.",
        "    hint: Add {#where-it-works} behind the heading's words, and it keeps its id. "
        "Links to it: source/briefings/beats.md:6, source/briefings/walks.md:6.",
    ]


def test_a_heading_to_which_nothing_links_is_not_told() -> None:
    """Nor one that has an id of its own."""
    document = sent(TEXT.replace("](#where-it-works)", "](#why)"))
    document.change("Where it works", "Where it helps")
    document.change("Why", "How")
    returned = back(TEXT.replace("](#where-it-works)", "](#why)"), document)
    assert (returned.remarks, "## Where it helps\n" in accepted(returned)) == ((), True)


@pytest.mark.parametrize("gone", [1, 2], ids=["the last", "all"])
def test_front_matter_that_nobody_tracked_away_is_told(gone: int) -> None:
    """Also where nothing locked comes behind it."""
    document: ReviewedFile = sent(TEXT)
    for one in ABOVE[-gone:]:
        control = next(document.paragraph(one.words).iterancestors("{*}sdt"))
        control.getparent().remove(control)
    told = [(one.sentence, one.hint) for one in back(TEXT, document).remarks]
    assert (
        told
        == [
            ("Somebody took the title away.", "It said 'Walks'. If you agree, change the front matter by hand."),
            (
                "Somebody took the summary away.",
                "It said 'How to walk.'. If you agree, change the front matter by hand.",
            ),
        ][-gone:]
    )


LONG = "One two three four five six seven eight nine ten. " * 6


@pytest.mark.parametrize(
    ("some", "other", "shown"),
    [
        ("One two.", "One three.", ("One two.", "One three.")),
        (f"{LONG}End here.", f"{LONG}End there.", ("…End here.", "…End there.")),
        (f"{LONG}A{LONG}", f"{LONG}B{LONG}", ("…A", "…B")),
    ],
)
def test_long_texts_are_cut_around_what_differs(some: str, other: str, shown: tuple[str, str]) -> None:
    """So that it is seen."""
    cut = cut_beside(some, other, 80)
    assert all(len(one) <= 82 for one in cut)
    assert all(want.strip("…") in one and one.startswith(want[0]) for want, one in zip(shown, cut, strict=True))
    assert cut[0] != cut[1]
