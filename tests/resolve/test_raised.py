"""Superscript and subscript figures become Unicode characters; a short form with its own long form is not changed."""

from dataclasses import replace

import pytest

from pipeline.model.body import Body, Marked, Paragraph, Text, TextRole, plain_text, walk
from tests.support.resolve.library_parts import briefing, library, resolved

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
    assert [type(node) for node in walk(only.body.blocks)] == [Paragraph, Marked, Text]
