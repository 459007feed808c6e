"""The sheets before leaves that are replaced, on their pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from pipeline.compose.replacement import (
    NamedEdition,
    ReplacementText,
    ToldStep,
    compose_replacement,
    replacement_identity,
)
from pipeline.model.formats import PRINTED, USUAL_EDITION, format_row
from pipeline.press.press import press
from tests.support.compose import samples

LONG = "Summer 4, corrected 15 November 2026, and again for the colleges of the north"


def test_long_names_of_editions_break() -> None:
    """None runs off the page: in the line below the title, in tables and forms."""
    one, day = samples.publication(), date(2026, 11, 15)
    steps = (ToldStep("The front of the folder", "cover to page 2 (1 leaf)", "cover to page 2 (1 leaf)"),)
    was, now = (NamedEdition(name, day, "5ZK8D-R00YC") for name in (LONG, LONG.replace("4", "5")))
    said = ReplacementText("Nights", was, now, steps, (), (), taken_out=1, put_in=1, leaves=2, between=LONG)
    identity = replacement_identity(replace(one.identity, edition=LONG), said)
    for edition in (USUAL_EDITION, format_row(PRINTED[0]).edition):
        assert press(compose_replacement(identity, one.imprint, said, samples.layouts(), edition)).remarks == ()
