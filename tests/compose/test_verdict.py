"""The verdict on the evidence as a whole, in the key finding and in the contents of a pack."""

from dataclasses import replace

import pytest
from lxml import etree

from pipeline.compose.briefing import compose_briefing
from pipeline.compose.evidence import set_verdict
from pipeline.model.publication import EvidenceBase
from pipeline.model.result import Result, Strength
from pipeline.model.source.evidence import Evidence
from tests.support.compose import samples
from tests.support.compose.samples import words
from tests.support.words import ENGLISH

LAYOUTS = samples.layouts()


def judged(overall: Result | None, strength: Strength | None) -> EvidenceBase:
    """Evidence of which so much is known as a whole."""
    return EvidenceBase(Evidence(), (), strength, overall)


def tree(overall: Result | None, strength: Strength | None) -> etree._Element:
    """The verdict's elements."""
    return etree.fromstring(f"<p>{set_verdict(judged(overall, strength), ENGLISH, '#0f4c5c')}</p>")


@pytest.mark.parametrize(
    ("overall", "strength", "said"),
    [
        (Result.INCONCLUSIVE, "limited", "Inconclusive overall, evidence limited"),
        (Result.FAVOURABLE, "very-strong", "Favourable overall, evidence very strong"),
        (Result.NO_EFFECT, None, "No effect overall"),
        (None, "moderate", "Strength of the evidence: moderate."),
        (None, None, ""),
    ],
)
def test_a_verdict_is_result_and_strength(overall: Result | None, strength: Strength | None, said: str) -> None:
    assert words(tree(overall, strength)) == said


def test_the_mark_is_silent_beside_its_word() -> None:
    (mark,) = tree(Result.INCONCLUSIVE, "limited").iter("{http://www.w3.org/2000/svg}svg")
    assert "mark-inconclusive" in mark.get("class", "").split()
    assert (mark.get("aria-hidden"), mark.get("role")) == ("true", None)
    assert [part.get("class") for part in tree(Result.INCONCLUSIVE, "limited")] == ["overall", "strength"]


def test_a_briefing_without_evidence_has_no_verdict() -> None:
    assert set_verdict(None, ENGLISH, "#0f4c5c") == ""
    page = compose_briefing(samples.publication(evidence=None), LAYOUTS).chapter.body
    assert 'class="verdict"' not in page
    assert 'id="key-finding"' in page


def test_the_verdict_stands_between_the_label_of_the_key_finding_and_its_words() -> None:
    page = etree.fromstring(f"<body>{compose_briefing(samples.publication(), LAYOUTS).chapter.body}</body>")
    key = page.find(".//section[@id='key-finding']")
    assert key is not None
    assert [words(part)[:14] for part in key[:3]] == ["Key finding", "Inconclusive o", "Brighter stree"]
    assert words(key[1]) == "Inconclusive overall, evidence limited"


def test_a_verdict_that_nobody_has_given_is_not_made_up_from_the_findings() -> None:
    whole = samples.publication()
    assert whole.evidence is not None
    page = compose_briefing(replace(whole, evidence=replace(whole.evidence, overall=None, strength=None)), LAYOUTS)
    assert 'id="evidence' in page.chapter.body
    assert 'class="verdict"' not in page.chapter.body
