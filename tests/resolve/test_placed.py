"""Records of the front matter that are printed at a place in the text, and remarks if there is none."""

import pytest

from pipeline.model.body import plain_text
from pipeline.model.formats import Asset
from tests.support.resolve.library_parts import PRODUCED, briefing, codes, examine, library, publication, said, work

ASKED = "Words.\n\n::: outcomes\n:::\n"


@pytest.mark.parametrize(
    ("front", "expected"),
    [
        ("reviewers: [K. Hart]\naudience: [trainer]\n", []),
        ("teaching: {minutes: 50, curriculum: [A]}\n", ["foot-patrol.md:3:12", "foot-patrol.md:3:25"]),
        ("teaching: {outcomes: [Knows beats.]}\n", ["foot-patrol.md:3:12"]),
    ],
)
def test_a_lesson_without_its_box_is_reported_at_its_key(front: str, expected: list[str]) -> None:
    lines = said(examine(library(briefing(front)), PRODUCED, frozenset()))
    assert lines == [f"{place} teaching-not-placed" for place in expected]


def test_fields_for_trainers_are_printed_in_their_boxes() -> None:
    both = "teaching: {outcomes: [Knows beats.], questions: [What is a beat?], minutes: 50, curriculum: [A]}\n"
    assert codes(briefing(both, ASKED)) == ["teaching-not-placed"]
    assert codes(briefing(both, f"{ASKED}\n::: questions\n:::\n")) == []


def test_a_record_goes_with_its_figure() -> None:
    front = "figures: [{id: a, file: a.svg, credit: K. Hart, long_description: 'Two bars [@hart2020].'}]\n"
    picture = Asset("source/briefings/a.svg", "image/svg+xml", "00", b"")
    text = publication(briefing(front, "See [](#fig).\n\n![A.](a.svg){#fig alt=x}\n"), picture, work("hart2020"))
    (figure,) = text.body.blocks[1:]
    assert (figure.credit, figure.licence, figure.described) == ("K. Hart", "", "a")  # type: ignore[union-attr]
    ((name, description),) = text.descriptions
    assert (name, plain_text(description.blocks)) == ("a", "Two bars (hart2020).")
    assert [entry.key for entry in text.references] == ["hart2020"]
