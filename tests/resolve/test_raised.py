"""Raised and lowered figures are signs of their own; a short form that says its long form is left alone."""

from dataclasses import replace

import pytest

from pipeline.model.body import Body, Marked, Paragraph, Text, TextRole, plain_text, walk
from tests.support.resolve.library_parts import briefing, library, resolved

LATIN = frozenset(range(32, 127))
SIGNS = LATIN | frozenset(map(ord, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎"))


def inlines(body: str, coverage: frozenset[int], front: str = "") -> tuple[object, ...]:
    """What stands in the first paragraph of a text."""
    (only,) = resolved(library(briefing(front, body)), coverage=coverage).publications
    return only.body.blocks[0].children


def test_figures_become_signs() -> None:
    assert plain_text(inlines("H~2~O and 10^-6^ and (x^(1)^)", SIGNS)) == "H₂O and 10⁻⁶ and (x⁽¹⁾)"


@pytest.mark.parametrize(("body", "coverage"), [("1^st^", SIGNS), ("10^6^", LATIN), ("x^*2*^", SIGNS)])
def test_what_has_no_sign_stays_raised(body: str, coverage: frozenset[int]) -> None:
    assert any(isinstance(node, Marked) and node.role is TextRole.SUPERSCRIPT for node in inlines(body, coverage))


def test_a_short_form_that_says_its_long_form_is_left_alone() -> None:
    front = "abbreviations:\n  HCF: {full: home-county force}\n"
    body = Marked(TextRole.SHORT_FORM, (Text("HCF"),), "another force")
    of = library(briefing(front, "x\n"))
    changed = replace(of.briefings["foot-patrol"], body=Body((Paragraph((body,)),)))
    (only,) = resolved(replace(of, briefings={"foot-patrol": changed})).publications
    assert [type(node) for node in walk(only.body.blocks)] == [Paragraph, Marked, Text]
