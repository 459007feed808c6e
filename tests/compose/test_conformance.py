"""When a text claims to conform: only where somebody has judged it as it stands."""

from dataclasses import replace

import pytest

from pipeline.compose.briefing import briefing_metadata, pack_metadata
from pipeline.model.manuscript import Conformance
from pipeline.model.publication import Publication
from tests.support.compose import samples

JUDGED = samples.imprint(accessibility={"evaluated_by": "Hanna Price", "evaluated": "2024-03-10"})
CLAIM = Conformance("WCAG 2.2 Level AA", "Hanna Price", "2024-03-10")
KNOWN = samples.publication(imprint=JUDGED)
DRAFT = replace(KNOWN, identity=replace(KNOWN.identity, statuses=("SAMPLE", "DRAFT")))


def test_a_text_that_somebody_judged_claims_it() -> None:
    assert briefing_metadata(KNOWN).conformance == CLAIM


def test_nothing_is_claimed_where_nobody_judged() -> None:
    assert briefing_metadata(samples.publication()).conformance is None


@pytest.mark.parametrize(("day", "claimed"), [("2023-01-31", False), ("2023-02-01", True), ("", True)])
def test_a_text_that_changed_since_claims_nothing(day: str, claimed: bool) -> None:
    judged = samples.imprint(accessibility={"evaluated_by": "Hanna Price"} | ({"evaluated": day} if day else {}))
    made = briefing_metadata(samples.publication(imprint=judged))
    assert (made.conformance is not None) is claimed


@pytest.mark.parametrize(("members", "claim"), [((KNOWN, KNOWN), CLAIM), ((KNOWN, DRAFT), None)])
def test_a_pack_claims_what_all_its_briefings_do(members: tuple[Publication, ...], claim: Conformance | None) -> None:
    pack = replace(samples.pack(), imprint=JUDGED, members=members)
    assert pack_metadata(pack).conformance == claim
