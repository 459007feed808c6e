"""What is read but does nothing yet is told at its place, by `check` as by `build`."""

from __future__ import annotations

import pytest

from tests.resolve.small import PRODUCED, briefing, codes, examine, imprint, library, pack, said


@pytest.mark.parametrize(
    ("front", "told"),
    [
        ("reviewers: [K. Hart]\n", ["foot-patrol.md:3:1"]),
        ("audience: [trainer]\n", ["foot-patrol.md:3:1"]),
        ("teaching: {minutes: 50, curriculum: [A]}\n", ["foot-patrol.md:3:12", "foot-patrol.md:3:25"]),
        ("figures: [{id: a, file: a.svg, credit: K. Hart}]\n", ["foot-patrol.md:3:32"]),
        ("teaching: {outcomes: [Knows beats.]}\n", ["foot-patrol.md:3:12"]),
    ],
)
def test_a_field_without_effect_is_told_at_its_key(front: str, told: list[str]) -> None:
    """Each by itself."""
    assert said(examine(library(briefing(front)), PRODUCED, frozenset())) == [f"{place} field-later" for place in told]


def test_outcomes_and_questions_are_printed_where_a_box_asks() -> None:
    """Each needs its own box."""
    both = "teaching: {outcomes: [Knows beats.], questions: [What is a beat?]}\n"
    asked = "Words.\n\n::: outcomes\n:::\n"
    assert codes(briefing(both, asked)) == ["field-later"]
    assert codes(briefing(both, f"{asked}\n::: questions\n:::\n")) == []


def test_a_print_edition_needs_a_printer() -> None:
    """Without a profile it is grey, and the library is told once."""
    assert codes(imprint("formats: [screen, epub, html, print]\n")) == ["print-no-profile"]
    assert codes(pack("briefings: [foot-patrol]\nformats: [print]\n"), briefing()) == ["print-no-profile"]
    assert codes(imprint("print: {profile: x}\nformats: [screen, epub, html, print]\n")) == []


def test_formats_and_sections_of_packs_are_told() -> None:
    """A pack has no page of its own, and not every section yet."""
    known = "briefings: [foot-patrol]\nformats: [screen, epub, html]\nfront: [series, note-pages]\n"
    known += "back: [practice-register, evidence-by-outcome, evidence-gaps, acronyms, changes, index]\n"
    found = codes(briefing(), pack(known))
    assert sorted(found) == ["format-later", *["pack-section-later"] * 7]
